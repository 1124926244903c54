import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../src/lib/json.ts';
import { dropNulls } from '../../src/model/drop-nulls.ts';
import { toJsonSchema } from '../../src/model/json-schema.ts';
import { errorOf, request, startScene } from './arrange.ts';

const SearchInput = z.strictObject({ query: z.string(), year: z.int().optional() });
const search = {
  name: 'search',
  description: 'Finds pages.',
  parameters: toJsonSchema(SearchInput),
};

describe('what the server is asked', () => {
  test('a request names its agent, turn and step, the model and its key', async () => {
    await using scene = await startScene({ steps: [{ reply: { text: 'Hi' } }] });
    await scene.model.ask(request());
    const [sent] = scene.server.requests;
    expect(sent?.body.metadata).toEqual({ agent: 'ada', turn: 't1', step: 's1' });
    expect(sent?.body.user).toBe('ada.t1');
    expect(sent?.body.model).toBe('test-model');
    expect(sent?.body.max_tokens).toBe(500);
    expect(sent?.headers.authorization).toBe('Bearer sk-test');
    expect(sent?.body.stream).toBeUndefined();
    scene.server.expectDone();
  });

  test('an endpoint without a key gets no authorization at all', async () => {
    await using scene = await startScene({
      steps: [{ reply: { text: 'Hi' } }],
      endpoint: { apiKey: null },
    });
    await scene.model.ask(request());
    expect(scene.server.requests[0]?.headers.authorization).toBeUndefined();
  });

  test('a whole conversation with tool calls goes out in the protocol’s form', async () => {
    await using scene = await startScene({ steps: [{ reply: { text: 'Done' } }] });
    await scene.model.ask(
      request({
        messages: [
          { role: 'system', text: 'You are Ada.' },
          { role: 'user', text: 'Find it. \ud800' },
          {
            role: 'assistant',
            text: '',
            toolCalls: [
              { id: 'a', name: 'search', argumentsText: '{"query":"x"}' },
              { id: 'b', name: 'search', argumentsText: 'no json' },
            ],
          },
          { role: 'tool', callId: 'a', name: 'search', text: 'nothing' },
          { role: 'tool', callId: 'b', name: 'search', text: 'those were no arguments' },
        ],
        tools: [search],
        toolChoice: 'required',
      }),
    );
    const body = scene.server.requests[0]?.body;
    expect(body?.messages).toEqual([
      { role: 'system', content: 'You are Ada.' },
      { role: 'user', content: 'Find it. \ufffd' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'search', arguments: '{"query":"x"}' } },
          { id: 'b', type: 'function', function: { name: 'search', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'a', content: 'nothing' },
      { role: 'tool', tool_call_id: 'b', content: 'those were no arguments' },
    ]);
    expect(body?.tool_choice).toBe('required');
    expect(body?.tools).toEqual([{ type: 'function', function: { ...search, strict: true } }]);
  });

  test('a tool whose schema strict mode would refuse is offered without it', async () => {
    await using scene = await startScene({ steps: [{ reply: { text: 'Done' } }] });
    const parameters = { type: 'object', properties: { any: {} } };
    await scene.model.ask(request({ tools: [{ ...search, parameters }] }));
    expect(scene.server.requests[0]?.body.tools?.[0]?.function.strict).toBeUndefined();
  });
});

