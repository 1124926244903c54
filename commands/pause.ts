import { z } from 'zod';
import { defineCommand } from '../src/domain/define-command.ts';
import { ProjectOrAll, causeForProject } from '../src/domain/project-or-all.ts';

export default defineCommand({
  name: 'pause',
  summary: 'Stop a project where it stands: no turn is taken and no agent speaks until /resume',
  people: ['director'],
  agents: [],
  args: z.strictObject({
    project: ProjectOrAll.optional().describe(
      'such as P1, or all; the one you are in when left out',
    ),
  }),
  positional: ['project'],
  cause: ({ project }) => causeForProject('pause', project),
});
