// What is known of how good one version of an output was. People's words arrive as feedback; what
// the work itself shows (verdicts, revisions, blockages, time, money) is already on record. The
// learning reads both together as outcomes, each with the system message and model it came from.
import { z } from 'zod';
import { Standing } from './actor.ts';
import { AgentId, ProjectId, Snowflake, TaskId, TurnId } from './ids.ts';
import { Tier } from './model-port.ts';
import { prose } from './prose.ts';

export const FeedbackKind = z.enum([
  /** One to five, with words or without. */
  'rating',
  /** A thumb on the message that shows the output: 5 up, 1 down. */
  'reaction',
  /** Words alone. */
  'comment',
  /** Says how it should have been. */
  'correction',
]);
export type FeedbackKind = z.infer<typeof FeedbackKind>;

export const Rating = z.int().min(1).max(5);
export type Rating = z.infer<typeof Rating>;

/**
 * What a person thinks of one version of an output. The newest rating of a person counts; reactions
 * stand as long as they stand on the message; words add up.
 */
export const Feedback = z.strictObject({
  task: TaskId,
  revision: z.int().nonnegative(),
  /** Whoever made it, and in which turn; null in records of earlier versions. */
  agentId: AgentId,
  turnId: TurnId.nullable(),
  kind: FeedbackKind,
  rating: Rating.nullable(),
  text: prose(2000).nullable(),
  by: z.string().max(100),
  /** Names change, and of a reaction that is taken back only this is known. */
  userId: Snowflake,
  standing: Standing.exclude(['stranger']),
  at: z.int().nonnegative(),
});
export type Feedback = z.infer<typeof Feedback>;

/** What a reaction says, whatever its colour of skin; null when it says nothing of quality. */
export function ratingOf(emoji: string): Rating | null {
  const thumb = emoji.replaceAll(/[\u{1F3FB}-\u{1F3FF}]|\uFE0F/gu, '');
  if (thumb === '👍') return 5;
  return thumb === '👎' ? 1 : null;
}

/** How one version of an output fared, for the learning. */
export const Outcome = z.strictObject({
  projectId: ProjectId,
  task: TaskId,
  revision: z.int().nonnegative(),
  agentId: AgentId,
  turnId: TurnId.nullable(),
  /** Version of the agent's own system message that its turn ran with. */
  personaVersion: z.int().positive(),
  /** Whatever wrote most of it; null when its turn made no call that is on record. */
  model: z.string().nullable(),
  tier: Tier,
  /** Lower-case words for what it took: the skills that the plan asks of the doer. */
  domains: z.array(z.string()),
  /** null while nobody has judged it. */
  accepted: z.boolean().nullable(),
  /** An agent's id, a person's name, or `code`; null while nobody has judged it. */
  judgedBy: z.string().nullable(),
  /** Why it went back; kept when it was accepted as it is in the end. */
  reasons: z.array(z.string()),
  /** The task was stuck over it: sent back too often, not to be judged, or its doer failed. */
  blocked: z.boolean(),
  /** Questions its doer put to colleagues while it was made. */
  asked: z.int().nonnegative(),
  feedback: z.array(Feedback),
  microUsd: z.int().nonnegative(),
  /** Of its turn's model calls, ms. */
  latencyMs: z.int().nonnegative(),
  /** When it was submitted. */
  at: z.int().nonnegative(),
});
export type Outcome = z.infer<typeof Outcome>;

/** What tells one word of a person from another. */
type Said = Pick<Feedback, 'task' | 'revision' | 'kind' | 'userId' | 'rating'>;

/** What the same person said before of the same and no longer means. */
export function withoutSame<T extends Said>(known: readonly T[], said: Said): T[] {
  return known.filter((one) => !isReplaced(one, said));
}

function isReplaced(one: Said, said: Said): boolean {
  const isSame =
    one.task === said.task &&
    one.revision === said.revision &&
    one.kind === said.kind &&
    one.userId === said.userId;
  switch (said.kind) {
    case 'rating':
      return isSame;
    // Somebody may leave both thumbs on a message.
    case 'reaction':
      return isSame && one.rating === said.rating;
    // Words add up.
    case 'comment':
    case 'correction':
      return false;
  }
}
