import { z } from 'zod';
import { defineCommand } from '../src/domain/define-command.ts';
import { TaskId } from '../src/domain/ids.ts';
import { limits } from '../src/domain/limits.ts';

export default defineCommand({
  name: 'handoff',
  summary: 'Hand an accepted output to the tasks that need it, with what they must know',
  people: [],
  agents: ['collaborator'],
  args: z.strictObject({
    task: TaskId.describe('the accepted task'),
    to: z.array(TaskId).min(1).max(limits.planTasksMax).describe('the tasks that need it'),
    summary: z.string().trim().min(1).max(1200).describe('what the receivers must know'),
    openPoints: z.array(z.string().trim().max(300)).max(10),
  }),
  cause: (args) => ({ action: { type: 'hand-over', ...args } }),
});
