// The Director moves a task to another Specialist with it, the Project Manager staffs with it: one
// command, one meaning, authority by role.
import { z } from 'zod';
import { defineCommand } from '../src/domain/define-command.ts';
import { ProjectId, TaskId } from '../src/domain/ids.ts';

export default defineCommand({
  name: 'assign',
  summary: 'Give a task that has not started to a member of the team',
  people: ['director'],
  agents: ['project-manager'],
  args: z.strictObject({
    task: TaskId.describe('such as T3'),
    to: z.string().trim().min(1).max(60).describe('name, id or team key of the Specialist'),
    why: z.string().trim().max(400).optional().describe('why this Specialist'),
    project: ProjectId.optional().describe('such as P1; the one you are in when left out'),
  }),
  positional: ['task', 'why'],
  mention: 'to',
  cause: ({ task, to, why, project }) => ({
    action: { type: 'assign', task, to, why: why ?? '', project: project ?? null },
  }),
});
