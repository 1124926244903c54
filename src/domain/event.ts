// Something that happened outside a decision. Every event enters by one door and belongs to one
// aggregate; its id is derived from what caused it, so that seeing it twice is seeing it once.
import { z } from 'zod';
import { Action } from './action.ts';
import { Actor, Human } from './actor.ts';
import { Agent, Persona } from './agent.ts';
import { BundleRef, FileRef } from './file.ts';
import {
  AgentId,
  AggregateId,
  EffectId,
  LearnerId,
  ProjectId,
  Snowflake,
  TurnId,
  projectOfDecision,
} from './ids.ts';
import { ErasureId, ErasureProof } from './forgetting.ts';
import { limits } from './limits.ts';
import { Tier } from './model-port.ts';
import { PlannedMember } from './plan.ts';
import { PlaceKey, partsOf } from './place.ts';
import { Candidate, LearnedMessage, Phase, Terms, TurnWait } from './project.ts';
import { prose } from './prose.ts';
import { ProposedRewrite } from './rewrite.ts';
import { ShownOutput } from './shown-output.ts';
import { Pairing, Work } from './track-record.ts';
import { TurnOutput } from './turn.ts';

/** Wait for a reason to be sent on: `remind` reminds the Director of a pending decision. */
export const Timer = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('remind'), decision: z.string() }),
]);
export type Timer = z.infer<typeof Timer>;

/** How a member of a plan's team was found, and who it is. */
export const Joined = z.strictObject({
  member: z.string(),
  agent: Agent,
  reused: z.boolean(),
  why: prose(400),
});
export type Joined = z.infer<typeof Joined>;

/** What the agency keeps about a Specialist's part in a finished project. */
export const WorkRecord = z.strictObject({
  agentId: AgentId,
  accepted: z.int().nonnegative(),
  rejections: z.int().nonnegative(),
});
export type WorkRecord = z.infer<typeof WorkRecord>;

/** Parts of the agency that it can do without for a while, and that people are told about. */
export const PartName = z.enum(['memory', 'turns', 'deliveries']);
export type PartName = z.infer<typeof PartName>;

const common = { id: EffectId, at: z.int().nonnegative() };

