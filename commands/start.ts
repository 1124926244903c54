import { z } from 'zod';
import { defineCommand } from '../src/domain/define-command.ts';
import { TaskId } from '../src/domain/ids.ts';

export default defineCommand({
  name: 'start',
  summary: 'Say how you are going to do the task, before you do it',
  people: [],
  agents: ['specialist'],
  args: z.strictObject({
    task: TaskId,
    approach: z.string().trim().min(1).max(800).describe('your steps and what you rely on'),
  }),
  cause: (args) => ({ action: { type: 'start', ...args } }),
});
