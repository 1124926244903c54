import { z } from 'zod';
import { defineCommand } from '../src/domain/define-command.ts';
import { limits } from '../src/domain/limits.ts';

export default defineCommand({
  name: 'brief',
  summary: 'Say what was understood, and ask at most three questions that matter',
  people: [],
  agents: ['project-manager'],
  args: z.strictObject({
    title: z.string().trim().min(1).max(limits.titleCharsMax).describe('a short name for it'),
    understanding: z
      .string()
      .trim()
      .min(1)
      .max(limits.summaryCharsMax)
      .describe('the objective in your words: outputs wanted, for whom, constraints'),
    // Asked this way round, an answer that says nothing of it loses no objective.
    isOnlyTalk: z
      .boolean()
      .optional()
      .describe('true when the Director only talks or asks; then understanding is your answer'),
    questions: z
      .array(z.string().trim().min(1).max(300))
      .max(limits.questionsMax)
      .describe('only what is missing and changes the work; empty when nothing is'),
  }),
  cause: ({ isOnlyTalk = false, ...args }) => {
    return { action: { type: 'brief', ...args, isObjective: !isOnlyTalk } };
  },
});
