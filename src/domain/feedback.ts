// What is known of how good one version of an output was. People's words arrive as feedback; what
// the work itself shows (verdicts, revisions, blockages, time, money) is already on record. The
// learning reads both together as outcomes, each with the system message and model it came from.
import { z } from 'zod';
import { AgentId, ProjectId, TaskId, TurnId } from './ids.ts';
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

/** What a person thinks of one version of an output. The newest of one person and kind counts. */
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
  at: z.int().nonnegative(),
});
export type Feedback = z.infer<typeof Feedback>;

/** How one version of an output fared, for the learning. */
export const Outcome = z.strictObject({
  projectId: ProjectId,
  task: TaskId,
  revision: z.int().nonnegative(),
  agentId: AgentId,
  turnId: TurnId.nullable(),
  /** Version of the agent's own system message that its turn ran with. */
  personaVersion: z.int().positive(),
  /** null when its turn made no call that is on record. */
  model: z.string().nullable(),
  tier: Tier,
  /** Lower-case words for what it took: the skills that the plan asks of the doer. */
  domains: z.array(z.string()),
  /** null while nobody has judged it. */
  accepted: z.boolean().nullable(),
  /** Why it went back. */
  reasons: z.array(z.string()),
  /** The task was stuck, or its doer could not go on. */
  blocked: z.boolean(),
  feedback: z.array(Feedback),
  microUsd: z.int().nonnegative(),
  /** Of its turn's model calls, ms. */
  latencyMs: z.int().nonnegative(),
  at: z.int().nonnegative(),
});
export type Outcome = z.infer<typeof Outcome>;
