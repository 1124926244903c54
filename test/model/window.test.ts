// What servers give away about the length of what they read and write, in their own words.
import { APIError } from 'openai';
import { describe, expect, test } from 'vitest';
import { classify } from '../../src/model/classify.ts';
import { answerLimitNamedIn, createWindow, windowNamedIn } from '../../src/model/window.ts';
import { request } from './arrange.ts';

function refusal(message: string, status = 400) {
  return APIError.generate(status, { error: { message } }, undefined, new Headers());
}

describe('a prompt that is too long is recognised, and the window where it is named', () => {
  const cases: [string, string, number | undefined][] = [
    ['OpenAI', "This model's maximum context length is 128000 tokens.", 128_000],
    ['OpenAI’s Responses', 'Your input exceeds the context window of this model.', undefined],
    ['OpenRouter', "This endpoint's maximum context length is 8,192 tokens.", 8_192],
    ['xAI', "This model's maximum prompt length is 131072 but the request has more.", 131_072],
    ['llama.cpp', 'request (9000 tokens) exceeds the available context size (4096 tokens)', 4_096],
    ['LM Studio', 'the model is loaded with context length of only 4096 tokens', 4_096],
    ['SGLang', "The input (9000) is longer than the model's context length (8192 tokens).", 8_192],
    ['Mistral', 'Prompt has 40000 tokens, too large for 32768 maximum context length', 32_768],
    ['a Claude proxy', 'prompt is too long: 205143 tokens > 200000 maximum', 200_000],
    [
      'Gemini',
      'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
      1_048_576,
    ],
    [
      'Text Generation Inference',
      '`inputs` tokens + `max_new_tokens` must be <= 4097. Given: 9',
      4_097,
    ],
    ['and its embeddings', 'inputs must have less than 1024 tokens. Given: 2000', 1_024],
    ['Cohere', 'too many tokens: the tokens in the prompt cannot exceed 4081', 4_081],
    ['Groq', 'Please reduce the length of the messages or completion.', undefined],
    ['Bedrock', 'Input is too long for requested model.', undefined],
  ];
  test.each(cases)('by %s', (_server, words, tokens) => {
    expect(classify(refusal(words)).fault).toBe('context-exceeded');
    expect(windowNamedIn(refusal(words))).toBe(tokens);
  });
});

describe('an answer that may not be so long is recognised', () => {
  const cases: [string, number | undefined][] = [
    ['max_tokens is too large: 16000. This model supports at most 4096 completion tokens', 4_096],
    ['`max_tokens` must be less than or equal to `8192`, the maximum value for this model', 8_192],
    ['Invalid max_tokens value, the valid range of max_tokens is [1, 8192]', 8_192],
    ['max_tokens: 16000 > 8192, which is the maximum allowed number of output tokens', 8_192],
    ["Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", undefined],
  ];
  test.each(cases)('in “%s”', (words, tokens) => {
    expect(answerLimitNamedIn(refusal(words))).toBe(tokens);
  });
});

describe('a window', () => {
  const asked = request({ outputTokensMax: 6_000 });

  test('is what was configured until the server gives away less, and never grows', () => {
    const window = createWindow(32_768);
    window.learn(4_096);
    window.learn(8_192);
    expect(window.tokens()).toBe(4_096);
    window.learn(3);
    expect(window.tokens()).toBe(4_096);
  });

  test('leaves answers as long as they were asked for until a server refuses', () => {
    const window = createWindow(2_048);
    expect(window.fit(asked)).toBe(asked);
    const fitted = window.fitAfter(refusal('maximum context length is 2048 tokens'), asked);
    expect(fitted?.outputTokensMax).toBeGreaterThan(1_900);
    expect(window.fit(asked).outputTokensMax).toBe(fitted?.outputTokensMax);
  });

  test('has no room for any answer when the prompt fills it', () => {
    const messages = [{ role: 'user' as const, text: 'word '.repeat(2_000) }];
    const window = createWindow(32_768);
    const words = 'maximum context length is 2048 tokens';
    expect(window.fitAfter(refusal(words), { ...asked, messages })).toBeNull();
  });

  test('is not concerned by what is wrong otherwise', () => {
    const window = createWindow(32_768);
    expect(window.fitAfter(refusal('Something is wrong'), asked)).toBeNull();
    expect(window.fit(asked)).toBe(asked);
  });
});
