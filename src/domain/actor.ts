// Who does something. Standing is decided by the server from user ids, never by what a text claims.
import { z } from 'zod';
import { AgentId, Snowflake } from './ids.ts';

/** What a human may do here: the Director, a human specialist of some streams, or nobody. */
export const Standing = z.enum(['director', 'specialist', 'stranger']);
export type Standing = z.infer<typeof Standing>;

/** The four behaviours of a virtual LLM. */
export const AgentRole = z.enum(['project-manager', 'collaborator', 'specialist', 'lpm']);
export type AgentRole = z.infer<typeof AgentRole>;

export const Human = z.strictObject({
  kind: z.literal('human'),
  userId: Snowflake,
  name: z.string().max(100),
  standing: Standing,
});
export type Human = z.infer<typeof Human>;

export const Actor = z.union([
  Human,
  z.strictObject({ kind: z.literal('agent'), agentId: AgentId, role: AgentRole }),
]);
export type Actor = z.infer<typeof Actor>;
