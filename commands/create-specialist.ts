import { z } from 'zod';
import { Persona } from '../src/domain/agent.ts';
import { defineCommand } from '../src/domain/define-command.ts';

export default defineCommand({
  name: 'create-specialist',
  summary: 'Write the system message of a new Specialist of the approved plan',
  people: [],
  agents: ['project-manager'],
  args: z.strictObject({
    member: z.string().max(40).describe('key of the team member, such as writer'),
    ...Persona.shape,
  }),
  cause: ({ member, ...persona }) => ({ action: { type: 'create-specialist', member, persona } }),
});
