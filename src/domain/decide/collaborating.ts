// What a Collaborator does for its stream: introduces it, hands accepted outputs to the tasks that
// need them as a structured handoff, and says when the stream is complete.
import { placeOf } from '../place.ts';
import { dependentsOf } from '../plan.ts';
import type { OpenTurn } from '../project.ts';
import { clip } from '../prose.ts';
import { taskInPlan } from '../task-in-plan.ts';
import type { TurnOutput } from '../turn.ts';
import { orderAssemblyIfComplete } from './assembling.ts';
import { agentOf, record, say, speak, speakerIn, tellDirector } from './draft.ts';
import type { Draft } from './draft.ts';
import { actionsOf, linesOf } from './used-commands.ts';

export function hearIntroduction(draft: Draft, turn: OpenTurn, output: TurnOutput): void {
  const { stream } = turn.subject;
  if (stream === null) return;
  record(draft, { type: 'stream-introduced', stream });
  const speaker = speakerIn(draft, turn);
  speak(draft, { place: turn.conversation, speaker, text: output.said });
}

export function hearHandOver(draft: Draft, turn: OpenTurn, output: TurnOutput): void {
  const action = actionsOf(output, 'hand-over')[0];
  const line = linesOf(output) === '' ? '/handoff' : linesOf(output);
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
  const waiting = dependentsOf(plan, inPlan.task.id);
  const to = waiting.map((task) => task.id);
  const { submission } = inPlan.task;
  const summary = note.summary ?? submission?.summary ?? '';
  const openPoints = note.openPoints.length > 0 ? note.openPoints : (submission?.openPoints ?? []);
  const handoff = { from: inPlan.task.id, to, summary, openPoints };
  record(draft, { type: 'handed-over', handoff });
  const body = { line: note.line, summary, files: submission?.files ?? [], openPoints };
  const streams = [inPlan.planned.stream, ...waiting.map((task) => task.stream)];
  for (const stream of new Set(streams)) {
    const receivers = waiting.filter(
      (task) => stream === inPlan.planned.stream || task.stream === stream,
    );
    say(draft, {
      place: placeOf.stream(draft.project.id, stream),
      speaker: speakerIn(draft, turn),
      body: {
        type: 'handoff',
        from: handoff.from,
        to: receivers.map(({ id }) => ({
          task: id,
          agent: agentOf(draft, draft.project.tasks[id]?.assignee ?? 'pm').name,
        })),
        ...body,
      },
    });
  }
}

export function hearSummary(draft: Draft, turn: OpenTurn, output: TurnOutput): void {
  completeStream(draft, turn, output.said === '' ? completion : output.said);
}

/** What is said of a complete stream when nobody found better words. */
export const completion = 'Every task of this stream is accepted.';

export function completeStream(draft: Draft, turn: OpenTurn, summary: string): void {
  const { stream } = turn.subject;
  if (stream === null) return;
  record(draft, { type: 'stream-completed', stream, summary: clip(summary, 2000) });
  const speaker = speakerIn(draft, turn);
  speak(draft, { place: turn.conversation, speaker, text: summary });
  const planned = draft.project.plan?.streams.find((one) => one.id === stream);
  if (planned !== undefined && planned.oversight !== 'autonomous') {
    const title = clip(`Stream complete: ${planned.title}`, 200);
    tellDirector(draft, { type: 'notice', tone: 'good', title, text: clip(summary, 1500) });
  }
  orderAssemblyIfComplete(draft);
}
