// A paused project takes no turn and says nothing of its own accord. People may go on writing and
// deciding: it is kept, and what follows from it waits too. Notices are the system's own answer to
// somebody and go out all the same; every other post waits in order.
import type { Human } from '../actor.ts';
import { limits } from '../limits.ts';
import { agencyPlaces } from '../place.ts';
import type { PlaceKey } from '../place.ts';
import { turnsAhead } from '../project.ts';
import type { Project } from '../project.ts';
import { clip } from '../prose.ts';
import { resumeHandOver } from './assembling.ts';
import { holdIfSpent } from './budget.ts';
import { acknowledge, notice, overviewOf, record, refuse } from './draft.ts';
import type { Draft } from './draft.ts';
import { holdAll, isAboutBudget, takeUp } from './holding.ts';

export function pause(draft: Draft, by: Human): void {
  const { id, paused } = draft.project;
  if (paused !== null) {
    const since = new Date(paused.at).toISOString().slice(0, 16).replace('T', ' ');
    return refuse(draft, `${id} is paused already, by ${paused.by} at ${since} UTC. ${wayOn(id)}`);
  }
  record(draft, { type: 'project-paused', by: by.name, at: draft.now });
  draft.out.backlog = 'is-held';
  acknowledge(draft, `${id} is paused: ${waitingTurns(draft.project)}. ${wayOn(id)}`);
  notice(draft, homeOf(draft), {
    tone: 'info',
    title: titleOf(draft.project, 'paused'),
    text:
      `Paused by ${by.name}. No turn is taken and no agent speaks. What you write is kept, cards ` +
      `can be decided, and what follows waits. ${wayOn(id)}`,
  });
}

export function resume(draft: Draft, by: Human): void {
  const { id, paused } = draft.project;
  if (paused === null) {
    return refuse(draft, `${id} is not paused. \`/status project:${id}\` says where it stands.`);
  }
  const count = turnsAhead(draft.project).length;
  const work =
    count === 0 ? 'with what comes' : `with ${count === 1 ? '1 turn' : `${count} turns`}`;
  record(draft, { type: 'project-resumed', by: by.name, at: draft.now });
  draft.out.backlog = 'is-released';
  const card = Object.values(draft.project.decisions).find(isAboutBudget);
  const spent = card === undefined ? '' : ` Its budget waits for your word: ${card.id}.`;
  acknowledge(draft, clip(`${id} goes on ${work}.${spent}`, 1900));
  const asked = Object.values(draft.project.decisions).map((one) => `• \`${one.id}\` ${one.title}`);
  const list = asked.length === 0 ? '' : `\n\nWaiting for you:\n${asked.join('\n')}`;
  notice(draft, homeOf(draft), {
    tone: 'info',
    title: titleOf(draft.project, 'goes on'),
    text: clip(`Resumed by ${by.name}; it goes on ${work}.${list}`, 3000),
  });
  takeUp(draft);
  remindAnew(draft);
  resumeHandOver(draft);
}

/**
 * A reminder that came due while nobody was to be reminded is gone, so another follows after the
 * usual time. Named by the day: however often people pause and resume, one a day at most.
 */
function remindAnew(draft: Draft): void {
  const { decisionReminderMs: afterMs } = limits;
  const day = Math.floor(draft.now / afterMs);
  for (const { id, openedAt } of Object.values(draft.project.decisions)) {
    if (openedAt + afterMs > draft.now) continue;
    draft.out.timers.push({
      id: `${id}.remind.${day}`,
      dueAt: draft.now + afterMs,
      timer: { type: 'remind', decision: id },
    });
  }
}

/** Whoever writes to a paused project learns, once in each place, why nobody answers yet. */
export function tellPaused(draft: Draft, place: PlaceKey): void {
  const { id, paused } = draft.project;
  if (paused === null || paused.told.includes(place)) return;
  record(draft, { type: 'pause-told', place });
  notice(draft, place, {
    tone: 'info',
    title: `${id} is paused`,
    text: `What you wrote is kept. I go on after \`/resume project:${id}\`.`,
  });
}

/**
 * The one place that decides whether what was ordered is taken: at the end of every decision of a
 * project nothing is open that must wait, and nothing is said that must wait.
 */
export function holdBack(draft: Draft): void {
  const { out } = draft;
  if (draft.project.paused === null) holdIfSpent(draft);
  else {
    holdAll(draft, 'pause');
    const posts = out.posts.filter(({ body }) => body.type !== 'notice');
    out.waiting = [...posts, ...out.bundles].map(({ id }) => id);
    noteWaiting(draft);
  }
  // A turn that was ordered and called off in one decision was never anybody's to take.
  out.turns = out.turns.filter(({ id }) => draft.project.turns[id] !== undefined);
}

/** A command was carried out, and what follows from it is not to be seen yet. */
function noteWaiting({ event, out, project }: Draft): void {
  if (event.type !== 'action-taken' || event.action.type === 'pause' || !out.receipt.ok) return;
  const { id } = project;
  const text = `${out.receipt.text}\n${id} is paused: what follows waits. ${wayOn(id)}`;
  out.receipt = { ok: true, text };
}

function waitingTurns(project: Project): string {
  const count = turnsAhead(project).length;
  if (count === 0) return 'no turn was due';
  return count === 1 ? '1 turn waits' : `${count} turns wait`;
}

function wayOn(id: string): string {
  return `\`/resume project:${id}\` lets it go on.`;
}

function titleOf({ id, title }: Project, what: string): string {
  return clip(`${id}${title === '' ? '' : ` ${title}`}: ${what}`, 200);
}

/** Where everybody of the project reads; before it has places of its own, #director. */
function homeOf(draft: Draft): PlaceKey {
  return draft.project.team.length > 0 ? overviewOf(draft) : agencyPlaces.director;
}
