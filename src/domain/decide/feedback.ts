// What people think of an output, by whichever way they say it: a thumb, a rating, words, a reply
// that says how it should have been. It is tied to one version, and so to whoever made it. Its
// surprise: it starts and re-opens nothing, and it counts after the end as well as before.
import type { ActionOf } from '../action.ts';
import type { Human } from '../actor.ts';
import { withoutSame } from '../feedback.ts';
import type { Feedback, FeedbackKind } from '../feedback.ts';
import { partsOf } from '../place.ts';
import type { PlaceKey } from '../place.ts';
import type { Project, Task, Version } from '../project.ts';
import { clip } from '../prose.ts';
import type { ShownOutput } from '../shown-output.ts';
import { taskInPlan } from '../task-in-plan.ts';
import { acknowledge, agentOf, overviewOf, record, refuse } from './draft.ts';
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
  const found =
    said.task === null ? targetsHere(draft, place) : targetNamed(draft, said.task, said);
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
  const names = joined(found.map((target) => nameOf(draft, target)));
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

/** A version of a task's output. */
interface Target {
  task: string;
  version: Version;
}

function targetNamed(
  { project }: Draft,
  id: string,
  { revision }: Pick<Said, 'revision'>,
): Target[] | string {
  const task = project.tasks[id];
  if (task === undefined) return `${project.id} has no task ${id}.${whichHave(project)}`;
  const versions = versionsOf(task);
  const newest = versions.at(-1);
  if (newest === undefined) return `${id} has no output yet.${whichHave(project)}`;
  if (revision === null) return [{ task: id, version: newest }];
  const version = versions.find((one) => one.revision === revision);
  if (version !== undefined) return [{ task: id, version }];
  return `${id} has no version ${revision + 1}; its newest is ${newest.revision + 1}.`;
}

/** In a thread its newest output; elsewhere what was handed over. */
function targetsHere({ project }: Draft, place: PlaceKey | null): Target[] | string {
  const { agentId, streamId } = place === null ? { agentId: null, streamId: null } : partsOf(place);
  if (streamId !== null) {
    const newest = newestIn(project, streamId, agentId);
    return newest === null ? `There is no output here yet.${whichHave(project)}` : [newest];
  }
  const isHandedOver = (project.handOver?.bundle ?? null) !== null;
  const delivered = isHandedOver ? deliveredBy(project) : [];
  if (delivered.length > 0) return delivered;
  return `${project.id} has handed nothing over yet.${whichHave(project)}`;
}

function newestIn(project: Project, streamId: string, agentId: string | null): Target | null {
  const all = outputsOf(project)
    .filter(({ task }) => taskInPlan(project, task)?.planned.stream === streamId)
    .filter(({ version }) => agentId === null || version.agentId === agentId);
  const age = ({ version }: Target) => Number(version.turnId?.split('.').at(-1) ?? 0);
  return all.toSorted((one, other) => age(one) - age(other)).at(-1) ?? null;
}

function deliveredBy(project: Project): Target[] {
  return outputsOf(project).filter(
    ({ task }) =>
      project.tasks[task]?.state === 'accepted' &&
      taskInPlan(project, task)?.output.deliver === true,
  );
}

/** The newest version of every output there is. */
function outputsOf(project: Project): Target[] {
  return Object.values(project.tasks).flatMap((task) => {
    const version = versionsOf(task).at(-1);
    return version === undefined ? [] : [{ task: task.id, version }];
  });
}

/** States of earlier versions of this program know the newest only. */
function versionsOf({ versions, submission, assignee }: Task): Version[] {
  if (versions.length > 0 || submission === null) return versions;
  const { revision, turnId = null } = submission;
  return [{ revision, agentId: assignee ?? 'pm', turnId }];
}

function whichHave(project: Project): string {
  const ids = outputsOf(project).map(({ task }) => task);
  return ids.length === 0 ? '' : ` These have an output: ${clip(ids.join(', '), 300)}.`;
}

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
  targets: readonly Target[];
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
  const name = nameOf(draft, { task: id, version: { revision, agentId, turnId } });
  const verdict = isLow ? `gave ${name} ${said.rating} of 5` : `corrected ${name}`;
  const words = said.text === null ? '' : `: ${said.text}`;
  const text = clip(`${said.by} ${verdict}, which was accepted (${id})${words}`, 4000);
  record(draft, { type: 'remark-made', remark: { place: overviewOf(draft), by: said.by, text } });
}

/** `Ada's “The guide” v2`. */
function nameOf(draft: Draft, { task, version }: Target): string {
  const title = taskInPlan(draft.project, task)?.output.title ?? task;
  return `${agentOf(draft, version.agentId).name}'s “${title}” v${version.revision + 1}`;
}

function joined(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
