import { z } from 'zod';
import { defineCommand } from '../src/domain/define-command.ts';
import { ProjectOrAll, causeForProject } from '../src/domain/project-or-all.ts';

export default defineCommand({
  name: 'resume',
  summary: 'Let a paused project go on where it stood',
  people: ['director'],
  agents: [],
  args: z.strictObject({
    project: ProjectOrAll.optional().describe(
      'such as P1, or all; the one you are in when left out',
    ),
  }),
  positional: ['project'],
  cause: ({ project }) => causeForProject('resume', project),
});
