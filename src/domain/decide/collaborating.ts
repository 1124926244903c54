// What a Collaborator does for its stream: introduces it, hands accepted outputs to the tasks that
// need them as a structured handoff, and says when the stream is complete.
import { dependentsOf } from '../plan.ts';
import type { OpenTurn } from '../project.ts';
import { taskInPlan } from '../task-in-plan.ts';
import type { TurnOutput } from '../turn.ts';
import { orderAssemblyIfComplete } from './assembling.ts';
import { agentOf, record, say, tellDirector } from './draft.ts';
import type { Draft } from './draft.ts';
import { startTasks } from './next-turns.ts';
import { actionsOf } from './used-commands.ts';

export function hearIntroduction(draft: Draft, turn: OpenTurn, output: TurnOutput): void {
  const { stream } = turn.subject;
  if (stream === null) return;
  record(draft, { type: 'stream-introduced', stream });
  const speaker = agentOf(draft, turn.agentId);
  say(draft, { place: turn.conversation, speaker, body: { type: 'speech', text: output.said } });
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

/**
 * Hands over to every task that waits, whoever the Collaborator named: the plan says who needs it.
 */
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