describe.each([
  ['in one piece', false],
  ['as a stream', true],
])('what comes back %s', (_how, isStreaming) => {
  const listener = () => {
    const deltas: string[] = [];
    const onText = (delta: string) => {
      deltas.push(delta);
    };
    return { deltas, watch: isStreaming ? { onText } : {} };
  };

  test('is the text, how it ended, what it took and who said it', async () => {
    const text = 'A longer answer, in several pieces — with “quotes” and 日本語.';
    const usage = { inputTokens: 120, cachedTokens: 40, outputTokens: 30 };
    await using scene = await startScene({ steps: [{ reply: { text, usage } }] });
    const { deltas, watch } = listener();
    const answer = await scene.model.ask(request(watch));
    expect(answer).toEqual({
      text,
      toolCalls: [],
      finish: 'stop',
      usage: { ...usage, estimated: false },
      model: 'test-model',
      latencyMs: expect.any(Number) as number,
      attempts: 1,
    });
    expect(deltas.join('')).toBe(isStreaming ? text : '');
    expect(deltas.length > 2).toBe(isStreaming);
  });

  test('is tool calls with their arguments as written', async () => {
    await using scene = await startScene({
      steps: [
        {
          reply: {
            text: 'Let me look.',
            toolCalls: [
              { id: 'x', name: 'search', arguments: { query: 'the oldest bridge', year: null } },
              { id: 'y', name: 'search', arguments: '{"query": cut' },
            ],
          },
        },
      ],
    });
    const answer = await scene.model.ask(request({ tools: [search], ...listener().watch }));
    expect(answer.finish).toBe('tool-calls');
    expect(answer.text).toBe('Let me look.');
    expect(answer.toolCalls).toEqual([
      { id: 'x', name: 'search', argumentsText: '{"query":"the oldest bridge","year":null}' },
      { id: 'y', name: 'search', argumentsText: '{"query": cut' },
    ]);
  });

  test('is tool calls told apart even when the server gives them one id', async () => {
    const call = { id: 'same', name: 'search', arguments: {} };
    await using scene = await startScene({
      steps: [{ reply: { toolCalls: [call, { ...call, id: 'same' }], finish: 'stop' } }],
    });
    const answer = await scene.model.ask(request({ tools: [search], ...listener().watch }));
    expect(answer.finish).toBe('tool-calls');
    expect(new Set(answer.toolCalls.map(({ id }) => id)).size).toBe(2);
  });

  test('is JSON of the asked shape, where an absent field is null', async () => {
    const Plan = z.strictObject({ title: z.string(), notes: z.string().optional() });
    const written = '{"title":"Build it","notes":null}';
    await using scene = await startScene({ steps: [{ reply: { text: written } }] });
    const answerSchema = { name: 'plan', schema: toJsonSchema(Plan) };
    const answer = await scene.model.ask(request({ answerSchema, ...listener().watch }));
    expect(scene.server.requests[0]?.body.response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'plan', strict: true, schema: answerSchema.schema },
    });
    const parsed = parseJson(z.unknown(), answer.text);
    expect(parsed.ok && Plan.parse(dropNulls(Plan, parsed.value))).toEqual({ title: 'Build it' });
  });

  test('is a refusal in the model’s words', async () => {
    await using scene = await startScene({ steps: [{ reply: { refusal: 'I will not.' } }] });
    const answer = await scene.model.ask(request(listener().watch));
    expect(answer).toMatchObject({ finish: 'refusal', text: 'I will not.' });
  });

  test('is a refusal when a content filter stopped it', async () => {
    await using scene = await startScene({
      steps: [{ reply: { text: '', finish: 'content_filter' } }],
    });
    const answer = await scene.model.ask(request(listener().watch));
    expect(answer.finish).toBe('refusal');
  });

  test('is marked as cut when the model ran out of room', async () => {
    await using scene = await startScene({
      steps: [{ reply: { text: 'and then', finish: 'length' } }],
    });
    const answer = await scene.model.ask(request(listener().watch));
    expect(answer).toMatchObject({ finish: 'length', text: 'and then' });
  });

  test('is counted by us when the server sends no numbers', async () => {
    await using scene = await startScene({
      steps: [{ reply: { text: 'one two three four', usage: null } }],
    });
    const { usage } = await scene.model.ask(request(listener().watch));
    expect(usage).toEqual({
      inputTokens: expect.any(Number) as number,
      cachedTokens: 0,
      outputTokens: 4,
      estimated: true,
    });
    expect(usage.inputTokens).toBeGreaterThan(4);
  });

  test('is called off at once when the caller’s signal says so', async () => {
    await using scene = await startScene({
      steps: [{ fault: 'stall' }],
      limits: { firstDeltaMs: 60_000, totalMs: 60_000 },
    });
    const caller = new AbortController();
    const asking = errorOf(
      scene.model.ask(request({ signal: caller.signal, ...listener().watch })),
    );
    await scene.server.received(1);
    caller.abort();
    expect((await asking).code).toBe('aborted');
    await scene.server.closed(0);
    scene.server.expectDone();
  });
});

test('closing the port calls off what is under way', async () => {
  await using scene = await startScene({ steps: [{ fault: 'stall' }] });
  const asking = errorOf(scene.model.ask(request()));
  await scene.server.received(1);
  await scene.model.close();
  expect(await asking).toMatchObject({ code: 'aborted', retry: 'later' });
});

test('a question called off before it is asked is never sent', async () => {
  await using scene = await startScene({ steps: [] });
  const error = await errorOf(scene.model.ask(request({ signal: AbortSignal.abort() })));
  expect(error.code).toBe('aborted');
  expect(scene.server.requests).toEqual([]);
});

test('an answer is priced in whole micro-USD, rounded up', async () => {
  await using scene = await startScene({
    steps: [{ reply: { text: 'Hi', usage: { inputTokens: 1_001, outputTokens: 10 } } }],
    endpoint: { priceIn: 100_000, priceOut: 500_000 },
  });
  const { usage } = await scene.model.ask(request());
  // 1,001 × 0.1 + 10 × 0.5 = 105.1 micro-USD.
  expect(scene.model.price('standard', usage)).toBe(106);
  expect(scene.model.modelName('standard')).toBe('test-model');
  expect(scene.model.contextTokens('standard')).toBe(100_000);
});
