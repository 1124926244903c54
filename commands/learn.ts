import { z } from 'zod';
import { defineCommand } from '../src/domain/define-command.ts';
import type { Cause } from '../src/domain/define-command.ts';
import { ProjectId, RewriteId } from '../src/domain/ids.ts';

const Args = z
  .strictObject({
    what: z
      .enum(['history', 'diff', 'apply', 'reject', 'rollback', 'run'])
      .describe('what to do with what the agency learned'),
    rewrite: RewriteId.optional().describe('a proposed change, such as L3'),
    project: ProjectId.optional().describe('for run: the project to study, such as P1'),
    who: z
      .string()
      .trim()
      .min(1)
      .max(60)
      .optional()
      .describe('a Specialist by name, pm or collaborator'),
    version: z.int().positive().optional().describe('for rollback: the version to go back to'),
    from: z.int().positive().optional().describe('for diff: the earlier version'),
    to: z.int().positive().optional().describe('for diff: the later version'),
  })
  .refine(({ what, rewrite }) => rewrite !== undefined || !['apply', 'reject'].includes(what), {
    path: ['rewrite'],
    error: 'say which one, such as L3',
  });

export default defineCommand({
  name: 'learn',
  summary: 'What the agency learned: study, see, apply, reject or take back changes',
  people: ['director'],
  agents: [],
  args: Args,
  positional: ['what', 'rewrite', 'project', 'who'],
  mention: 'who',
  cause: causeOf,
});

function causeOf(args: z.infer<typeof Args>): Cause {
  const { rewrite = null, project = null, who = null, version = null, from = null } = args;
  switch (args.what) {
    case 'run':
      return { action: { type: 'study', project, who } };
    case 'history':
      return { query: { type: 'learning-history', who } };
    case 'diff':
      return { query: { type: 'learning-diff', rewrite, who, from, to: args.to ?? null } };
    case 'apply':
    case 'reject':
      return {
        action: {
          type: 'decide-rewrite',
          // The refinement above lets neither through without one.
          rewrite: rewrite ?? '',
          isApplied: args.what === 'apply',
        },
      };
    case 'rollback':
      return { action: { type: 'roll-back', rewrite, who, version } };
  }
}
