// Erases what people asked to be forgotten, to the end: from the database, then from everything
// that shows it outside, again and again until a pass finds nothing and nobody is at work who knew
// it. A pass and the list of what it leaves to do are one transaction in this effect's own row, so
// a process may die at any instant: whoever goes on knows what was erased and what is left. The
// surprise: turns under way are taken from whoever has them, for their prompts may hold it.
import { z } from 'zod';
import { prefixOf, projectManager } from '../domain/agent.ts';
import { ErasureOrder, ErasureProof, addRows, selectionOf } from '../domain/forgetting.ts';
import { passageOf } from '../domain/passage.ts';
import type { Passage } from '../domain/passage.ts';
import { PlaceKey } from '../domain/place.ts';
import type { PlaceOrder } from '../domain/place.ts';
import { Post } from '../domain/post.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError, NotYet, StoreError } from '../lib/errors.ts';
import { parseValue } from '../lib/json.ts';
import type { Log } from '../lib/log.ts';
import { reach } from '../lib/points.ts';
import {
  erasePass,
  isAtWork,
  keepPayload,
  newestPayload,
  rewriteTables,
} from '../store/erasing.ts';
import type { PassWithTraces } from '../store/erasing.ts';
import type { Executor, Store } from '../store/open-store.ts';
import type { Delivery } from '../store/outbox.ts';
import { messageIdsOf, placeOfMessage, readPlace } from '../store/places.ts';
import { readProject } from '../store/record.ts';
import type { Keep } from './deliver.ts';
import { eraseOnDisk } from './erase-on-disk.ts';
import type { HandleEvent } from './handle-event.ts';
import type { Hints } from './hints.ts';
import { statusPost } from './say.ts';

type Shown = ErasureProof['messages'][number];
type Erasion = Pick<Shown, 'channelId' | 'messageId' | 'outcome' | 'reason'>;
interface Whereabouts {
  channelIds: readonly string[];
  messageId: string;
}

/** Discord, as erasing needs it. */
export interface Eraser {
  rewrite(
    post: Post,
    where: { channelIds: readonly string[]; messageIds: readonly string[] },
  ): Promise<Erasion[]>;
  blank(where: Whereabouts, speaker: string): Promise<Erasion>;
  remove(where: Whereabouts): Promise<Erasion>;
  rename(order: PlaceOrder, channelId: string): Promise<Erasion['outcome']>;
}

export interface ForgetDeps {
  store: Store;
  clock: Clock;
  handleEvent: HandleEvent;
  eraser: Eraser;
  hints: Pick<Hints, 'turns'>;
  /** Turns of this process stop at once; others learn it from their lease. */
  stopTurns: (turnIds: readonly string[]) => void;
  unindex: (gone: readonly { id: string; scope: string }[]) => Promise<'erased' | 'later'>;
  /** Folders of ours in the data folder that hold copies. */
  home: string;
  log: Log;
  /** Answers that only one person saw, where we are Discord ourselves. */
  purge: ((passages: readonly Passage[]) => number) | null;
}

export type Forget = (delivery: Delivery) => Promise<Keep | null>;

const Progress = z.strictObject({
  passages: z.array(z.string()),
  proof: ErasureProof,
  /** What is still to be changed outside. */
  todo: z.strictObject({
    posts: z.array(z.string()),
    messages: z.array(
      z.strictObject({
        id: z.string(),
        place: z.string(),
        isOurs: z.boolean(),
        speaker: z.string(),
      }),
    ),
    places: z.array(z.string()),
    projects: z.array(z.string()),
  }),
  /** Effects that were under way when something was found. */
  /** Memories whose vectors have to go, or to be made anew. */
  unindexed: z.array(z.strictObject({ id: z.string(), scope: z.string() })).default([]),
  waitsFor: z.array(z.strictObject({ id: z.string(), fence: z.int() })),
  isClean: z.boolean(),
});
type Progress = z.infer<typeof Progress>;

const Payload = ErasureOrder.extend({ progress: Progress.optional() });

/** Copies of what was said are in these folders only. */
const folders = ['handover', 'transcripts'];
const passesMax = 50;
const waitMs = 250;

export function createForget(deps: ForgetDeps): Forget {
  return async (delivery) => {
    const read = parseValue(Payload, delivery.payload);
    if (!read.ok) throw unreadable(delivery, read.reason);
    const { progress: known, ...order } = read.value;
    const work = { deps, delivery, order };
    let progress = known ?? firstOf(order);
    for (;;) {
      await getOn(work, progress);
      if (await isAtWork(deps.store.db, progress.waitsFor)) {
        throw new NotYet('somebody who knew it is still at work', waitMs);
      }
      if (progress.isClean) break;
      progress = await passOnce(work, progress);
      if (progress.proof.passes > passesMax) {
        throw new NotYet('it comes up again and again', 10_000);
      }
    }
    await finish(work, progress);
    return null;
  };
}

