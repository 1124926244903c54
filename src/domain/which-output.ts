// Which version of which output people mean: the one they name, else what is shown where they say
// it. In a thread or a stream's channel that is its newest output, elsewhere what was handed over.
import { projectManager } from './agent.ts';
import { partsOf } from './place.ts';
import type { PlaceKey } from './place.ts';
import { agentsOf } from './project.ts';
import type { Project, Task, Version } from './project.ts';
import { clip } from './prose.ts';
import { taskInPlan } from './task-in-plan.ts';

/** A version of a task's output. */
export interface OutputVersion {
  task: string;
  version: Version;
}

/** Where nothing is named, `place` decides; null where that is not known. */
export interface Meant {
  task: string | null;
  /** null: the newest. */
  revision: number | null;
  place: PlaceKey | null;
}

/** @returns at least one, else what to tell whoever meant it */
export function outputsMeant(project: Project, meant: Meant): OutputVersion[] | string {
  const { task, revision, place } = meant;
  return task === null ? outputsAt(project, place) : outputNamed(project, { id: task, revision });
}

function outputNamed(
  project: Project,
  { id, revision }: { id: string; revision: number | null },
): OutputVersion[] | string {
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
function outputsAt(project: Project, place: PlaceKey | null): OutputVersion[] | string {
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

function newestIn(
  project: Project,
  streamId: string,
  agentId: string | null,
): OutputVersion | null {
  const all = outputsOf(project)
    .filter(({ task }) => taskInPlan(project, task)?.planned.stream === streamId)
    .filter(({ version }) => agentId === null || version.agentId === agentId);
  const age = ({ version }: OutputVersion) => Number(version.turnId?.split('.').at(-1) ?? 0);
  return all.toSorted((one, other) => age(one) - age(other)).at(-1) ?? null;
}

function deliveredBy(project: Project): OutputVersion[] {
  return outputsOf(project).filter(
    ({ task }) =>
      project.tasks[task]?.state === 'accepted' &&
      taskInPlan(project, task)?.output.deliver === true,
  );
}

/** The newest version of every output there is. */
function outputsOf(project: Project): OutputVersion[] {
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

/** `Ada's “The guide” v2`. */
export function nameOfOutput(project: Project, { task, version }: OutputVersion): string {
  const title = taskInPlan(project, task)?.output.title ?? task;
  const maker = agentsOf(project).find(({ id }) => id === version.agentId);
  return `${(maker ?? projectManager).name}'s “${title}” v${version.revision + 1}`;
}
