import { z } from 'zod';
import { Approach } from '../src/domain/action.ts';
import { defineCommand } from '../src/domain/define-command.ts';

export default defineCommand({
  name: 'propose',
  summary: 'Offer one approach to the objective; use it once per approach, two to four times',
  people: [],
  agents: ['project-manager'],
  args: z.strictObject({
    ...Approach.shape,
    // A card without these would be blank.
    title: Approach.shape.title.min(1),
    get: Approach.shape.get.min(1),
  }),
  cause: (approach) => ({ action: { type: 'propose', approach } }),
});
