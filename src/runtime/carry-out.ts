// What each kind of effect means outside. Every one may be carried out twice after a crash, so each is
// idempotent: events by the inbox, posts by nonce, places by look-up, files by content.
import { z } from 'zod';
import { Event, Timer } from '../domain/event.ts';
import { AggregateId } from '../domain/ids.ts';
import { PlaceOrder, placeOf } from '../domain/place.ts';
import type { PlaceKey } from '../domain/place.ts';
import { Post } from '../domain/post.ts';
import { statusView } from '../domain/status.ts';
import { projectManager, prefixOf } from '../domain/agent.ts';
import type { Clock } from '../lib/clock.ts';
import { StoreError } from '../lib/errors.ts';
import { parseValue } from '../lib/json.ts';
import { messageIdsOf, readPlace, recordChannel, saveMessages } from '../store/places.ts';
import { saveSentPost } from '../store/places.ts';
import type { Store } from '../store/open-store.ts';
import type { Delivery } from '../store/outbox.ts';
import { readAgency, readProject } from '../store/record.ts';
import { plainText } from './plain-text.ts';
import type { HandleEvent } from './handle-event.ts';
import { BundlePayload } from './write-bundle.ts';
import type { WriteBundle } from './write-bundle.ts';

/** What we need of Discord; the adapter has it. */
export interface Speaker {
  openPlace(
    order: PlaceOrder,
    context: { parentChannelId: string | null; directorIds: readonly string[] },
  ): Promise<string>;
  send(post: Post, channelId: string): Promise<string[]>;
  edit(post: Post, channelId: string, messageIds: readonly string[]): Promise<string[]>;
  react(channelId: string, messageId: string, emoji: string): Promise<void>;
}

export interface CarryOutDeps {
  store: Store;
  clock: Clock;
  speaker: Speaker;
  handleEvent: HandleEvent;
  writeBundle: WriteBundle;
}

const ReactPayload = z.object({
  channelId: z.string(),
  messageId: z.string(),
  emoji: z.string(),
});
const TimerPayload = z.object({ aggregateId: AggregateId, timer: Timer });
const StatusPayload = z.object({ projectId: z.string() });

export function createCarryOut(deps: CarryOutDeps): (delivery: Delivery) => Promise<void> {
  const ensurePlace = createEnsurePlace(deps);
  return async (delivery) => {
    switch (delivery.kind) {
      case 'event':
        await deps.handleEvent(read(Event, delivery));
        return;
      case 'timer': {
        const { aggregateId: aggregate, timer } = read(TimerPayload, delivery);
        const at = deps.clock.now();
        const id = `timer.${delivery.id}`;
        await deps.handleEvent({ type: 'timer-fired', id, at, aggregate, timer });
        return;
      }
      case 'place':
        await ensurePlace(read(PlaceOrder, delivery).key);
        return;
      case 'post':
        return sendPost(deps, ensurePlace, read(Post, delivery));
      case 'edit':
        return editPost(deps, ensurePlace, read(Post, delivery));
      case 'react': {
        const { channelId, messageId, emoji } = read(ReactPayload, delivery);
        return deps.speaker.react(channelId, messageId, emoji);
      }
      case 'status':
        return refreshStatus(deps, ensurePlace, read(StatusPayload, delivery).projectId);
      case 'bundle':
        return deps.writeBundle(read(BundlePayload, delivery));
    }
  };
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
 * Opens a place, its parent first, and remembers its channel. Concurrent calls for one place share
 * the work, because creating a channel is not idempotent.
 */
function createEnsurePlace({ store, speaker }: CarryOutDeps): EnsurePlace {
  const opening = new Map<PlaceKey, Promise<string>>();
  async function open(key: PlaceKey): Promise<string> {
    const place = await readPlace(store.db, key);
    if (place === null) {
      throw new StoreError(`No place ${key}`, { code: 'place-missing', retry: 'never' });
    }
    if (place.channelId !== null) return place.channelId;
    const { parent } = place.order;
    const parentChannelId = parent === null ? null : await ensure(parent);
    const { directorIds } = await readAgency(store.db);
    const channelId = await speaker.openPlace(place.order, { parentChannelId, directorIds });
    await recordChannel(store.db, key, channelId);
    return channelId;
  }
  function ensure(key: PlaceKey): Promise<string> {
    const known = opening.get(key);
    if (known !== undefined) return known;
    const work = open(key).finally(() => opening.delete(key));
    opening.set(key, work);
    return work;
  }
  return ensure;
}

async function sendPost(deps: CarryOutDeps, ensure: EnsurePlace, post: Post): Promise<void> {
  const channelId = await ensure(post.place);
  const messageIds = await deps.speaker.send(post, channelId);
  await remember(deps, post, messageIds);
}

async function editPost(deps: CarryOutDeps, ensure: EnsurePlace, post: Post): Promise<void> {
  const channelId = await ensure(post.place);
  const known = await messageIdsOf(deps.store.db, post.id);
  const messageIds =
    known === null
      ? await deps.speaker.send(post, channelId)
      : await deps.speaker.edit(post, channelId, known);
  await remember(deps, post, messageIds);
}

/** Keeps what was said and where, so that replies find their agent and transcripts are complete. */
async function remember(deps: CarryOutDeps, post: Post, messageIds: string[]): Promise<void> {
  const { id, place, speaker } = post;
  await saveSentPost(deps.store.db, { id, place, agentId: speaker.id, messageIds });
  const first = messageIds[0];
  if (first === undefined) return;
  const text = plainText(post.body);
  const rows = messageIds.map((messageId, index) => ({
    id: messageId,
    place,
    speaker: prefixOf(speaker),
    agentId: speaker.id,
    text: index === 0 ? text : '',
    at: deps.clock.now(),
  }));
  await saveMessages(deps.store.db, rows);
}

/** The living status message: posted and pinned once, then edited in place. */
async function refreshStatus(
  deps: CarryOutDeps,
  ensure: EnsurePlace,
  projectId: string,
): Promise<void> {
  const overview = placeOf.overview(projectId);
  const project = await readProject(deps.store.db, projectId);
  if (project === null || (await readPlace(deps.store.db, overview)) === null) return;
  const post: Post = {
    id: `${projectId}.status`,
    place: overview,
    speaker: projectManager,
    body: { type: 'status', view: statusView(project) },
    notify: [],
    pin: true,
  };
  const channelId = await ensure(overview);
  const known = await messageIdsOf(deps.store.db, post.id);
  const messageIds =
    known === null
      ? await deps.speaker.send(post, channelId)
      : await deps.speaker.edit(post, channelId, known);
  await saveSentPost(deps.store.db, {
    id: post.id,
    place: overview,
    agentId: projectManager.id,
    messageIds,
  });
}
