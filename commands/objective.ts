import { z } from 'zod';
import { defineCommand } from '../src/domain/define-command.ts';
import { limits } from '../src/domain/limits.ts';

export default defineCommand({
  name: 'objective',
  summary: 'State a new objective in plain words; the Project Manager takes it from there',
  people: ['director'],
  agents: [],
  args: z.strictObject({
    text: z.string().trim().min(1).max(limits.objectiveCharsMax).describe('what you want to reach'),
  }),
  positional: ['text'],
  cause: ({ text }) => ({ action: { type: 'give-objective', text } }),
});
