// What each kind of effect means outside. Every one may be carried out twice after a crash, so each
// is idempotent: events by the inbox, posts by nonce and by what is remembered of them, places by
// look-up, files by content.
import { z } from 'zod';
import { Event, Timer } from '../domain/event.ts';
import { AggregateId } from '../domain/ids.ts';
import { PlaceOrder, partsOf, placeOf } from '../domain/place.ts';
import type { PlaceKey } from '../domain/place.ts';
import { Post } from '../domain/post.ts';
import type { Sends } from '../domain/sends.ts';
import { statusView } from '../domain/status.ts';
import { projectManager, prefixOf } from '../domain/agent.ts';
import type { Clock } from '../lib/clock.ts';
import { StoreError } from '../lib/errors.ts';
import { parseValue } from '../lib/json.ts';
import {
  messageIdsOf,
  readPlace,
  recordChannel,
  saveMessages,
  saveSentPost,
} from '../store/places.ts';
import type { Store } from '../store/open-store.ts';
import { payloadOf } from '../store/outbox.ts';
import type { Delivery } from '../store/outbox.ts';
import { createSends } from '../store/sends.ts';
import { readAgency, readProject } from '../store/record.ts';
import { plainText } from './plain-text.ts';
import type { CarryOut, Keep } from './deliver.ts';
import type { HandleEvent } from './handle-event.ts';
import { BundlePayload } from './write-bundle.ts';
import type { WriteBundle } from './write-bundle.ts';
import { reach } from '../lib/points.ts';

/** Where a post goes, and what is remembered of its messages. */
interface Way {
  channelId: string;
  sends: Sends;
  /** What an earlier try may have said under the same id. */
  earlier?: Post | undefined;
}

/** What we need of Discord; the adapter has it. */
export interface Speaker {
  openPlace(
    order: PlaceOrder,
    context: { parentChannelId: string | null; directorIds: readonly string[] },
  ): Promise<string>;
  send(post: Post, way: Way): Promise<string[]>;
  edit(post: Post, way: Way & { messageIds: readonly string[] }): Promise<string[]>;
  react(channelId: string, messageId: string, emoji: string): Promise<void>;
}

export interface CarryOutDeps {
  store: Store;
  clock: Clock;
  speaker: Speaker;
  handleEvent: HandleEvent;
  writeBundle: WriteBundle;
  /** A channel or thread is known from now on: what was written there before was not heard. */
  onChannelKnown?: (channel: { key: PlaceKey; channelId: string }) => void;
}

const ReactPayload = z.object({
  channelId: z.string(),
  messageId: z.string(),
  emoji: z.string(),
});
const TimerPayload = z.object({ aggregateId: AggregateId, timer: Timer });
const StatusPayload = z.object({ projectId: z.string() });

export function createCarryOut(deps: CarryOutDeps): CarryOut {
  const { ensurePlace, openPlace } = createPlaceOpener(deps);
  return async (delivery) => {
    switch (delivery.kind) {
      case 'event':
        await deps.handleEvent(read(Event, delivery));
        return null;
      case 'timer':
        await fireTimer(deps, delivery);
        return null;
      case 'place':
        await openPlace(read(PlaceOrder, delivery).key);
        return null;
      case 'post':
        return sendPost(deps, ensurePlace, delivery);
      case 'edit':
        return editPost(deps, ensurePlace, delivery);
      case 'react': {
        const { channelId, messageId, emoji } = read(ReactPayload, delivery);
        await deps.speaker.react(channelId, messageId, emoji);
        return null;
      }
      case 'status':
        return refreshStatus(deps, ensurePlace, delivery);
      case 'bundle':
        await deps.writeBundle(read(BundlePayload, delivery));
        return null;
    }
  };
}

async function fireTimer(deps: CarryOutDeps, delivery: Delivery): Promise<void> {
  const { aggregateId: aggregate, timer } = read(TimerPayload, delivery);
  const at = deps.clock.now();
  const id = `timer.${delivery.id}`;
  await deps.handleEvent({ type: 'timer-fired', id, at, aggregate, timer });
}

function read<S extends z.ZodType>(schema: S, delivery: Delivery): z.infer<S> {
  const parsed = parseValue(schema, delivery.payload);
  if (parsed.ok) return parsed.value;
  throw new StoreError(`Outbox row ${delivery.id} is unreadable: ${parsed.reason}`, {
    code: 'outbox-unreadable',
    retry: 'never',
    ids: { delivery: delivery.id },
  });
}

type EnsurePlace = (key: PlaceKey) => Promise<string>;

/**
 * Opens places, parents first, and remembers their channels. One is opened at a time: creating a
 * channel is not idempotent, and people see channels in the order they were made. An order to open
 * a place is always looked at in Discord, as its channel may be gone or somebody new be let in; a
 * post goes to the channel that is known.
 */
