// What a decision concluded, and the log keeps for ever. Folding an aggregate's facts gives its
// state. A fact's schema never changes: a new meaning is a new type, old ones stay readable.
import { z } from 'zod';
import { Approach } from './action.ts';
import { Agent } from './agent.ts';
import { CriterionResult } from './criterion.ts';
import { Feedback, Rating } from './feedback.ts';
import { Joined, WorkRecord } from './event.ts';
import { BundleRef, FileRef } from './file.ts';
import { Erasure, ErasureId, ErasureProof } from './forgetting.ts';
import {
  AgentId,
  DecisionId,
  LearnerId,
  ProjectId,
  RewriteId,
  Snowflake,
  StreamId,
  TaskId,
  TurnId,
} from './ids.ts';
import { Advice } from './learning.ts';
import { limits } from './limits.ts';
import { Tier } from './model-port.ts';
import { PendingDecision } from './pending-decision.ts';
import { Plan } from './plan.ts';
import { PlaceKey } from './place.ts';
import {
  Candidate,
  DialogueLine,
  Handoff,
  HoldReason,
  LearnedMessage,
  OpenTurn,
  Phase,
  Remark,
  Submission,
  Terms,
  TurnWait,
} from './project.ts';
import { prose } from './prose.ts';
import { MessageVersion, Rewrite } from './rewrite.ts';
import { Pairing, Work } from './track-record.ts';
import { TurnUsage } from './turn.ts';

/** What is learned from how the work went. */
export const LearningFact = z.discriminatedUnion('type', [
  /** Takes the place of what was known of this project. */
  z.strictObject({
    type: z.literal('work-judged'),
    projectId: ProjectId,
    works: z.array(Work),
    pairings: z.array(Pairing),
  }),
  z.strictObject({ type: z.literal('advice-given'), advice: z.array(Advice).min(1) }),
  z.strictObject({ type: z.literal('rewrite-proposed'), rewrite: Rewrite }),
  z.strictObject({
    type: z.literal('rewrite-dropped'),
    rewrite: RewriteId,
    state: z.enum(['rejected', 'outdated']),
    by: z.string().max(100),
    at: z.int(),
  }),
  /** The whole of what somebody's system message holds from now on. */
  MessageVersion.extend({
    type: z.literal('message-versioned'),
    learner: LearnerId,
    /** What is not in force any more, and what is in force again. */
    undone: z.array(RewriteId),
    redone: z.array(RewriteId),
    /** Bullets that were ever made. */
    bulletCount: z.int().nonnegative(),
  }),
]);
export type LearningFact = z.infer<typeof LearningFact>;

export const AgencyFact = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('agency-founded'),
    guildId: Snowflake,
    directorIds: z.array(Snowflake),
    ceilingMicroUsd: z.int().nonnegative(),
    ceilingTokens: z.int().positive().optional(),
    rehearsal: z.boolean(),
  }),
  z.strictObject({ type: z.literal('project-registered'), projectId: ProjectId }),
  z.strictObject({
    type: z.literal('project-phase-noted'),
    projectId: ProjectId,
    phase: Phase,
    title: prose(limits.titleCharsMax),
  }),
  z.strictObject({ type: z.literal('specialist-created'), agent: Agent }),
  z.strictObject({
    type: z.literal('specialist-reserved'),
    agentId: AgentId,
    projectId: ProjectId,
  }),
  z.strictObject({
    type: z.literal('specialist-released'),
    projectId: ProjectId,
    record: WorkRecord,
  }),
  z.strictObject({
    type: z.literal('history-noted'),
    tasks: z.array(z.strictObject({ microUsd: z.int(), ms: z.int() })),
  }),
  z.strictObject({
    type: z.literal('lesson-noted'),
    projectId: ProjectId,
    text: prose(400),
  }),
  Erasure.pick({ id: true, target: true, by: true, asking: true, at: true }).extend({
    type: z.literal('forgetting-asked'),
  }),
  z.strictObject({ type: z.literal('forgetting-begun'), id: ErasureId }),
  z.strictObject({ type: z.literal('forgetting-dropped'), id: ErasureId }),
  /** Ids, hashes and counts: the record says that something was forgotten, never what. */
  z.strictObject({
    type: z.literal('memory-forgotten'),
    id: ErasureId,
    proof: ErasureProof,
    at: z.int(),
  }),
  z.strictObject({ type: z.literal('alert-given'), cause: prose(200), at: z.int() }),
  ...LearningFact.options,
]);
export type AgencyFact = z.infer<typeof AgencyFact>;

