// A turn is one agent's piece of work: some model calls and tool uses that end in commands and
// speech. The kind says which instructions it gets, which commands it may use and what it sees.
import { z } from 'zod';
import { Action } from './action.ts';
import { AgentRole } from './actor.ts';
import { FileRef } from './file.ts';
import { CriterionResult } from './criterion.ts';
import { AgentId, StreamId, TaskId, TurnId } from './ids.ts';
import { limits } from './limits.ts';
import { Tier } from './model-port.ts';
import { PlaceKey } from './place.ts';
import { prose } from './prose.ts';

/** A file `system-messages/<role>/<turn>.md` exists for each. */
export const TurnKind = z.enum([
  'project-manager.intake',
  'project-manager.approaches',
  'project-manager.plan',
  'project-manager.staffing',
  'project-manager.assemble',
  'project-manager.talk',
  'collaborator.introduce',
  'collaborator.review',
  'collaborator.hand-over',
  'collaborator.summarise',
  'specialist.work',
  'specialist.revise',
  'specialist.review',
  'specialist.answer',
  'lpm.study',
]);
export type TurnKind = z.infer<typeof TurnKind>;

/** The role in which a turn is taken, whoever takes it: the PM may take a Collaborator's. */
export function roleOf(kind: TurnKind): AgentRole {
  return AgentRole.parse(kind.slice(0, kind.indexOf('.')));
}

/** What a turn is about; the rest of its context is read from the project's state. */
export const TurnSubject = z.strictObject({
  stream: StreamId.nullable(),
  task: TaskId.nullable(),
  /** The question, remark or problem that caused it, in words. */
  prompt: prose(4000).nullable(),
  /** Who asked, for a turn that answers someone. */
  asker: AgentId.nullable(),
});
export type TurnSubject = z.infer<typeof TurnSubject>;

/** The order to take a turn. One turn runs in a conversation at a time, in order of number. */
export const TurnOrder = z.strictObject({
  id: TurnId,
  kind: TurnKind,
  agentId: AgentId,
  conversation: PlaceKey,
  tier: Tier,
  subject: TurnSubject,
});
export type TurnOrder = z.infer<typeof TurnOrder>;

/** One command that a turn used: what it causes, and the line people see. */
export const UsedCommand = z.strictObject({
  action: Action,
  line: prose(6000),
});
export type UsedCommand = z.infer<typeof UsedCommand>;

/** What a turn cost. */
export const TurnUsage = z.strictObject({
  calls: z.int().nonnegative(),
  inputTokens: z.int().nonnegative(),
  outputTokens: z.int().nonnegative(),
  microUsd: z.int().nonnegative(),
  modelMs: z.int().nonnegative(),
  model: z.string(),
});
export type TurnUsage = z.infer<typeof TurnUsage>;

export const noUsage: TurnUsage = {
  calls: 0,
  inputTokens: 0,
  outputTokens: 0,
  microUsd: 0,
  modelMs: 0,
  model: '',
};

/** What came out of a turn; acts through the same door as a human's command. */
export const TurnOutput = z.strictObject({
  said: prose(8000),
  commands: z.array(UsedCommand).max(limits.commandsPerTurnMax),
  /** Files that `submit` names, already stored. */
  files: z.array(FileRef).max(20),
  /** What code found about those files. */
  checks: z.array(CriterionResult).max(60),
  usage: TurnUsage,
});
export type TurnOutput = z.infer<typeof TurnOutput>;
