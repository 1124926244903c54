// What is learned of a system message: short sentences in one of its sections, each for named
// domains only. The role section and everything that comes from files are frozen: nothing here can
// name them. Its invariant: a bullet is in a prompt only when the turn's domain is in its scope, so
// that no other prompt ever changes by it (LEARNING.md §1.2).
import { z } from 'zod';
import { BulletId, RewriteId } from './ids.ts';
import { limits } from './limits.ts';
import { prose } from './prose.ts';

/** The parts of a system message that may be learned; the role itself is for people to write. */
export const BulletSection = z.enum(['expertise', 'expectations', 'collaboration', 'adaptability']);
export type BulletSection = z.infer<typeof BulletSection>;

/** Lower-case words: skills that a plan asks for, or the name of a turn such as `plan`. */
export const Domain = z.string().trim().toLowerCase().min(1).max(40);

export const Bullet = z.strictObject({
  id: BulletId,
  section: BulletSection,
  text: prose(limits.bulletCharsMax),
  scope: z.array(Domain).min(1).max(limits.bulletScopeMax),
  /** Outputs that taught it, such as `P1.T2.v1`. */
  evidence: z.array(z.string().max(60)).max(limits.bulletEvidenceMax),
  /** The proposal it came from, or was last edited by. */
  createdBy: RewriteId,
  /** Version of the system message that it came with. */
  version: z.int().positive(),
});
export type Bullet = z.infer<typeof Bullet>;

/** Those of a system message that a turn in these domains is shown, in their order. */
export function bulletsInScope(bullets: readonly Bullet[], domains: readonly string[]): Bullet[] {
  const shown: Bullet[] = [];
  let chars = 0;
  for (const bullet of bullets) {
    if (!bullet.scope.some((domain) => domains.includes(domain))) continue;
    chars += bullet.text.length;
    if (shown.length === limits.bulletsInPromptMax || chars > limits.bulletsInPromptCharsMax) break;
    shown.push(bullet);
  }
  return shown;
}
