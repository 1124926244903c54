import { z } from 'zod';
import { defineCommand } from '../src/domain/define-command.ts';
import { AgentId } from '../src/domain/ids.ts';

export default defineCommand({
  name: 'ask',
  summary: 'Ask a colleague one question; you go on when the answer is there',
  people: [],
  agents: ['specialist', 'collaborator'],
  args: z.strictObject({
    to: AgentId.describe('id of the colleague, such as A2, or pm for the Project Manager'),
    question: z.string().trim().min(1).max(1000),
  }),
  mention: 'to',
  positional: ['question'],
  cause: (args) => ({ action: { type: 'ask', ...args } }),
});
