// From a place to its channel in Discord. One is opened at a time: creating a channel is not
// idempotent, and people see channels in the order they were made. An order to open a place is
// always looked at in Discord, as its channel may be gone or somebody new be let in; a post goes to
// the channel that is known. What people have deleted is never made again: a thread's words go to
// its channel, a channel's wait until there is another one with our mark.
import type { PlaceKey, PlaceOrder } from '../domain/place.ts';
import { AppError, StoreError } from '../lib/errors.ts';
import { reach } from '../lib/points.ts';
import type { Store } from '../store/open-store.ts';
import { readPlace, recordChannel } from '../store/places.ts';
import type { PlaceRow } from '../store/places.ts';
import { readAgency } from '../store/record.ts';
import { closedBy, closedByOpening, everywhere, isCode } from './closed-places.ts';
import type { ClosedPlaces } from './closed-places.ts';

export type OpenPlace = (
  order: PlaceOrder,
  context: {
    parentChannelId: string | null;
    directorIds: readonly string[];
    /** The channel it had; another one is not made in its stead. */
    channelId: string | null;
  },
) => Promise<string>;

export interface ReachDeps {
  store: Store;
  openPlace: OpenPlace;
  closed: ClosedPlaces;
  /** A channel or thread is known from now on: what was written there before was not heard. */
  onChannelKnown?: ((channel: { key: PlaceKey; channelId: string }) => void) | undefined;
}

/** A thread that cannot be written in, and the words for why. */
export interface ClosedThread {
  name: string;
  channelId: string;
  parent: PlaceKey;
  why: string;
}

/** @param instead the thread whose channel this is, when it had to go there */
export type ActInPlace<T> = (channelId: string, instead: ClosedThread | null) => Promise<T>;

export interface PlaceReacher {
  /** @throws Blocked when people have to put something right first */
  inPlace<T>(key: PlaceKey, act: ActInPlace<T>): Promise<T>;
  /** Looks at it in Discord. @returns its channel */
  open(key: PlaceKey): Promise<string>;
  /** What is closed may be open now, and a thread of its own place. */
  lookAgain(fits: (where: string) => boolean, key: PlaceKey | null): void;
}

export function createPlaceReacher(deps: ReachDeps): PlaceReacher {
  const { closed } = deps;
  const opener = createOpener(deps);
  const shut = new Map<PlaceKey, ClosedThread>();

  async function inPlace<T>(key: PlaceKey, act: ActInPlace<T>): Promise<T> {
    const { order, channelId } = await placeRow(deps, key);
    const { parent } = order;
    if (order.kind !== 'thread' || parent === null) {
      return inChannel(order, (here) => act(here, null));
    }
    const known = shut.get(key);
    if (known !== undefined) return inParent(known, act);
    try {
      return await inChannel(order, (here) => act(here, null));
    } catch (error) {
      const isGone = isCode(error, 'discord-10003');
      if (channelId === null || (!isGone && !isCode(error, 'discord-thread-locked'))) throw error;
      const why = isGone ? 'was deleted' : 'is locked';
      const thread: ClosedThread = { name: order.name, channelId, parent, why };
      shut.set(key, thread);
      return inParent(thread, act);
    }
  }

  async function inParent<T>(thread: ClosedThread, act: ActInPlace<T>): Promise<T> {
    const { order } = await placeRow(deps, thread.parent);
    return inChannel(order, (here) => act(here, thread));
  }

  async function inChannel<T>(
    order: PlaceOrder,
    act: (channelId: string) => Promise<T>,
  ): Promise<T> {
    const { key, kind, parent } = order;
    const channel = kind === 'thread' ? (parent ?? key) : key;
    const here = { view: `view ${channel}`, act: `${kind} ${channel}` };
    closed.requireOpen(everywhere, here.view, here.act, `place ${key}`);
    try {
      return await actOrAdopt(opener, order, act);
    } catch (error) {
      const where = closedBy(error, here);
      if (where !== null && error instanceof AppError) throw closed.close(where, error);
      throw error;
    }
  }

  return {
    inPlace,
    open: opener.open,
    lookAgain: (fits, key) => {
      if (key !== null) shut.delete(key);
      closed.reopen(fits);
    },
  };
}

/** A channel that is gone may have a successor, made by people. */
async function actOrAdopt<T>(
  opener: ReturnType<typeof createOpener>,
  { key, kind }: PlaceOrder,
  act: (channelId: string) => Promise<T>,
): Promise<T> {
  const channelId = await opener.ensure(key);
  try {
    return await act(channelId);
  } catch (error) {
    if (kind === 'thread' || !isCode(error, 'discord-10003')) throw error;
    const successor = await opener.open(key);
    if (successor === channelId) throw error;
    return act(successor);
  }
}

function createOpener(deps: ReachDeps) {
  const { store, closed, onChannelKnown } = deps;
  const known = new Map<PlaceKey, string>();
  let queue: Promise<unknown> = Promise.resolve();

  async function channelOf(key: PlaceKey, isOrdered: boolean): Promise<string> {
    const place = await placeRow(deps, key);
    if (place.channelId !== null && !isOrdered) return place.channelId;
    const { kind, parent } = place.order;
    const here = { place: `place ${key}`, view: `view ${key}`, opening: `opening ${kind}s` };
    closed.requireOpen(everywhere, here.place, here.view, here.opening);
    try {
      const channelId = await openIn(place, parent);
      reach('place.opened');
      await recordChannel(store.db, key, channelId);
      reach('place.recorded');
      known.set(key, channelId);
      const isNew = channelId !== place.channelId && kind !== 'category';
      if (isNew) onChannelKnown?.({ key, channelId });
      return channelId;
    } catch (error) {
      const where = closedByOpening(error, here);
      if (where !== null && error instanceof AppError) throw closed.close(where, error);
      throw error;
    }
  }

  async function openIn(place: PlaceRow, parent: PlaceKey | null): Promise<string> {
    const { directorIds } = await readAgency(store.db);
    const { order, channelId } = place;
    const inside = (parentChannelId: string | null) =>
      deps.openPlace(order, { parentChannelId, directorIds, channelId });
    if (parent === null) return inside(null);
    const parentId = known.get(parent) ?? (await channelOf(parent, false));
    try {
      return await inside(parentId);
    } catch (error) {
      if (!isCode(error, 'discord-parent-gone', 'discord-10003')) throw error;
      return inside(await channelOf(parent, true));
    }
  }

  async function inTurn(key: PlaceKey, isOrdered: boolean): Promise<string> {
    const work = queue.then(() => channelOf(key, isOrdered));
    // A place that could not be opened must not keep the next one from being tried.
    queue = work.catch(() => undefined);
    const channelId = await work;
    known.set(key, channelId);
    return channelId;
  }

  return {
    ensure: async (key: PlaceKey) => known.get(key) ?? inTurn(key, false),
    open: (key: PlaceKey) => inTurn(key, true),
  };
}

async function placeRow({ store }: ReachDeps, key: PlaceKey): Promise<PlaceRow> {
  const place = await readPlace(store.db, key);
  if (place !== null) return place;
  throw new StoreError(`No place ${key}`, { code: 'place-missing', retry: 'never' });
}
