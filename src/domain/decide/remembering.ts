// What of a decision is remembered. It follows from the facts alone, so no decision has to think of
// it, and a fact that is recorded twice under one event is remembered once. Its invariant: a text
// names its project and who did it, because it is read far from where it was written; and trust is
// set here, by who spoke, never by what was said.
import type { Agency } from '../agency.ts';
import { projectManager } from '../agent.ts';
import type { Agent } from '../agent.ts';
import type { Event } from '../event.ts';
import type { AgencyFact, ProjectFact } from '../fact.ts';
import { isPassage, memoryTextCharsMax } from '../memory.ts';
import type { Memory, Trust } from '../memory.ts';
import { agentsOf } from '../project.ts';
import type { Project } from '../project.ts';
import { clip } from '../prose.ts';
import { taskInPlan } from '../task-in-plan.ts';

/** A memory before it has an id. */
interface Thought {
  scope: string;
  kind: Memory['kind'];
  text: string;
  subject?: string;
  speaker?: string;
  trust: Trust;
  source: Partial<Memory['source']>;
}

const nowhere = { projectId: null, turnId: null, messageId: null, agentId: null };

function memoriesOf(event: Event, thoughts: readonly Thought[]): Memory[] {
  return thoughts
    .map((thought) => ({ ...thought, text: clip(thought.text, memoryTextCharsMax) }))
    .filter(({ text }) => isPassage(text))
    .map(({ scope, kind, text, subject, speaker, trust, source }, index) => ({
      id: `${event.id}.memory.${index + 1}`,
      scope,
      kind,
      text,
      subject: subject ?? null,
      speaker: speaker ?? null,
      trust,
      source: { ...nowhere, ...source },
      at: event.at,
    }));
}

/** @param agency with these facts folded in */
export function rememberAgency(
  agency: Agency,
  event: Event,
  facts: readonly AgencyFact[],
): Memory[] {
  return memoriesOf(
    event,
    facts.flatMap((fact) => thoughtsOfAgency(agency, fact)),
  );
}

function thoughtsOfAgency(agency: Agency, fact: AgencyFact): Thought[] {
  if (fact.type === 'specialist-created') return [definitionOf(fact.agent)];
  if (fact.type === 'specialist-released') return recordOf(agency, fact);
  if (fact.type !== 'lesson-noted') return [];
  const { projectId, text } = fact;
  const source = { projectId, agentId: 'pm' };
  return [{ scope: 'agency', kind: 'lesson', text, trust: 'T3', source }];
}

/** Who someone is, for whoever looks for a colleague or a role. */
function definitionOf({ id, name, title, skills, persona }: Agent): Thought {
  const parts = [
    `${name} (${id}), ${title}, knows ${skills.join(', ')}.`,
    persona === null ? '' : `Role: ${persona.role} Expertise: ${persona.expertise}`,
  ];
  return {
    scope: 'agency',
    kind: 'definition',
    text: parts.join(' '),
    subject: `${id}.definition`,
    trust: 'T3',
    source: { agentId: id },
  };
}

type ReleasedFact = Extract<AgencyFact, { type: 'specialist-released' }>;

/** Counted by code; nothing is said of whoever had nothing to do. */
function recordOf({ roster }: Agency, { projectId, record }: ReleasedFact): Thought[] {
  const entry = roster.find(({ agent }) => agent.id === record.agentId);
  if (entry === undefined || record.accepted + record.rejections === 0) return [];
  const { agent, projects, accepted, rejections } = entry;
  return [
    {
      scope: 'agency',
      kind: 'performance',
      text:
        `${agent.name} (${agent.id}), ${agent.title}, in ${projectId}: ` +
        `${outputs(record.accepted)} accepted, ${record.rejections} sent back. So far ` +
        `${accepted} accepted and ${rejections} sent back in ${projects} projects.`,
      subject: `${agent.id}.performance`,
      trust: 'T0',
      source: { projectId, agentId: agent.id },
    },
  ];
}

interface Change {
  before: Project;
  /** With these facts folded in. */
  after: Project;
  facts: readonly ProjectFact[];
}

export function rememberProject(event: Event, { before, after, facts }: Change): Memory[] {
  const change = { before, after, facts };
  return memoriesOf(
    event,
    facts.flatMap((fact) => thoughtsOfProject(event, change, fact)),
  );
}

/** Most facts teach nothing that is not in the state. */
function thoughtsOfProject(event: Event, change: Change, fact: ProjectFact): Thought[] {
  const { after } = change;
  if (fact.type === 'decision-closed') return decidedBy(event, change, fact);
  if (fact.type === 'output-accepted') return summaryOf(after, fact.task);
  if (fact.type === 'feedback-given') return opinionOf(after, fact.feedback);
  if (fact.type === 'note-taken') return noteOf(event, after, fact);
  if (fact.type === 'whole-assembled') return risksOf(after, fact.openRisks);
  if (fact.type === 'phase-entered') return fact.phase === 'done' ? patternsOf(after) : [];
  if (fact.type === 'task-stuck') {
    return observed(after, { task: fact.task, what: `was stuck: ${fact.reason}` });
  }
  if (fact.type !== 'changes-requested') return [];
  const what = `was sent back by ${nameOf(after, fact.by)}: ${fact.reasons.join(' ')}`;
  return observed(after, { task: fact.task, what });
}

type NoteFact = Extract<ProjectFact, { type: 'note-taken' }>;

function noteOf(event: Event, project: Project, { agentId, text }: NoteFact): Thought[] {
  const turnId = event.type === 'turn-finished' ? event.turnId : null;
  return [
    {
      scope: project.id,
      kind: 'observation',
      text,
      speaker: nameOf(project, agentId),
      trust: 'T3',
      source: { projectId: project.id, turnId, agentId },
    },
  ];
}

