// What people do becomes an event or a query. Here, once for every face, it is looked up which
// place the channel is, what standing the user has, which command is meant and whether it is
// allowed. Whoever typed a command is answered by a post that is decided together with its outcome.
import type { Action, Query } from '../domain/action.ts';
import type { Human } from '../domain/actor.ts';
import { projectManager } from '../domain/agent.ts';
import { agentsOf, hasEnded } from '../domain/project.ts';
import { focusOf } from '../domain/agency.ts';
import type { Agency } from '../domain/agency.ts';
import { parseCommandLine } from '../domain/command-language.ts';
import type { CommandLine } from '../domain/command-language.ts';
import type { Receipt } from '../domain/decision.ts';
import { selectionOf } from '../domain/forgetting.ts';
import { weaknessOf } from '../domain/passage.ts';
import { refusalOf } from '../domain/define-command.ts';
import type { Cause, Command, ReadCommand } from '../domain/define-command.ts';
import { ratingOf } from '../domain/feedback.ts';
import type {
  HumanCommand,
  HumanInput,
  HumanMessage,
  HumanReaction,
} from '../domain/human-input.ts';
import { partsOf } from '../domain/place.ts';
import type { PlaceKey } from '../domain/place.ts';
import type { Post, PostBody } from '../domain/post.ts';
import { clip, erasedText } from '../domain/prose.ts';
import type { Clock } from '../lib/clock.ts';
import { NotYet } from '../lib/errors.ts';
import type { Parsed } from '../lib/json.ts';
import type { Log } from '../lib/log.ts';
import { lookFor } from '../store/erasing.ts';
import { aggregateOf } from '../store/inbox.ts';
import { enduring } from '../store/open-store.ts';
import type { Store } from '../store/open-store.ts';
import { enqueue, projectToldOf } from '../store/outbox.ts';
import type { OutboxEntry } from '../store/outbox.ts';
import {
  isKnownMessage,
  outputShownIn,
  placeOfChannel,
  saveMessages,
  speakerOfMessage,
} from '../store/places.ts';
import { readAgency, readProject } from '../store/record.ts';
import type { MemoryLook } from './answer-memory.ts';
import { answerQuery } from './answer-query.ts';
import type { Answer, HandleEvent } from './handle-event.ts';
import type { Hints } from './hints.ts';
import { readMessage } from './read-message.ts';
import type { ReadMessage } from './read-message.ts';

export interface HearHumanDeps {
  store: Store;
  clock: Clock;
  log: Log;
  commands: readonly Command[];
  handleEvent: HandleEvent;
  hints: Pick<Hints, 'deliveries'>;
  download: (url: string, bytesMax: number) => Promise<Uint8Array>;
  askDoctor: () => Promise<string>;
  memoryFault: () => Promise<string | null>;
  memory: MemoryLook;
}

export function createHumanInput(deps: HearHumanDeps): HumanInput {
  return {
    onMessage: (message) => enduring(() => hearMessage(deps, message)),
    onReaction: (reaction) => enduring(() => hearReaction(deps, reaction)),
    onCommand: (command) => enduring(() => hearCommand(deps, command)),
  };
}

async function hearCommand(deps: HearHumanDeps, command: HumanCommand): Promise<Receipt> {
  const { id, channelId, userId, userName, line } = command;
  const place = await placeOfChannel(deps.store.db, channelId);
  const by = humanOf(await readAgency(deps.store.db), userId, userName);
  return useCommand(deps, { id: `discord.interaction.${id}`, by, place, line });
}

function humanOf(agency: Agency, userId: string, name: string): Human {
  // Human specialists are assigned to streams in a later version; until then only Directors act.
  const standing = agency.directorIds.includes(userId) ? 'director' : 'stranger';
  return { kind: 'human', userId, name: name.slice(0, 100), standing };
}

/** A thumb on a message that shows an output; every other reaction means nothing. */
async function hearReaction(deps: HearHumanDeps, reaction: HumanReaction): Promise<void> {
  const { id, channelId, messageId, userId, userName, isTakenBack } = reaction;
  const { db } = deps.store;
  const rating = ratingOf(reaction.emoji);
  const place = rating === null ? null : await placeOfChannel(db, channelId);
  if (place === null) return;
  const by = humanOf(await readAgency(db), userId, userName ?? '');
  const command = deps.commands.find((one) => one.name === 'feedback');
  if (command === undefined || refusalOf(command, by) !== null) return;
  const shown = await outputShownIn(db, messageId);
  if (shown === null) {
    if (await isKnownMessage(db, messageId)) return;
    throw new NotYet('People may be quicker than our record of what was just posted.', 0);
  }
  const { projectId: project, task, revision } = shown;
  const said = { type: 'give-feedback' as const, kind: 'reaction' as const, rating, text: null };
  const action = { ...said, project, task, revision, isTakenBack };
  await act(deps, { id, by, place, action });
}

