// Which output a post shows, so that whatever people do with its messages is about that version of
// it and no other.
import { z } from 'zod';
import { ProjectId, TaskId } from './ids.ts';
import type { PostBody } from './post.ts';

export const ShownOutput = z.strictObject({
  projectId: ProjectId,
  /** null: everything that was delivered. */
  task: TaskId.nullable(),
  revision: z.int().nonnegative().nullable(),
});
export type ShownOutput = z.infer<typeof ShownOutput>;

/** @returns null when it shows none, or its post is of a version that did not say which */
export function outputShownBy(body: PostBody): ShownOutput | null {
  if (body.type === 'hand-over') {
    return { projectId: body.projectId, task: null, revision: null };
  }
  if (body.type !== 'output' && body.type !== 'deliverable') return null;
  const { projectId, task, revision } = body;
  if (projectId === undefined || task === undefined || revision === undefined) return null;
  return { projectId, task, revision };
}
