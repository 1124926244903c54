// The one door. Everything that happens enters here, in one transaction: the event's id goes into
// the inbox (there already: nothing happens), the aggregate is locked, the pure decision is made,
// facts, state and every outside effect are written. Nothing outside is touched before the commit.
import { decideAgency, decideProject } from '../domain/decide/decide.ts';
import type { Decision, Receipt } from '../domain/decision.ts';
import { aggregateFor } from '../domain/event.ts';
import type { Event } from '../domain/event.ts';
import { Agency, evolveAgency, focusOf, newAgency } from '../domain/agency.ts';
import { evolveProject } from '../domain/evolve-project.ts';
import type { AgencyFact, ProjectFact } from '../domain/fact.ts';
import { Project } from '../domain/project.ts';
import type { Clock } from '../lib/clock.ts';
import { storable } from '../lib/json.ts';
import { spendUnanswered } from '../store/budget.ts';
import {
  holdSpeech,
  releaseSpeech,
  withdrawSpeech,
  withholdEdits,
  withholdSpeech,
} from '../store/hold.ts';
import { acceptEvent } from '../store/inbox.ts';
import { saveMemories } from '../store/memories.ts';
import type { Store, Tx } from '../store/open-store.ts';
import { enqueue } from '../store/outbox.ts';
import type { OutboxEntry } from '../store/outbox.ts';
import { readChannelOrders, savePlaces } from '../store/places.ts';
import { projectAgency, projectProject } from '../store/projections.ts';
import { append, lockAggregate, parseState, readAgency } from '../store/record.ts';
import type { Aggregate } from '../store/record.ts';
import { cancelTurns, endTurn, holdTurns, insertTurns } from '../store/turns.ts';
import type { Hints } from './hints.ts';
import { reach } from '../lib/points.ts';

export interface DoorDeps {
  store: Store;
  clock: Clock;
  hints: Hints;
  /** Turns of this process that a decision cancelled are stopped at once. */
  stopTurns: (turnIds: readonly string[]) => void;
}

/** The turn whose result an event carries; a stale fence means the result counts for nothing. */
export interface EndedTurn {
  id: string;
  fence: number;
  status: 'done' | 'failed';
}

/** What tells the person of the outcome where an interaction does not. */
export type Answer = (receipt: Receipt) => OutboxEntry;

export type HandleEvent = (event: Event, ended?: EndedTurn, answer?: Answer) => Promise<Receipt>;

const repeated: Receipt = { ok: true, text: 'Already received.' };
const stale: Receipt = { ok: false, reason: 'This turn is not current any more.' };

export function createHandleEvent(deps: DoorDeps): HandleEvent {
  return async (received, ended, answer) => {
    // Models and people may write what Postgres refuses; it must not cost the event.
    const event = storable(received);
    const outcome = await deps.store.transact(async (tx) => {
      const focus = event.type === 'action-taken' ? focusOf(await readAgency(tx)) : null;
      const aggregateId = aggregateFor(event, focus);
      const aggregate = await lockAggregate(tx, aggregateId);
      // Before the event is accepted: whoever has the turn now sends one with the same id.
      if (ended !== undefined && !(await endTurn(tx, ended, ended.status))) {
        return { receipt: stale, decision: null };
      }
      if (!(await acceptEvent(tx, event, aggregateId))) {
        return { receipt: repeated, decision: null };
      }
      reach('door.accepted');
      const deciding = { aggregate, event, now: deps.clock.now(), ended: ended?.id ?? null };
      const decision = await decideAndSave(tx, deciding);
      if (answer !== undefined) await enqueue(tx, [answer(decision.receipt)]);
      reach('door.saved');
      return { receipt: decision.receipt, decision };
    });
    reach('door.committed');
    if (outcome.decision !== null) afterCommit(deps, outcome.decision);
    return outcome.receipt;
  };
}

/**
 * Wakes whoever carries the effects out; losing every hint loses nothing, as the sweep finds them.
 */
function afterCommit({ hints, stopTurns }: DoorDeps, decision: Decision): void {
  const stopped = [...decision.cancelledTurns, ...decision.heldTurns];
  if (stopped.length > 0) stopTurns(stopped);
  if (decision.turns.length > 0) hints.turns(decision.turns.map((turn) => turn.id));
  hints.deliveries();
}

interface Deciding {
  aggregate: Aggregate;
  event: Event;
  now: number;
  /** The turn that ended in this transaction. */
  ended: string | null;
}

async function decideAndSave(tx: Tx, deciding: Deciding): Promise<Decision> {
  const { aggregate } = deciding;
  const decision =
    aggregate.id === 'agency'
      ? await decideForAgency(tx, deciding)
      : await decideForProject(tx, deciding);
  await changeTurns(tx, deciding, decision);
  await savePlaces(tx, decision.places);
  await changeBacklog(tx, aggregate.id, decision.backlog);
  await enqueue(tx, effectsOf(decision, aggregate.id));
  await saveMemories(tx, decision.memories);
  await withholdSpeech(tx, decision.waiting);
  if (decision.edits.length > 0) await withholdEdits(tx, aggregate.id);
  return decision;
}

