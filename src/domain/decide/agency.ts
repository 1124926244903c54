// Decisions of the agency: its channels, the Director's conversation, the roster of Specialists.
// What concerns a project is told to it as an event; the agency never reaches into one.
import type { Agency } from '../agency.ts';
import { evolveAgency, focusOf } from '../agency.ts';
import { nameOf, projectManager } from '../agent.ts';
import type { Agent, Persona } from '../agent.ts';
import type { Decision } from '../decision.ts';
import { emptyDecision } from '../decision.ts';
import type { Event, EventOf, Joined } from '../event.ts';
import type { AgencyFact } from '../fact.ts';
import type { Human } from '../actor.ts';
import type { FileRef } from '../file.ts';
import { limits } from '../limits.ts';
import { agencyPlaces } from '../place.ts';
import type { PlaceKey } from '../place.ts';
import type { PlannedMember } from '../plan.ts';
import { Phase, hasEnded, isAgreeing } from '../project.ts';
import { clip } from '../prose.ts';
import type { Candidate, Terms } from '../project.ts';
import type { PostBody } from '../post.ts';
import { bestFor, skillMatch } from '../roster.ts';

interface AgencyDraft {
  agency: Agency;
  readonly event: Event;
  readonly out: Decision<AgencyFact>;
}

export function decideAgency(agency: Agency, event: Event): Decision<AgencyFact> {
  const draft: AgencyDraft = { agency, event, out: emptyDecision() };
  switch (event.type) {
    case 'agency-opened':
      openAgency(draft, event);
      break;
    case 'message-received':
      hearDirector(draft, event);
      break;
    case 'action-taken':
      if (event.action.type === 'give-objective' && event.by.kind === 'human') {
        openProject(draft, { by: event.by, text: event.action.text, files: [] });
      } else {
        draft.out.receipt = { ok: false, reason: 'There is no open project to do that in.' };
      }
      break;
    case 'staff-wanted':
      staff(draft, event);
      break;
    case 'phase-changed':
      notePhase(draft, event);
      break;
    case 'project-ended':
      endProject(draft, event);
      break;
    case 'delivery-parked':
      tellParked(draft, event);
      break;
    case 'disk-changed':
      tellDisk(draft, event);
      break;
    case 'endpoint-changed':
      tellEndpoint(draft, event);
      break;
    case 'turn-finished':
    case 'turn-failed':
    case 'turn-delayed':
    case 'turn-went-on':
    case 'timer-fired':
    case 'bundle-written':
    case 'project-opened':
    case 'roster-changed':
    case 'director-said':
    case 'staff-joined':
      throw new Error(`The agency does not decide over ${event.type}.`);
  }
  return draft.out;
}

function record(draft: AgencyDraft, fact: AgencyFact): void {
  draft.agency = evolveAgency(draft.agency, fact);
  draft.out.facts.push(fact);
}

function say(draft: AgencyDraft, place: PlaceKey, body: PostBody): void {
  const id = `${draft.event.id}.post.${draft.out.posts.length + 1}`;
  draft.out.posts.push({ id, place, speaker: projectManager, body, notify: [], pin: false });
}

const rehearsalNote =
  '\n\n**This is a rehearsal:** no model is configured, so an offline stand-in plays every role.';

