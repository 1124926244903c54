import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isForQueue, pauseAfter } from '../../src/model/ask.ts';
import { createConcurrency } from '../../src/model/concurrency.ts';
import { defaultModelLimits as limits } from '../../src/model/limits.ts';

type State = Parameters<typeof pauseAfter>[0];

/** The pause; `undefined` where there is none, be it that the queue waits instead. */
function pauseOf(about: Partial<State>): number | undefined {
  const state: State = {
    again: 'backoff',
    failures: { backoff: 1, wait: 1, once: 1, no: 1 },
    elapsedMs: 0,
    retryAfterMs: undefined,
    random: 1,
    limits,
    ...about,
  };
  const pauseMs = pauseAfter(state);
  return pauseMs === undefined || isForQueue(pauseMs, state) ? undefined : pauseMs;
}

const failed = (count: number) => ({ backoff: count, wait: count, once: count, no: count });

describe('the pause before asking again', () => {
  test('doubles from one second and stops at the sixth failure', () => {
    const pauses = [1, 2, 3, 4, 5, 6].map((count) => pauseOf({ failures: failed(count) }));
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, undefined]);
  });

  test('after a rate limit without a hint grows, and the queue waits the longer ones', () => {
    const pauses = [1, 3, 4, 5].map((count) => pauseOf({ again: 'wait', failures: failed(count) }));
    expect(pauses).toEqual([1_000, 4_000, 8_000, undefined]);
  });

  test('is at least what the server asks for', () => {
    expect(pauseOf({ again: 'wait', retryAfterMs: 8_000, random: 0 })).toBe(8_000);
    expect(pauseOf({ retryAfterMs: 5_000, random: 1 })).toBe(5_500);
  });

  test('is none when a server that fails asks for more than a minute', () => {
    expect(pauseOf({ retryAfterMs: 61_000 })).toBeUndefined();
  });

  test('is none once a quarter of an hour has gone', () => {
    expect(pauseOf({ elapsedMs: 15 * 60_000 })).toBeUndefined();
    expect(pauseOf({ again: 'wait', elapsedMs: 15 * 60_000 })).toBeUndefined();
  });

  test('after nothing was answered is taken once, and at once', () => {
    expect(pauseOf({ again: 'once' })).toBe(0);
    expect(pauseOf({ again: 'once', failures: failed(2) })).toBeUndefined();
  });

  test('is none where asking again cannot help', () => {
    expect(pauseOf({ again: 'no' })).toBeUndefined();
  });

  test('is never negative and never longer than a minute', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('backoff', 'wait', 'once', 'no'),
        fc.integer({ min: 1, max: 10_000 }),
        fc.option(fc.integer({ min: 0, max: 10 ** 9 }), { nil: undefined }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (...[again, count, retryAfterMs, random]) => {
          const pause = pauseOf({ again, failures: failed(count), retryAfterMs, random }) ?? 0;
          expect(pause).toBeGreaterThanOrEqual(0);
          expect(pause).toBeLessThanOrEqual(limits.waitMaxMs);
        },
      ),
    );
  });
});

describe('how many run at once', () => {
  const tooFast = new Error('429');
  const start = (first: number, max = 100) =>
    createConcurrency({ first, max, isTooFast: (error) => error === tooFast });
  const refuse = () => Promise.reject(tooFast);

  test('is never more than the limit, first come first served', async () => {
    const concurrency = start(2, 2);
    const order: number[] = [];
    let running = 0;
    const work = async (index: number) => {
      order.push(index);
      running += 1;
      expect(running).toBeLessThanOrEqual(2);
      await new Promise(setImmediate);
      running -= 1;
    };
    const indexes = Array.from({ length: 20 }, (_, index) => index);
    await Promise.all(indexes.map((index) => concurrency.run(() => work(index), undefined)));
    expect(order).toEqual(indexes);
  });

  test('is halved once by a burst of refusals, and never below one', async () => {
    const concurrency = start(16);
    const burst = () =>
      Promise.allSettled(Array.from({ length: 10 }, () => concurrency.run(refuse, undefined)));
    await burst();
    expect(concurrency.limit()).toBe(8);
    for (let round = 0; round < 10; round += 1) await burst();
    expect(concurrency.limit()).toBe(1);
  });

  test('grows by one for each full round of answers, up to its maximum', async () => {
    const concurrency = start(4, 6);
    for (let asked = 0; asked < 5; asked += 1) {
      await concurrency.run(() => Promise.resolve(), undefined);
    }
    expect(concurrency.limit()).toBe(5);
    for (let asked = 0; asked < 100; asked += 1) {
      await concurrency.run(() => Promise.resolve(), undefined);
    }
    expect(concurrency.limit()).toBe(6);
  });

  test('does not grow by what was no answer', async () => {
    const concurrency = start(4, 6);
    for (let asked = 0; asked < 100; asked += 1) {
      await concurrency.run(
        () => Promise.resolve('turned away'),
        undefined,
        () => false,
      );
    }
    expect(concurrency.limit()).toBe(4);
  });

  test('does not shrink for other faults', async () => {
    const concurrency = start(16);
    const failing = concurrency.run(() => Promise.reject(new Error('500')), undefined);
    await expect(failing).rejects.toThrow('500');
    expect(concurrency.limit()).toBe(16);
  });

  test('gives a place in the queue back when its caller leaves', async () => {
    const concurrency = start(1, 1);
    const caller = new AbortController();
    const { promise, resolve } = Promise.withResolvers<void>();
    const first = concurrency.run(() => promise, undefined);
    const left = concurrency.run(() => Promise.resolve('left'), caller.signal);
    const last = concurrency.run(() => Promise.resolve('last'), undefined);
    caller.abort();
    await expect(left).rejects.toMatchObject({ code: 'aborted' });
    resolve();
    await first;
    expect(await last).toBe('last');
  });
});
