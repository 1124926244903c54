// A decision being made. Recording a fact folds it at once, so that whatever is decided next sees
// it; from outside `decide` stays a pure function of state, event and time.
import type { Agent } from '../agent.ts';
import { learningManager, projectManager } from '../agent.ts';
import type { Decision } from '../decision.ts';
import { emptyDecision } from '../decision.ts';
import type { Event } from '../event.ts';
import { evolveProject } from '../evolve-project.ts';
import type { ProjectFact } from '../fact.ts';
import { limits } from '../limits.ts';
import type { Tier } from '../model-port.ts';
import type { PendingDecision } from '../pending-decision.ts';
import { agencyPlaces, placeOf } from '../place.ts';
import type { PlaceKey } from '../place.ts';
import type { PostBody } from '../post.ts';
import type { OpenTurn, Phase, Project } from '../project.ts';
import { clip } from '../prose.ts';
import { agentsOf, isAgreeing, turnsAhead } from '../project.ts';
import { agentInTurn } from '../seats.ts';
import { noUsage } from '../turn.ts';
import type { TurnKind, TurnOrder, TurnSubject } from '../turn.ts';
import { decidedCard, shownAs } from './cards.ts';

export interface Draft {
  project: Project;
  readonly event: Event;
  readonly now: number;
  readonly out: Decision<ProjectFact>;
}

export function beginDraft(project: Project, event: Event, now: number): Draft {
  return { project, event, now, out: emptyDecision() };
}

export function record(draft: Draft, fact: ProjectFact): void {
  draft.project = evolveProject(draft.project, fact);
  draft.out.facts.push(fact);
}

export function refuse(draft: Draft, reason: string): void {
  draft.out.receipt = { ok: false, reason };
}

export function acknowledge(draft: Draft, text: string): void {
  draft.out.receipt = { ok: true, text };
}

interface Saying {
  place: PlaceKey;
  speaker: Agent;
  body: PostBody;
  notify?: readonly string[];
  pin?: boolean;
  /** Only for posts that are edited later; others get an id from the event. */
  id?: string;
}

export function say(draft: Draft, saying: Saying): void {
  const id = saying.id ?? `${draft.event.id}.post.${draft.out.posts.length + 1}`;
  const { place, speaker, body, notify = [], pin = false } = saying;
  draft.out.posts.push({ id, place, speaker, body, notify: [...notify], pin });
}

interface Words {
  place: PlaceKey;
  speaker: Agent;
  text: string;
}

/** Plain speech; silence is not posted. */
export function speak(draft: Draft, { place, speaker, text }: Words): void {
  if (text !== '') say(draft, { place, speaker, body: { type: 'speech', text: clip(text, 8000) } });
}

/** The PM speaks to the Director. */
export function tellDirector(
  draft: Draft,
  body: PostBody,
  { isAsking = false, id }: { isAsking?: boolean; id?: string } = {},
): void {
  const place = agencyPlaces.director;
  const notify = isAsking ? [draft.project.director.userId] : [];
  const named = id === undefined ? {} : { id };
  say(draft, { place, speaker: projectManager, body, notify, ...named });
}

const noSubject: TurnSubject = { stream: null, task: null, prompt: null, asker: null };

interface Ordering {
  kind: TurnKind;
  agentId: string;
  conversation: PlaceKey;
  tier?: Tier;
  subject?: Partial<TurnSubject>;
  retries?: number;
}

export function orderTurn(draft: Draft, ordering: Ordering): void {
  const id = `${draft.project.id}.turn.${draft.project.turnCount + 1}`;
  const turn: OpenTurn = {
    kind: ordering.kind,
    agentId: ordering.agentId,
    conversation: ordering.conversation,
    tier: ordering.tier ?? 'standard',
    subject: { ...noSubject, ...ordering.subject },
    retries: ordering.retries ?? 0,
  };
  record(draft, { type: 'turn-ordered', turnId: id, turn });
  draft.out.turns.push(orderOf(id, turn));
}

export function orderOf(id: string, turn: OpenTurn): TurnOrder {
  const { kind, agentId, conversation, tier, subject } = turn;
  return { id, kind, agentId, conversation, tier, subject };
}