/** What every project has from its first word to its end. */
export const LifeFact = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('project-begun'),
    projectId: ProjectId,
    at: z.int(),
    director: z.strictObject({ userId: z.string(), name: z.string() }),
    objective: prose(limits.objectiveCharsMax),
    files: z.array(FileRef),
    terms: Terms,
    roster: z.array(Candidate),
  }),
  z.strictObject({ type: z.literal('dialogue-continued'), line: DialogueLine }),
  z.strictObject({ type: z.literal('remark-made'), remark: Remark }),
  z.strictObject({
    type: z.literal('objective-understood'),
    title: prose(limits.titleCharsMax),
    understanding: prose(limits.summaryCharsMax),
    questions: z.array(prose(300)),
  }),
  z.strictObject({ type: z.literal('phase-entered'), phase: Phase, at: z.int() }),
  z.strictObject({ type: z.literal('decision-opened'), decision: PendingDecision }),
  z.strictObject({
    type: z.literal('decision-closed'),
    decision: DecisionId,
    outcome: prose(200),
    by: z.string().max(100),
  }),
  z.strictObject({
    type: z.literal('whole-assembled'),
    summary: prose(limits.summaryCharsMax),
    results: z.array(CriterionResult),
    openRisks: z.array(prose(400)),
    lessons: z.array(prose(400)),
  }),
  z.strictObject({ type: z.literal('project-paused'), by: z.string().max(100), at: z.int() }),
  z.strictObject({ type: z.literal('project-resumed'), by: z.string().max(100), at: z.int() }),
  /** Whoever wrote there learned that the project is paused. */
  z.strictObject({ type: z.literal('pause-told'), place: PlaceKey }),
  /** Whoever wrote there learned that the project has ended. */
  z.strictObject({ type: z.literal('end-told'), place: PlaceKey }),
  /** It is not taken for now; `usage` is what it has cost since it was ordered or held last. */
  z.strictObject({
    type: z.literal('turn-held'),
    turnId: TurnId,
    because: HoldReason,
    usage: TurnUsage,
  }),
  z.strictObject({ type: z.literal('turn-resumed'), turnId: TurnId }),
  z.strictObject({ type: z.literal('turn-put-off'), turnId: TurnId, wait: TurnWait }),
  z.strictObject({ type: z.literal('turn-went-on'), turnId: TurnId }),
  z.strictObject({
    type: z.literal('budget-raised'),
    ceilingMicroUsd: z.int().nonnegative(),
    ceilingTokens: z.int().positive().optional(),
  }),
  // Earlier versions closed turns, kept them without an id, and ordered them anew in the end.
  z.strictObject({ type: z.literal('turns-held'), turns: z.array(OpenTurn).min(1) }),
  z.strictObject({
    type: z.literal('ceilings-raised'),
    ceilingMicroUsd: z.int().nonnegative(),
    ceilingTokens: z.int().positive().optional(),
  }),
  /** What an agent wants later work to know; kept by memory, not in the state. */
  z.strictObject({ type: z.literal('note-taken'), agentId: AgentId, text: prose(400) }),
  z.strictObject({ type: z.literal('bundle-recorded'), file: BundleRef, path: z.string() }),
  z.strictObject({ type: z.literal('turn-ordered'), turnId: TurnId, turn: OpenTurn }),
  z.strictObject({
    type: z.literal('turn-closed'),
    turnId: TurnId,
    outcome: z.enum(['finished', 'failed', 'cancelled']),
    usage: TurnUsage,
  }),
]);
export type LifeFact = z.infer<typeof LifeFact>;

