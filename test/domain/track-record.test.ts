// Scores with uncertainty: what few tasks say, what many do, and when a habit is worth changing.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { betaBelow, betaQuantile } from '../../src/domain/beta.ts';
import { anyDomain, recordWords, trackRecordOf } from '../../src/domain/track-record.ts';
import type { TrackRecord, Work } from '../../src/domain/track-record.ts';

/** @param fates one letter a task: `x` went wrong, anything else did not */
function worksOf(fates: string, domains = ['writing']): Work[] {
  return Array.from(fates, (fate, at) => ({
    projectId: 'P1',
    task: `T${at + 1}`,
    agentId: 'A1',
    domains,
    wentWrong: fate === 'x',
    returns: fate === 'x' ? 1 : 0,
  }));
}

function overall(fates: string): TrackRecord {
  const record = trackRecordOf(worksOf(fates), 'A1').find(({ domain }) => domain === anyDomain);
  if (record === undefined) throw new Error('There is no record.');
  return record;
}

describe('the Beta distribution', () => {
  // Closed forms: Beta(1, 1) is uniform, Beta(a, 1) is xᵃ; the others from tables of the F test.
  test.each([
    [0.3, { a: 1, b: 1 }, 0.3],
    [0.5, { a: 3, b: 1 }, 0.125],
    [0.5, { a: 7, b: 7 }, 0.5],
    [0.25, { a: 2, b: 8 }, 0.6997],
    [0.9, { a: 20, b: 5 }, 0.9149],
  ])('at %d with %o lies below with %d', (x, shape, probability) => {
    expect(betaBelow(x, shape)).toBeCloseTo(probability, 3);
  });

  test('has quantiles that lead back', () => {
    const shape = fc.record({
      a: fc.integer({ min: 1, max: 300 }),
      b: fc.integer({ min: 1, max: 300 }),
    });
    fc.assert(
      fc.property(shape, fc.double({ min: 0.02, max: 0.98, noNaN: true }), (of, p) => {
        expect(betaBelow(betaQuantile(p, of), of)).toBeCloseTo(p, 6);
      }),
    );
  });
});

describe('a track record', () => {
  test('says nothing of whoever has done nothing', () => {
    expect(trackRecordOf(worksOf('x.'), 'A2')).toEqual([]);
  });

  test('is sure of little after one task and of more after thirty', () => {
    const [one, thirty] = ['.', '.'.repeat(30)].map(overall);
    expect(one).toMatchObject({ tasks: 1, wentWrong: 0, low: 0.037, high: 0.394 });
    expect((thirty?.high ?? 1) - (thirty?.low ?? 0)).toBeLessThan(0.15);
  });

  test.each([
    ['xx', false],
    ['xxxxx.....', false],
    ['xxxxxx....', true],
    ['x.........', false],
    [`${'x'.repeat(12)}${'.'.repeat(18)}`, true],
  ])('of %s is a gap: %s', (fates, isGap) => {
    expect(overall(fates).isGap).toBe(isGap);
  });

  test('counts a task in each of its domains and once over all', () => {
    const works = [...worksOf('x.', ['writing', 'travel']), ...worksOf('.', ['travel'])];
    expect(
      trackRecordOf(works, 'A1').map(({ domain, tasks, wentWrong }) => [domain, tasks, wentWrong]),
    ).toEqual([
      ['all', 3, 1],
      ['travel', 3, 1],
      ['writing', 2, 1],
    ]);
  });

  test('is put in words that say how sure it is', () => {
    expect(recordWords(overall('x..'))).toBe(
      '3 tasks, 1 went wrong; expect 23 % (7–44 %, 90 % sure)',
    );
  });

  test('holds the expected share between its ends', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[x.]{1,60}$/), (fates) => {
        const { low, share, high } = overall(fates);
        expect(low).toBeLessThan(share);
        expect(share).toBeLessThan(high);
      }),
    );
  });
});
