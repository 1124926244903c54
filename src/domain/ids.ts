// Ids are short, readable and derived from what caused them, so that a replay makes the same ones
// and a person can say them aloud. Parts of an idempotency key are joined with `.`.
import { z } from 'zod';

export const AgencyId = z.literal('agency');
/** `P7`, counted by the agency. */
export const ProjectId = z.string().regex(/^P[1-9]\d{0,6}$/);
/** An aggregate: the agency or one project. */
export const AggregateId = z.union([AgencyId, ProjectId]);
export type AggregateId = z.infer<typeof AggregateId>;
/** `S2`, inside a project's plan. */
export const StreamId = z.string().regex(/^S[1-9]\d?$/);
/** `T4`, inside a project's plan. */
export const TaskId = z.string().regex(/^T[1-9]\d{0,2}$/);
/** `O3`, an output that the plan promises. */
export const OutputId = z.string().regex(/^O[1-9]\d{0,2}$/);
/** `C5`, a success criterion; counted over the whole plan. */
export const CriterionId = z.string().regex(/^C[1-9]\d{0,2}$/);
/** `P7-D2`, something that waits for a human. */
export const DecisionId = z.string().regex(/^P[1-9]\d{0,6}-D[1-9]\d{0,3}$/);
/**
 * `pm`, `lpm`, `A12` (a Specialist of the roster), `P7-S2` (the Collaborator of a stream) or
 * `P7-S2b` (its second one).
 */
export const AgentId = z.string().regex(/^(pm|lpm|A[1-9]\d{0,5}|P[1-9]\d{0,6}-S[1-9]\d?b?)$/);
/** `L3`, a proposed rewrite of a system message; counted by the agency. */
export const RewriteId = z.string().regex(/^L[1-9]\d{0,5}$/);
/** `B5`, a bullet of a system message; counted by the agency. */
export const BulletId = z.string().regex(/^B[1-9]\d{0,5}$/);
/** Whose system message it is: `pm`, `collaborator` for all of them, or a Specialist. */
export const LearnerId = z.string().regex(/^(pm|collaborator|A[1-9]\d{0,5})$/);
/** `P7.turn.12` or `agency.turn.3`. */
export const TurnId = z.string().regex(/^(agency|P[1-9]\d{0,6})\.turn\.[1-9]\d*$/);
/** What caused it, told apart from its other effects: `discord.message.123.post.1`. */
export const EffectId = z.string().min(1).max(300);
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** Discord's id. */
export const Snowflake = z.string().regex(/^\d{17,20}$/);

/** The project that a decision id belongs to. */
export function projectOfDecision(decisionId: string): string {
  return decisionId.slice(0, decisionId.indexOf('-'));
}
