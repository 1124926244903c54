// What people say in a project's channels and threads. Whoever works on a task in that thread
// begins its turn anew with the remark before it; whoever else is addressed answers. The surprise:
// a second question before the first is answered joins it, so that both get one answer.
import { projectManager } from '../agent.ts';
import type { EventOf, Timer } from '../event.ts';
import { agencyPlaces, partsOf } from '../place.ts';
import type { PlaceKey } from '../place.ts';
import { hasEnded, isAnswer, memberOf, turnsAhead } from '../project.ts';
import type { OpenTurn } from '../project.ts';
import { clip } from '../prose.ts';
import { taskInPlan } from '../task-in-plan.ts';
import type { TurnOutput } from '../turn.ts';
import {
  cancelTurns,
  notice,
  orderTurn,
  overviewOf,
  record,
  say,
  speak,
  speakerIn,
} from './draft.ts';
import type { Draft } from './draft.ts';
import { noteCorrection } from './feedback.ts';
import { orderWork } from './next-turns.ts';
import { tellPaused } from './pausing.ts';

export function hearMessage(draft: Draft, event: EventOf<'message-received'>): void {
  const { by, channelId, messageId, place } = event;
  if (by.standing === 'stranger') return;
  const text = clip(event.text, 4000);
  record(draft, { type: 'remark-made', remark: { place, by: by.name, text } });
  draft.out.reactions.push({ id: `${event.id}.seen`, channelId, messageId, emoji: '👀' });
  const noted = noteCorrection(draft, { by, text, shown: event.shown ?? null });
  const { phase } = draft.project;
  if (phase !== 'done' && hasEnded(phase)) return tellEnded(draft, place);
  if (noted !== null) speak(draft, { place, speaker: projectManager, text: noted });
  if (text === '') return;
  tellPaused(draft, place);
  const { agentId } = partsOf(place);
  const addressee = event.addressee ?? agentId ?? (place === overviewOf(draft) ? 'pm' : null);
  if (addressee === null || isSteered(draft, place, addressee)) return;
  answer(draft, { place, addressee, text });
}

/** Whoever writes where nobody will answer any more learns it, once in each place. */
function tellEnded(draft: Draft, place: PlaceKey): void {
  const { id, endTold } = draft.project;
  if (endTold.includes(place)) return;
  record(draft, { type: 'end-told', place });
  notice(draft, place, {
    tone: 'info',
    title: `${id} has ended`,
    text: 'Nobody works on it any more; write a new objective in #director.',
  });
}

/** The work in progress there takes the remark along, now or in its next turn. */
function isSteered(draft: Draft, place: PlaceKey, addressee: string): boolean {
  const isOwner = partsOf(place).agentId === addressee;
  const about = turnsAhead(draft.project).find(
    ([, turn]) =>
      turn.conversation === place &&
      turn.subject.task !== null &&
      (isOwner || turn.agentId === addressee),
  );
  if (about === undefined) return false;
  const [turnId, turn] = about;
  // The answer of a colleague is on its way; whoever asked reads the remark together with it.
  if (isAnswer(turn)) return true;
  cancelTurns(draft, (_turn, id) => id === turnId);
  orderTurn(draft, turn);
  return true;
}

interface Asked {
  place: PlaceKey;
  addressee: string;
  text: string;
}

function answer(draft: Draft, { place, addressee, text }: Asked): void {
  const isSpecialist = memberOf(draft.project, addressee) !== undefined;
  const agentId = isSpecialist ? addressee : 'pm';
  const isSame = (turn: OpenTurn) =>
    turn.conversation === place && turn.agentId === agentId && isUnasked(turn);
  const before = turnsAhead(draft.project).flatMap(([, turn]) => (isSame(turn) ? [turn] : []));
  cancelTurns(draft, isSame);
  const prompts = [...before.map((turn) => turn.subject.prompt ?? ''), text];
  orderTurn(draft, {
    kind: isSpecialist ? 'specialist.answer' : 'project-manager.talk',
    agentId,
    conversation: place,
    tier: 'economy',
    // The newest words count most where all of them are too long.
    subject: { prompt: prompts.join('\n').slice(-4000).trim(), stream: partsOf(place).streamId },
  });
}

/** It answers a human, not a colleague. */
function isUnasked(turn: OpenTurn): boolean {
  return isAnswer(turn) && turn.subject.asker === null;
}

/** An answer is said where it was asked; a Specialist who asked goes on with its task. */
export function hearAnswer(draft: Draft, turn: OpenTurn, output: TurnOutput): void {
  const speaker = speakerIn(draft, turn);
  const place = turn.conversation;
  speak(draft, { place, speaker, text: output.said });
  const inPlan = taskInPlan(draft.project, turn.subject.task);
  if (turn.subject.asker === null || inPlan === null) return;
  const remark = { place, by: speaker.name, text: clip(output.said, 4000) };
  record(draft, { type: 'remark-made', remark });
  orderWork(draft, inPlan);
}

/** A decision waited for a day: the Director is reminded once. Whoever paused it knows. */
export function remind(draft: Draft, timer: Timer): void {
  const decision = draft.project.decisions[timer.decision];
  if (decision === undefined || draft.project.paused !== null) return;
  say(draft, {
    place: agencyPlaces.decisions,
    speaker: projectManager,
    body: {
      type: 'notice',
      tone: 'info',
      title: clip(`Still waiting for you: ${decision.title}`, 200),
      text: `\`/approve decision:${decision.id}\` · ${decision.options.join(' · ')}`,
    },
    notify: [draft.project.director.userId],
  });
}
