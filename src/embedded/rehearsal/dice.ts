// Chance that is no chance: every choice is drawn from a hash of the seed and of what the choice is
// about, never from a counter or the clock. So the same request gets the same answer in whatever
// order requests come, and two turns that hash the same parts (a first version and its revision)
// make the same choices.
import { sha256 } from '../../lib/json.ts';

export interface Dice {
  /** From `min` to `max`, both included. */
  int(min: number, max: number): number;
  /** @throws RangeError on an empty list */
  pick<T>(list: readonly T[]): T;
  /** Up to `count` different members, in drawn order. */
  some<T>(list: readonly T[], count: number): T[];
}

/** @param parts what the choices are about; equal parts give equal choices */
export function createDice(...parts: readonly (string | number)[]): Dice {
  let state = Number.parseInt(sha256(parts.join('\u0001')).slice(0, 8), 16);
  // Mulberry32: small, and even enough for choosing words.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  const pick = <T>(list: readonly T[]): T => {
    const [chosen] = list.slice(int(0, list.length - 1));
    if (chosen === undefined) throw new RangeError('Nothing to pick from');
    return chosen;
  };
  const some = <T>(list: readonly T[], count: number): T[] => {
    const left = [...list];
    const drawn: T[] = [];
    while (left.length > 0 && drawn.length < count) {
      drawn.push(...left.splice(int(0, left.length - 1), 1));
    }
    return drawn;
  };
  return { int, pick, some };
}
