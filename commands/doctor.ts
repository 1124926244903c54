import { z } from 'zod';
import { defineCommand } from '../src/domain/define-command.ts';

export default defineCommand({
  name: 'doctor',
  summary: 'What is wrong with Discord, models, database, queue or memory, and its cure',
  people: ['director'],
  agents: [],
  args: z.strictObject({}),
  positional: [],
  cause: () => ({ query: { type: 'doctor' } }),
});
