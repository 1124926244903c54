import { z } from 'zod';
import { defineCommand } from '../src/domain/define-command.ts';
import { ProjectId } from '../src/domain/ids.ts';

export default defineCommand({
  name: 'status',
  summary: 'What is done, running and waiting for you, and what it has cost',
  people: ['director', 'specialist'],
  agents: [],
  args: z.strictObject({
    project: ProjectId.optional().describe('such as P1; the one you are in when left out'),
  }),
  positional: ['project'],
  cause: ({ project }) => ({ query: { type: 'status', project: project ?? null } }),
});
