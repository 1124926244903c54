// A choice that waits for a human: what, why, the options and which one is the default. It is a row
// and a card in #decisions, and it is closed exactly once.
import { z } from 'zod';
import { DecisionId, TaskId } from './ids.ts';
import { prose } from './prose.ts';

export const PendingDecision = z.strictObject({
  id: DecisionId,
  /** `approach` and `plan` come before work; `output` wants the Director's own approval;
   *  `stuck` is work that its team could not finish; `budget` is a ceiling that holds turns. */
  kind: z.enum(['approach', 'plan', 'output', 'stuck', 'budget']),
  title: prose(200),
  why: prose(1500),
  options: z.array(prose(100)).min(1).max(5),
  task: TaskId.nullable(),
  openedAt: z.int().nonnegative(),
});
export type PendingDecision = z.infer<typeof PendingDecision>;

/** The words on the buttons; a click is told by its number, and means these words. */
export const options = {
  approve: 'Approve',
  revise: 'Revise',
  cancel: 'Cancel',
  accept: 'Accept',
  askForChanges: 'Ask for changes',
  tryAgain: 'Try once more',
  acceptAsItIs: 'Accept as it is',
  cancelProject: 'Cancel the project',
  doubleBudget: 'Double the budget',
} as const;
