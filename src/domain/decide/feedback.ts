// What people think of an output, by whichever way they say it: a thumb, a rating, words, a reply
// that says how it should have been. It is tied to one version, and so to whoever made it. Its
// surprise: it starts and re-opens nothing, and it counts after the end as well as before.
import type { ActionOf } from '../action.ts';
import type { Human } from '../actor.ts';
import { withoutSame } from '../feedback.ts';
import type { Feedback, FeedbackKind } from '../feedback.ts';
import type { PlaceKey } from '../place.ts';
import type { Project } from '../project.ts';
import { clip } from '../prose.ts';
import type { ShownOutput } from '../shown-output.ts';
import { nameOfOutput, outputsMeant } from '../which-output.ts';
import type { OutputVersion } from '../which-output.ts';
import { acknowledge, overviewOf, record, refuse } from './draft.ts';
import type { Draft } from './draft.ts';

/** At this rating or below, an output disappointed whoever rated it. */
const disappointed = 2;

interface Saying {
  by: Human;
  /** Where it was said; null where Discord does not tell. */
  place: PlaceKey | null;
}

type Said = ActionOf<'give-feedback'>;

export function giveFeedback(draft: Draft, said: Said, { by, place }: Saying): void {
  if (by.standing === 'stranger') return refuse(draft, 'Only people of the agency are asked.');
  if (said.rating === null && (said.text ?? '') === '') {
    return refuse(draft, 'Say how good it is, from 1 to 5 (`rating:4`), or what you think of it.');
  }
  const found = outputsMeant(draft.project, { ...said, place });
  if (typeof found === 'string') return refuse(draft, found);
  if (said.isTakenBack) return takeBack(draft, said, { targets: found, by });
  const { kind, rating, text } = said;
  const { userId, standing, name } = by;
  for (const { task, version } of found) {
    const feedback: Feedback = {
      task,
      ...version,
      kind,
      rating,
      text: text === null || text === '' ? null : clip(text, 2000),
      by: name,
      userId,
      standing,
      at: draft.now,
    };
    if (isSaidAlready(draft.project, feedback)) continue;
    record(draft, { type: 'feedback-given', feedback });
    if (standing === 'director') tellManager(draft, feedback);
  }
  const names = joined(found.map((target) => nameOfOutput(draft.project, target)));
  const remark = text === null || text === '' || rating === null ? '' : ', with your words';
  acknowledge(
    draft,
    `${notedAs[kind]} ${names}${rating === null ? '' : `: ${rating} of 5`}${remark}.`,
  );
}

interface Reply {
  by: Human;
  text: string;
  shown: ShownOutput | null;
}

/**
 * A reply to the message that shows an output says how it should have been, unless it asks.
 * @returns what to tell them; null when it is none
 */
export function noteCorrection(draft: Draft, { by, text, shown }: Reply): string | null {
  if (shown === null || shown.task === null || text === '' || text.endsWith('?')) return null;
  const { projectId: project, task, revision } = shown;
  const said = { type: 'give-feedback' as const, project, task, revision, rating: null, text };
  giveFeedback(draft, { ...said, kind: 'correction', isTakenBack: false }, { by, place: null });
  const { receipt } = draft.out;
  return receipt.ok ? receipt.text : null;
}

const notedAs: Readonly<Record<FeedbackKind, string>> = {
  rating: 'Noted for',
  reaction: 'Noted for',
  comment: 'Noted for',
  correction: 'Noted as a correction of',
};

/** A double click, or a dispatch that Discord repeats. */
function isSaidAlready({ feedback }: Project, said: Feedback): boolean {
  return feedback.some(
    (one) =>
      one.text === said.text &&
      one.rating === said.rating &&
      one.kind === said.kind &&
      one.task === said.task &&
      one.revision === said.revision &&
      one.userId === said.userId,
  );
}

interface TakingBack {
  targets: readonly OutputVersion[];
  by: Human;
}

function takeBack(draft: Draft, { rating }: Said, { targets, by }: TakingBack): void {
  for (const { task, version } of targets) {
    if (rating === null) continue;
    const { revision } = version;
    const gone = { task, revision, userId: by.userId, rating };
    const { feedback } = draft.project;
    if (withoutSame(feedback, { ...gone, kind: 'reaction' }).length === feedback.length) continue;
    record(draft, { type: 'feedback-taken-back', ...gone });
  }
  acknowledge(draft, 'Taken back.');
}

/** Nothing is re-opened by itself: what follows from it is for the Project Manager to judge. */
function tellManager(draft: Draft, { task: id, revision, ...said }: Feedback): void {
  const task = draft.project.tasks[id];
  const isLow = said.rating !== null && said.rating <= disappointed;
  if (task?.state !== 'accepted' || !(isLow || said.kind === 'correction')) return;
  const { agentId, turnId } = said;
  const name = nameOfOutput(draft.project, { task: id, version: { revision, agentId, turnId } });
  const verdict = isLow ? `gave ${name} ${said.rating} of 5` : `corrected ${name}`;
  const words = said.text === null ? '' : `: ${said.text}`;
  const text = clip(`${said.by} ${verdict}, which was accepted (${id})${words}`, 4000);
  record(draft, { type: 'remark-made', remark: { place: overviewOf(draft), by: said.by, text } });
}

function joined(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
