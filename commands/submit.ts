// The content travels beside the action: the turn stores each file under its hash and the action
// carries only names, so that no decision ever holds a document.
import { z } from 'zod';
import { defineCommand } from '../src/domain/define-command.ts';
import { FileName } from '../src/domain/file.ts';
import { TaskId } from '../src/domain/ids.ts';
import { limits } from '../src/domain/limits.ts';

export default defineCommand({
  name: 'submit',
  summary: 'Submit the output of your task: every file the task names, complete',
  people: [],
  agents: ['specialist'],
  args: z.strictObject({
    task: TaskId,
    summary: z.string().trim().min(1).max(1500).describe('what you made and how'),
    files: z
      .array(
        z.strictObject({
          name: FileName,
          content: z.string().max(limits.fileBytesMax).describe('the whole text of the file'),
        }),
      )
      .min(1)
      .max(limits.taskFilesMax),
    openPoints: z.array(z.string().trim().max(300)).max(10).describe('what is still uncertain'),
  }),
  cause: ({ task, summary, files, openPoints }) => ({
    action: { type: 'submit', task, summary, files: files.map((file) => file.name), openPoints },
  }),
});