/** Makes the agency's places; says it is ready the first time only. */
function openAgency(draft: AgencyDraft, event: EventOf<'agency-opened'>): void {
  const isNew = draft.agency.guildId === null;
  const { type: _type, id: _id, at: _at, ...terms } = event;
  const { rehearsal } = terms;
  record(draft, { type: 'agency-founded', ...terms });
  const channels = [
    { key: agencyPlaces.director, name: 'director', topic: 'Talk to the Project Manager here.' },
    { key: agencyPlaces.decisions, name: 'decisions', topic: 'Everything that waits for you.' },
    { key: agencyPlaces.log, name: 'agency-log', topic: 'Alerts, learning reports, audit.' },
  ];
  const parent = agencyPlaces.category;
  draft.out.places.push(
    { key: parent, kind: 'category', parent: null, name: 'Agency', topic: null, humans: [] },
    ...channels.map((channel) => ({ ...channel, kind: 'channel' as const, parent, humans: [] })),
  );
  if (!isNew) return;
  say(draft, agencyPlaces.director, {
    type: 'notice',
    tone: 'good',
    title: 'The agency is ready',
    text:
      'Write your objective here in plain words, as you would to a colleague. I will ask what is ' +
      'unclear, offer you two to four approaches, and put a plan before you. Nothing is spent on ' +
      'work before you approve it. `/status` shows where everything stands, `/help` what you can ' +
      'say.' +
      (rehearsal ? rehearsalNote : ''),
  });
}

const parkedKinds: Readonly<Record<string, string>> = {
  post: 'A message',
  edit: 'A change of a message',
  place: 'A channel or thread',
  react: 'A reaction',
  status: 'The status message',
  bundle: 'The hand-over bundle',
};

/**
 * For the operator. The Director is told too when it is a bundle, which they wait for, when only
 * people can put it right, and when it cannot be said in #agency-log itself.
 */
function tellParked(draft: AgencyDraft, event: EventOf<'delivery-parked'>): void {
  const { kind, lane, waits } = event;
  const body = waits === true ? waitingNotice(event) : parkedNotice(event);
  if (lane !== agencyPlaces.log) say(draft, agencyPlaces.log, body);
  if (lane === agencyPlaces.director) return;
  const isForDirector = kind === 'bundle' || waits === true || lane === agencyPlaces.log;
  if (isForDirector) say(draft, agencyPlaces.director, body);
}

function parkedNotice({ kind, lane, reason }: EventOf<'delivery-parked'>): PostBody {
  return {
    type: 'notice',
    tone: 'warning',
    title: clip(`${parkedKinds[kind] ?? 'An effect'} could not be delivered`, 200),
    text:
      `It was for \`${lane}\`. Why: ${reason}\n\nWhat to do: put right what is in the way (the ` +
      'log of the program says more), then start the program again. It tries once more by itself.',
  };
}

function waitingNotice({ kind, lane, reason }: EventOf<'delivery-parked'>): PostBody {
  return {
    type: 'notice',
    tone: 'warning',
    title: clip(`${parkedKinds[kind] ?? 'An effect'} waits until something is put right`, 200),
    text:
      `It is for \`${lane}\`. ${reason}\n\nNothing is lost: whatever needs the same waits too, ` +
      'in its order, and goes out by itself once that is done.',
  };
}

/** In good time, or afterwards: on a full disk nothing can be said. */
function tellDisk(draft: AgencyDraft, { isLow, freeMb, path }: EventOf<'disk-changed'>): void {
  const where = clip(path, 500);
  const body: PostBody = {
    type: 'notice',
    tone: isLow ? 'warning' : 'good',
    title: isLow ? 'The disk is nearly full' : 'The disk has room again',
    text: isLow
      ? `${freeMb} MB are left where I keep everything (\`${where}\`). Please make ` +
        'room. On a full disk I neither hear you nor get on. Nothing that I accepted is lost, ' +
        'and the work goes on by itself once there is room.'
      : `${freeMb} MB are free. The work goes on; please write again what was refused meanwhile.`,
  };
  say(draft, agencyPlaces.log, body);
  say(draft, agencyPlaces.director, body);
}

function tellEndpoint(
  draft: AgencyDraft,
  { tier, model, isPreferred }: EventOf<'endpoint-changed'>,
): void {
  say(draft, agencyPlaces.log, {
    type: 'notice',
    tone: isPreferred ? 'good' : 'warning',
    title: isPreferred ? 'The first endpoint answers again' : 'Another endpoint answers',
    text: clip(`The ${tier} tier is answered by ${model} now.`, 1000),
  });
}

