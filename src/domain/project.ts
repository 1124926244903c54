// The state of one project: everything a decision needs, folded from its facts and nothing else.
//
//   phase       what happens                                next
//   intake      the PM understands the objective            approaches, or closed when only talk
//   approaches  cards wait for the Director's choice        planning
//   planning    the plan waits for the Director's approval  staffing
//   staffing    streams and Specialists are being made      running
//   running     tasks are worked on, reviewed, handed over  assembling
//   assembling  the PM checks the whole against the plan    done
//   done · closed · cancelled · stopped                     the end
import { z } from 'zod';
import { Approach } from './action.ts';
import { Agent, projectManager } from './agent.ts';
import { Bullet } from './bullet.ts';
import { CriterionResult } from './criterion.ts';
import { Feedback } from './feedback.ts';
import { BundleRef, FileRef } from './file.ts';
import { AgentId, DecisionId, LearnerId, ProjectId, StreamId, TaskId, TurnId } from './ids.ts';
import { Tier } from './model-port.ts';
import { PendingDecision } from './pending-decision.ts';
import { PlaceKey } from './place.ts';
import { Plan } from './plan.ts';
import { prose } from './prose.ts';
import { TrackRecord } from './track-record.ts';
import { TurnKind, TurnSubject, TurnUsage } from './turn.ts';
import { limits } from './limits.ts';

export const Phase = z.enum([
  'intake',
  'approaches',
  'planning',
  'staffing',
  'running',
  'assembling',
  'done',
  'closed',
  'cancelled',
  'stopped',
]);
export type Phase = z.infer<typeof Phase>;

/**
 *   waiting → working: its dependencies are accepted and handed over, its Specialist is free
 *   working → in-review: submitted
 *   in-review → working: changes requested · → accepted · → for-director: a human must say
 *   working, in-review → stuck: rejected too often, asked too often, or a turn failed
 *   stuck → working, in-review: the Director says once more · → accepted
 */
export const TaskState = z.enum([
  'waiting',
  'working',
  'in-review',
  'for-director',
  'accepted',
  'stuck',
]);
export type TaskState = z.infer<typeof TaskState>;

/** A Specialist of the agency's roster, as much as planning needs. */
export const Candidate = z.strictObject({
  id: AgentId,
  name: z.string(),
  title: z.string(),
  skills: z.array(z.string()),
  /** Works in another project at the moment. */
  busy: z.boolean(),
  projects: z.int().nonnegative(),
  accepted: z.int().nonnegative(),
  rejections: z.int().nonnegative(),
  /** How its tasks went, over all and by domain; absent while nothing is known. */
  trackRecord: z.array(TrackRecord).optional(),
});
export type Candidate = z.infer<typeof Candidate>;

/** What a project taught, for those that come after it. */
export const Lesson = z.strictObject({ projectId: ProjectId, text: prose(400) });
export type Lesson = z.infer<typeof Lesson>;

/** What a whole role, or a Specialist, has learned up to a version of its system message. */
export const LearnedMessage = z.strictObject({
  learner: LearnerId,
  version: z.int().positive(),
  bullets: z.array(Bullet),
});
export type LearnedMessage = z.infer<typeof LearnedMessage>;

/** What a finished project taught about working together. */
export const Insights = z.strictObject({
  patterns: z.array(prose(300)),
  advice: z.array(z.strictObject({ to: LearnerId, text: prose(400) })),
});
export type Insights = z.infer<typeof Insights>;

export const noInsights: Insights = { patterns: [], advice: [] };

/** What the agency tells a project when it opens. */
export const Terms = z.strictObject({
  directorIds: z.array(z.string()),
  ceilingMicroUsd: z.int().nonnegative(),
  /** Absent: only money bounds it. */
  ceilingTokens: z.int().positive().optional(),
  /** A rehearsal model plays the roles; said wherever it matters. */
  rehearsal: z.boolean(),
  history: z.array(z.strictObject({ microUsd: z.int(), ms: z.int() })),
  /** Texts alone in records of earlier versions. */
  lessons: z.array(z.union([prose(400), Lesson])),
  /** Other projects that are open, so that a question about them is not taken for an objective. */
  openProjects: z.array(prose(500)),
  /** Of the roles that have one system message for all: the Project Manager, Collaborators. */
  learned: z.array(LearnedMessage).default([]),
  insights: Insights.default(noInsights),
});
export type Terms = z.infer<typeof Terms>;