async function hearMessage(deps: HearHumanDeps, message: HumanMessage): Promise<void> {
  const place = await placeOfChannel(deps.store.db, message.channelId);
  if (place === null || (await isKnownMessage(deps.store.db, message.messageId))) return;
  const agency = await readAgency(deps.store.db);
  const by = humanOf(agency, message.userId, message.userName);
  // Before anything of theirs is fetched or kept.
  if (by.standing === 'stranger') return;
  const read = await readMessage(deps, message);
  const answer = await heed(deps, message, { ...read, by, place });
  const row = {
    id: message.messageId,
    place,
    speaker: by.name,
    agentId: null,
    text: withoutForgotten(read.text),
    at: message.at,
    projectId: await projectOf(deps, place, read.id),
  };
  // Last, because a message that is known is not heard again: after a crash before this line it
  // is, and the inbox knows whether it was acted on.
  await deps.store.transact(async (tx) => {
    if (answer !== null) await enqueue(tx, [answer]);
    await saveMessages(tx, [row]);
  });
  if (answer !== null) deps.hints.deliveries();
}

/** Words that are to be forgotten are not kept once more because somebody wrote which. */
function withoutForgotten(text: string): string {
  return /^\s*\/memory\b[^]*\bforget\b/i.test(text) ? `/memory forget ${erasedText}` : text;
}

/** What a message was about: where it was said, else what came of it. */
async function projectOf(
  { store }: HearHumanDeps,
  place: PlaceKey,
  eventId: string,
): Promise<string | null> {
  const here = partsOf(place).projectId;
  if (here !== null) return here;
  const decidedIn = await aggregateOf(store.db, eventId);
  return decidedIn === 'agency' ? projectToldOf(store.db, eventId) : decidedIn;
}

interface Heard extends ReadMessage {
  by: Human;
  place: PlaceKey;
}

/**
 * Acts on what somebody with standing wrote: a typed command, or plain words.
 * @returns what is to be said to them; null when the decision has seen to it
 */
async function heed(
  deps: HearHumanDeps,
  message: HumanMessage,
  heard: Heard,
): Promise<OutboxEntry | null> {
  const { id, text, files, by, place, notRead, refusal } = heard;
  const answer: Answer = (receipt) => answerTo(message, place, receipt);
  if (refusal !== null) return answer({ ok: false, reason: refusal });
  const parsed = parseCommandLine(text);
  if (parsed !== null) {
    const read = readCommand(deps, by, parsed.line);
    if (!read.ok) return answer(read);
    const cause = read.value;
    if ('query' in cause) return answer(await ask(deps, { query: cause.query, by, place }));
    const acting = { id, by, place, action: cause.action };
    if (cause.isForAll === true) return answer(await actEverywhere(deps, acting));
    await act(deps, acting, answer);
    return null;
  }
  const { store } = deps;
  await deps.handleEvent({
    type: 'message-received',
    id,
    at: message.at,
    place,
    channelId: message.channelId,
    messageId: message.messageId,
    by,
    text,
    files,
    addressee: await addresseeOf(deps, message, { place, text }),
    shown: message.repliesTo === null ? null : await outputShownIn(store.db, message.repliesTo),
  });
  if (notRead.length === 0) return null;
  const told = ['I took in what you wrote, but not everything you attached:', ...notRead];
  return answer({ ok: true, text: told.join('\n') });
}

/** A post like any other, in the lane of its place; the same message is answered once. */
function answerTo(message: HumanMessage, place: PlaceKey, receipt: Receipt): OutboxEntry {
  const post: Post = {
    id: `reply.${message.messageId}`,
    place,
    speaker: projectManager,
    body: bodyOf(receipt),
    notify: [],
    pin: false,
  };
  return { id: post.id, kind: 'post', lane: place, payload: post };
}

function bodyOf(receipt: Receipt): PostBody {
  const text = receipt.ok ? receipt.text : receipt.reason;
  const buttons = (receipt.ok ? receipt.buttons : undefined) ?? [];
  return buttons.length === 0
    ? { type: 'speech', text: clip(text, 8000) }
    : { type: 'question', text: clip(text, 3000), buttons: [...buttons] };
}

