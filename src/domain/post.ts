// What we decided to say, before Discord sees it. Posts are data; discord/render turns each into
// messages. Whoever speaks is an agent of ours; the bot account plays them all.
import { z } from 'zod';
import { Approach } from './action.ts';
import { Agent } from './agent.ts';
import { Criterion, CriterionResult } from './criterion.ts';
import { BundleRef, FileRef } from './file.ts';
import { DecisionId, EffectId, ProjectId, RewriteId, Snowflake, TaskId } from './ids.ts';
import { PendingDecision } from './pending-decision.ts';
import { PlaceKey } from './place.ts';
import { Plan } from './plan.ts';
import { Phase, TaskState } from './project.ts';
import { prose } from './prose.ts';
import { Evidence } from './rewrite.ts';
import { TrackRecord } from './track-record.ts';

/** Cost and finish as ranges; null where there is no history to estimate from. */
export const Forecast = z.strictObject({
  microUsdLow: z.int().nullable(),
  microUsdHigh: z.int().nullable(),
  /** The ceiling that can never be passed. */
  microUsdCeiling: z.int(),
  msLow: z.int().nullable(),
  msHigh: z.int().nullable(),
});
export type Forecast = z.infer<typeof Forecast>;

/** Who sits in the team of a plan, as the plan card shows it. */
export const PlanSeat = z.strictObject({
  key: z.string(),
  label: z.string(),
  reused: z.boolean(),
  why: prose(400),
  /** Key of the seat whose LLM fills this one as well. */
  sameAs: z.string().nullable().default(null),
});

export const StatusTask = z.strictObject({
  id: TaskId,
  title: z.string(),
  state: TaskState,
  assignee: z.string().nullable(),
});

/** What `/status` and the living message show. */
export const StatusView = z.strictObject({
  projectId: ProjectId,
  title: z.string(),
  phase: Phase,
  tasks: z.array(StatusTask),
  /** What the Director is waited for, and in which channel. */
  waiting: z.array(
    z.strictObject({ id: z.string(), title: z.string(), where: z.enum(['decisions', 'director']) }),
  ),
  working: z.array(z.strictObject({ agent: z.string(), what: z.string() })),
  paused: z.strictObject({ by: z.string(), at: z.int() }).nullable(),
  /** Turns that wait until the project goes on, or more may be spent. */
  held: z.int().nonnegative(),
  spentMicroUsd: z.int(),
  ceilingMicroUsd: z.int(),
  tokens: z.int(),
  startedAt: z.int(),
  endedAt: z.int().nullable(),
});
export type StatusView = z.infer<typeof StatusView>;

/** A button is the command that it stands for (docs/decisions/0003). */
export const PostButton = z.strictObject({
  label: z.string().min(1).max(80),
  style: z.enum(['primary', 'secondary', 'success', 'danger']),
  line: z.string().regex(/^\/[a-z]{1,20} do:[a-z]{1,20} id:[A-Z]\d{1,6} confirm:(true|false)$/),
});
export type PostButton = z.infer<typeof PostButton>;