/** An output that went back, and why; tasks know only the newest. */
export const Return = z.strictObject({
  task: TaskId,
  revision: z.int().nonnegative(),
  /** Whose output it was. */
  agentId: AgentId,
  by: z.string().max(100),
  reasons: z.array(prose(500)),
});
export type Return = z.infer<typeof Return>;

/** What was submitted for a task, the newest version. */
export const Submission = z.strictObject({
  summary: prose(1500),
  files: z.array(FileRef).min(1).max(limits.taskFilesMax),
  checks: z.array(CriterionResult),
  openPoints: z.array(prose(300)),
  revision: z.int().nonnegative(),
  /** The turn that made it; absent in records of earlier versions. */
  turnId: TurnId.optional(),
});
export type Submission = z.infer<typeof Submission>;

/** A version of an output: whoever made it stays on record when others revise it. */
export const Version = z.strictObject({
  revision: z.int().nonnegative(),
  agentId: AgentId,
  /** null in records of earlier versions of this program. */
  turnId: TurnId.nullable(),
});
export type Version = z.infer<typeof Version>;

export const Task = z.strictObject({
  id: TaskId,
  state: TaskState,
  /** Key of the team member that the plan, or a later /assign, gives it to. */
  doer: z.string(),
  assignee: AgentId.nullable(),
  assignedWhy: prose(400),
  tier: Tier,
  rejections: z.int().nonnegative(),
  /** Questions put to colleagues since the newest submission. */
  asked: z.int().nonnegative(),
  /** Reasons of the newest rejection; empty when there is none to answer. */
  reasons: z.array(prose(500)),
  submission: Submission.nullable(),
  /** All that were submitted, oldest first; none in states of earlier versions. */
  versions: z.array(Version).default([]),
  /** It was stuck before anything was submitted. */
  wasStuck: z.boolean().default(false),
  /** The verdict on every criterion, once accepted. */
  results: z.array(CriterionResult),
  approvedBy: z.string().nullable(),
  startedAt: z.int().nullable(),
  acceptedAt: z.int().nullable(),
});
export type Task = z.infer<typeof Task>;

export const Stream = z.strictObject({
  id: StreamId,
  /** Introduces and sums up; the PM in this role where the project is small. */
  collaborator: Agent,
  /** Shares the stream's Specialists with the first, where they are many. */
  second: Agent.nullable().default(null),
  topic: prose(600),
  introduced: z.boolean(),
  /** Agents whose thread in this stream is open. */
  threads: z.array(AgentId),
  summary: prose(limits.summaryCharsMax).nullable(),
});
export type Stream = z.infer<typeof Stream>;

export const Member = z.strictObject({
  key: z.string(),
  agent: Agent,
  reused: z.boolean(),
  why: prose(400),
});
export type Member = z.infer<typeof Member>;

/** A structured hand-over of an accepted output to the tasks that need it. */
export const Handoff = z.strictObject({
  from: TaskId,
  to: z.array(TaskId),
  summary: prose(1500),
  openPoints: z.array(prose(300)),
});
export type Handoff = z.infer<typeof Handoff>;

export const DialogueLine = z.strictObject({ by: z.string().max(100), text: prose(4000) });
export type DialogueLine = z.infer<typeof DialogueLine>;

export const Remark = z.strictObject({
  place: PlaceKey,
  by: z.string().max(100),
  text: prose(4000),
});
export type Remark = z.infer<typeof Remark>;

/** A turn that is tried again later. */
export const TurnWait = z.strictObject({
  /** Of the error, such as `rate-limited`. */
  code: z.string().max(100),
  /** When it was put off for this first; until when it waits by now, the row of the turn knows. */
  until: z.int().nonnegative(),
});
export type TurnWait = z.infer<typeof TurnWait>;

export const OpenTurn = z.strictObject({
  kind: TurnKind,
  agentId: AgentId,
  conversation: PlaceKey,
  tier: Tier,
  subject: TurnSubject,
  retries: z.int().nonnegative(),
  /** What of its cost is in the project's usage already, since it was held half-done. */
  counted: TurnUsage.optional(),
  /** Why it got no answer, since it got its last one. */
  wait: TurnWait.optional(),
  /** It was put off before and got an answer since. */
  waited: z.literal(true).optional(),
});
export type OpenTurn = z.infer<typeof OpenTurn>;

/** Why a turn waits: nobody may work, or no more may be spent. */
export const HoldReason = z.enum(['pause', 'budget']);
export type HoldReason = z.infer<typeof HoldReason>;