/** From approaches to a plan with streams and a team. */
export const PlanningFact = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('roster-noted'), roster: z.array(Candidate) }),
  z.strictObject({ type: z.literal('approaches-proposed'), approaches: z.array(Approach) }),
  z.strictObject({ type: z.literal('approach-chosen'), choice: z.int().positive() }),
  z.strictObject({ type: z.literal('plan-drafted'), plan: Plan, faults: z.array(prose(2000)) }),
  z.strictObject({ type: z.literal('plan-repair-asked') }),
  z.strictObject({ type: z.literal('plan-approved') }),
  z.strictObject({
    type: z.literal('stream-created'),
    stream: StreamId,
    collaborator: Agent,
    /** Where two share the stream; null in records of earlier versions. */
    second: Agent.nullable().default(null),
    topic: prose(600),
  }),
  z.strictObject({ type: z.literal('stream-introduced'), stream: StreamId }),
  z.strictObject({ type: z.literal('thread-opened'), stream: StreamId, agentId: AgentId }),
  z.strictObject({
    type: z.literal('stream-completed'),
    stream: StreamId,
    summary: prose(limits.summaryCharsMax),
  }),
  z.strictObject({ type: z.literal('member-joined'), joined: Joined }),
  /** The system message of somebody who may work here is another one from the next turn on. */
  LearnedMessage.extend({ type: z.literal('message-learned') }),
]);
export type PlanningFact = z.infer<typeof PlanningFact>;

/** What happens to one task of the plan. */
export const TaskFact = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('task-given'),
    task: TaskId,
    member: z.string(),
    why: prose(400),
  }),
  z.strictObject({
    type: z.literal('task-assigned'),
    task: TaskId,
    agentId: AgentId,
    why: prose(400),
  }),
  z.strictObject({ type: z.literal('task-started'), task: TaskId, at: z.int() }),
  z.strictObject({ type: z.literal('colleague-asked'), task: TaskId, to: AgentId }),
  z.strictObject({ type: z.literal('output-submitted'), task: TaskId, submission: Submission }),
  z.strictObject({
    type: z.literal('changes-requested'),
    task: TaskId,
    by: z.string().max(100),
    reasons: z.array(prose(500)).min(1),
  }),
  z.strictObject({ type: z.literal('tier-raised'), task: TaskId, tier: Tier }),
  z.strictObject({
    type: z.literal('output-passed'),
    task: TaskId,
    by: z.string().max(100),
    results: z.array(CriterionResult),
  }),
  z.strictObject({
    type: z.literal('output-accepted'),
    task: TaskId,
    by: z.string().max(100),
    results: z.array(CriterionResult),
    at: z.int(),
  }),
  z.strictObject({ type: z.literal('task-stuck'), task: TaskId, reason: prose(1000) }),
  /** The Director said once more: the doer goes on, or the approver judges again. */
  z.strictObject({
    type: z.literal('task-resumed'),
    task: TaskId,
    state: z.enum(['working', 'in-review']),
  }),
  z.strictObject({ type: z.literal('handed-over'), handoff: Handoff }),
  z.strictObject({ type: z.literal('feedback-given'), feedback: Feedback }),
  /** A reaction is not on the message any more. */
  z.strictObject({
    type: z.literal('feedback-taken-back'),
    task: TaskId,
    revision: z.int().nonnegative(),
    userId: Snowflake,
    rating: Rating,
  }),
]);
export type TaskFact = z.infer<typeof TaskFact>;

export const ProjectFact = z.discriminatedUnion('type', [
  ...LifeFact.options,
  ...PlanningFact.options,
  ...TaskFact.options,
]);
export type ProjectFact = z.infer<typeof ProjectFact>;

export type Fact = AgencyFact | ProjectFact;
