import { z } from 'zod';
import { defineCommand } from '../src/domain/define-command.ts';
import { DecisionId } from '../src/domain/ids.ts';

export default defineCommand({
  name: 'approve',
  summary: 'Say yes to what waits for you: an approach, a plan, an output',
  people: ['director'],
  agents: [],
  args: z.strictObject({
    decision: DecisionId.optional().describe('its id, such as P1-D2; the newest when left out'),
    choice: z.int().min(1).max(9).optional().describe('which option, where there are several'),
  }),
  positional: ['decision', 'choice'],
  cause: ({ decision, choice }) => ({
    action: { type: 'approve', decision: decision ?? null, choice: choice ?? null },
  }),
});
