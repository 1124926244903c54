// The Specialists that live on between projects: who joins a team, and who is free again.
import type { Agency } from '../agency.ts';
import { nameOf } from '../agent.ts';
import type { Agent, Persona } from '../agent.ts';
import type { EventOf, Joined } from '../event.ts';
import type { PlannedMember } from '../plan.ts';
import { hasEnded, isAgreeing } from '../project.ts';
import type { Candidate } from '../project.ts';
import { clip } from '../prose.ts';
import { bestFor, skillMatch } from '../roster.ts';
import { trackRecordOf } from '../track-record.ts';
import { record } from './agency-draft.ts';
import type { AgencyDraft } from './agency-draft.ts';

/**
 * Fills the places of a team: the Specialist the plan names, else the best free one, else a new
 * one.
 */
export function staff(draft: AgencyDraft, event: EventOf<'staff-wanted'>): void {
  const { projectId } = event;
  const phase = draft.agency.projects.find((project) => project.id === projectId)?.phase;
  if (phase === undefined || hasEnded(phase)) return;
  const own = event.members.filter(({ planned }) => planned.sameAs === null);
  const filled = own.map((seat) => fillSeat(draft, projectId, seat));
  const joined = event.members.map((seat) => {
    const holder = filled.find(({ member }) => member === seat.planned.sameAs);
    const already = filled.find(({ member }) => member === seat.planned.key);
    return already ?? (holder && otherSeat(holder, seat)) ?? fillSeat(draft, projectId, seat);
  });
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

/**
 * The same LLM in another seat: the same name and id, with the seat's own title and persona. The
 * roster keeps it as it is in its first seat.
 */
function otherSeat({ agent, reused }: Joined, { planned, persona }: Seat): Joined {
  const { key: member, title, skills, why } = planned;
  const seated = { title, skills, persona: persona ?? plainPersona(planned) };
  return { member, agent: { ...agent, ...seated }, reused, why };
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
    bullets: [],
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

/** A project has ended: its team is free, and what it taught is kept. */
export function release(draft: AgencyDraft, event: EventOf<'project-ended'>): void {
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
  const { projectId, works, pairings } = event;
  if (works.length > 0) record(draft, { type: 'work-judged', projectId, works, pairings });
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

export function candidatesOf(agency: Agency): Candidate[] {
  return agency.roster.map(({ agent, reservedBy, projects, accepted, rejections }) => {
    const trackRecord = trackRecordOf(agency.learning.works, agent.id);
    return {
      id: agent.id,
      name: agent.name,
      title: agent.title,
      skills: [...agent.skills],
      busy: reservedBy !== null,
      projects,
      accepted,
      rejections,
      ...(trackRecord.length === 0 ? {} : { trackRecord }),
    };
  });
}
