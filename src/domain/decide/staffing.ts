// After approval: the project's places appear, streams get their Collaborator, places in the team
// are filled from the roster or with new Specialists, and every task gets its doer.
import type { ActionOf } from '../action.ts';
import type { Human } from '../actor.ts';
import { agentNames, coordinatingManager, nameOf, prefixOf, projectManager } from '../agent.ts';
import type { Agent } from '../agent.ts';
import type { EventOf } from '../event.ts';
import { channelName, placeOf } from '../place.ts';
import { plannedMember, plannedTask } from '../plan.ts';
import type { Plan, PlannedStream } from '../plan.ts';
import { memberOf } from '../project.ts';
import type { Member, Project } from '../project.ts';
import { clip } from '../prose.ts';
import { careIn, seatsOf } from '../seats.ts';
import type { TurnOutput } from '../turn.ts';
import {
  acknowledge,
  agentOf,
  enterPhase,
  notice,
  orderTurn,
  overviewOf,
  record,
  refuse,
  say,
} from './draft.ts';
import type { Draft } from './draft.ts';
import { planCard } from './cards.ts';
import { actionsOf, linesOf } from './used-commands.ts';

export function openStaffing(draft: Draft): void {
  const { id, plan, title } = draft.project;
  if (plan === null) return;
  enterPhase(draft, 'staffing');
  const overview = overviewOf(draft);
  const category = `${title.slice(0, 60)} · ${id}`;
  draft.out.places.push(
    { key: id, kind: 'category', parent: null, name: category, topic: null, humans: [] },
    {
      key: overview,
      kind: 'channel',
      parent: id,
      name: 'overview',
      topic: `Status, plan and deliverables of ${title}.`,
      humans: [],
    },
  );
  const card = planCard(draft.project, { plan, decision: null, faults: [] });
  say(draft, { place: overview, speaker: projectManager, body: card, pin: true });
  orderTurn(draft, {
    kind: 'project-manager.staffing',
    agentId: 'pm',
    conversation: overview,
    subject: { prompt: null },
  });
}

export function hearStaffing(draft: Draft, output: TurnOutput): void {
  const { plan } = draft.project;
  if (plan === null) return;
  const body = { type: 'command' as const, line: linesOf(output), text: output.said };
  say(draft, { place: overviewOf(draft), speaker: projectManager, body });
  const topics = actionsOf(output, 'create-stream');
  for (const [at, stream] of plan.streams.entries()) {
    const topic = topics.find((one) => one.stream === stream.id)?.topic ?? stream.purpose;
    createStream(draft, stream, { topic, at });
  }
  for (const given of actionsOf(output, 'assign')) {
    const member = seatOf(plan, given.to);
    const planned = plannedTask(plan, given.task);
    // The approved plan says who does what; the PM's turn may add the reason, not change the doer.
    if (member === undefined || planned?.doer !== member) continue;
    record(draft, { type: 'task-given', task: given.task, member, why: given.why });
  }
  const personas = actionsOf(output, 'create-specialist');
  draft.out.events.push({
    type: 'staff-wanted',
    id: `${draft.event.id}.staff`,
    at: draft.now,
    projectId: draft.project.id,
    members: plan.team.map((planned) => ({
      planned,
      persona: personas.find((one) => one.member === planned.key)?.persona ?? null,
    })),
  });
}

function seatOf(plan: Plan, keyOrId: string): string | undefined {
  const member = plannedMember(plan, keyOrId) ?? plan.team.find((one) => one.reuse === keyOrId);
  return member?.key;
}

interface Opening {
  topic: string;
  at: number;
}

function createStream(draft: Draft, stream: PlannedStream, { topic, at }: Opening): void {
  const { id } = draft.project;
  const hasTwo = stream.coordination?.by === 'two-collaborators';
  record(draft, {
    type: 'stream-created',
    stream: stream.id,
    collaborator:
      stream.coordination?.by === 'project-manager'
        ? coordinatingManager
        : collaboratorFor(draft.project, stream.id, at),
    second: hasTwo ? secondFor(draft.project, stream.id, at) : null,
    topic,
  });
  draft.out.places.push({
    key: placeOf.stream(id, stream.id),
    kind: 'channel',
    parent: id,
    name: channelName(stream.title),
    topic,
    humans: [],
  });
}

/** How many names, from the end of the list, are for Collaborators. */
const collaboratorNames = 13;

/** Collaborators take their names from the end of the list, so that they meet no Specialist's. */
function collaboratorFor(project: Project, streamId: string, at: number): Agent {
  const fromEnd = (Number(project.id.slice(1)) * 3 + at) % collaboratorNames;
  const round = Math.floor(at / collaboratorNames);
  return {
    id: `${project.id}-${streamId}`,
    name: nameOf(round * agentNames.length + agentNames.length - 1 - fromEnd),
    title: 'Collaborator',
    role: 'collaborator',
    skills: [],
    persona: null,
    bullets: [],
    personaVersion: 1,
  };
}

/** The second of a stream: named after all the first ones, so that no two share a name. */
function secondFor(project: Project, streamId: string, at: number): Agent {
  const firsts = project.plan?.streams.length ?? 0;
  const second = collaboratorFor(project, streamId, firsts + at);
  return { ...second, id: `${second.id}b` };
}

/**
 * The team is there: threads open, Collaborators introduce their streams, the first tasks start.
 */