/** The PM takes a turn in #director, instead of any it has not finished there. */
export function orderManagerTurn(draft: Draft, kind: TurnKind, prompt: string | null): void {
  cancelTurns(draft, (turn) => turn.conversation === agencyPlaces.director);
  if (isAgreeing(draft.project.phase)) closeManagerCards(draft);
  const conversation = agencyPlaces.director;
  orderTurn(draft, { kind, agentId: 'pm', conversation, subject: { prompt } });
}

/** Whether to try once more is no question any more: it is being tried. */
function closeManagerCards(draft: Draft): void {
  for (const { id, kind, task } of Object.values(draft.project.decisions)) {
    if (kind !== 'stuck' || task !== null) continue;
    closeDecision(draft, id, { outcome: 'Taken up again', by: projectManager.name });
  }
}

type WhichTurn = (turn: OpenTurn, turnId: string) => boolean;

/** Calls turns off, whether they are open or held. */
export function cancelTurns(draft: Draft, which: WhichTurn): void {
  for (const [turnId, turn] of turnsAhead(draft.project)) {
    if (!which(turn, turnId)) continue;
    record(draft, { type: 'turn-closed', turnId, outcome: 'cancelled', usage: noUsage });
    draft.out.cancelledTurns.push(turnId);
  }
}

/** Every change of phase is told to the agency and shown in the living status message. */
export function enterPhase(draft: Draft, phase: Phase): void {
  record(draft, { type: 'phase-entered', phase, at: draft.now });
  const { id: projectId, title } = draft.project;
  const id = `${draft.event.id}.phase.${phase}`;
  draft.out.events.push({ type: 'phase-changed', id, at: draft.now, projectId, phase, title });
}

type NewDecision = Pick<PendingDecision, 'kind' | 'title' | 'why' | 'options' | 'task'>;

/** Opens a choice for the Director: a row, a card in #decisions, a reminder. */
export function openDecision(draft: Draft, choice: NewDecision): string {
  const id = `${draft.project.id}-D${draft.project.decisionCount + 1}`;
  const decision: PendingDecision = { id, openedAt: draft.now, ...choice };
  record(draft, { type: 'decision-opened', decision });
  say(draft, {
    id: cardOf(id),
    place: agencyPlaces.decisions,
    speaker: projectManager,
    body: { type: 'decision', decision, outcome: null },
    notify: [draft.project.director.userId],
  });
  draft.out.timers.push({
    id: `${id}.remind`,
    dueAt: draft.now + limits.decisionReminderMs,
    timer: { type: 'remind', decision: id },
  });
  return id;
}

interface Closing {
  outcome: string;
  by: string;
}

export function closeDecision(draft: Draft, id: string, { outcome, by }: Closing): void {
  const decision = draft.project.decisions[id];
  if (decision === undefined) return;
  record(draft, { type: 'decision-closed', decision: id, outcome, by });
  const words = `${outcome} · ${by}`;
  const body = { type: 'decision' as const, decision, outcome: words };
  editPost(draft, { id: cardOf(id), place: agencyPlaces.decisions, body });
  const shown = decidedCard(draft.project, decision, words);
  if (shown === null) return;
  editPost(draft, { id: shownAs(id), place: agencyPlaces.director, body: shown });
}

/** Changes a post of the PM that was said under a known id. */
function editPost(draft: Draft, changed: { id: string; place: PlaceKey; body: PostBody }): void {
  const { id: postId } = changed;
  const post = { ...changed, speaker: projectManager, notify: [], pin: false };
  draft.out.edits.push({ id: `${draft.event.id}.edit.${postId}`, postId, post });
}

function cardOf(decisionId: string): string {
  return `${decisionId}.card`;
}

export function agentOf(draft: Draft, agentId: string): Agent {
  const known = [...agentsOf(draft.project), learningManager];
  return known.find((agent) => agent.id === agentId) ?? projectManager;
}

/** Who speaks in a turn, in the role that the turn is taken in. */
export function speakerIn(draft: Draft, turn: OpenTurn): Agent {
  return agentInTurn(draft.project, turn);
}

export function overviewOf(draft: Draft): PlaceKey {
  return placeOf.overview(draft.project.id);
}

/** Something the system itself says in a place. */
export function notice(
  draft: Draft,
  place: PlaceKey,
  body: Omit<Extract<PostBody, { type: 'notice' }>, 'type'>,
): void {
  say(draft, { place, speaker: projectManager, body: { ...body, type: 'notice' } });
}
