import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compareIds,
  createSnowflakes,
  instantOf,
} from '../../../src/embedded/discord/snowflake.ts';

const clockAt = (instant: number) => ({ now: () => instant, monotonic: () => 0 });
const noon = Date.UTC(2026, 7, 1, 12);

test('an id tells when it was made', () => {
  const snowflakes = createSnowflakes(clockAt(noon), '0');
  expect(instantOf(snowflakes.next())).toBe(noon);
});

test('ids only grow, whatever the clock does and across restarts', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5_000, max: 5_000 }), { minLength: 2 }), (steps) => {
      let now = noon;
      let last = '0';
      for (const step of steps) {
        now += step;
        // A new source for every id is a restart that only knows the greatest id.
        const id = createSnowflakes(clockAt(now), last).next();
        expect(compareIds(id, last)).toBeGreaterThan(0);
        last = id;
      }
    }),
  );
});

test('an id has 17 to 19 digits even when the clock stands at the epoch', () => {
  const id = createSnowflakes(clockAt(0), '0').next();
  expect(id).toMatch(/^\d{17,19}$/);
});

test('ids are ordered by age although they are text', () => {
  expect(['99999999999999999', '100000000000000000', '5'].sort(compareIds)).toEqual([
    '5',
    '99999999999999999',
    '100000000000000000',
  ]);
});
