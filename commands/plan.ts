import { z } from 'zod';
import { defineCommand } from '../src/domain/define-command.ts';
import { Plan } from '../src/domain/plan.ts';

export default defineCommand({
  name: 'plan',
  summary: 'Put a plan before the Director: outputs, criteria, streams, team and tasks',
  people: [],
  agents: ['project-manager'],
  args: z.strictObject(Plan.shape),
  cause: (plan) => ({ action: { type: 'draft-plan', plan } }),
});
