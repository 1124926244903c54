// What could not be finished goes on as the Director decides: once more, as it is, for more money,
// or not at all. A task goes on where it stopped: its doer works or revises, or its approver judges
// again. Without a task it is a turn of the PM that failed, and the phase says which.
import type { Human } from '../actor.ts';
import { options } from '../pending-decision.ts';
import type { PendingDecision } from '../pending-decision.ts';
import { taskInPlan } from '../task-in-plan.ts';
import type { TaskInPlan } from '../task-in-plan.ts';
import { endProject } from './assembling.ts';
import { raiseBudget } from './budget.ts';
import {
  acknowledge,
  closeDecision,
  orderManagerTurn,
  orderTurn,
  overviewOf,
  record,
} from './draft.ts';
import type { Draft } from './draft.ts';
import { isAboutBudget } from './holding.ts';
import { orderReview, orderWork } from './next-turns.ts';
import { acceptOutput } from './verdict.ts';

interface Answer {
  option: string;
  by: Human;
}

export function answerStuck(draft: Draft, decision: PendingDecision, { option, by }: Answer): void {
  const inPlan = taskInPlan(draft.project, decision.task);
  closeDecision(draft, decision.id, { outcome: option, by: by.name });
  acknowledge(draft, `${option}: done.`);
  if (option === options.cancelProject) {
    const over = inPlan === null ? '' : ` over ${inPlan.task.id}`;
    return endProject(draft, 'cancelled', `Cancelled by ${by.name}${over}.`);
  }
  if (isAboutBudget(decision)) return raiseBudget(draft, option === options.doubleBudget ? 2 : 1);
  if (inPlan === null) return resumeManager(draft);
  if (option === options.acceptAsItIs) {
    return acceptOutput(draft, inPlan, { by: by.name, results: inPlan.task.submission?.checks });
  }
  resumeTask(draft, inPlan);
}

function resumeTask(draft: Draft, inPlan: TaskInPlan): void {
  const { task } = inPlan;
  const isUnjudged = task.submission !== null && task.reasons.length === 0;
  const state = isUnjudged ? 'in-review' : 'working';
  record(draft, { type: 'task-resumed', task: task.id, state });
  if (isUnjudged) return orderReview(draft, inPlan, { tier: 'premium' });
  orderWork(draft, inPlan, 'premium');
}

/** What the PM was to do in this phase; the Director's words are in the dialogue. */
function resumeManager(draft: Draft): void {
  const conversation = overviewOf(draft);
  switch (draft.project.phase) {
    case 'intake':
      return orderManagerTurn(draft, 'project-manager.intake', null);
    case 'approaches':
      return orderManagerTurn(draft, 'project-manager.approaches', null);
    case 'planning':
      return orderManagerTurn(draft, 'project-manager.plan', null);
    case 'staffing':
      return orderTurn(draft, { kind: 'project-manager.staffing', agentId: 'pm', conversation });
    case 'running':
    case 'assembling':
      return orderTurn(draft, { kind: 'project-manager.assemble', agentId: 'pm', conversation });
    case 'done':
    case 'closed':
    case 'cancelled':
    case 'stopped':
  }
}