export const Event = z.discriminatedUnion('type', [
  // From outside
  z.strictObject({
    ...common,
    type: z.literal('agency-opened'),
    guildId: Snowflake,
    directorIds: z.array(Snowflake).min(1),
    ceilingMicroUsd: z.int().nonnegative(),
    ceilingTokens: z.int().positive().optional(),
    rehearsal: z.boolean(),
  }),
  z.strictObject({
    ...common,
    type: z.literal('message-received'),
    place: PlaceKey,
    channelId: Snowflake,
    messageId: Snowflake,
    by: Human,
    /** The message with the text of its attachments. */
    text: prose(limits.objectiveCharsMax),
    files: z.array(FileRef).max(10),
    /** The agent whose post is replied to or who is mentioned by name. */
    addressee: AgentId.nullable(),
    /** The output that the message replied to shows. */
    shown: ShownOutput.nullable().optional(),
  }),
  z.strictObject({
    ...common,
    type: z.literal('action-taken'),
    by: Actor,
    place: PlaceKey.nullable(),
    action: Action,
  }),
  z.strictObject({
    ...common,
    type: z.literal('turn-finished'),
    turnId: TurnId,
    output: TurnOutput,
  }),
  z.strictObject({
    ...common,
    type: z.literal('turn-failed'),
    turnId: TurnId,
    code: z.string(),
    reason: prose(1000),
    usage: TurnOutput.shape.usage,
  }),
  /** A turn could not be taken yet and will be tried again; people are told once per cause. */
  z.strictObject({
    ...common,
    type: z.literal('turn-delayed'),
    turnId: TurnId,
    reason: prose(1000),
    /** What it waits for, and until when; absent while it is still under way. */
    wait: TurnWait.optional(),
  }),
  /** A turn that was put off got an answer: it waits no more. */
  z.strictObject({ ...common, type: z.literal('turn-went-on'), turnId: TurnId }),
  z.strictObject({
    ...common,
    type: z.literal('timer-fired'),
    aggregate: AggregateId,
    timer: Timer,
  }),
  z.strictObject({
    ...common,
    type: z.literal('bundle-written'),
    projectId: ProjectId,
    /** The bundle as one file, and where its folder is. */
    file: BundleRef,
    path: z.string(),
  }),
  /** An effect was given up until the next start; the lane is the place it is for, or its name. */
  z.strictObject({
    ...common,
    type: z.literal('delivery-parked'),
    kind: z.string(),
    lane: z.string(),
    reason: prose(1000),
    /** Not given up: it, and whatever needs the same, goes on when people have put it right. */
    waits: z.boolean().optional(),
  }),
  /** Another of a tier's endpoints answers, or the first one again. */
  z.strictObject({
    ...common,
    type: z.literal('endpoint-changed'),
    tier: Tier,
    /** With the place where it stands. */
    model: z.string(),
    isPreferred: z.boolean(),
  }),
  /** The disk of everything embedded is nearly full, or not any more. */
  z.strictObject({
    ...common,
    type: z.literal('disk-changed'),
    path: z.string(),
    isLow: z.boolean(),
    freeMb: z.int(),
  }),
  /** A part is away or late, or is as it should be again. */
  z.strictObject({
    ...common,
    type: z.literal('part-changed'),
    part: PartName,
    isUp: z.boolean(),
    /** Why it is not up; empty when it is. */
    reason: prose(1000),
  }),
  /** What people asked to be forgotten is erased. */
  z.strictObject({
    ...common,
    type: z.literal('forgetting-finished'),
    erasure: ErasureId,
    proof: ErasureProof,
  }),
  // From one aggregate to another
  z.strictObject({
    ...common,
    type: z.literal('project-opened'),
    projectId: ProjectId,
    by: Human,
    text: prose(limits.objectiveCharsMax),
    files: z.array(FileRef).max(10),
    terms: Terms,
    roster: z.array(Candidate),
  }),
  z.strictObject({
    ...common,
    type: z.literal('roster-changed'),
    projectId: ProjectId,
    roster: z.array(Candidate),
  }),
  z.strictObject({
    ...common,
    type: z.literal('director-said'),
    projectId: ProjectId,
    by: Human,
    text: prose(limits.objectiveCharsMax),
  }),
  z.strictObject({
    ...common,
    type: z.literal('staff-wanted'),
    projectId: ProjectId,
    members: z.array(z.strictObject({ planned: PlannedMember, persona: Persona.nullable() })),
  }),
  z.strictObject({
    ...common,
    type: z.literal('staff-joined'),
    projectId: ProjectId,
    joined: z.array(Joined),
  }),
  z.strictObject({
    ...common,
    type: z.literal('phase-changed'),
    projectId: ProjectId,
    phase: Phase,
    title: prose(limits.titleCharsMax),
  }),
  z.strictObject({
    ...common,
    type: z.literal('project-ended'),
    projectId: ProjectId,
    phase: Phase,
    records: z.array(WorkRecord),
    lessons: z.array(prose(400)),
    tasks: z.array(z.strictObject({ microUsd: z.int(), ms: z.int() })),
    works: z.array(Work).default([]),
    pairings: z.array(Pairing).default([]),
  }),
  /** Somebody wants to know what a project teaches. */
  z.strictObject({
    ...common,
    type: z.literal('study-wanted'),
    projectId: ProjectId,
    who: LearnerId.nullable(),
    by: z.string().max(100),
  }),
  /** What it teaches, as code counts it and the Learning & Performance Manager reads it. */
  z.strictObject({
    ...common,
    type: z.literal('study-finished'),
    projectId: ProjectId,
    turnId: TurnId.nullable(),
    works: z.array(Work),
    pairings: z.array(Pairing),
    advice: z.array(z.strictObject({ to: LearnerId, text: prose(400) })),
    rewrites: z.array(ProposedRewrite),
    /** Proposals that are not fit to be put to anybody, each with the reason. */
    refused: z.array(prose(300)),
    /** Why there is neither advice nor proposal; null when the study came to its end. */
    failure: prose(1000).nullable(),
    microUsd: z.int().nonnegative(),
  }),
  LearnedMessage.extend({
    ...common,
    type: z.literal('message-rewritten'),
    projectId: ProjectId,
  }),
]);
export type Event = z.infer<typeof Event>;
export type EventOf<T extends Event['type']> = Extract<Event, { type: T }>;

/**
 * The aggregate that an event belongs to.
 * @param focus the project that the Director is talking about when nothing else says so
 */
export function aggregateFor(event: Event, focus: string | null): AggregateId {
  switch (event.type) {
    case 'agency-opened':
    case 'delivery-parked':
    case 'disk-changed':
    case 'endpoint-changed':
    case 'part-changed':
    case 'forgetting-finished':
    case 'staff-wanted':
    case 'phase-changed':
    case 'project-ended':
    case 'study-finished':
      return 'agency';
    case 'message-received':
      return AggregateId.parse(partsOf(event.place).projectId ?? 'agency');
    case 'action-taken':
      return AggregateId.parse(projectOfAction(event) ?? focus ?? 'agency');
    case 'turn-finished':
    case 'turn-failed':
    case 'turn-delayed':
    case 'turn-went-on':
      return AggregateId.parse(event.turnId.slice(0, event.turnId.indexOf('.')));
    case 'timer-fired':
      return event.aggregate;
    case 'bundle-written':
    case 'project-opened':
    case 'director-said':
    case 'roster-changed':
    case 'staff-joined':
    case 'study-wanted':
    case 'message-rewritten':
      return AggregateId.parse(event.projectId);
  }
}

/** Whatever else such an action names. */
const ofAgency: readonly Action['type'][] = [
  'give-objective',
  'forget',
  'study',
  'decide-rewrite',
  'roll-back',
];

function projectOfAction(event: EventOf<'action-taken'>): string | null {
  const { action, place } = event;
  if (ofAgency.includes(action.type)) return 'agency';
  if ('decision' in action && action.decision !== null) return projectOfDecision(action.decision);
  if ('project' in action && action.project !== null) return action.project;
  return place === null ? null : partsOf(place).projectId;
}
