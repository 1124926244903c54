import { z } from 'zod';
import { defineCommand } from '../src/domain/define-command.ts';

export default defineCommand({
  name: 'help',
  summary: 'What you can say here, and what each command does',
  people: ['director', 'specialist'],
  agents: [],
  args: z.strictObject({
    command: z.string().max(40).optional().describe('one command, such as approve'),
  }),
  positional: ['command'],
  cause: ({ command }) => ({ query: { type: 'help', command: command ?? null } }),
});
