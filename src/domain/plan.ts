// The plan: what will be made (outputs and their criteria), where (streams), by whom (team), and in
// which order (tasks). The Director approves it; nothing is spent on work before. Code refuses a
// bad plan before a human sees it, with reasons a person understands: see check-plan.ts.
import { z } from 'zod';
import { Criterion } from './criterion.ts';
import { FileName } from './file.ts';
import { AgentId, OutputId, StreamId, TaskId } from './ids.ts';
import { limits } from './limits.ts';
import { Tier } from './model-port.ts';
import { prose } from './prose.ts';

const Title = prose(limits.titleCharsMax);

export const PlannedOutput = z.strictObject({
  id: OutputId,
  title: Title,
  files: z.array(FileName).min(1).max(limits.taskFilesMax),
  /** false: working material for other tasks, not part of the hand-over. */
  deliver: z.boolean(),
  criteria: z.array(Criterion).min(1).max(limits.criteriaPerOutputMax),
});
export type PlannedOutput = z.infer<typeof PlannedOutput>;

/** How much the Director wants to see and decide in a stream. */
export const Oversight = z.enum(['autonomous', 'milestones', 'every-output']);
export type Oversight = z.infer<typeof Oversight>;

/**
 * Who introduces a stream, reviews its outputs, hands them over and sums up: a Collaborator, the
 * Project Manager in that role where the project is small, or two where the Specialists are many.
 */
export const Coordination = z.strictObject({
  by: z.enum(['project-manager', 'collaborator', 'two-collaborators']),
  why: prose(300, 'why so: how small the project is, or how many Specialists the stream has'),
});
export type Coordination = z.infer<typeof Coordination>;

export const PlannedStream = z.strictObject({
  id: StreamId,
  title: Title,
  purpose: prose(400, 'what this stream delivers'),
  oversight: Oversight,
  /** null: not said. Code then chooses (coordination.ts); in older plans it is a Collaborator. */
  coordination: Coordination.nullable().default(null),
});
export type PlannedStream = z.infer<typeof PlannedStream>;

/** A seat in the team; filled by a Specialist of the roster, a new one, or one of another seat. */
export const PlannedMember = z.strictObject({
  key: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,38}$/)
    .describe('how tasks name this member, such as writer'),
  title: z.string().trim().min(1).max(40).describe('one or two words, such as Budget Analyst'),
  skills: z.array(z.string().trim().toLowerCase().max(40)).min(1).max(12),
  reuse: AgentId.nullable().describe('id of the roster Specialist to reuse, null for a new one'),
  why: prose(300, 'why this Specialist, why a new one is needed, or why one LLM takes two seats'),
  /** One LLM in several seats works with the persona of the seat, one task at a time. */
  sameAs: z
    .string()
    .max(40)
    .nullable()
    .default(null)
    .describe('key of the member whose LLM takes this seat as well; null for an LLM of its own'),
});
export type PlannedMember = z.infer<typeof PlannedMember>;

export const PlannedTask = z.strictObject({
  id: TaskId,
  title: Title,
  brief: prose(1200, 'what to do, with everything the doer must know'),
  stream: StreamId,
  /** Each task makes exactly one output, and each output is made by exactly one task. */
  output: OutputId,
  after: z
    .array(TaskId)
    .max(limits.taskAfterMax)
    .describe('tasks whose accepted outputs this one needs'),
  doer: z.string().max(40).describe('key of a team member'),
  approver: z
    .string()
    .max(40)
    .describe('`collaborator`, `director`, or the key of another member; never the doer'),
  tier: Tier.describe('model tier: economy, standard or premium'),
});
export type PlannedTask = z.infer<typeof PlannedTask>;

export const Plan = z.strictObject({
  title: Title,
  summary: prose(1000),
  outputs: z.array(PlannedOutput).min(1).max(limits.planTasksMax),
  streams: z.array(PlannedStream).min(1).max(limits.planStreamsMax),
  team: z.array(PlannedMember).min(1).max(limits.planTeamMax),
  tasks: z.array(PlannedTask).min(1).max(limits.planTasksMax),
});
export type Plan = z.infer<typeof Plan>;

/** Looks a task up by id; plans are small, so a scan is fine. */
export function plannedTask(plan: Plan, taskId: string): PlannedTask | undefined {
  return plan.tasks.find((task) => task.id === taskId);
}

export function plannedOutput(plan: Plan, outputId: string): PlannedOutput | undefined {
  return plan.outputs.find((output) => output.id === outputId);
}

export function plannedMember(plan: Plan, key: string): PlannedMember | undefined {
  return plan.team.find((member) => member.key === key);
}

/** The key of the member whose LLM fills a seat: itself, unless it shares another's. */
export function holderOf(plan: Plan, key: string): string {
  return plannedMember(plan, key)?.sameAs ?? key;
}

/** Every criterion of the plan, in order. */
export function criteriaOf(plan: Plan): Criterion[] {
  return plan.outputs.flatMap((output) => output.criteria);
}

/** Tasks that wait directly for `taskId`. */
export function dependentsOf(plan: Plan, taskId: string): PlannedTask[] {
  return plan.tasks.filter((task) => task.after.includes(taskId));
}

export function isSelfApproved(task: PlannedTask): boolean {
  return task.approver === task.doer;
}
