// Chance that can be told again: a number from a seed and a name. Nothing is drawn from a stream,
// so neither the order of events nor their timing changes what is thrown for a name.
import { createHash } from 'node:crypto';

export type Dice = (...name: readonly (string | number)[]) => number;

/** @returns numbers in [0, 1), the same for the same seed and name */
export function createDice(seed: number): Dice {
  return (...name) => {
    const text = [seed, ...name].join('\u001f');
    return createHash('sha256').update(text).digest().readUIntBE(0, 6) / 2 ** 48;
  };
}

/** One of several things by their weights, for a throw in [0, 1). */
export function weighted<T>(thrown: number, choices: readonly (readonly [T, number])[]): T {
  const whole = choices.reduce((sum, [, weight]) => sum + weight, 0);
  let left = thrown * whole;
  for (const [choice, weight] of choices) {
    left -= weight;
    if (left < 0) return choice;
  }
  const last = choices.at(-1);
  if (last === undefined) throw new Error('There is nothing to choose from.');
  return last[0];
}

/** The same things in another order, by a seed and a name. */
export function shuffled<T>(dice: Dice, name: string, things: readonly T[]): T[] {
  return things
    .map((thing, at) => ({ thing, by: dice(name, at) }))
    .sort((a, b) => a.by - b.by)
    .map(({ thing }) => thing);
}
