// A proposed change of a system message, and the versions that come of those that are applied.
// Pure. Its invariant: the record holds every version whole, and taking one back is a new version
// with the very same bullets in the same order, so that prompts are byte for byte as before.
//
//   open → applied → rolled-back        by the Director
//   open → rejected                     by the Director
//   open → outdated                     what it changes is not there any more when it is applied
import { z } from 'zod';
import { Bullet, BulletSection, Domain } from './bullet.ts';
import { BulletId, LearnerId, ProjectId, RewriteId, TurnId } from './ids.ts';
import { limits } from './limits.ts';
import { prose } from './prose.ts';

const Text = prose(limits.bulletCharsMax);
const Scope = z.array(Domain).min(1).max(limits.bulletScopeMax);

/** One change of one bullet. */
export const Delta = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('add'), section: BulletSection, text: Text, scope: Scope }),
  z.strictObject({ type: z.literal('edit'), bullet: BulletId, text: Text, scope: Scope }),
  z.strictObject({ type: z.literal('retire'), bullet: BulletId }),
]);
export type Delta = z.infer<typeof Delta>;

/** Something that taught it: an output, and what happened to it. */
export const Evidence = z.strictObject({ id: z.string().max(60), text: prose(600) });
export type Evidence = z.infer<typeof Evidence>;

/** As the Learning & Performance Manager proposes it. */
export const ProposedRewrite = z.strictObject({
  learner: LearnerId,
  delta: Delta,
  /** What will be better by it, and why. */
  hypothesis: prose(400),
  evidence: z.array(Evidence).min(1).max(limits.bulletEvidenceMax),
});
export type ProposedRewrite = z.infer<typeof ProposedRewrite>;

export const RewriteState = z.enum(['open', 'applied', 'rejected', 'rolled-back', 'outdated']);
export type RewriteState = z.infer<typeof RewriteState>;

export const Rewrite = ProposedRewrite.extend({
  id: RewriteId,
  projectId: ProjectId,
  turnId: TurnId.nullable(),
  state: RewriteState,
  /** Version of the message that it was made for, and the one that it became. */
  from: z.int().positive(),
  to: z.int().positive().nullable(),
  /** The bullet that it adds or changed; null until an addition is applied. */
  bullet: BulletId.nullable(),
  /** Bullets of the message as they stood when it was proposed. */
  before: z.array(Bullet),
  at: z.int(),
  /** Who decided it last, and when. */
  by: z.string().max(100).nullable(),
  decidedAt: z.int().nullable(),
});
export type Rewrite = z.infer<typeof Rewrite>;

/** A version of what somebody learned; the first one is empty and stands nowhere. */
export const MessageVersion = z.strictObject({
  version: z.int().positive(),
  bullets: z.array(Bullet),
  at: z.int(),
  by: z.string().max(100),
  why: prose(500),
  /** What was applied, or null when it goes back to an earlier version. */
  rewrite: RewriteId.nullable(),
  /** The version whose bullets it has again; null when something was applied. */
  backTo: z.int().positive().nullable(),
});
export type MessageVersion = z.infer<typeof MessageVersion>;

/** Which proposals are in force in a version. */
export function inForceAt(versions: readonly MessageVersion[], version: number): string[] {
  const found = versions.find((one) => one.version === version);
  if (found === undefined) return [];
  if (found.backTo !== null) return inForceAt(versions, found.backTo);
  const before = inForceAt(versions, version - 1);
  return found.rewrite === null ? before : [...before, found.rewrite];
}

interface Origin {
  /** The id that an addition gets. */
  bullet: string;
  rewrite: string;
  version: number;
  evidence: readonly Evidence[];
}

/** @returns null when what it changes is not there */
export function applyDelta(
  bullets: readonly Bullet[],
  delta: Delta,
  origin: Origin,
): Bullet[] | null {
  const { rewrite: createdBy, version } = origin;
  const learnt = { createdBy, version };
  const evidence = origin.evidence.map(({ id }) => id);
  if (delta.type === 'add') {
    const { section, text, scope } = delta;
    return [...bullets, { id: origin.bullet, section, text, scope, evidence, ...learnt }];
  }
  if (!bullets.some(({ id }) => id === delta.bullet)) return null;
  if (delta.type === 'retire') return bullets.filter(({ id }) => id !== delta.bullet);
  const { text, scope } = delta;
  return bullets.map((one) =>
    one.id === delta.bullet
      ? {
          ...one,
          text,
          scope,
          evidence: [...new Set([...one.evidence, ...evidence])].slice(-limits.bulletEvidenceMax),
          ...learnt,
        }
      : one,
  );
}

/** Lines that go, with `-`, and lines that come, with `+`, as people read a change. */
export function diffOf(before: readonly Bullet[], after: readonly Bullet[]): string[] {
  const gone = before.flatMap((bullet) => {
    const now = after.find(({ id }) => id === bullet.id);
    return now !== undefined && lineOf(now) === lineOf(bullet) ? [] : [`- ${lineOf(bullet)}`];
  });
  const come = after.flatMap((bullet) => {
    const then = before.find(({ id }) => id === bullet.id);
    return then !== undefined && lineOf(then) === lineOf(bullet) ? [] : [`+ ${lineOf(bullet)}`];
  });
  return [...gone, ...come];
}

/** `expectations [travel, writing]: State the season.` */
function lineOf({ section, scope, text }: Bullet): string {
  return `${section} [${scope.join(', ')}]: ${text}`;
}

/** What a proposal would change, also long after it was decided. */
export function diffOfRewrite({ before, delta, evidence, id, from }: Rewrite): string[] {
  const origin = { bullet: 'B999999', rewrite: id, version: from + 1, evidence };
  return diffOf(before, applyDelta(before, delta, origin) ?? before);
}
