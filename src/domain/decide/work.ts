// Specialists at work: tasks start when what they need was accepted and handed over; a submission
// passes the checks by code before anyone else spends time on it.
import type { Human } from '../actor.ts';
import { projectManager } from '../agent.ts';
import type { CriterionResult } from '../criterion.ts';
import { limits } from '../limits.ts';
import type { Tier } from '../model-port.ts';
import type { PendingDecision } from '../pending-decision.ts';
import { placeOf } from '../place.ts';
import type { PlaceKey } from '../place.ts';
import { plannedOutput, plannedTask } from '../plan.ts';
import type { PlannedOutput, PlannedTask } from '../plan.ts';
import { memberOf } from '../project.ts';
import type { OpenTurn, Project, Task } from '../project.ts';
import { startableTasks } from '../schedule.ts';
import type { TurnOutput } from '../turn.ts';
import { actionsOf } from './used-commands.ts';
import { endProject } from './assembling.ts';
import {
  acknowledge,
  agentOf,
  closeDecision,
  openDecision,
  orderTurn,
  record,
  refuse,
  say,
} from './draft.ts';
import type { Draft } from './draft.ts';
import { acceptOutput, orderReview } from './review.ts';

/** A task with everything the plan says about it. */
export interface TaskInPlan {
  task: Task;
  planned: PlannedTask;
  output: PlannedOutput;
  thread: PlaceKey;
}

export function taskInPlan(project: Project, taskId: string | null): TaskInPlan | null {
  const { plan } = project;
  if (plan === null || taskId === null) return null;
  const task = project.tasks[taskId];
  const planned = plannedTask(plan, taskId);
  const output = planned === undefined ? undefined : plannedOutput(plan, planned.output);
  if (task === undefined || planned === undefined || output === undefined) return null;
  const thread = placeOf.thread(project.id, planned.stream, task.assignee ?? 'pm');
  return { task, planned, output, thread };
}

/** Starts every task that can start, the head of the longest chain first. */
export function startTasks(draft: Draft): void {
  for (const task of startableTasks(draft.project)) {
    const inPlan = taskInPlan(draft.project, task.id);
    if (inPlan === null || task.assignee === null) continue;
    record(draft, { type: 'task-started', task: task.id, at: draft.now });
    sayAssignment(draft, inPlan, task.assignee);
    orderTurn(draft, {
      kind: 'specialist.work',
      agentId: task.assignee,
      conversation: inPlan.thread,
      tier: task.tier,
      subject: { stream: inPlan.planned.stream, task: task.id },
    });
  }
}

/** The receipt of an assignment: why this Specialist, why this model. */
function sayAssignment(draft: Draft, inPlan: TaskInPlan, assignee: string): void {
  const { task, planned, output, thread } = inPlan;
  say(draft, {
    place: thread,
    speaker: projectManager,
    body: {
      type: 'assignment',
      task: task.id,
      title: planned.title,
      brief: planned.brief,
      criteria: output.criteria,
      assignee: agentOf(draft, assignee).name,
      why: task.assignedWhy,
      model: `${task.tier} tier, as the approved plan says; it goes up after two rejections.`,
    },
  });
}

export function hearWork(draft: Draft, turn: OpenTurn, output: TurnOutput): void {
  const inPlan = taskInPlan(draft.project, turn.subject.task);
  if (inPlan === null || inPlan.task.state !== 'working') return;
  const speaker = agentOf(draft, turn.agentId);
  const opening = output.commands.filter(({ action }) => action.type === 'start');
  if (opening.length > 0 || output.said !== '') {
    const line = opening.map((command) => command.line).join('\n');
    const body =
      line === ''
        ? { type: 'speech' as const, text: output.said }
        : { type: 'command' as const, line, text: output.said };
    say(draft, { place: turn.conversation, speaker, body });
  }
  const submit = output.commands.find(({ action }) => action.type === 'submit');
  if (submit !== undefined) return submitOutput(draft, turn, inPlan, output);
  const question = actionsOf(output, 'ask')[0];
  if (question !== undefined) return askColleague(draft, turn, question);
  stick(draft, inPlan, `${speaker.name} ended the turn without a submission.`);
}

function submitOutput(draft: Draft, turn: OpenTurn, inPlan: TaskInPlan, output: TurnOutput): void {
  const { task, planned } = inPlan;
  const used = output.commands.find(({ action }) => action.type === 'submit');
  const action = actionsOf(output, 'submit')[0];
  if (used === undefined || action === undefined) return;
  const submission = {
    summary: action.summary,
    files: output.files,
    checks: output.checks,
    openPoints: action.openPoints,
    revision: task.rejections,
  };
  record(draft, { type: 'output-submitted', task: task.id, submission });
  say(draft, {
    place: turn.conversation,
    speaker: agentOf(draft, turn.agentId),
    body: {
      type: 'output',
      line: used.line,
      task: task.id,
      title: planned.title,
      criteria: inPlan.output.criteria,
      ...submission,
    },
  });
  const failed = output.checks.filter((check) => !check.met);
  if (failed.length > 0) return returnOutput(draft, inPlan, 'code', reasonsOf(inPlan, failed));
  orderReview(draft, inPlan);
}

