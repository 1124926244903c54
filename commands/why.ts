import { z } from 'zod';
import { defineCommand } from '../src/domain/define-command.ts';
import { ProjectId, TaskId } from '../src/domain/ids.ts';

export default defineCommand({
  name: 'why',
  summary: 'How an output came about: brief, maker, model, tools, cost, verdict, ratings',
  people: ['director', 'specialist'],
  agents: [],
  args: z.strictObject({
    task: TaskId.optional().describe('such as T3; what is shown where you are when left out'),
    version: z.int().min(1).max(99).optional().describe('the newest when left out'),
    project: ProjectId.optional().describe('such as P1; the one you are in when left out'),
  }),
  positional: ['task', 'version'],
  cause: ({ task, version, project }) => ({
    query: {
      type: 'why',
      project: project ?? null,
      task: task ?? null,
      revision: version === undefined ? null : version - 1,
    },
  }),
});
