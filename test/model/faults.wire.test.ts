// Each row of the fault table against a server that fails in exactly that way: what the fault is
// called, how many requests it cost, and whether the queue should bring the work back.
import { describe, expect, test } from 'vitest';
import type { ScriptedFault } from '../support/scripted-faults.ts';
import { errorOf, request, startScene } from './arrange.ts';

const many = { times: 'any' } as const;

/** Fault, how it is asked, its name with us, requests sent in all, what becomes of the work. */
const table: [ScriptedFault, 'whole' | 'stream', string, number, 'later' | 'never'][] = [
  [{ fault: 'quota' }, 'whole', 'quota-exhausted', 1, 'later'],
  [{ fault: 'quota', code: 'credit_balance_exhausted' }, 'whole', 'quota-exhausted', 1, 'later'],
  [{ fault: 'quota', code: 'billing_hard_limit_reached' }, 'stream', 'quota-exhausted', 1, 'later'],
  [{ fault: 'bad-request', status: 402 }, 'whole', 'quota-exhausted', 1, 'later'],
  [{ fault: 'server-error' }, 'whole', 'unreachable', 6, 'later'],
  [{ fault: 'server-error' }, 'stream', 'unreachable', 6, 'later'],
  [{ fault: 'overloaded' }, 'whole', 'unreachable', 6, 'later'],
  [{ fault: 'bad-request', status: 408 }, 'whole', 'unreachable', 6, 'later'],
  [{ fault: 'bad-request', status: 409 }, 'whole', 'unreachable', 6, 'later'],
  [{ fault: 'reset' }, 'whole', 'unreachable', 6, 'later'],
  [{ fault: 'reset' }, 'stream', 'unreachable', 6, 'later'],
  [{ fault: 'error-event' }, 'stream', 'unreachable', 6, 'later'],
  [{ fault: 'cut-connection' }, 'whole', 'cut-off', 6, 'later'],
  [{ fault: 'cut-connection' }, 'stream', 'cut-off', 6, 'later'],
  [{ fault: 'cut-body' }, 'whole', 'cut-off', 6, 'later'],
  [{ fault: 'cut-body' }, 'stream', 'cut-off', 6, 'later'],
  [{ fault: 'truncate' }, 'stream', 'cut-off', 6, 'later'],
  [{ fault: 'html' }, 'whole', 'garbled', 6, 'later'],
  [{ fault: 'context-length' }, 'whole', 'context-exceeded', 1, 'never'],
  [{ fault: 'context-length' }, 'stream', 'context-exceeded', 1, 'never'],
  [{ fault: 'content-policy' }, 'whole', 'content-refused', 1, 'never'],
  [{ fault: 'bad-key' }, 'whole', 'access-refused', 1, 'later'],
  [{ fault: 'forbidden' }, 'whole', 'access-refused', 1, 'later'],
  [{ fault: 'model-missing' }, 'whole', 'access-refused', 1, 'later'],
  [{ fault: 'bad-request' }, 'whole', 'request-rejected', 1, 'never'],
  [
    { fault: 'bad-request', message: 'llama3 does not support tools' },
    'whole',
    'tools-unsupported',
    1,
    'never',
  ],
  [{ fault: 'empty' }, 'whole', 'empty-answer', 2, 'never'],
  [{ fault: 'empty' }, 'stream', 'empty-answer', 2, 'never'],
];

describe.each(['chat', 'responses'] as const)('an endpoint (%s) that only ever fails', (api) => {
  test.each(table)('by %j (%s) is %s after %i requests, to be tried %s', async (...row) => {
    const [fault, how, code, requests, retry] = row;
    await using scene = await startScene({ steps: [{ ...fault, ...many }], endpoint: { api } });
    const watch = how === 'stream' ? { onText: () => undefined } : {};
    const error = await errorOf(scene.model.ask(request(watch)));
    expect(error).toMatchObject({ code, retry });
    expect(error.ids).toMatchObject({ model: 'test-model', attempts: requests });
    expect(scene.server.requests).toHaveLength(requests);
    expect(error.forPeople.length).toBeGreaterThan(20);
    scene.server.expectDone();
  });

  test('by not existing is unreachable', async () => {
    await using scene = await startScene({ steps: [] });
    await scene.server[Symbol.asyncDispose]();
    expect(await errorOf(scene.model.ask(request()))).toMatchObject({
      code: 'unreachable',
      retry: 'later',
      ids: { attempts: 6 },
    });
  });

  test('tells the operator what the server said, whatever form its errors have', async () => {
    await using scene = await startScene({
      steps: [{ fault: 'server-error', message: 'the disk is full', ...many }],
    });
    const error = await errorOf(scene.model.ask(request()));
    expect(error.message).toBe('unreachable: 500 the disk is full');
    expect(error.ids).toMatchObject({ status: 500 });
    expect(error.cause).toBeInstanceOf(Error);
  });
});

describe('an endpoint that recovers', () => {
  test('is asked again until it answers', async () => {
    await using scene = await startScene({
      steps: [
        { fault: 'server-error' },
        { fault: 'reset' },
        { fault: 'cut-body' },
        { fault: 'html' },
        { fault: 'empty' },
        { reply: { text: 'At last' } },
      ],
    });
    expect(await scene.model.ask(request())).toMatchObject({ text: 'At last', attempts: 6 });
    scene.server.expectDone();
  });

  test('from a rate limit is waited for longer than six requests', async () => {
    await using scene = await startScene({
      steps: [{ fault: 'rate-limit', retryAfterMs: 1, times: 20 }, { reply: { text: 'Go on' } }],
    });
    expect(await scene.model.ask(request())).toMatchObject({ text: 'Go on', attempts: 21 });
    scene.server.expectDone();
  });

  test('takes back the text that a failed attempt had shown', async () => {
    await using scene = await startScene({
      steps: [{ fault: 'truncate' }, { reply: { text: 'Whole' } }],
    });
    const shown: string[] = [];
    const answer = await scene.model.ask(
      request({
        onText: (delta) => shown.push(delta),
        onTextReset: () => shown.push('<forget>'),
      }),
    );
    expect(answer.text).toBe('Whole');
    expect(shown).toEqual(['This is only', '<forget>', 'Whole']);
  });
});