export const PostBody = z.discriminatedUnion('type', [
  /** Plain speech. */
  z.strictObject({ type: z.literal('speech'), text: prose(8000) }),
  /** A command that already happened, shown as its line; `text` is what was said with it. */
  z.strictObject({ type: z.literal('command'), line: prose(6000), text: prose(8000).nullable() }),
  z.strictObject({
    type: z.literal('questions'),
    questions: z.array(prose(300)),
    text: prose(2000),
  }),
  z.strictObject({
    type: z.literal('approaches'),
    /** null: decided, so there are no buttons; `text` then says how. */
    decision: DecisionId.nullable(),
    approaches: z.array(z.strictObject({ approach: Approach, forecast: Forecast })),
    text: prose(2000),
  }),
  z.strictObject({
    type: z.literal('plan'),
    decision: DecisionId.nullable(),
    plan: Plan,
    seats: z.array(PlanSeat),
    forecast: Forecast,
    criticalPath: z.array(TaskId),
    faults: z.array(z.string()),
  }),
  z.strictObject({
    type: z.literal('specialist-card'),
    agent: Agent,
    reused: z.boolean(),
    why: prose(400),
    /** The same LLM takes another seat, which has a card of its own. */
    isOtherSeat: z.boolean().default(false),
  }),
  /** Why this Specialist and why this model. */
  z.strictObject({
    type: z.literal('assignment'),
    task: TaskId,
    title: z.string(),
    brief: prose(1200),
    criteria: z.array(Criterion),
    assignee: z.string(),
    why: prose(400),
    model: prose(300),
  }),
  z.strictObject({
    type: z.literal('output'),
    line: prose(6000),
    /** Absent in posts of earlier versions. */
    projectId: ProjectId.optional(),
    task: TaskId,
    title: z.string(),
    revision: z.int(),
    summary: prose(1500),
    files: z.array(FileRef),
    checks: z.array(CriterionResult),
    criteria: z.array(Criterion),
    openPoints: z.array(prose(300)),
  }),
  z.strictObject({
    type: z.literal('verdict'),
    line: prose(6000).nullable(),
    task: TaskId,
    title: z.string(),
    accepted: z.boolean(),
    results: z.array(CriterionResult),
    criteria: z.array(Criterion),
    reasons: z.array(prose(500)),
    text: prose(8000).nullable(),
  }),
  z.strictObject({
    type: z.literal('handoff'),
    line: prose(6000),
    from: TaskId,
    to: z.array(z.strictObject({ task: TaskId, agent: z.string() })),
    summary: prose(1500),
    files: z.array(FileRef),
    openPoints: z.array(prose(300)),
  }),
  /** A pending decision as a card with its buttons, in #decisions. */
  z.strictObject({
    type: z.literal('decision'),
    decision: PendingDecision,
    /** Set when decided: the card says so and its buttons are gone. */
    outcome: prose(300).nullable(),
  }),
  /** How the work of a project went: what code counted, and what was advised. */
  z.strictObject({
    type: z.literal('learning-report'),
    projectId: ProjectId,
    title: prose(200),
    scores: z.array(z.strictObject({ who: z.string(), records: z.array(TrackRecord) })),
    patterns: z.array(prose(300)),
    advice: z.array(z.strictObject({ to: z.string(), text: prose(400) })),
    /** Ids of what waits in #decisions. */
    proposed: z.array(RewriteId),
    /** What was proposed and is not fit to be put to anybody, each with the reason. */
    refused: z.array(prose(300)),
    failure: prose(1000).nullable(),
    microUsd: z.int(),
  }),
  /** A proposed change of a system message, as a card with its buttons in #decisions. */
  z.strictObject({
    type: z.literal('rewrite'),
    id: RewriteId,
    projectId: ProjectId,
    who: z.string(),
    /** The version it was made for. */
    version: z.int(),
    /** Lines that go, with `-`, and lines that come, with `+`. */
    diff: z.array(prose(700)),
    hypothesis: prose(400),
    evidence: z.array(Evidence),
    /** Set when decided: the card says so and its buttons are gone. */
    outcome: prose(300).nullable(),
  }),
  /** A deliverable as a card in #overview. */
  z.strictObject({
    type: z.literal('deliverable'),
    /** Which version of which output it is; absent in posts of earlier versions. */
    projectId: ProjectId.optional(),
    task: TaskId.optional(),
    revision: z.int().nonnegative().optional(),
    title: z.string(),
    files: z.array(FileRef),
    results: z.array(CriterionResult),
    criteria: z.array(Criterion),
    author: z.string(),
    approver: z.string(),
  }),
  z.strictObject({
    type: z.literal('hand-over'),
    projectId: ProjectId,
    title: z.string(),
    summary: prose(2000),
    files: z.array(FileRef),
    bundle: BundleRef,
    results: z.array(CriterionResult),
    criteria: z.array(Criterion),
    decisions: z.array(prose(300)),
    openRisks: z.array(prose(400)),
    lessons: z.array(prose(400)),
    microUsd: z.int(),
    tokens: z.int(),
    seconds: z.number(),
  }),
  /** Something the system itself says: welcome, alert, cancelled. */
  z.strictObject({
    type: z.literal('notice'),
    tone: z.enum(['info', 'good', 'warning']),
    title: z.string().max(200),
    text: prose(3000),
  }),
  /** An answer to a command that asks whether to go on. */
  z.strictObject({
    type: z.literal('question'),
    text: prose(3000),
    buttons: z.array(PostButton).min(1).max(5),
  }),
  /** The living status message of a project: posted once, then edited in place. */
  z.strictObject({ type: z.literal('status'), view: StatusView }),
]);
export type PostBody = z.infer<typeof PostBody>;
export type PostBodyOf<T extends PostBody['type']> = Extract<PostBody, { type: T }>;

/** The order to say something. Posts of one place appear in the order they were decided. */
export const Post = z.strictObject({
  id: EffectId,
  place: PlaceKey,
  speaker: Agent,
  body: PostBody,
  /** Users who are notified; text alone can never ping. */
  notify: z.array(Snowflake),
  /** Pinned after posting. */
  pin: z.boolean(),
});
export type Post = z.infer<typeof Post>;
