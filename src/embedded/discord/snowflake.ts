// Ids on Discord's epoch, because clients read the time out of them and bucket routes by 17–19
// digits. Invariant: every id is greater than all ids before it, across restarts and even when
// the wall clock steps back. Surprise: a burst counts up in the low 22 bits, so an id's time stays
// true.
import type { Clock } from '../../lib/clock.ts';

const discordEpochMs = 1_420_070_400_000;
const timeShift = 22n;
/** Below this an id would have fewer than 17 digits, which clients do not recognise. */
const smallestMs = discordEpochMs + 30 * 24 * 3_600_000;

export interface Snowflakes {
  next(): string;
}

/** @param after the greatest id already given out, `0` when there is none. */
export function createSnowflakes(clock: Clock, after: string): Snowflakes {
  let last = BigInt(after);
  return {
    next() {
      const now = snowflakeAt(clock.now());
      last = now > last ? now : last + 1n;
      return last.toString();
    },
  };
}

/** The instant an id was made, in epoch ms. */
export function instantOf(id: string): number {
  return Number(BigInt(id) >> timeShift) + discordEpochMs;
}

export function isSnowflake(text: string): boolean {
  return /^\d{17,20}$/.test(text);
}

/** Orders ids by age without building big integers: a longer decimal is the greater one. */
export function compareIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function snowflakeAt(epochMs: number): bigint {
  const sinceEpoch = Math.max(epochMs, smallestMs) - discordEpochMs;
  return BigInt(Math.floor(sinceEpoch)) << timeShift;
}