function createPlaceOpener({ store, speaker, onChannelKnown }: CarryOutDeps) {
  const known = new Map<PlaceKey, string>();
  let queue: Promise<unknown> = Promise.resolve();
  async function channelOf(key: PlaceKey, isOrdered: boolean): Promise<string> {
    const place = await readPlace(store.db, key);
    if (place === null) {
      throw new StoreError(`No place ${key}`, { code: 'place-missing', retry: 'never' });
    }
    if (place.channelId !== null && !isOrdered) return place.channelId;
    const { parent } = place.order;
    const parentChannelId =
      parent === null ? null : (known.get(parent) ?? (await channelOf(parent, false)));
    const { directorIds } = await readAgency(store.db);
    const channelId = await speaker.openPlace(place.order, { parentChannelId, directorIds });
    reach('place.opened');
    await recordChannel(store.db, key, channelId);
    reach('place.recorded');
    const isNew = channelId !== place.channelId && place.order.kind !== 'category';
    if (isNew) onChannelKnown?.({ key, channelId });
    return channelId;
  }
  async function inTurn(key: PlaceKey, isOrdered: boolean): Promise<string> {
    const work = queue.then(() => channelOf(key, isOrdered));
    // A place that could not be opened must not keep the next one from being tried.
    queue = work.catch(() => undefined);
    const channelId = await work;
    known.set(key, channelId);
    return channelId;
  }
  const ensurePlace: EnsurePlace = async (key) => known.get(key) ?? inTurn(key, false);
  return { ensurePlace, openPlace: (key: PlaceKey) => inTurn(key, true) };
}

async function sendPost(
  deps: CarryOutDeps,
  ensure: EnsurePlace,
  delivery: Delivery,
): Promise<Keep> {
  const post = read(Post, delivery);
  const sends = createSends(deps.store.db, delivery);
  const channelId = await ensure(post.place);
  const messageIds = await deps.speaker.send(post, { channelId, sends });
  return keepPost(deps, { delivery, post, messageIds });
}

async function editPost(
  deps: CarryOutDeps,
  ensure: EnsurePlace,
  delivery: Delivery,
): Promise<Keep> {
  const post = read(Post, delivery);
  const messageIds = await sendOrEdit(deps, ensure, { delivery, post });
  return keepPost(deps, { delivery, post, messageIds });
}

/**
 * Changes the messages that show a post; says it when it was never known to be said. Then an
 * earlier attempt may have said it all the same: it is recognised by what it said then, and
 * changed too.
 */
async function sendOrEdit(
  { speaker, store }: CarryOutDeps,
  ensure: EnsurePlace,
  { delivery, post }: { delivery: Delivery; post: Post },
): Promise<string[]> {
  const sends = createSends(store.db, delivery);
  const channelId = await ensure(post.place);
  const known = await messageIdsOf(store.db, post.id);
  if (known !== null) return speaker.edit(post, { channelId, sends, messageIds: known });
  const original = parseValue(Post, await payloadOf(store.db, post.id));
  const earlier = original.ok ? original.value : undefined;
  const messageIds = await speaker.send(post, { channelId, sends, earlier });
  return speaker.edit(post, { channelId, sends, messageIds });
}

interface Sent {
  delivery: Delivery;
  post: Post;
  messageIds: string[];
}

/** Keeps what was said and where, so that replies find their agent and transcripts are complete. */
function keepPost(deps: CarryOutDeps, { delivery, post, messageIds }: Sent): Keep {
  const { id, place, speaker } = post;
  const text = plainText(post.body);
  const at = deps.clock.now();
  const { aggregateId } = delivery;
  const decidedIn = aggregateId === 'agency' ? null : aggregateId;
  const projectId = partsOf(place).projectId ?? decidedIn;
  const rows = messageIds.map((messageId, index) => ({
    id: messageId,
    place,
    speaker: prefixOf(speaker),
    agentId: speaker.id,
    // A long post is several messages; its text is kept once, with the first.
    text: index === 0 ? text : '',
    at,
    projectId,
  }));
  return async (tx) => {
    await saveSentPost(tx, { id, place, agentId: speaker.id, messageIds });
    await saveMessages(tx, rows);
  };
}

/** The living status message: posted and pinned once, then edited in place. */
async function refreshStatus(
  deps: CarryOutDeps,
  ensure: EnsurePlace,
  delivery: Delivery,
): Promise<Keep | null> {
  const { projectId } = read(StatusPayload, delivery);
  const place = placeOf.overview(projectId);
  const project = await readProject(deps.store.db, projectId);
  if (project === null || (await readPlace(deps.store.db, place)) === null) return null;
  const id = `${projectId}.status`;
  const body = { type: 'status' as const, view: statusView(project) };
  const post: Post = { id, place, speaker: projectManager, body, notify: [], pin: true };
  const messageIds = await sendOrEdit(deps, ensure, { delivery, post });
  return (tx) => saveSentPost(tx, { id, place, agentId: projectManager.id, messageIds });
}