/** Whose post is replied to, else whose name is mentioned with an `@`. */
async function addresseeOf(
  deps: HearHumanDeps,
  message: HumanMessage,
  { place, text }: { place: PlaceKey; text: string },
): Promise<string | null> {
  const replied =
    message.repliesTo === null ? null : await speakerOfMessage(deps.store.db, message.repliesTo);
  if (replied !== null) return replied;
  const { projectId } = partsOf(place);
  const project = projectId === null ? null : await readProject(deps.store.db, projectId);
  if (project === null) return null;
  const words = text.toLowerCase();
  const mentioned = agentsOf(project).find((agent) =>
    words.includes(`@${agent.name.toLowerCase()}`),
  );
  return mentioned?.id ?? (/@(pm|paul)\b/i.test(text) ? 'pm' : null);
}

interface Using {
  id: string;
  by: Human;
  place: PlaceKey | null;
  line: CommandLine;
}

async function useCommand(deps: HearHumanDeps, using: Using): Promise<Receipt> {
  const { id, by, place, line } = using;
  const read = readCommand(deps, by, line);
  if (!read.ok) return read;
  if ('query' in read.value) return ask(deps, { query: read.value.query, by, place });
  const { action, isForAll = false } = read.value;
  return isForAll
    ? actEverywhere(deps, { id, by, place, action })
    : act(deps, { id, by, place, action });
}

/** What a line asks for, if this person may. */
function readCommand(deps: HearHumanDeps, by: Human, line: CommandLine): Parsed<Cause> {
  const command = deps.commands.find((one) => one.name === line.name);
  if (command === undefined) {
    return { ok: false, reason: `There is no command /${line.name}. /help lists all.` };
  }
  const refusal = refusalOf(command, by);
  if (refusal !== null) return { ok: false, reason: refusal };
  const read: Parsed<ReadCommand> = command.readLine(line);
  return read.ok ? { ok: true, value: read.value.cause } : read;
}

interface Asking {
  query: Query;
  by: Human;
  place: PlaceKey | null;
}

async function ask(deps: HearHumanDeps, { query, by, place }: Asking): Promise<Receipt> {
  const focus = focusOf(await readAgency(deps.store.db));
  const here = place === null ? null : partsOf(place).projectId;
  return answerQuery({ ...deps, focus: here ?? focus, place }, query, by);
}

interface Acting {
  id: string;
  by: Human;
  place: PlaceKey | null;
  action: Action;
}

async function act(deps: HearHumanDeps, acting: Acting, answer?: Answer): Promise<Receipt> {
  const at = deps.clock.now();
  const action = await withFindings(deps, await withProject(deps, acting));
  return deps.handleEvent({ type: 'action-taken', at, ...acting, action }, undefined, answer);
}

/** Before people say yes they see what would go. */
async function withFindings({ store, clock }: HearHumanDeps, action: Action): Promise<Action> {
  if (action.type !== 'forget' || action.erasure !== null || action.isConfirmed === true) {
    return action;
  }
  const { words } = action.target;
  const selection = selectionOf(action.target);
  if (selection === null || (words !== null && weaknessOf(words) !== null)) return action;
  return { ...action, found: await lookFor(store, selection, clock.now()) };
}

/** Feedback outside of any project, when none is open, is about the newest there was. */
async function withProject({ store }: HearHumanDeps, { action, place }: Acting): Promise<Action> {
  const isSaid = action.type !== 'give-feedback' || action.project !== null;
  if (isSaid || (place !== null && partsOf(place).projectId !== null)) return action;
  const agency = await readAgency(store.db);
  return { ...action, project: focusOf(agency) ?? agency.projects.at(-1)?.id ?? null };
}

/**
 * The same in every open project, each in a transaction of its own. Stopped half-way and heard
 * again it goes on: what was decided is decided.
 */
async function actEverywhere(deps: HearHumanDeps, acting: Acting): Promise<Receipt> {
  const { projects } = await readAgency(deps.store.db);
  const open = projects.filter(({ phase }) => !hasEnded(phase));
  if (open.length === 0) return { ok: false, reason: 'No project is open.' };
  const lines: string[] = [];
  let isAny = false;
  for (const { id: project } of open) {
    const action = { ...acting.action, project };
    const receipt = await act(deps, { ...acting, id: `${acting.id}.${project}`, action });
    isAny ||= receipt.ok;
    const said = receipt.ok ? receipt.text : receipt.reason;
    lines.push(said.startsWith(project) ? said : `${project}: ${said}`);
  }
  if (acting.action.type === 'pause') lines.push('What you begin from now on is not paused.');
  const text = clip(lines.join('\n'), 1900);
  return isAny ? { ok: true, text } : { ok: false, reason: text };
}
