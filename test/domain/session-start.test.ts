import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maySessionStart, sessionsThatCount } from '../../src/domain/session-start.ts';
import type { SessionStartLimit } from '../../src/domain/session-start.ts';

const secondMs = 1000;
const hourMs = 3600 * secondMs;
const dayMs = 24 * hourMs;

/** What Discord says to a new application. */
const usual: SessionStartLimit = { total: 1000, remaining: 1000, resetAfterMs: dayMs, atOnce: 1 };

/**
 * A program that wants a session as often as it may.
 * @param everyMs how often it asks
 * @returns when its sessions started, ms since the first
 */
function insist(limit: SessionStartLimit, everyMs: number, forMs: number): number[] {
  const starts: number[] = [];
  for (let now = 0; now <= forMs; now += everyMs) {
    const ages = starts.map((at) => now - at).toReversed();
    const counting = ages.slice(0, sessionsThatCount(limit));
    if (maySessionStart(limit, counting).isAllowed) starts.push(now);
  }
  return starts;
}

describe('a session', () => {
  test.each([
    ['the first one', usual, [], { isAllowed: true }],
    ['after a restart', usual, [20 * secondMs], { isAllowed: true }],
    ['after two quick restarts', usual, [6, 12].map((s) => s * secondMs), { isAllowed: true }],
    [
      'sooner than Discord takes two in a row',
      usual,
      [2 * secondMs],
      { isAllowed: false, why: 'pace', waitMs: 3 * secondMs },
    ],
    [
      'the fifth of an hour',
      usual,
      [10, 60, 120, 180].map((s) => s * secondMs),
      { isAllowed: false, why: 'pace', waitMs: 5 * secondMs },
    ],
    [
      'the tenth of an hour',
      usual,
      Array.from({ length: 9 }, (_, n) => (n + 1) * 60 * secondMs),
      { isAllowed: false, why: 'pace', waitMs: 540 * secondMs },
    ],
    [
      'the 101st of a day',
      usual,
      Array.from({ length: 100 }, (_, n) => 2 * hourMs + n * 600 * secondMs),
      { isAllowed: false, why: 'day', waitMs: dayMs - 2 * hourMs - 99 * 600 * secondMs },
    ],
    [
      'one of the last fifty that Discord allows',
      { ...usual, remaining: 49, resetAfterMs: 90 * secondMs },
      [],
      { isAllowed: false, why: 'reserve', waitMs: 90 * secondMs },
    ],
    [
      'where Discord allows ten times as many, the fifth of an hour',
      { ...usual, total: 10_000, remaining: 10_000 },
      [10, 60, 120, 180].map((s) => s * secondMs),
      { isAllowed: true },
    ],
  ] as const)('%s', (_, limit, ages, verdict) => {
    expect(maySessionStart(limit, ages)).toEqual(verdict);
  });
});

test.each([1, 16])('fifty starts in a minute open five sessions at most (%i at once)', (atOnce) => {
  const starts = insist({ ...usual, atOnce }, 1200, 60 * secondMs);
  expect(starts.length).toBeGreaterThanOrEqual(3);
  expect(starts.length).toBeLessThanOrEqual(5);
});

test('a program that crashes all day long uses a tenth of what Discord allows', () => {
  const starts = insist(usual, 5 * secondMs, dayMs - 1);
  expect(starts.length).toBeLessThanOrEqual(100);
  expect(starts.filter((at) => at < hourMs).length).toBeLessThanOrEqual(12);
});

test('in no span of a day there are more sessions than a tenth of the limit, and none is refused for ever', () => {
  const limits = fc.record({
    total: fc.integer({ min: 20, max: 400 }),
    atOnce: fc.integer({ min: 1, max: 4 }),
    everyMs: fc.integer({ min: 60, max: 3600 }).map((s) => s * secondMs),
  });
  fc.assert(
    fc.property(limits, ({ total, atOnce, everyMs }) => {
      const limit = { total, remaining: total, resetAfterMs: dayMs, atOnce };
      const starts = insist(limit, everyMs, 3 * dayMs);
      for (const at of starts) {
        const inDay = starts.filter((other) => other > at - dayMs && other <= at);
        expect(inDay.length).toBeLessThanOrEqual(Math.max(1, Math.floor(total / 10)));
      }
      expect(starts.at(-1)).toBeGreaterThan(2 * dayMs - everyMs);
    }),
    { numRuns: 50 },
  );
});