function risksOf({ id }: Project, risks: readonly string[]): Thought[] {
  return risks.map((risk) => ({
    scope: id,
    kind: 'observation',
    text: `Open at the hand-over of ${id}: ${risk}`,
    speaker: projectManager.name,
    trust: 'T3',
    source: { projectId: id, agentId: projectManager.id },
  }));
}

type ClosedFact = Extract<ProjectFact, { type: 'decision-closed' }>;

/** Only what a person decided; what the agency closes by itself is no decision. */
function decidedBy(
  event: Event,
  { before, after }: Change,
  { decision: id, outcome }: ClosedFact,
): Thought[] {
  if (event.type !== 'action-taken' || event.by.kind !== 'human') return [];
  const decision = before.decisions[id];
  if (decision === undefined) return [];
  const title = after.title === '' ? before.title : after.title;
  return [
    {
      scope: after.id,
      kind: 'decision',
      text: `${after.id} ${title}: ${event.by.name} decided “${decision.title}”: ${outcome}.`,
      subject: id,
      speaker: event.by.name,
      trust: 'T1',
      source: { projectId: after.id },
    },
  ];
}

function summaryOf(project: Project, taskId: string): Thought[] {
  const inPlan = taskInPlan(project, taskId);
  const submission = inPlan?.task.submission ?? null;
  if (inPlan === null || submission === null) return [];
  const { task, output } = inPlan;
  const author = nameOf(project, task.assignee ?? 'pm');
  const files = submission.files.map(({ name }) => name).join(', ');
  return [
    {
      scope: project.id,
      kind: 'summary',
      text: `${taskId} ${output.title} (${files}), made by ${author}: ${submission.summary}`,
      subject: `${project.id}.${taskId}.output`,
      speaker: author,
      trust: 'T3',
      source: {
        projectId: project.id,
        turnId: submission.turnId ?? null,
        agentId: task.assignee,
      },
    },
  ];
}

interface Observation {
  task: string;
  what: string;
}

function observed(project: Project, { task: taskId, what }: Observation): Thought[] {
  const inPlan = taskInPlan(project, taskId);
  if (inPlan === null) return [];
  const { task, planned } = inPlan;
  const doer = task.assignee === null ? '' : ` of ${nameOf(project, task.assignee)}`;
  return [
    {
      scope: project.id,
      kind: 'observation',
      text: `${taskId} ${planned.title}${doer} ${what}`,
      trust: 'T3',
      source: {
        projectId: project.id,
        turnId: task.submission?.turnId ?? null,
        agentId: task.assignee,
      },
    },
  ];
}

/** A thumb has no words and may be taken off again: it stands with the output alone. */
function opinionOf(project: Project, feedback: Project['feedback'][number]): Thought[] {
  const { task, revision, agentId, turnId, kind, rating, text, by } = feedback;
  if (kind === 'reaction') return [];
  const score = rating === null ? kind : `${rating} of 5`;
  const words = text === null ? '' : `: ${text}`;
  const title = taskInPlan(project, task)?.output.title ?? task;
  const author = nameOf(project, agentId);
  return [
    {
      scope: project.id,
      kind: 'feedback',
      text: `${by} on ${task} ${title} by ${author} (version ${revision + 1}): ${score}${words}`,
      // A later rating replaces the earlier one; words add up.
      ...(kind === 'rating'
        ? { subject: `${project.id}.${task}.${revision}.rating.${feedback.userId}` }
        : {}),
      speaker: by,
      trust: feedback.standing === 'director' ? 'T1' : 'T2',
      source: { projectId: project.id, turnId, agentId },
    },
  ];
}

/** Who worked well together: outputs that came through their review, or were built on, at once. */
function patternsOf(project: Project): Thought[] {
  const source = { projectId: project.id };
  const common = { scope: 'agency', kind: 'pattern', trust: 'T0', source } as const;
  const reviews = new Map<string, number>();
  for (const { assignee, approvedBy, rejections } of Object.values(project.tasks)) {
    if (assignee === null || approvedBy === null || rejections > 0) continue;
    const pair = `${labelOf(project, assignee)} and ${labelOf(project, approvedBy)} as reviewer`;
    reviews.set(pair, (reviews.get(pair) ?? 0) + 1);
  }
  const handoffs = project.handoffs.flatMap(({ from, to }) =>
    to.flatMap((id) => {
      const giver = project.tasks[from]?.assignee ?? null;
      const taker = project.tasks[id];
      if (giver === null || taker === undefined || taker.assignee === null) return [];
      if (taker.assignee === giver || taker.rejections > 0 || taker.state !== 'accepted') return [];
      return [`${labelOf(project, giver)} handed over to ${labelOf(project, taker.assignee)}`];
    }),
  );
  return [
    ...[...reviews].map(([pair, many]) => ({
      ...common,
      text: `Worked well in ${project.id}: ${pair}, ${outputs(many)} accepted the first time.`,
    })),
    ...[...new Set(handoffs)].map((pair) => ({
      ...common,
      text: `Worked well in ${project.id}: ${pair}, whose output was accepted the first time.`,
    })),
  ];
}

function outputs(many: number): string {
  return many === 1 ? '1 output' : `${many} outputs`;
}

/** A person is known by name, code by what it is. */
function nameOf(project: Project, by: string): string {
  if (by === 'code') return 'the checks by code';
  return agentsOf(project).find(({ id }) => id === by)?.name ?? by;
}

function labelOf(project: Project, by: string): string {
  const agent = agentsOf(project).find(({ id }) => id === by);
  return agent === undefined ? nameOf(project, by) : `${agent.name} (${agent.title})`;
}