/** A turn that goes on later under its own id, so that what was paid for it is used again. */
export const HeldTurn = OpenTurn.extend({
  /** null in states of earlier versions, which ordered it anew. */
  turnId: TurnId.nullable().default(null),
  because: HoldReason.default('budget'),
});
export type HeldTurn = z.infer<typeof HeldTurn>;

export const Pause = z.strictObject({
  by: z.string().max(100),
  at: z.int().nonnegative(),
  /** Places where people wrote meanwhile and were told why nobody answers. */
  told: z.array(PlaceKey),
});
export type Pause = z.infer<typeof Pause>;

export const HandOver = z.strictObject({
  summary: prose(limits.summaryCharsMax),
  results: z.array(CriterionResult),
  openRisks: z.array(prose(400)),
  lessons: z.array(prose(400)),
  bundle: z.strictObject({ file: BundleRef, path: z.string() }).nullable(),
});
export type HandOver = z.infer<typeof HandOver>;

export const Project = z.strictObject({
  id: ProjectId,
  phase: Phase,
  title: prose(limits.titleCharsMax),
  objective: prose(limits.objectiveCharsMax),
  files: z.array(FileRef),
  director: z.strictObject({ userId: z.string(), name: z.string() }),
  terms: Terms,
  roster: z.array(Candidate),
  openedAt: z.int().nonnegative(),
  endedAt: z.int().nullable(),
  understanding: prose(limits.summaryCharsMax),
  questions: z.array(prose(300)),
  dialogue: z.array(DialogueLine).max(limits.dialogueLinesMax),
  approaches: z.array(Approach),
  chosen: z.int().nullable(),
  plan: Plan.nullable(),
  planFaults: z.array(z.string()),
  planRepairs: z.int().nonnegative(),
  streams: z.record(StreamId, Stream),
  team: z.array(Member),
  tasks: z.record(TaskId, Task),
  handoffs: z.array(Handoff),
  remarks: z.array(Remark).max(limits.dialogueLinesMax),
  /** The newest of each person, kind and version of an output. */
  feedback: z.array(Feedback).max(limits.feedbackMax).default([]),
  /** Every output that went back; none of those before this was kept. */
  returns: z.array(Return).max(limits.returnsMax).default([]),
  decisions: z.record(DecisionId, PendingDecision),
  decisionCount: z.int().nonnegative(),
  turns: z.record(TurnId, OpenTurn),
  /** Turns that go on once the project may, or more may be spent; in the order they were held. */
  held: z.array(HeldTurn),
  /** Set while no turn may be taken and no agent may speak. */
  paused: Pause.nullable().default(null),
  /** Places where people wrote after the end and were told that nobody answers. */
  endTold: z.array(PlaceKey).default([]),
  turnCount: z.int().nonnegative(),
  handOver: HandOver.nullable(),
  usage: TurnUsage,
});
export type Project = z.infer<typeof Project>;

export function hasEnded(phase: Phase): boolean {
  return ['done', 'closed', 'cancelled', 'stopped'].includes(phase);
}

/** Nothing is being worked on yet: the Director and the PM are still agreeing on what to do. */
export function isAgreeing(phase: Phase): boolean {
  return ['intake', 'approaches', 'planning'].includes(phase);
}

/** Every turn that is still to be taken, held or open, by its id. */
export function turnsAhead({ turns, held }: Project): [string, OpenTurn][] {
  const waiting = held.flatMap(({ turnId, because: _because, ...turn }): [string, OpenTurn][] =>
    turnId === null ? [] : [[turnId, turn]],
  );
  return [...waiting, ...Object.entries(turns)];
}

/** It answers somebody, beside the work and even after it. */
export function isAnswer(turn: OpenTurn): boolean {
  return turn.kind === 'project-manager.talk' || turn.kind === 'specialist.answer';
}

/** The member of the team that a plan's key or an agent id names. */
export function memberOf(project: Project, keyOrId: string): Member | undefined {
  return project.team.find((member) => member.key === keyOrId || member.agent.id === keyOrId);
}

/**
 * Every agent of the project: its Specialists and its Collaborators, each once. Whoever fills
 * several seats is here as in the first, and the PM, whatever else it does here, is not.
 */
export function agentsOf(project: Project): Agent[] {
  const collaborators = Object.values(project.streams).flatMap(({ collaborator, second }) => [
    ...(collaborator.id === projectManager.id ? [] : [collaborator]),
    ...(second === null ? [] : [second]),
  ]);
  const specialists = project.team
    .map((member) => member.agent)
    .filter(({ id }, at, all) => all.findIndex((one) => one.id === id) === at);
  return [...specialists, ...collaborators];
}