function reasonsOf({ output }: TaskInPlan, failed: CriterionResult[]): string[] {
  return failed.slice(0, 10).map((check) => {
    const text = output.criteria.find((criterion) => criterion.id === check.criterion)?.text;
    return `${check.criterion} (${text ?? 'criterion'}): ${check.evidence}`.slice(0, 500);
  });
}

/** Changes are requested: the Specialist revises, on a better model after the second rejection. */
export function returnOutput(
  draft: Draft,
  inPlan: TaskInPlan,
  by: string,
  reasons: string[],
): void {
  const { id } = inPlan.task;
  record(draft, { type: 'changes-requested', task: id, by, reasons });
  const task = draft.project.tasks[id];
  if (task === undefined || task.assignee === null) return;
  if (by === 'code') sayCodeVerdict(draft, inPlan, reasons);
  if (task.rejections >= limits.rejectionsBeforeDirector) {
    return stick(draft, inPlan, `Rejected ${task.rejections} times. Last: ${reasons.join(' ')}`);
  }
  if (task.rejections >= limits.rejectionsBeforeTierUp && task.tier !== 'premium') {
    record(draft, { type: 'tier-raised', task: id, tier: tierAbove(task.tier) });
  }
  orderTurn(draft, {
    kind: 'specialist.revise',
    agentId: task.assignee,
    conversation: inPlan.thread,
    tier: draft.project.tasks[id]?.tier ?? task.tier,
    subject: { stream: inPlan.planned.stream, task: id },
  });
}

function sayCodeVerdict(draft: Draft, inPlan: TaskInPlan, reasons: string[]): void {
  const { task, planned, output } = inPlan;
  say(draft, {
    place: inPlan.thread,
    speaker: projectManager,
    body: {
      type: 'verdict',
      line: null,
      task: task.id,
      title: planned.title,
      accepted: false,
      results: draft.project.tasks[task.id]?.submission?.checks ?? [],
      criteria: output.criteria,
      reasons,
      text: 'The checks by code did not pass, so no reviewer was asked yet.',
    },
  });
}

export function tierAbove(tier: Tier): Tier {
  return tier === 'economy' ? 'standard' : 'premium';
}

/** Its team cannot finish it: the Director decides. */
export function stick(draft: Draft, inPlan: TaskInPlan, reason: string): void {
  const { task, planned } = inPlan;
  record(draft, { type: 'task-stuck', task: task.id, reason: reason.slice(0, 1000) });
  const hasOutput = draft.project.tasks[task.id]?.submission !== null;
  openDecision(draft, {
    kind: 'stuck',
    title: `${task.id} ${planned.title}: not finished`,
    why: reason.slice(0, 1500),
    options: ['Try once more', ...(hasOutput ? ['Accept as it is'] : []), 'Cancel the project'],
    task: task.id,
  });
}

export function retryStuck(
  draft: Draft,
  decision: PendingDecision,
  choice: number | null,
  by: Human,
): void {
  const inPlan = taskInPlan(draft.project, decision.task);
  const option = decision.options[(choice ?? 1) - 1];
  if (inPlan === null || option === undefined) {
    return refuse(draft, `Say which one: 1 to ${decision.options.length}.`);
  }
  closeDecision(draft, decision.id, option, by.name);
  acknowledge(draft, `${option}: done.`);
  if (option === 'Cancel the project') {
    return endProject(draft, 'cancelled', `Cancelled by ${by.name} over ${inPlan.task.id}.`);
  }
  if (option === 'Accept as it is') {
    return acceptOutput(draft, inPlan, { by: by.name, results: inPlan.task.submission?.checks });
  }
  record(draft, { type: 'task-started', task: inPlan.task.id, at: draft.now });
  orderTurn(draft, {
    kind: inPlan.task.submission === null ? 'specialist.work' : 'specialist.revise',
    agentId: inPlan.task.assignee ?? 'pm',
    conversation: inPlan.thread,
    tier: 'premium',
    subject: { stream: inPlan.planned.stream, task: inPlan.task.id },
  });
}

/** A question to a colleague: answered in the asker's thread, then the work goes on. */
function askColleague(
  draft: Draft,
  turn: OpenTurn,
  question: { to: string; question: string },
): void {
  const { project } = draft;
  const known = question.to === 'pm' || memberOf(project, question.to) !== undefined;
  const to = known && question.to !== turn.agentId ? question.to : 'pm';
  say(draft, {
    place: turn.conversation,
    speaker: agentOf(draft, turn.agentId),
    body: {
      type: 'command',
      line: `/ask @${agentOf(draft, to).name}`,
      text: question.question,
    },
  });
  orderTurn(draft, {
    kind: to === 'pm' ? 'project-manager.talk' : 'specialist.answer',
    agentId: to,
    conversation: turn.conversation,
    tier: 'economy',
    subject: { ...turn.subject, prompt: question.question, asker: turn.agentId },
  });
}
