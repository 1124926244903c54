import { z } from 'zod';
import { BulletSection, Domain } from '../src/domain/bullet.ts';
import { defineCommand } from '../src/domain/define-command.ts';
import { BulletId, LearnerId } from '../src/domain/ids.ts';
import { limits } from '../src/domain/limits.ts';
import { Delta } from '../src/domain/rewrite.ts';

const Change = z.enum(['add', 'edit', 'retire']);
type Parts = Record<'section' | 'bullet' | 'text' | 'scope', unknown> & {
  change: z.infer<typeof Change>;
};

/** Each change needs other parts; those it has no use for are left out. */
function deltaOf({ change: type, section, bullet, text, scope }: Parts) {
  const parts = {
    add: { type, section, text, scope },
    edit: { type, bullet, text, scope },
    retire: { type, bullet },
  };
  return Delta.safeParse(parts[type]);
}

export default defineCommand({
  name: 'propose-rewrite',
  summary: 'Propose one change of one bullet of a system message, for the Director to decide',
  people: [],
  agents: ['lpm'],
  args: z
    .strictObject({
      learner: LearnerId.describe('whose system message, such as A3, pm or collaborator'),
      change: Change,
      section: BulletSection.nullable().default(null).describe('of what is added'),
      bullet: BulletId.nullable().default(null).describe('which one to edit or retire, such as B4'),
      text: z
        .string()
        .trim()
        .max(limits.bulletCharsMax)
        .nullable()
        .default(null)
        .describe('the whole bullet as it shall be, at most 60 words'),
      scope: z
        .array(Domain)
        .max(limits.bulletScopeMax)
        .nullable()
        .default(null)
        .describe('domains of the learner that it holds for'),
      hypothesis: z.string().trim().min(1).max(400).describe('what will be better by it, and why'),
      evidence: z
        .array(z.string().trim().max(60))
        .min(1)
        .max(limits.bulletEvidenceMax)
        .describe('ids from the evidence, such as P1.T2.v1'),
    })
    .refine((parts) => deltaOf(parts).success, {
      path: ['change'],
      error: 'add needs section, text and scope; edit needs bullet, text and scope; retire bullet',
    }),
  cause: ({ learner, hypothesis, evidence, ...parts }) => {
    const delta = deltaOf(parts);
    if (!delta.success) throw new Error('A rewrite that was checked does not fit any more.');
    return {
      action: { type: 'propose-rewrite', learner, delta: delta.data, hypothesis, evidence },
    };
  },
});
