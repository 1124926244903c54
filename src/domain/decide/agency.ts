// Decisions of the agency: its channels, the Director's conversation, the roster of Specialists.
// What concerns a project is told to it as an event; the agency never reaches into one.
import type { Agency } from '../agency.ts';
import { focusOf } from '../agency.ts';
import type { Decision } from '../decision.ts';
import { emptyDecision } from '../decision.ts';
import type { Event, EventOf } from '../event.ts';
import type { AgencyFact } from '../fact.ts';
import type { Human } from '../actor.ts';
import type { FileRef } from '../file.ts';
import { limits } from '../limits.ts';
import { agencyPlaces } from '../place.ts';
import { Phase, hasEnded, isAgreeing } from '../project.ts';
import { clip } from '../prose.ts';
import type { Insights, Terms } from '../project.ts';
import { patternsOf, roleMessages } from '../learning.ts';
import { record, say } from './agency-draft.ts';
import type { AgencyDraft } from './agency-draft.ts';
import { tellDisk, tellEndpoint, tellParked, tellPart } from './alerts.ts';
import { forget, proveForgotten } from './forgetting.ts';
import { rememberAgency } from './remembering.ts';
import {
  decideRewrite,
  hearStudyFinished,
  remindOfRewrite,
  rollBack,
  wantStudy,
} from './learning.ts';
import { candidatesOf, release, staff } from './roster.ts';

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
      } else if (event.by.kind === 'human') act(draft, event, event.by);
      break;
    case 'staff-wanted':
      staff(draft, event);
      break;
    case 'phase-changed':
      notePhase(draft, event);
      break;
    case 'project-ended':
      release(draft, event);
      break;
    case 'study-finished':
      hearStudyFinished(draft, event);
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
    case 'part-changed':
      tellPart(draft, event);
      break;
    case 'forgetting-finished':
      proveForgotten(draft, event);
      break;
    case 'timer-fired':
      remindOfRewrite(draft, event.timer.decision);
      break;
    case 'turn-finished':
    case 'turn-failed':
    case 'turn-delayed':
    case 'turn-went-on':
    case 'bundle-written':
    case 'project-opened':
    case 'roster-changed':
    case 'director-said':
    case 'staff-joined':
    case 'study-wanted':
    case 'message-rewritten':
      throw new Error(`The agency does not decide over ${event.type}.`);
  }
  draft.out.memories.push(...rememberAgency(draft.agency, event, draft.out.facts));
  return draft.out;
}

function act(draft: AgencyDraft, event: EventOf<'action-taken'>, by: Human): void {
  const { action } = event;
  if (action.type === 'forget') return forget(draft, action, event);
  if (action.type === 'study') return wantStudy(draft, action, by);
  if (action.type === 'decide-rewrite') return decideRewrite(draft, action, by);
  if (action.type === 'roll-back') return rollBack(draft, action, by);
  draft.out.receipt = { ok: false, reason: 'There is no open project to do that in.' };
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
    lessons: agency.lessons,
    openProjects: agency.projects
      .filter((project) => !hasEnded(project.phase))
      .map(
        ({ id, title, phase }) => `${id} ${title === '' ? 'without a title yet' : title}: ${phase}`,
      ),
    learned: roleMessages(agency.learning),
    insights: insightsOf(agency),
  };
}

function insightsOf({ learning, roster }: Agency): Insights {
  const agents = roster.map(({ agent }) => agent);
  return {
    patterns: patternsOf(learning.pairings, agents),
    advice: learning.advice.map(({ to, text }) => ({ to, text })),
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
