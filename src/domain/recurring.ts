// What comes again: reasons for which outputs of the same Specialist went back, put together where
// they say nearly the same. Simple on purpose: what a person would call the same complaint shares
// many of its words, and whoever reads the groups judges them anyway (LEARNING.md §1.2). Pure.
import type { Outcome } from './feedback.ts';
import { limits } from './limits.ts';
import { similarity } from './lint-bullet.ts';

/** One complaint, in the words in which it came first. */
export interface Recurring {
  learner: string;
  reason: string;
  times: number;
  /** Outputs that it was about, such as `P1.T2.v1`. */
  outputs: string[];
}

/** From here on two reasons are the same complaint; below a bullet's, for they are free speech. */
const sameFrom = 0.5;

/** @returns what came most often first */
export function recurringIn(outcomes: readonly Outcome[]): Recurring[] {
  const found: Recurring[] = [];
  for (const { projectId, task, revision, agentId: learner, reasons } of outcomes) {
    const output = `${projectId}.${task}.v${revision + 1}`;
    for (const reason of reasons) {
      const known = found.find(
        (one) => one.learner === learner && similarity(one.reason, reason) >= sameFrom,
      );
      if (known === undefined) found.push({ learner, reason, times: 1, outputs: [output] });
      else {
        known.times += 1;
        known.outputs.push(output);
      }
    }
  }
  return found.toSorted((one, other) => other.times - one.times).slice(0, limits.recurringMax);
}
