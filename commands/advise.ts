import { z } from 'zod';
import { defineCommand } from '../src/domain/define-command.ts';
import { LearnerId } from '../src/domain/ids.ts';

export default defineCommand({
  name: 'advise',
  summary: 'Give a Specialist, the Collaborators or the PM a hint for their next work',
  people: [],
  agents: ['lpm'],
  args: z.strictObject({
    to: LearnerId.describe('id of the learner, such as A3, pm or collaborator'),
    text: z.string().trim().min(1).max(400).describe('the hint, at most 40 words'),
  }),
  cause: ({ to, text }) => ({ action: { type: 'advise', to, text } }),
});