export function startRunning(draft: Draft, event: EventOf<'staff-joined'>): void {
  const { plan } = draft.project;
  if (plan === null || draft.project.phase !== 'staffing') return;
  for (const joined of event.joined) record(draft, { type: 'member-joined', joined });
  for (const planned of plan.tasks) assignPlanned(draft, planned.id);
  openThreads(draft, plan);
  enterPhase(draft, 'running');
  for (const stream of Object.values(draft.project.streams)) {
    sayCare(draft, stream.id);
    orderTurn(draft, {
      kind: 'collaborator.introduce',
      agentId: stream.collaborator.id,
      conversation: placeOf.stream(draft.project.id, stream.id),
      tier: 'economy',
      subject: { stream: stream.id },
    });
  }
}

/** Where two Collaborators share a stream, people read first who cares for whom. */
function sayCare(draft: Draft, streamId: string): void {
  const care = careIn(draft.project, streamId);
  if (care === null) return;
  const lines = care.map(
    ({ collaborator, specialists }) =>
      `• ${collaborator} reviews and hands over for ${specialists.join(', ')}.`,
  );
  const first = `${care[0]?.collaborator ?? ''} introduces the stream and sums it up.`;
  notice(draft, placeOf.stream(draft.project.id, streamId), {
    tone: 'info',
    title: 'Two Collaborators share this stream',
    text: clip([...lines, first].join('\n'), 3000),
  });
}

function assignPlanned(draft: Draft, taskId: string): void {
  const task = draft.project.tasks[taskId];
  const member = task === undefined ? undefined : memberOf(draft.project, task.doer);
  if (task === undefined || member === undefined) return;
  const why = task.assignedWhy === '' ? member.why : task.assignedWhy;
  record(draft, { type: 'task-assigned', task: taskId, agentId: member.agent.id, why });
}

/** One thread per Specialist and stream, opened with a card for each seat it fills. */
function openThreads(draft: Draft, plan: Plan): void {
  const { project } = draft;
  for (const stream of plan.streams) {
    for (const member of project.team) {
      const hasWork = plan.tasks.some(
        (task) => task.stream === stream.id && task.doer === member.key,
      );
      if (hasWork) openThread(draft, stream.id, member.agent.id);
    }
  }
}

export function openThread(draft: Draft, streamId: string, agentId: string): void {
  const { project } = draft;
  const seats = seatsOf(project, agentId);
  const [first] = seats;
  if (first === undefined) return;
  if (project.streams[streamId]?.threads.includes(agentId) === true) return;
  record(draft, { type: 'thread-opened', stream: streamId, agentId });
  const key = placeOf.thread(project.id, streamId, agentId);
  draft.out.places.push({
    key,
    kind: 'thread',
    parent: placeOf.stream(project.id, streamId),
    name: clip(prefixOf({ ...first.agent, title: titlesOf(seats) }).slice(1, -1), 100),
    topic: null,
    humans: [],
  });
  for (const { key: seat, agent, reused, why } of seats) {
    const isOtherSeat = seat !== first.key;
    const id = isOtherSeat ? `${key}.card.${seat}` : `${key}.card`;
    const body = { type: 'specialist-card' as const, agent, reused, why, isOtherSeat };
    say(draft, { id, place: key, speaker: agent, body });
  }
}

function titlesOf(seats: readonly Member[]): string {
  return seats.map(({ agent }) => agent.title).join(' and ');
}

/** The Director moves a task that has not started to another member of the team. */
export function assignByHuman(draft: Draft, action: ActionOf<'assign'>, by: Human): void {
  const { project } = draft;
  const task = project.tasks[action.task];
  const planned = project.plan === null ? undefined : plannedTask(project.plan, action.task);
  if (task === undefined || planned === undefined) {
    return refuse(draft, `${project.id} has no task ${action.task}.`);
  }
  if (task.state !== 'waiting') return refuse(draft, `${task.id} has already started.`);
  const name = action.to.toLowerCase();
  const named = project.team.filter(
    (one) =>
      one.agent.name.toLowerCase() === name || one.key === name || one.agent.id === action.to,
  );
  // Of several seats of one LLM the one that the task is in already.
  const member = named.find((one) => one.key === task.doer) ?? named[0];
  if (member === undefined) {
    const names = new Set(project.team.map((one) => one.agent.name));
    return refuse(draft, `Nobody called ${action.to} is in the team: ${[...names].join(', ')}.`);
  }
  // Another seat of the same LLM is no second opinion.
  if (memberOf(project, planned.approver)?.agent.id === member.agent.id) {
    return refuse(draft, `${member.agent.name} approves ${task.id} and cannot do it as well.`);
  }
  const why = clip(action.why === '' ? `Decided by ${by.name}.` : action.why, 400);
  record(draft, { type: 'task-given', task: task.id, member: member.key, why });
  record(draft, { type: 'task-assigned', task: task.id, agentId: member.agent.id, why });
  openThread(draft, planned.stream, member.agent.id);
  const line = `/assign task:${task.id} to:${member.agent.name}`;
  say(draft, {
    place: placeOf.stream(project.id, planned.stream),
    speaker: agentOf(draft, 'pm'),
    body: { type: 'command', line, text: `${by.name} gave ${task.id} to ${member.agent.name}.` },
  });
  acknowledge(draft, `${task.id} is with ${member.agent.name} now.`);
}
