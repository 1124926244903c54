import { z } from 'zod';
import { defineCommand } from '../src/domain/define-command.ts';
import { ProjectId, TaskId } from '../src/domain/ids.ts';

export default defineCommand({
  name: 'changes',
  summary: 'Send a submitted output back with the reasons',
  people: ['director'],
  agents: ['collaborator', 'specialist'],
  args: z.strictObject({
    task: TaskId.describe('such as T3'),
    reasons: z
      .array(z.string().trim().min(1).max(500))
      .min(1)
      .max(10)
      .describe('what must change, one reason each'),
    project: ProjectId.optional().describe('such as P1; the one you are in when left out'),
  }),
  positional: ['task', 'reasons'],
  cause: ({ task, reasons, project }) => ({
    action: { type: 'request-changes', task, project: project ?? null, reasons },
  }),
});
