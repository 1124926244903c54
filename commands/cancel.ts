import { z } from 'zod';
import { defineCommand } from '../src/domain/define-command.ts';
import { ProjectId } from '../src/domain/ids.ts';

export default defineCommand({
  name: 'cancel',
  summary: 'End a project; nothing more is done or posted for it',
  people: ['director'],
  agents: [],
  args: z.strictObject({
    project: ProjectId.optional().describe('such as P1; the one you are in when left out'),
  }),
  positional: ['project'],
  cause: ({ project }) => ({ action: { type: 'cancel', project: project ?? null } }),
});
