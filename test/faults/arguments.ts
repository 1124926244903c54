// The command line of the fault run.
import { parseArgs } from 'node:util';
import { points } from '../../src/lib/points.ts';
import type { Point } from '../../src/lib/points.ts';

export interface FaultArguments {
  seed: number;
  kills: number;
  /** Points to kill at; null for all. */
  only: Point[] | null;
  hasControls: boolean;
  isJson: boolean;
}

export const faultUsage = `npm run faults -- [options]
  --seed N        the same seed gives the same faults again (1)
  --kills N       lives to end at labelled points (150)
  --points A,B    only at these points of src/lib/points.ts
  --no-controls   leave out the runs without a guard, which must fail
  --json          print one line of JSON at the end`;

/** @returns the arguments, or what is wrong with them */
export function readFaultArguments(words: string[]): FaultArguments | { fault: string } {
  let parsed;
  try {
    parsed = parseArgs({
      args: words,
      options: {
        seed: { type: 'string', default: '1' },
        kills: { type: 'string', default: '150' },
        points: { type: 'string' },
        'no-controls': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return { fault: error instanceof Error ? error.message : 'unreadable arguments' };
  }
  const { values } = parsed;
  const seed = Number(values.seed);
  if (!Number.isInteger(seed) || seed < 0) return { fault: '--seed wants a whole number' };
  const kills = Number(values.kills);
  if (!Number.isInteger(kills) || kills < 1 || kills > 5000) {
    return { fault: '--kills wants a whole number from 1 to 5000' };
  }
  const named = values.points?.split(',').map((name) => name.trim()) ?? null;
  const only = points.filter((point) => named?.includes(point) ?? false);
  const unknown = named?.find((name) => !points.some((point) => point === name));
  if (unknown !== undefined) return { fault: `There is no point ${unknown}.` };
  return {
    seed,
    kills,
    only: named === null ? null : only,
    hasControls: !values['no-controls'],
    isJson: values.json,
  };
}