function hearDirector(draft: AgencyDraft, event: EventOf<'message-received'>): void {
  const { channelId, messageId, by } = event;
  if (by.standing !== 'director') return;
  const text = clip(event.text, limits.objectiveCharsMax);
  draft.out.reactions.push({ id: `${event.id}.seen`, channelId, messageId, emoji: '👀' });
  if (event.place !== agencyPlaces.director) {
    return say(draft, event.place, {
      type: 'speech',
      text:
        'I read along, but I answer in #director and in the channels of a project. ' +
        'A card here is decided with its buttons, or with `/approve`.',
    });
  }
  const focus = focusOf(draft.agency);
  const phase = draft.agency.projects.find((project) => project.id === focus)?.phase;
  if (focus !== null && phase !== undefined && isAgreeing(phase)) {
    draft.out.events.push({
      type: 'director-said',
      id: `${event.id}.told`,
      at: event.at,
      projectId: focus,
      by,
      text,
    });
    return sayWhere(draft, focus);
  }
  openProject(draft, { by, text, files: event.files });
}

/** With several projects open it is said which one the words went to. */
function sayWhere(draft: AgencyDraft, projectId: string): void {
  const open = draft.agency.projects.filter((project) => !hasEnded(project.phase));
  const isNewest = draft.agency.projects.at(-1)?.id === projectId;
  if (open.length === 1 && isNewest) return;
  const title = open.find((project) => project.id === projectId)?.title ?? '';
  const name = title === '' ? projectId : `${projectId} ${title}`;
  say(draft, agencyPlaces.director, {
    type: 'speech',
    text: clip(`I take that as said about ${name}. \`/objective\` begins something new.`, 2000),
  });
}

function termsOf(agency: Agency): Terms {
  const { directorIds, ceilingMicroUsd, ceilingTokens, rehearsal, history } = agency;
  return {
    directorIds,
    ceilingMicroUsd,
    ...(ceilingTokens === undefined ? {} : { ceilingTokens }),
    rehearsal,
    history,
    lessons: agency.lessons.map((lesson) => lesson.text),
    openProjects: agency.projects
      .filter((project) => !hasEnded(project.phase))
      .map(
        ({ id, title, phase }) => `${id} ${title === '' ? 'without a title yet' : title}: ${phase}`,
      ),
  };
}

interface Objective {
  by: Human;
  text: string;
  files: FileRef[];
}

function openProject(draft: AgencyDraft, { by, text, files }: Objective): void {
  const projectId = `P${draft.agency.projectCount + 1}`;
  const terms = termsOf(draft.agency);
  record(draft, { type: 'project-registered', projectId });
  draft.out.events.push({
    type: 'project-opened',
    id: `${draft.event.id}.opened`,
    at: draft.event.at,
    projectId,
    by,
    text,
    files,
    terms,
    roster: candidatesOf(draft.agency),
  });
  draft.out.receipt = { ok: true, text: `Received as ${projectId}. I am reading it.` };
}

/** Phases only go forward, so what arrives late from a project says nothing new. */
function notePhase(
  draft: AgencyDraft,
  { projectId, phase, title }: EventOf<'phase-changed'>,
): void {
  const known = draft.agency.projects.find((project) => project.id === projectId)?.phase;
  if (known === undefined || Phase.options.indexOf(known) >= Phase.options.indexOf(phase)) return;
  record(draft, { type: 'project-phase-noted', projectId, phase, title });
}

/**
 * Fills the places of a team: the Specialist the plan names, else the best free one, else a new
 * one.
 */
function staff(draft: AgencyDraft, event: EventOf<'staff-wanted'>): void {
  const { projectId } = event;
  const phase = draft.agency.projects.find((project) => project.id === projectId)?.phase;
  if (phase === undefined || hasEnded(phase)) return;
  const joined = event.members.map((seat) => fillSeat(draft, projectId, seat));
  const id = `${event.id}.joined`;
  draft.out.events.push({ type: 'staff-joined', id, at: event.at, projectId, joined });
  tellRoster(draft);
}

