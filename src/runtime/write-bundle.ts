// The hand-over bundle: deliverables, hand-over, transcript and manifest, as a folder and as one
// zip. Written to a temporary folder first and moved into place, so that a bundle is whole or not
// there.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { z } from 'zod';
import { projectManager } from '../domain/agent.ts';
import { FileRef } from '../domain/file.ts';
import { criteriaOf } from '../domain/plan.ts';
import type { Project } from '../domain/project.ts';
import { agentsOf } from '../domain/project.ts';
import type { Clock } from '../lib/clock.ts';
import { NotYet, StoreError, messageOf } from '../lib/errors.ts';
import { readFileContent, saveFile } from '../store/files.ts';
import type { Store } from '../store/open-store.ts';
import { hasEarlierPosts } from '../store/outbox.ts';
import { placeNames, transcriptRows } from '../store/places.ts';
import { readProject } from '../store/record.ts';
import type { HandleEvent } from './handle-event.ts';
import { transcriptText } from './transcript.ts';
import { reach } from '../lib/points.ts';

export const BundlePayload = z.object({
  id: z.string(),
  projectId: z.string(),
  deliverables: z.array(FileRef),
});
export type BundlePayload = z.infer<typeof BundlePayload>;
export type WriteBundle = (payload: BundlePayload) => Promise<void>;

interface BundleDeps {
  store: Store;
  clock: Clock;
  handleEvent: HandleEvent;
  /** `<ATEAMS_HOME>/handover` */
  folder: string;
}

type Contents = Map<string, Uint8Array>;

export function createWriteBundle(deps: BundleDeps): WriteBundle {
  return async ({ id: deliveryId, projectId, deliverables }) => {
    // The transcript shall hold everything that was said before the hand-over.
    if (await hasEarlierPosts(deps.store.db, { id: deliveryId, projectId })) {
      throw new NotYet('posts are still on their way', 100);
    }
    const project = await readProject(deps.store.db, projectId);
    if (project?.handOver === null || project === null) {
      throw new StoreError(`${projectId} has nothing to hand over`, {
        code: 'hand-over-missing',
        retry: 'never',
      });
    }
    // Written and told before: what is in Discord and what is on disk shall stay the same.
    if (project.handOver.bundle !== null) return;
    const contents = await collect(deps, project, deliverables);
    const path = join(deps.folder, projectId);
    // A fixed time makes the same contents the same bytes, so that writing twice is writing once.
    const zip = zipSync(Object.fromEntries(contents), { mtime: new Date(2000, 0, 1), level: 6 });
    try {
      await writeFolder(path, contents);
      await writeWhole(`${path}.zip`, zip);
    } catch (error) {
      throw notWritten(path, error);
    }
    const file = await saveFile(deps.store.db, `${projectId}.zip`, zip);
    reach('bundle.written');
    const id = `bundle.${projectId}`;
    const at = deps.clock.now();
    await deps.handleEvent({ type: 'bundle-written', id, at, projectId, file, path });
  };
}

async function collect(
  { store, clock }: BundleDeps,
  project: Project,
  deliverables: readonly FileRef[],
): Promise<Contents> {
  const contents: Contents = new Map();
  for (const file of deliverables) {
    contents.set(file.name, await readFileContent(store.db, file.sha256));
  }
  const rows = await transcriptRows(store.db, project.id);
  const names = await placeNames(store.db, [...new Set(rows.map((row) => row.place))]);
  const encode = (text: string) => new TextEncoder().encode(text);
  contents.set('handover.md', encode(handOverText(project, deliverables)));
  contents.set('transcript.md', encode(transcriptText(project, rows, names)));
  contents.set('manifest.json', encode(manifestText(project, deliverables, clock.now())));
  return contents;
}

async function writeFolder(path: string, contents: Contents): Promise<void> {
  const temporary = `${path}.partial`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  for (const [name, content] of contents) await writeFile(join(temporary, name), content);
  reach('bundle.partial');
  await rm(path, { recursive: true, force: true });
  await rename(temporary, path);
  reach('bundle.renamed');
}

async function writeWhole(path: string, content: Uint8Array): Promise<void> {
  await writeFile(`${path}.partial`, content);
  await rename(`${path}.partial`, path);
}

/** Somebody has to make room or clear the way; it is tried again meanwhile. */
function notWritten(path: string, error: unknown): StoreError {
  const isFull = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
  const why = isFull ? 'the disk is full' : messageOf(error);
  return new StoreError(`The bundle is not written to ${path}: ${messageOf(error)}`, {
    code: 'bundle-not-written',
    retry: 'later',
    forPeople: `I could not write it to ${path}: ${why}.`,
    cause: error,
  });
}

function handOverText(project: Project, deliverables: readonly FileRef[]): string {
  const { plan, handOver } = project;
  if (plan === null || handOver === null) return '';
  const criteria = criteriaOf(plan);
  const list = (title: string, items: readonly string[]) =>
    items.length === 0 ? [] : ['', `## ${title}`, '', ...items.map((item) => `- ${item}`)];
  const results = handOver.results.map((result) => {
    const text = criteria.find((criterion) => criterion.id === result.criterion)?.text ?? '';
    const mark = result.met ? '[x]' : '[ ]';
    return `${mark} ${result.criterion} ${text} — ${result.evidence} (${result.checkedBy})`;
  });
  return [
    `# ${project.title}`,
    '',
    handOver.summary,
    '',
    '## Objective',
    '',
    ...project.objective.split('\n').map((line) => `> ${line}`),
    ...list(
      'Files',
      deliverables.map((file) => file.name),
    ),
    ...list('Criteria', results),
    ...list('Open risks', handOver.openRisks),
    ...list('Lessons', handOver.lessons),
    '',
  ].join('\n');
}

function manifestText(project: Project, deliverables: readonly FileRef[], now: number): string {
  const { plan, handOver, usage } = project;
  const nameOf = (id: string | null) =>
    [...agentsOf(project), projectManager].find((agent) => agent.id === id)?.name ?? id ?? '';
  const files = deliverables.map((file) => {
    const planned = plan?.outputs.find((output) => output.files.includes(file.name));
    const maker = plan?.tasks.find((task) => task.output === planned?.id);
    const task = maker === undefined ? undefined : project.tasks[maker.id];
    const author = nameOf(task?.assignee ?? null);
    const approver = nameOf(task?.approvedBy ?? null);
    return { path: file.name, sha256: file.sha256, bytes: file.bytes, author, approver };
  });
  const criteria = (handOver?.results ?? []).map((result) => ({
    text: criterionText(project, result.criterion),
    met: result.met,
    evidence: result.evidence,
    checkedBy: result.checkedBy,
  }));
  const manifest = {
    project: project.id,
    objective: project.objective,
    files,
    criteria,
    costUsd: usage.microUsd / 1e6,
    tokens: usage.inputTokens + usage.outputTokens,
    seconds: Math.round((now - project.openedAt) / 100) / 10,
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

function criterionText(project: Project, id: string): string {
  const criteria = project.plan === null ? [] : criteriaOf(project.plan);
  return criteria.find((criterion) => criterion.id === id)?.text ?? id;
}
