// What a command causes: the closed set of things a human or an LLM can do. A command file maps its
// arguments to one of these; decide/ matches them exhaustively. Queries change nothing and are
// answered at once to whoever asked.
import { z } from 'zod';
import { Persona } from './agent.ts';
import { CriterionResult } from './criterion.ts';
import { FeedbackKind, Rating } from './feedback.ts';
import { FileName } from './file.ts';
import { ErasureId, ErasureTarget, Findings } from './forgetting.ts';
import { AgentId, DecisionId, LearnerId, ProjectId, RewriteId, StreamId, TaskId } from './ids.ts';
import { limits } from './limits.ts';
import { Plan } from './plan.ts';
import { prose } from './prose.ts';
import { Delta } from './rewrite.ts';

/** One way to reach the objective, as the PM offers it on a card. */
export const Approach = z.strictObject({
  title: prose(limits.titleCharsMax),
  get: prose(600, 'what the Director gets'),
  leftOut: prose(400, 'what the Director does not get'),
  streams: z.array(prose(limits.titleCharsMax)).min(1).max(limits.planStreamsMax),
  risk: prose(400, 'the main risk'),
  /** How many tasks it will take; cost and finish ranges are computed from it by code. */
  tasks: z.int().min(1).max(limits.planTasksMax),
});
export type Approach = z.infer<typeof Approach>;

const Reasons = z.array(prose(500)).min(1).max(10);

