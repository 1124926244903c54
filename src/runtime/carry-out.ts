// What each kind of effect means outside. Every one may be carried out twice after a crash, so each
// is idempotent: events by the inbox, posts by nonce and by what is remembered of them, places by
// look-up, files by content.
import { z } from 'zod';
import { Event, Timer } from '../domain/event.ts';
import { AggregateId } from '../domain/ids.ts';
import { PlaceOrder } from '../domain/place.ts';
import type { PlaceKey } from '../domain/place.ts';
import { Post } from '../domain/post.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError, StoreError } from '../lib/errors.ts';
import { parseValue } from '../lib/json.ts';
import type { Store } from '../store/open-store.ts';
import type { Delivery } from '../store/outbox.ts';
import { placeOfChannel } from '../store/places.ts';
import { closedBy, createClosedPlaces, isCode } from './closed-places.ts';
import type { ClosedPlaces } from './closed-places.ts';
import type { CarryOut } from './deliver.ts';
import type { Forget } from './forget.ts';
import type { HandleEvent } from './handle-event.ts';
import { createPlaceReacher } from './reach-place.ts';
import type { OpenPlace, PlaceReacher } from './reach-place.ts';
import { editPost, refreshStatus, sendPost } from './say.ts';
import type { Way } from './say.ts';
import { BundlePayload } from './write-bundle.ts';
import type { WriteBundle } from './write-bundle.ts';

/** What we need of Discord; the adapter has it. */
export interface Speaker {
  openPlace: OpenPlace;
  send(post: Post, way: Way): Promise<string[]>;
  find(post: Post, way: Way): Promise<string[]>;
  edit(post: Post, way: Way & { messageIds: readonly string[] }): Promise<string[]>;
  react(channelId: string, messageId: string, emoji: string): Promise<void>;
}

export interface CarryOutDeps {
  store: Store;
  clock: Clock;
  speaker: Speaker;
  handleEvent: HandleEvent;
  writeBundle: WriteBundle;
  forget: Forget;
  /** A channel or thread is known from now on: what was written there before was not heard. */
  onChannelKnown?: (channel: { key: PlaceKey; channelId: string }) => void;
}

export interface Effects {
  carryOut: CarryOut;
  lookAgain: PlaceReacher['lookAgain'];
}

const ReactPayload = z.object({
  channelId: z.string(),
  messageId: z.string(),
  emoji: z.string(),
});
type ReactPayload = z.infer<typeof ReactPayload>;
const TimerPayload = z.object({ aggregateId: AggregateId, timer: Timer });
const StatusPayload = z.object({ projectId: z.string() });

export function createEffects(deps: CarryOutDeps): Effects {
  const { store, clock, speaker, onChannelKnown } = deps;
  const closed = createClosedPlaces();
  const places = createPlaceReacher({
    store,
    openPlace: (order, context) => speaker.openPlace(order, context),
    closed,
    onChannelKnown,
  });
  const saying = {
    store,
    clock,
    send: (post: Post, way: Way) => speaker.send(post, way),
    find: (post: Post, way: Way) => speaker.find(post, way),
    edit: (post: Post, way: Way & { messageIds: readonly string[] }) => speaker.edit(post, way),
    places,
  };
  const carryOut: CarryOut = async (delivery) => {
    switch (delivery.kind) {
      case 'event':
        await deps.handleEvent(read(Event, delivery));
        return null;
      case 'timer':
        await fireTimer(deps, delivery);
        return null;
      case 'place':
        await places.open(read(PlaceOrder, delivery).key);
        return null;
      case 'post':
        return sendPost(saying, delivery, read(Post, delivery));
      case 'edit':
        return editPost(saying, delivery, read(Post, delivery));
      case 'react':
        await react(deps, closed, read(ReactPayload, delivery));
        return null;
      case 'status':
        return refreshStatus(saying, delivery, read(StatusPayload, delivery).projectId);
      case 'bundle':
        await deps.writeBundle(read(BundlePayload, delivery));
        return null;
      case 'forget':
        return deps.forget(delivery);
    }
  };
  return { carryOut, lookAgain: (fits, key) => places.lookAgain(fits, key) };
}

async function fireTimer(deps: CarryOutDeps, delivery: Delivery): Promise<void> {
  const { aggregateId: aggregate, timer } = read(TimerPayload, delivery);
  const at = deps.clock.now();
  const id = `timer.${delivery.id}`;
  await deps.handleEvent({ type: 'timer-fired', id, at, aggregate, timer });
}

/** Nobody misses a reaction to a message that is gone. */
async function react(
  { store, speaker }: CarryOutDeps,
  closed: ClosedPlaces,
  { channelId, messageId, emoji }: ReactPayload,
): Promise<void> {
  const key = (await placeOfChannel(store.db, channelId)) ?? channelId;
  const here = { view: `view ${key}`, act: `reactions ${key}` };
  closed.requireOpen(here.view, here.act);
  try {
    await speaker.react(channelId, messageId, emoji);
  } catch (error) {
    if (isCode(error, 'discord-10003', 'discord-10008')) return;
    const where = closedBy(error, here);
    if (where !== null && error instanceof AppError) throw closed.close(where, error);
    throw error;
  }
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
