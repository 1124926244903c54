// What an agent notes lastingly is seen in its own project only, and is trusted as an agent is.
import { z } from 'zod';
import { defineCommand } from '../src/domain/define-command.ts';

export default defineCommand({
  name: 'remember',
  summary: 'Note something that later work in this project should know; one sentence',
  people: [],
  agents: ['project-manager', 'collaborator', 'specialist'],
  args: z.strictObject({
    text: z
      .string()
      .trim()
      .min(12)
      .max(400)
      .describe('a finding, a choice and its reason, a preference; true without its context'),
  }),
  positional: ['text'],
  cause: ({ text }) => ({ action: { type: 'remember', text } }),
});