export const Action = z.discriminatedUnion('type', [
  // People
  z.strictObject({ type: z.literal('give-objective'), text: prose(limits.objectiveCharsMax) }),
  z.strictObject({
    type: z.literal('approve'),
    decision: DecisionId.nullable(),
    choice: z.int().min(1).max(9).nullable(),
  }),
  z.strictObject({
    type: z.literal('ask-revision'),
    decision: DecisionId.nullable(),
    text: prose(2000),
  }),
  z.strictObject({ type: z.literal('cancel'), project: ProjectId.nullable() }),
  z.strictObject({ type: z.literal('pause'), project: ProjectId.nullable() }),
  z.strictObject({ type: z.literal('resume'), project: ProjectId.nullable() }),
  z.strictObject({
    type: z.literal('give-feedback'),
    project: ProjectId.nullable(),
    /** null: what is shown where it is said. */
    task: TaskId.nullable(),
    /** null: the newest. */
    revision: z.int().nonnegative().nullable(),
    kind: FeedbackKind,
    rating: Rating.nullable(),
    text: prose(2000).nullable(),
    /** A reaction that was removed again. */
    isTakenBack: z.boolean(),
  }),
  z.strictObject({
    type: z.literal('study'),
    project: ProjectId.nullable(),
    /** A Specialist by name or id, `pm` or `collaborator`; null for everybody of the project. */
    who: z.string().max(60).nullable(),
  }),
  z.strictObject({
    type: z.literal('decide-rewrite'),
    rewrite: RewriteId,
    isApplied: z.boolean(),
  }),
  z.strictObject({
    type: z.literal('roll-back'),
    /** What is taken back; null where somebody goes back to a version. */
    rewrite: RewriteId.nullable(),
    who: z.string().max(60).nullable(),
    version: z.int().positive().nullable(),
  }),
  z.strictObject({
    type: z.literal('forget'),
    /** One that was asked for and waits for a yes; null to ask for another. */
    erasure: ErasureId.nullable(),
    target: ErasureTarget,
    isConfirmed: z.boolean().nullable(),
    /** Where it was found; looked up by whoever hears the command. */
    found: Findings.nullable(),
  }),
  // Project Manager
  z.strictObject({
    type: z.literal('brief'),
    title: prose(limits.titleCharsMax),
    understanding: prose(limits.summaryCharsMax),
    isObjective: z.boolean(),
    questions: z.array(prose(300)).max(limits.questionsMax),
  }),
  z.strictObject({ type: z.literal('propose'), approach: Approach }),
  z.strictObject({ type: z.literal('draft-plan'), plan: Plan }),
  z.strictObject({
    type: z.literal('create-stream'),
    stream: StreamId,
    topic: prose(600, 'the output and criteria of the stream, in one or two sentences'),
  }),
  z.strictObject({
    type: z.literal('create-specialist'),
    member: z.string().max(40),
    persona: Persona,
  }),
  z.strictObject({
    type: z.literal('assign'),
    task: TaskId,
    to: z.string().max(60),
    why: prose(400),
    project: ProjectId.nullable(),
  }),
  z.strictObject({
    type: z.literal('assemble'),
    summary: prose(limits.summaryCharsMax),
    criteria: z.array(CriterionResult.omit({ checkedBy: true })).max(200),
    openRisks: z.array(prose(400)).max(10),
    lessons: z.array(prose(400)).max(10),
  }),
  // Specialist
  z.strictObject({ type: z.literal('start'), task: TaskId, approach: prose(800) }),
  z.strictObject({
    type: z.literal('submit'),
    task: TaskId,
    summary: prose(1500),
    files: z.array(FileName).min(1).max(limits.taskFilesMax),
    openPoints: z.array(prose(300)).max(10),
  }),
  z.strictObject({ type: z.literal('ask'), to: AgentId, question: prose(1000) }),
  // Any agent
  z.strictObject({ type: z.literal('remember'), text: prose(400) }),
  // Approver
  z.strictObject({
    type: z.literal('accept'),
    task: TaskId,
    project: ProjectId.nullable(),
    criteria: z.array(CriterionResult.omit({ checkedBy: true })).max(limits.criteriaPerOutputMax),
    note: prose(800).nullable(),
  }),
  z.strictObject({
    type: z.literal('request-changes'),
    task: TaskId,
    project: ProjectId.nullable(),
    reasons: Reasons,
  }),
  // Collaborator
  z.strictObject({
    type: z.literal('hand-over'),
    task: TaskId,
    to: z.array(TaskId).min(1).max(limits.planTasksMax),
    summary: prose(1200),
    openPoints: z.array(prose(300)).max(10),
  }),
  // Learning & Performance Manager
  z.strictObject({ type: z.literal('advise'), to: LearnerId, text: prose(400) }),
  z.strictObject({
    type: z.literal('propose-rewrite'),
    learner: LearnerId,
    delta: Delta,
    hypothesis: prose(400),
    evidence: z.array(z.string().max(60)).min(1).max(limits.bulletEvidenceMax),
  }),
]);
export type Action = z.infer<typeof Action>;
export type ActionOf<T extends Action['type']> = Extract<Action, { type: T }>;

/** Asked and answered at once; nothing changes. */
export const Query = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('status'), project: ProjectId.nullable() }),
  z.strictObject({ type: z.literal('help'), command: z.string().max(40).nullable() }),
  z.strictObject({ type: z.literal('doctor') }),
  z.strictObject({
    type: z.literal('why'),
    project: ProjectId.nullable(),
    /** null: what is shown where it is asked. */
    task: TaskId.nullable(),
    /** null: the newest. */
    revision: z.int().nonnegative().nullable(),
  }),
  z.strictObject({
    type: z.literal('learning-history'),
    who: z.string().max(60).nullable(),
  }),
  /** Of one proposal, or of two versions of somebody's system message. */
  z.strictObject({
    type: z.literal('learning-diff'),
    rewrite: RewriteId.nullable(),
    who: z.string().max(60).nullable(),
    from: z.int().positive().nullable(),
    to: z.int().positive().nullable(),
  }),
  z.strictObject({
    type: z.literal('search-memory'),
    text: z.string().max(2000),
    in: z.enum(['messages', 'lasting', 'all']),
    project: ProjectId.nullable(),
  }),
  /** A memory, a message or an erasure by its id. */
  z.strictObject({ type: z.literal('show-memory'), id: z.string().max(300) }),
]);
export type Query = z.infer<typeof Query>;
