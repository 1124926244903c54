// Numbers that look random and are the same every time.

export interface Random {
  /** A whole number from 0 to `end - 1`. */
  below(end: number): number;
  /** @throws RangeError for an empty list */
  one<T>(list: readonly T[]): T;
}

/** Mulberry32. */
export function seededRandom(seed: number): Random {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (end: number) => Math.floor(next() * end);
  return {
    below,
    one: (list) => {
      const [chosen] = list.slice(below(list.length));
      if (chosen === undefined) throw new RangeError('nothing to choose from');
      return chosen;
    },
  };
}
