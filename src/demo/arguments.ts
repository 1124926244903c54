// The demo's command line.
import { parseArgs } from 'node:util';
import { limits } from '../domain/limits.ts';

export interface DemoArguments {
  objective: string;
  /** Which approach card the Director picks, from 1. */
  approach: number;
  /** Projects with the same objective, one after the other. */
  projects: number;
  /** Pause before the Director decides anything. */
  decisionDelayMs: number;
  isJson: boolean;
}

export const demoUsage = `npm run demo -- "your objective in words" [options]
  --approach N          pick the N-th approach (1)
  --projects N          do it N times, so that Specialists are reused (1)
  --decision-delay MS   let the Director think before each decision (0)
  --json                print one line of JSON at the end`;

const defaultObjective =
  'Write a launch kit for a neighbourhood bike-repair co-operative: a one-page plan, ' +
  'a budget table and three announcements';

/** @returns the arguments, or what is wrong with them */
export function readArguments(words: string[]): DemoArguments | { fault: string } {
  let parsed;
  try {
    parsed = parseArgs({
      args: words,
      allowPositionals: true,
      options: {
        approach: { type: 'string', default: '1' },
        projects: { type: 'string', default: '1' },
        'decision-delay': { type: 'string', default: '0' },
        json: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return { fault: error instanceof Error ? error.message : 'unreadable arguments' };
  }
  const { values, positionals } = parsed;
  const numbers = [
    { name: 'approach', value: Number(values.approach), min: 1, max: limits.approachesMax },
    { name: 'projects', value: Number(values.projects), min: 1, max: 20 },
    { name: 'decision-delay', value: Number(values['decision-delay']), min: 0, max: 600_000 },
  ];
  for (const { name, value, min, max } of numbers) {
    if (!Number.isInteger(value) || value < min || value > max) {
      return { fault: `--${name} wants a whole number from ${min} to ${max}` };
    }
  }
  const objective = positionals.join(' ').trim();
  return {
    objective: objective === '' ? defaultObjective : objective,
    approach: Number(values.approach),
    projects: Number(values.projects),
    decisionDelayMs: Number(values['decision-delay']),
    isJson: values.json,
  };
}