const nothing = { memories: [], words: null, message: null, project: null, source: null };

function firstOf({ asking }: ErasureOrder): Progress {
  // The message that asked for it holds the words, and was never kept as it is.
  const asked =
    asking === null
      ? []
      : [{ id: asking.messageId, place: asking.place, isOurs: false, speaker: '' }];
  return {
    passages: [],
    proof: {
      memories: [],
      rows: [],
      kept: [],
      messages: [],
      places: [],
      files: [],
      paths: [],
      index: 'none',
      database: 'later',
      passes: 1,
    },
    todo: { posts: [], messages: asked, places: [], projects: [] },
    unindexed: [],
    waitsFor: [],
    isClean: false,
  };
}

function unreadable({ id }: Delivery, reason: string): StoreError {
  return new StoreError(`Outbox row ${id} is unreadable: ${reason}`, {
    code: 'outbox-unreadable',
    retry: 'never',
    ids: { delivery: id },
  });
}

/** One erasure under way in this process. */
interface Work {
  deps: ForgetDeps;
  delivery: Delivery;
  order: ErasureOrder;
}

/** Looks through the database and erases; what it leaves to do outside is kept with it. */
async function passOnce(work: Work, before: Progress): Promise<Progress> {
  const { store, clock, stopTurns, hints } = work.deps;
  const looking = {
    selection: selectionOf(work.order.target) ?? {},
    at: clock.now(),
    passages: before.passages,
    effectId: work.delivery.id,
  };
  const done = await store.transact(async (tx) => {
    const pass = await erasePass(tx, looking);
    const progress = added(before, pass);
    await keep(work, progress, tx);
    return { progress, turns: pass.atWork.turns };
  });
  reach('forget.erased');
  stopTurns(done.turns);
  hints.turns(done.turns);
  return done.progress;
}

function keep(work: Work, progress: Progress, db: Executor = work.deps.store.db): Promise<void> {
  return keepPayload(db, work.delivery, { ...work.order, progress });
}

/** Whoever gets further did not fail: of a hundred messages one may be refused now and then. */
async function getOn(work: Work, progress: Progress): Promise<void> {
  const before = leftToDo(progress);
  try {
    await doOutside(work, progress);
  } catch (error) {
    const isLater = error instanceof AppError && error.retry === 'later';
    if (!isLater || leftToDo(progress) === before) throw error;
    throw new NotYet(error.message, error.retryAfterMs ?? waitMs);
  }
}

function leftToDo({ todo }: Progress): number {
  return todo.posts.length + todo.projects.length + todo.messages.length + todo.places.length;
}

/** Each thing that is done is kept at once: the proof tells what we did, not what was done. */
async function doOutside(work: Work, progress: Progress): Promise<void> {
  const { todo } = progress;
  while (todo.posts[0] !== undefined) {
    const shown = await changePost(work.deps, todo.posts[0]);
    todo.posts.shift();
    await noteShown(work, progress, shown);
  }
  while (todo.projects[0] !== undefined) {
    await changeStatus(work.deps, todo.projects[0]);
    todo.projects.shift();
    await keep(work, progress);
  }
  while (todo.messages[0] !== undefined) {
    const shown = await changeMessage(work.deps, todo.messages[0]);
    todo.messages.shift();
    await noteShown(work, progress, [shown]);
  }
  while (todo.places[0] !== undefined) {
    progress.proof.places.push(...(await renamePlace(work.deps, todo.places[0])));
    todo.places.shift();
    await keep(work, progress);
  }
  await doAtHome(work.deps, progress);
}

/** On disk, in the index, and in what only one person saw. */
async function doAtHome(deps: ForgetDeps, progress: Progress): Promise<void> {
  const { passages, proof, unindexed } = progress;
  if (passages.length === 0) return;
  const looked = passages.map(passageOf);
  const paths = await eraseOnDisk(deps.home, folders, looked);
  proof.paths = [...new Set([...proof.paths, ...paths])];
  deps.purge?.(looked);
  if (unindexed.length > 0) proof.index = await deps.unindex(unindexed);
}

async function noteShown(work: Work, progress: Progress, shown: readonly Shown[]): Promise<void> {
  const { messages } = progress.proof;
  for (const one of shown) {
    const known = messages.findIndex(({ messageId }) => messageId === one.messageId);
    // What we deleted in an earlier pass is gone in a later one.
    if (known < 0) messages.push(one);
    else if (one.outcome !== 'gone') messages[known] = one;
  }
  await keep(work, progress);
  reach('forget.shown-changed');
}

