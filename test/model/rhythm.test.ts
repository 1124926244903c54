// How soon an endpoint that hangs is noticed: as soon as it takes far longer than it ever did.
import { describe, expect, test } from 'vitest';
import { defaultModelLimits as limits } from '../../src/model/limits.ts';
import { createRhythm } from '../../src/model/rhythm.ts';

function after(answers: number, taken: { firstMs: number; gapMs: number }) {
  const rhythm = createRhythm(limits);
  for (let count = 0; count < answers; count += 1) rhythm.answered(taken);
  return rhythm;
}

describe('the patience with an endpoint', () => {
  test('is all there is until it has answered a few times', () => {
    const rhythm = after(4, { firstMs: 100, gapMs: 5 });
    expect([rhythm.firstDeltaMs(), rhythm.idleMs()]).toEqual([120_000, 45_000]);
  });

  test('is a part of it with one that is quick', () => {
    const rhythm = after(5, { firstMs: 100, gapMs: 5 });
    expect([rhythm.firstDeltaMs(), rhythm.idleMs()]).toEqual([30_000, 15_000]);
  });

  test('grows with what it has taken, and never beyond the limits', () => {
    const slow = after(5, { firstMs: 2_000, gapMs: 1_000 });
    expect([slow.firstDeltaMs(), slow.idleMs()]).toEqual([40_000, 20_000]);
    const slower = after(5, { firstMs: 60_000, gapMs: 30_000 });
    expect([slower.firstDeltaMs(), slower.idleMs()]).toEqual([120_000, 45_000]);
  });

  test('is all there is after it hung, until it answers again', () => {
    const rhythm = after(9, { firstMs: 100, gapMs: 5 });
    rhythm.stalled();
    expect(rhythm.idleMs()).toBe(45_000);
    rhythm.answered({ firstMs: 100, gapMs: 5 });
    expect(rhythm.idleMs()).toBe(15_000);
  });
});
