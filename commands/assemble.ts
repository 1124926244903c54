import { z } from 'zod';
import { CriterionId } from '../src/domain/ids.ts';
import { defineCommand } from '../src/domain/define-command.ts';
import { limits } from '../src/domain/limits.ts';

export default defineCommand({
  name: 'assemble',
  summary: 'Put the deliverables together and check them against the plan, one by one',
  people: [],
  agents: ['project-manager'],
  args: z.strictObject({
    summary: z.string().trim().min(1).max(limits.summaryCharsMax),
    criteria: z
      .array(
        z.strictObject({
          criterion: CriterionId,
          met: z.boolean(),
          evidence: z.string().trim().max(600),
        }),
      )
      .max(200)
      .describe('your judgement of every criterion that code does not check'),
    openRisks: z.array(z.string().trim().max(400)).max(10),
    lessons: z.array(z.string().trim().max(400)).max(10).describe('for future projects'),
  }),
  cause: (args) => ({ action: { type: 'assemble', ...args } }),
});
