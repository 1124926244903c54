import { z } from 'zod';
import { defineCommand } from '../src/domain/define-command.ts';
import { CriterionId, ProjectId, TaskId } from '../src/domain/ids.ts';
import { limits } from '../src/domain/limits.ts';

export default defineCommand({
  name: 'accept',
  summary: 'Accept a submitted output; judge each criterion with quoted evidence',
  people: ['director'],
  agents: ['collaborator', 'specialist'],
  args: z.strictObject({
    task: TaskId.describe('such as T3'),
    criteria: z
      .array(
        z.strictObject({
          criterion: CriterionId,
          met: z.boolean(),
          evidence: z.string().trim().max(600).describe('a quotation from the output'),
        }),
      )
      .max(limits.criteriaPerOutputMax)
      .optional()
      .describe('the criteria that code does not check'),
    note: z.string().trim().max(800).optional(),
    project: ProjectId.optional().describe('such as P1; the one you are in when left out'),
  }),
  positional: ['task', 'note'],
  cause: ({ task, criteria, note, project }) => ({
    action: {
      type: 'accept',
      task,
      project: project ?? null,
      criteria: criteria ?? [],
      note: note ?? null,
    },
  }),
});
