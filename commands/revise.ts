import { z } from 'zod';
import { defineCommand } from '../src/domain/define-command.ts';
import { DecisionId } from '../src/domain/ids.ts';

export default defineCommand({
  name: 'revise',
  summary: 'Ask for other approaches or a changed plan, in your own words',
  people: ['director'],
  agents: [],
  args: z.strictObject({
    text: z.string().trim().min(1).max(2000).describe('what should be different'),
    decision: DecisionId.optional().describe('its id, such as P1-D2; the newest when left out'),
  }),
  positional: ['text'],
  cause: ({ decision, text }) => ({
    action: { type: 'ask-revision', decision: decision ?? null, text },
  }),
});
