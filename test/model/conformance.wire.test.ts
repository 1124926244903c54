// What every adapter does alike, whichever protocol it speaks: one suite over both, in one piece
// and as a stream, through the real client against a real server.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../src/lib/json.ts';
import { dropNulls } from '../../src/model/drop-nulls.ts';
import { toJsonSchema } from '../../src/model/json-schema.ts';
import type { ModelLimits } from '../../src/model/limits.ts';
import type { ScriptedStep } from '../support/scripted-model.ts';
import { errorOf, request, startScene } from './arrange.ts';

const SearchInput = z.strictObject({ query: z.string(), year: z.int().optional() });
const search = {
  name: 'search',
  description: 'Finds pages.',
  parameters: toJsonSchema(SearchInput),
};

describe.each([
  ['chat', 'in one piece', false],
  ['chat', 'as a stream', true],
  ['responses', 'in one piece', false],
  ['responses', 'as a stream', true],
] as const)('what comes back (%s) %s', (api, _how, isStreaming) => {
  const start = (steps: readonly ScriptedStep[], limits: Partial<ModelLimits> = {}) =>
    startScene({ steps, limits, endpoint: { api } });
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
    await using scene = await start([{ reply: { text, usage } }]);
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
    await using scene = await start([
      {
        reply: {
          text: 'Let me look.',
          toolCalls: [
            { id: 'x', name: 'search', arguments: { query: 'the oldest bridge', year: null } },
            { id: 'y', name: 'search', arguments: '{"query": cut' },
          ],
        },
      },
    ]);
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
    await using scene = await start([
      { reply: { toolCalls: [call, { ...call, id: 'same' }], finish: 'stop' } },
    ]);
    const answer = await scene.model.ask(request({ tools: [search], ...listener().watch }));
    expect(answer.finish).toBe('tool-calls');
    expect(new Set(answer.toolCalls.map(({ id }) => id)).size).toBe(2);
  });

  test('is JSON of the asked shape, where an absent field is null', async () => {
    const Plan = z.strictObject({ title: z.string(), notes: z.string().optional() });
    const written = '{"title":"Build it","notes":null}';
    await using scene = await start([{ reply: { text: written } }]);
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
    await using scene = await start([{ reply: { refusal: 'I will not.' } }]);
    const answer = await scene.model.ask(request(listener().watch));
    expect(answer).toMatchObject({ finish: 'refusal', text: 'I will not.' });
  });

  test('is a refusal when a content filter stopped it', async () => {
    await using scene = await start([{ reply: { text: '', finish: 'content_filter' } }]);
    const answer = await scene.model.ask(request(listener().watch));
    expect(answer.finish).toBe('refusal');
  });

  test('is marked as cut when the model ran out of room', async () => {
    await using scene = await start([{ reply: { text: 'and then', finish: 'length' } }]);
    const answer = await scene.model.ask(request(listener().watch));
    expect(answer).toMatchObject({ finish: 'length', text: 'and then' });
  });

  test('is counted by us when the server sends no numbers', async () => {
    await using scene = await start([{ reply: { text: 'one two three four', usage: null } }]);
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
    await using scene = await start([{ fault: 'stall' }], {
      firstDeltaMs: 60_000,
      totalMs: 60_000,
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