async function changePost(deps: ForgetDeps, postId: string): Promise<Shown[]> {
  const { store, eraser } = deps;
  const messageIds = (await messageIdsOf(store.db, postId)) ?? [];
  const read = parseValue(Post, await newestPayload(store.db, postId));
  const place = read.ok ? read.value.place : await placeOfMessage(store.db, messageIds[0] ?? '');
  const channelIds = await channelsOf(store, place ?? '');
  const done: Erasion[] = [];
  if (read.ok) done.push(...(await eraser.rewrite(read.value, { channelIds, messageIds })));
  else {
    for (const messageId of messageIds) {
      done.push(await eraser.blank({ channelIds, messageId }, prefixOf(projectManager)));
    }
  }
  return done.map((one) => ({ ...one, place: placeKeyOf(place) }));
}

function placeKeyOf(place: string | null): PlaceKey | null {
  return PlaceKey.safeParse(place).data ?? null;
}

async function changeMessage(
  { store, eraser }: ForgetDeps,
  { id: messageId, place, isOurs, speaker }: Progress['todo']['messages'][number],
): Promise<Shown> {
  const where = { channelIds: await channelsOf(store, place), messageId };
  const erasion = await (isOurs ? eraser.blank(where, speaker) : eraser.remove(where));
  return { ...erasion, place: placeKeyOf(place) };
}

/** The living status message is drawn from the project as it is now. */
async function changeStatus({ store, eraser }: ForgetDeps, projectId: string): Promise<void> {
  const project = await readProject(store.db, projectId);
  if (project === null) return;
  const post = statusPost(project);
  const messageIds = (await messageIdsOf(store.db, post.id)) ?? [];
  await eraser.rewrite(post, { channelIds: await channelsOf(store, post.place), messageIds });
}

async function renamePlace({ store, eraser }: ForgetDeps, key: string) {
  const row = await readPlace(store.db, key);
  if (row === null || row.channelId === null) return [];
  return [{ place: row.order.key, outcome: await eraser.rename(row.order, row.channelId) }];
}

/** A place's own channel first; the words of a closed thread went to the channel around it. */
async function channelsOf({ db }: Store, place: string): Promise<string[]> {
  const here = await readPlace(db, place);
  const parent = here?.order.kind === 'thread' ? here.order.parent : null;
  const around = parent === null ? null : await readPlace(db, parent);
  return [here?.channelId ?? null, around?.channelId ?? null].filter((id) => id !== null);
}

/** The record says that it is done, and the proof goes to the Director. */
async function finish({ deps, delivery, order }: Work, progress: Progress): Promise<void> {
  const { store, clock, handleEvent, log } = deps;
  const { proof } = progress;
  // From here on nobody looks for it, and nothing of ours knows it.
  const bare = { ...order, target: nothing, progress: { ...progress, passages: [] } };
  await keepPayload(store.db, delivery, bare);
  const tables = [...new Set([...proof.rows.map(({ table }) => table), 'outbox'])];
  const left = await rewriteTables(store, tables);
  const isWhole = left.size === 0;
  if (!isWhole) log.warn({ left: Object.fromEntries(left) }, 'tables are not written anew');
  reach('forget.proven');
  await handleEvent({
    type: 'forgetting-finished',
    id: `${order.id}.finished`,
    at: clock.now(),
    erasure: order.erasure,
    proof: { ...proof, database: isWhole ? 'rewritten' : 'later' },
  });
}

/** What one pass found, added to what is known and to what is to be done. */
function added(before: Progress, pass: PassWithTraces): Progress {
  const { erased, outside, atWork, isClean, passages, touched } = pass;
  const { proof, todo } = before;
  const known = new Set(proof.memories.map(({ id }) => id));
  return {
    passages,
    isClean,
    unindexed: [...before.unindexed, ...erased.memories.map(placeInIndex), ...touched],
    waitsFor: atWork.deliveries,
    proof: {
      ...proof,
      memories: [
        ...proof.memories,
        ...erased.memories.flatMap(({ id, scope, textHash }) => {
          const parsed = MemoryOfProof.safeParse({ id, scope, textHash });
          return known.has(id) || !parsed.success ? [] : [parsed.data];
        }),
      ],
      rows: addRows(proof.rows, erased.rows),
      // What is kept is found at each pass.
      kept: addRows([], erased.kept),
      files: [...new Set([...proof.files, ...erased.files])],
      passes: before.passages.length === 0 && proof.rows.length === 0 ? 1 : proof.passes + 1,
    },
    todo: {
      posts: [...new Set([...todo.posts, ...outside.posts])],
      messages: [...todo.messages, ...outside.messages],
      places: [...new Set([...todo.places, ...outside.places])],
      projects: [...new Set([...todo.projects, ...outside.projects])],
    },
  };
}

function placeInIndex({ id, scope }: { id: string; scope: string }) {
  return { id, scope };
}

const MemoryOfProof = ErasureProof.shape.memories.element;
