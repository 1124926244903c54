// What a Collaborator does for its stream: introduces it, hands accepted outputs to the tasks that
// need them as a structured handoff, and says when the stream is complete.
import { placeOf } from '../place.ts';
import type { PlaceKey } from '../place.ts';
import { dependentsOf } from '../plan.ts';
import type { PlannedTask } from '../plan.ts';
import type { OpenTurn } from '../project.ts';
import type { TurnOutput } from '../turn.ts';
import { actionsOf } from './used-commands.ts';
import { orderAssemblyIfComplete } from './assembling.ts';
import { agentOf, orderTurn, record, say, tellDirector } from './draft.ts';
import type { Draft } from './draft.ts';
import { startTasks, taskInPlan } from './work.ts';

export function hearIntroduction(draft: Draft, turn: OpenTurn, output: TurnOutput): void {
  const { stream } = turn.subject;
  if (stream === null) return;
  record(draft, { type: 'stream-introduced', stream });
  const speaker = agentOf(draft, turn.agentId);
  say(draft, { place: turn.conversation, speaker, body: { type: 'speech', text: output.said } });
}

export function orderHandOver(draft: Draft, planned: PlannedTask, conversation: PlaceKey): void {
  const collaborator = draft.project.streams[planned.stream]?.collaborator;
  if (collaborator === undefined) return;
  orderTurn(draft, {
    kind: 'collaborator.hand-over',
    agentId: collaborator.id,
    conversation,
    tier: 'economy',
    subject: { stream: planned.stream, task: planned.id },
  });
}

export function hearHandOver(draft: Draft, turn: OpenTurn, output: TurnOutput): void {
  const action = actionsOf(output, 'hand-over')[0];
  const line = output.commands[0]?.line ?? '/handoff';
  handOverTask(draft, turn, {
    line,
    summary: action?.summary ?? null,
    openPoints: action?.openPoints ?? [],
  });
}

interface Note {
  line: string;
  /** null: what the doer wrote on submission. */
  summary: string | null;
  openPoints: string[];
}

/** Hands over to every task that waits, whoever the Collaborator named: the plan says who needs it. */
export function handOverTask(draft: Draft, turn: OpenTurn, note: Note): void {
  const { plan } = draft.project;
  const inPlan = taskInPlan(draft.project, turn.subject.task);
  if (plan === null || inPlan === null) return;
  const to = dependentsOf(plan, inPlan.task.id).map((task) => task.id);
  const { submission } = inPlan.task;
  const summary = note.summary ?? submission?.summary ?? '';
  const openPoints = note.openPoints.length > 0 ? note.openPoints : (submission?.openPoints ?? []);
  const handoff = { from: inPlan.task.id, to, summary, openPoints };
  record(draft, { type: 'handed-over', handoff });
  say(draft, {
    place: turn.conversation,
    speaker: agentOf(draft, turn.agentId),
    body: {
      type: 'handoff',
      line: note.line,
      from: handoff.from,
      to: to.map((task) => ({
        task,
        agent: agentOf(draft, draft.project.tasks[task]?.assignee ?? 'pm').name,
      })),
      summary,
      files: submission?.files ?? [],
      openPoints,
    },
  });
  startTasks(draft);
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

export function hearSummary(draft: Draft, turn: OpenTurn, output: TurnOutput): void {
  completeStream(draft, turn, output.said);
}

export function completeStream(draft: Draft, turn: OpenTurn, summary: string): void {
  const { stream } = turn.subject;
  if (stream === null) return;
  record(draft, { type: 'stream-completed', stream, summary: summary.slice(0, 2000) });
  const speaker = agentOf(draft, turn.agentId);
  say(draft, { place: turn.conversation, speaker, body: { type: 'speech', text: summary } });
  const planned = draft.project.plan?.streams.find((one) => one.id === stream);
  if (planned !== undefined && planned.oversight !== 'autonomous') {
    const title = `Stream complete: ${planned.title}`.slice(0, 200);
    tellDirector(draft, { type: 'notice', tone: 'good', title, text: summary.slice(0, 1500) });
  }
  orderAssemblyIfComplete(draft);
}