describe('a rate limit', () => {
  test('that asks for a long pause gives the question back with that pause', async () => {
    await using scene = await startScene({
      steps: [{ fault: 'rate-limit', retryAfterMs: 90_000 }],
    });
    const error = await errorOf(scene.model.ask(request()));
    expect(error).toMatchObject({ code: 'rate-limited', retry: 'later' });
    expect(error.retryAfterMs).toBeGreaterThanOrEqual(90_000);
    expect(error.retryAfterMs).toBeLessThan(99_000);
    scene.server.expectDone();
  });

  test('that never ends is given up after the retry window', async () => {
    await using scene = await startScene({
      steps: [{ fault: 'rate-limit', retryAfterMs: 10, ...many }],
      limits: { retryWindowMs: 100 },
    });
    const error = await errorOf(scene.model.ask(request()));
    expect(error).toMatchObject({ code: 'rate-limited', retry: 'later' });
    expect(scene.server.requests.length).toBeLessThanOrEqual(11);
  });

  test('halves how many requests run at once, and answers raise it again', async () => {
    let atOnce = 0;
    let atOnceMax = 0;
    await using scene = await startScene({
      mode: 'matching',
      steps: [
        { fault: 'rate-limit', retryAfterMs: 1 },
        {
          times: 40,
          respond: async () => {
            atOnce += 1;
            atOnceMax = Math.max(atOnceMax, atOnce);
            await new Promise(setImmediate);
            atOnce -= 1;
            return { reply: { text: 'ok' } };
          },
        },
      ],
      limits: { concurrencyFirst: 2, concurrencyMax: 4 },
    });
    await scene.model.ask(request());
    atOnceMax = 0;
    await Promise.all(Array.from({ length: 39 }, () => scene.model.ask(request())));
    expect(atOnceMax).toBeLessThanOrEqual(4);
    expect(atOnceMax).toBeGreaterThan(1);
    scene.server.expectDone();
  });
});

describe.each(['chat', 'responses'] as const)('a server (%s) that goes silent', (api) => {
  test.each([
    ['before the headers', 'stall', 'no content within 150 ms'],
    ['after its first words', 'stall-midway', 'no content for 100 ms'],
    ['but for keep-alive comments', 'keep-alive-only', 'no content for 100 ms'],
    ['but for empty chunks', 'empty-chunks-only', 'no content for 100 ms'],
  ] as const)('%s is left after the idle time', async (_when, fault, why) => {
    // Either timer may be the one that is short, so that the other never wins on a slow machine.
    const timers = fault === 'stall' ? { idleMs: 60_000 } : { firstDeltaMs: 60_000 };
    await using scene = await startScene({
      steps: [{ fault, times: 2 }],
      limits: { attemptsMax: 2, totalMs: 60_000, ...timers },
      endpoint: { api },
    });
    const error = await errorOf(scene.model.ask(request({ onText: () => undefined })));
    expect(error).toMatchObject({ code: 'stalled', retry: 'later' });
    expect(error.message).toBe(`stalled: ${why}`);
    await scene.server.closed(1);
    scene.server.expectDone();
  });

  test.each(['stall', 'stall-midway'] as const)(
    'without streaming (%s) is left after the total time',
    async (fault) => {
      await using scene = await startScene({
        steps: [{ fault }, { reply: { text: 'Awake' } }],
        limits: { totalMs: 500 },
        endpoint: { api },
      });
      expect(await scene.model.ask(request())).toMatchObject({ text: 'Awake', attempts: 2 });
    },
  );

  test('between attempts does not keep an aborted caller waiting', async () => {
    await using scene = await startScene({
      steps: [{ fault: 'server-error' }],
      limits: { backoffFirstMs: 60_000, backoffMaxMs: 60_000 },
      endpoint: { api },
    });
    const caller = new AbortController();
    const asking = errorOf(scene.model.ask(request({ signal: caller.signal })));
    await scene.server.closed(0);
    caller.abort();
    expect((await asking).code).toBe('aborted');
  });
});

describe('a prompt that the model cannot have read whole', () => {
  const longText = 'The quick brown fox jumps over the lazy dog. '.repeat(400);

  test('is an error, however good the answer looks', async () => {
    const usage = { inputTokens: 2_000, outputTokens: 3 };
    await using scene = await startScene({ steps: [{ reply: { text: 'Fine', usage } }] });
    const messages = [{ role: 'user', text: longText }] as const;
    expect(await errorOf(scene.model.ask(request({ messages })))).toMatchObject({
      code: 'prompt-truncated',
      retry: 'never',
      ids: { readTokens: 2_000 },
    });
    scene.server.expectDone();
  });

  test('is not sent at all when it cannot fit', async () => {
    await using scene = await startScene({ steps: [], endpoint: { contextTokens: 2_000 } });
    const messages = [{ role: 'user', text: longText }] as const;
    expect(await errorOf(scene.model.ask(request({ messages })))).toMatchObject({
      code: 'context-exceeded',
    });
    expect(scene.server.requests).toEqual([]);
  });
});