async function changeTurns(tx: Tx, { aggregate, ended }: Deciding, decision: Decision) {
  const { cancelledTurns, heldTurns, turns } = decision;
  await cancelTurns(tx, cancelledTurns);
  await holdTurns(tx, heldTurns);
  await insertTurns(tx, aggregate.id, turns);
  const over = [...cancelledTurns, ...(ended === null ? [] : [ended])];
  // A turn that is held asks again under the same name, and what it reserved stands.
  await spendUnanswered(
    tx,
    over.filter((id) => !heldTurns.includes(id)),
  );
}

/** Before anything new is put in: what was decided earlier is said earlier. */
async function changeBacklog(tx: Tx, aggregateId: string, backlog: Decision['backlog']) {
  switch (backlog) {
    case 'stays':
      return;
    case 'is-held':
      return holdSpeech(tx, aggregateId);
    case 'is-released':
      return releaseSpeech(tx, aggregateId);
    case 'is-withdrawn':
      return withdrawSpeech(tx, aggregateId);
  }
}

async function decideForAgency(tx: Tx, deciding: Deciding): Promise<Decision<AgencyFact>> {
  const { aggregate, event, now } = deciding;
  const before =
    aggregate.state === null ? newAgency : parseState(Agency, aggregate.state, 'agency');
  const decision = storable(decideAgency(before, event));
  const state = decision.facts.reduce(evolveAgency, before);
  const { facts } = decision;
  await append(tx, { aggregate, eventId: event.id, at: now, facts, state });
  await projectAgency(tx, before, state);
  return { ...decision, places: await placesToOpen(tx, { before, state, decision }) };
}

interface AgencyChange {
  before: Agency;
  state: Agency;
  decision: Decision<AgencyFact>;
}

/** Whoever became Director is let into every channel there is, not only into the agency's own. */
async function placesToOpen(tx: Tx, { before, state, decision }: AgencyChange) {
  const { places } = decision;
  const isFirst = before.guildId === null;
  if (isFirst || state.directorIds.every((id) => before.directorIds.includes(id))) return places;
  const known = await readChannelOrders(tx);
  return [...places, ...known.filter(({ key }) => !places.some((place) => place.key === key))];
}

async function decideForProject(tx: Tx, deciding: Deciding): Promise<Decision<ProjectFact>> {
  const { aggregate, event, now } = deciding;
  const before =
    aggregate.state === null ? null : parseState(Project, aggregate.state, aggregate.id);
  const decision = storable(decideProject(before, event, now));
  const { facts } = decision;
  const state = facts.reduce<Project | null>(evolveProject, before);
  await append(tx, { aggregate, eventId: event.id, at: now, facts, state });
  if (state !== null) await projectProject(tx, { before, after: state, facts, at: now });
  return decision;
}

/** Every effect but turns as outbox rows. A lane keeps the order of what people would see. */
function effectsOf(decision: Decision, aggregateId: string): OutboxEntry[] {
  const entries = [
    ...decision.places.map((order): OutboxEntry => {
      return { id: `place.${order.key}`, kind: 'place', lane: order.key, payload: order };
    }),
    ...decision.posts.map((post): OutboxEntry => {
      return { id: post.id, kind: 'post', lane: post.place, payload: post };
    }),
    ...decision.edits.map((edit): OutboxEntry => {
      return { id: edit.id, kind: 'edit', lane: edit.post.place, payload: edit.post };
    }),
    ...decision.reactions.map((reaction): OutboxEntry => {
      const lane = `react.${reaction.messageId}`;
      return { id: reaction.id, kind: 'react', lane, payload: reaction };
    }),
    ...decision.events.map((event): OutboxEntry => {
      const lane = `events.${aggregateId}.${aggregateFor(event, null)}`;
      return { id: event.id, kind: 'event', lane, payload: event };
    }),
    ...decision.timers.map(({ id, dueAt, timer }): OutboxEntry => {
      const payload = { aggregateId, timer };
      return { id, kind: 'timer', lane: id, payload, notBefore: dueAt };
    }),
    ...decision.bundles.map((bundle): OutboxEntry => {
      return { id: bundle.id, kind: 'bundle', lane: bundle.id, payload: bundle };
    }),
    ...decision.erasures.map((erasure): OutboxEntry => {
      return { id: erasure.id, kind: 'forget', lane: 'forget', payload: erasure };
    }),
    ...decision.statuses.map((projectId): OutboxEntry => {
      const id = `status.${projectId}`;
      return { id, kind: 'status', lane: id, payload: { projectId } };
    }),
  ];
  return entries.map((entry) => ({ ...entry, aggregateId }));
}
