// Which turns come next: tasks that can start, reviews, hand-overs, summaries. It orders and never
// judges; what a turn's result means is decided where the result is heard.
import { projectManager } from '../agent.ts';
import type { CriterionResult } from '../criterion.ts';
import { limits } from '../limits.ts';
import type { Tier } from '../model-port.ts';
import { options } from '../pending-decision.ts';
import { placeOf } from '../place.ts';
import type { PlaceKey } from '../place.ts';
import type { PlannedTask } from '../plan.ts';
import { memberOf } from '../project.ts';
import type { Task } from '../project.ts';
import { clip } from '../prose.ts';
import { startableTasks } from '../schedule.ts';
import { collaboratorOf, seatsOf } from '../seats.ts';
import { taskInPlan } from '../task-in-plan.ts';
import type { TaskInPlan } from '../task-in-plan.ts';
import { agentOf, openDecision, orderTurn, record, say } from './draft.ts';
import type { Draft } from './draft.ts';

/** Starts every task that can start, the head of the longest chain first; none while paused. */
export function startTasks(draft: Draft): void {
  if (draft.project.paused !== null) return;
  for (const task of startableTasks(draft.project)) {
    const inPlan = taskInPlan(draft.project, task.id);
    if (inPlan === null || task.assignee === null) continue;
    record(draft, { type: 'task-started', task: task.id, at: draft.now });
    sayAssignment(draft, inPlan);
    orderWork(draft, inPlan);
  }
}

/** The doer works on its task: from the brief, or from the reasons it was sent back with. */
export function orderWork(draft: Draft, inPlan: TaskInPlan, tier?: Tier): void {
  const task = draft.project.tasks[inPlan.task.id] ?? inPlan.task;
  orderTurn(draft, {
    kind: task.reasons.length > 0 ? 'specialist.revise' : 'specialist.work',
    agentId: task.assignee ?? 'pm',
    conversation: inPlan.thread,
    tier: tier ?? task.tier,
    subject: { stream: inPlan.planned.stream, task: task.id },
  });
}

/** The receipt of an assignment: why this Specialist, why this model. */
function sayAssignment(draft: Draft, inPlan: TaskInPlan): void {
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
      assignee: assigneeName(draft, task),
      why: task.assignedWhy,
      model: `${task.tier} tier, as the approved plan says; it goes up after two rejections.`,
    },
  });
}

/** Whoever fills several seats is named with the one that the task is for. */
function assigneeName({ project }: Draft, { assignee, doer }: Task): string {
  const seats = seatsOf(project, assignee ?? '');
  const { agent } = seats.find((seat) => seat.key === doer) ??
    seats[0] ?? { agent: projectManager };
  return seats.length > 1 ? `${agent.name} as ${agent.title}` : agent.name;
}

interface Reviewing {
  tier?: Tier;
  /** What the approver left out the first time; the second time is the last. */
  prompt?: string;
}

/** Asks the approver that the plan names. */
export function orderReview(draft: Draft, inPlan: TaskInPlan, reviewing: Reviewing = {}): void {
  const { tier, prompt } = reviewing;
  const { planned, task } = inPlan;
  if (planned.approver === 'director') {
    const results = draft.project.tasks[task.id]?.submission?.checks ?? [];
    return askDirector(draft, inPlan, { by: draft.project.director.name, results });
  }
  const member = memberOf(draft.project, planned.approver);
  const reviewer = member?.agent ?? collaboratorOf(draft.project, planned) ?? projectManager;
  orderTurn(draft, {
    kind: member === undefined ? 'collaborator.review' : 'specialist.review',
    agentId: reviewer.id,
    conversation: inPlan.thread,
    tier: tier ?? task.tier,
    subject: { stream: planned.stream, task: task.id, prompt: prompt ?? null },
    retries: prompt === undefined ? 0 : limits.turnRetriesMax,
  });
}

interface Passing {
  by: string;
  results: CriterionResult[];
}

/** The Director's own approval: of an output they approve by plan, or when they watch every one. */
export function askDirector(draft: Draft, inPlan: TaskInPlan, { by, results }: Passing): void {
  const { task, planned } = inPlan;
  record(draft, { type: 'output-passed', task: task.id, by, results });
  const summary = draft.project.tasks[task.id]?.submission?.summary ?? '';
  const author = agentOf(draft, task.assignee ?? 'pm');
  openDecision(draft, {
    kind: 'output',
    title: `${task.id} ${planned.title}: accept the output`,
    why: `${clip(summary, 1400)}\nThe files are in the thread of ${author.name}.`.trim(),
    options: [options.accept, options.askForChanges],
    task: task.id,
  });
}

export function orderHandOver(draft: Draft, planned: PlannedTask, conversation: PlaceKey): void {
  const collaborator = collaboratorOf(draft.project, planned);
  if (collaborator === null) return;
  orderTurn(draft, {
    kind: 'collaborator.hand-over',
    agentId: collaborator.id,
    conversation,
    tier: 'economy',
    subject: { stream: planned.stream, task: planned.id },
  });
}

/** All tasks of the stream are accepted: its Collaborator sums up, once. */
export function orderSummaryIfComplete(draft: Draft, streamId: string): void {
  const { plan, streams, tasks } = draft.project;
  const stream = streams[streamId];
  if (plan === null || stream === undefined || stream.summary !== null) return;
  const own = plan.tasks.filter((task) => task.stream === streamId);
  if (!own.every((task) => tasks[task.id]?.state === 'accepted')) return;
  orderTurn(draft, {
    kind: 'collaborator.summarise',
    agentId: stream.collaborator.id,
    conversation: placeOf.stream(draft.project.id, streamId),
    tier: 'economy',
    subject: { stream: streamId },
  });
}