type Seat = EventOf<'staff-wanted'>['members'][number];

function fillSeat(draft: AgencyDraft, projectId: string, { planned, persona }: Seat): Joined {
  const wanted = draft.agency.roster.find((entry) => entry.agent.id === planned.reuse);
  const isFree = wanted !== undefined && wanted.reservedBy === null;
  const entry = isFree ? wanted : replacementFor(draft.agency, planned, persona);
  if (entry !== undefined) {
    record(draft, { type: 'specialist-reserved', agentId: entry.agent.id, projectId });
    const match = Math.round(skillMatch(planned.skills, entry.agent.skills) * 100);
    const record_ = `${entry.accepted} accepted outputs, ${entry.rejections} rejections so far`;
    return {
      member: planned.key,
      agent: entry.agent,
      reused: true,
      why: clip(`${planned.why} Skills match ${match} %; ${record_}.`, 400),
    };
  }
  const agent = newSpecialist(draft.agency, planned, persona);
  record(draft, { type: 'specialist-created', agent });
  record(draft, { type: 'specialist-reserved', agentId: agent.id, projectId });
  return { member: planned.key, agent, reused: false, why: planned.why };
}

/** Someone was to be reused but is busy and nobody wrote a persona for a new one. */
function replacementFor(agency: Agency, planned: PlannedMember, persona: Persona | null) {
  if (planned.reuse === null || persona !== null) return undefined;
  return bestFor(planned.skills, agency.roster).find(({ match }) => match >= 0.5)?.entry;
}

function newSpecialist(agency: Agency, planned: PlannedMember, persona: Persona | null): Agent {
  const count = agency.roster.length;
  return {
    id: `A${count + 1}`,
    name: nameOf(count),
    title: planned.title,
    role: 'specialist',
    skills: planned.skills,
    persona: persona ?? plainPersona(planned),
    personaVersion: 1,
  };
}

/** What the plan itself says about a member; used when the PM wrote nothing more for it. */
function plainPersona(planned: PlannedMember): Persona {
  return {
    role: clip(`${planned.title}. ${planned.why}`, 600),
    expertise: planned.skills.join(', '),
    expectations: 'Needs a brief and every accepted output it builds on; delivers complete files.',
    collaboration: 'Says early what is missing and hands over with a summary and open points.',
    adaptability: 'Revises from the reasons given, and says what changed.',
  };
}

function endProject(draft: AgencyDraft, event: EventOf<'project-ended'>): void {
  // Whoever was reserved is free again, also who never joined because the project ended first.
  const reserved = draft.agency.roster.filter((entry) => entry.reservedBy === event.projectId);
  for (const { agent } of reserved) {
    const nothing = { agentId: agent.id, accepted: 0, rejections: 0 };
    const work = event.records.find((one) => one.agentId === agent.id) ?? nothing;
    record(draft, { type: 'specialist-released', projectId: event.projectId, record: work });
  }
  for (const text of event.lessons) {
    record(draft, { type: 'lesson-noted', projectId: event.projectId, text });
  }
  if (event.tasks.length > 0) record(draft, { type: 'history-noted', tasks: event.tasks });
  tellRoster(draft);
}

/** Projects that are still planning learn who is free now. */
function tellRoster(draft: AgencyDraft): void {
  const roster = candidatesOf(draft.agency);
  for (const project of draft.agency.projects) {
    if (!isAgreeing(project.phase)) continue;
    draft.out.events.push({
      type: 'roster-changed',
      id: `${draft.event.id}.roster.${project.id}`,
      at: draft.event.at,
      projectId: project.id,
      roster,
    });
  }
}

function candidatesOf(agency: Agency): Candidate[] {
  return agency.roster.map(({ agent, reservedBy, projects, accepted, rejections }) => ({
    id: agent.id,
    name: agent.name,
    title: agent.title,
    skills: [...agent.skills],
    busy: reservedBy !== null,
    projects,
    accepted,
    rejections,
  }));
}
