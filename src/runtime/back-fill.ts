// Hears people in the order they wrote in each channel, whatever reached us when. The gateway
// delivers only while it is connected; Discord's history holds everything. So after every
// connection a channel is read from its cursor before the first live message in it is heard, and
// all channels are read once a minute besides. What was heard before is known by its id, so
// reading too much is harmless; the cursor only saves reading, and never passes a message that was
// not heard. The surprise: the cursor is made of Discord's own ids, as our clock may be wrong.
import type { HistoryPage, HumanInput, HumanMessage } from '../domain/human-input.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError, NotYet, messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { isPassing, storeError } from '../store/open-store.ts';
import type { Store } from '../store/open-store.ts';
import { moveCursor, watchedPlace, watchedPlaces } from '../store/places.ts';
import type { Watched } from '../store/places.ts';
import { reach } from '../lib/points.ts';

export interface BackFillDeps {
  store: Store;
  clock: Clock;
  log: Log;
  input: Pick<HumanInput, 'onMessage'>;
  /** What came in a channel after a snowflake. */
  pageAfter: (channelId: string, afterId: string) => Promise<HistoryPage>;
  /** Gives a message up that cannot be heard, and says so to whoever wrote it. */
  refuse: (message: HumanMessage, error: unknown) => Promise<void>;
  everyMs: number;
}

export interface BackFill {
  /** The session is new or was resumed: something may have been written in between. */
  connected(): void;
  /**
   * Hears a live message, after everything that was written before it in its channel.
   * @throws AppError when it cannot be heard now; it is read again soon
   */
  hear(message: HumanMessage): Promise<void>;
  /** Reads one channel, from its beginning, that only now is known to be ours. */
  readNew(channel: { key: string; channelId: string }): void;
  close(): Promise<void>;
}

/** Channels read at a time; older ones are of projects that ended long ago. */
const placesMax = 200;
/** A message this much older than the newest one that was read would have been read too. */
const settledMs = 60_000n;
/** After a failure reading is tried again sooner than usual, at first after this long. */
const retryMs = 1000;
/** Tries of a message that cannot be heard, before it is given up. */
const triesMax = 3;
/** One that cannot be heard for a reason that may pass is tried at least for so long. */
const passingMs = 120_000;

interface State {
  /** Channels that were read since the last connection: what is live there is the next. */
  fresh: Set<string>;
  /** Counts connections. */
  session: number;
  /** Channels being read just now. */
  reading: Map<string, Promise<void>>;
  /** Messages that could not be heard: how often that was tried, and since when. */
  failing: Map<string, { tries: number; since: number }>;
  /** Channels that cannot be read, so that each is complained of once. */
  unreadable: Set<string>;
  isClosed: boolean;
}

export function createBackFill(deps: BackFillDeps): BackFill {
  const state: State = {
    fresh: new Set(),
    session: 0,
    reading: new Map(),
    failing: new Map(),
    unreadable: new Set(),
    isClosed: false,
  };
  const rounds = createRounds(deps, state);
  rounds.ask();
  return {
    connected() {
      state.session += 1;
      state.fresh.clear();
      rounds.ask();
    },
    async hear(message) {
      const { channelId } = message;
      await catchUp(deps, state, channelId);
      try {
        await deps.input.onMessage(message);
      } catch (error) {
        // The next one waits until this one was read again and heard.
        state.fresh.delete(channelId);
        rounds.askSoon();
        throw error;
      }
    },
    readNew({ key, channelId }) {
      if (state.isClosed) return;
      state.fresh.delete(channelId);
      read(deps, state, { key, channelId, cursor: null }).catch((error: unknown) => {
        deps.log.warn({ reason: messageOf(error), place: key }, 'a new channel is read later');
        rounds.askSoon();
      });
    },
    close: async () => {
      state.isClosed = true;
      await rounds.close();
      await Promise.allSettled(state.reading.values());
    },
  };
}

/** Reads all channels: now and then, and whenever it is asked to. */
function createRounds(deps: BackFillDeps, state: State) {
  let round: Promise<void> | null = null;
  let isAsked = false;
  let failures = 0;
  let soon: NodeJS.Timeout | null = null;
  async function goRound(): Promise<void> {
    while (isAsked && !state.isClosed) {
      isAsked = false;
      const isComplete = await readAll(deps, state).catch((error: unknown) => {
        deps.log.warn({ reason: messageOf(error) }, 'what was written meanwhile is read later');
        return false;
      });
      failures = isComplete ? 0 : failures + 1;
      if (!isComplete) askSoon();
    }
  }
  function ask(): void {
    if (state.isClosed) return;
    isAsked = true;
    round ??= goRound().finally(() => {
      round = null;
    });
  }
  function askSoon(): void {
    const pauseMs = Math.min(retryMs * 2 ** Math.max(0, failures - 1), deps.everyMs);
    soon ??= setTimeout(() => {
      soon = null;
      ask();
    }, pauseMs);
  }
  const timer = setInterval(ask, deps.everyMs);
  return {
    ask,
    askSoon,
    close: async () => {
      clearInterval(timer);
      if (soon !== null) clearTimeout(soon);
      await round;
      // A round that was under way may have asked for another one.
      if (soon !== null) clearTimeout(soon);
    },
  };
}

/** @returns false when a channel could not be read that may be readable soon */
async function readAll(deps: BackFillDeps, state: State): Promise<boolean> {
  let isComplete = true;
  for (const place of await watchedPlaces(deps.store.db, placesMax)) {
    if (state.isClosed) return true;
    try {
      await read(deps, state, place);
      state.unreadable.delete(place.channelId);
    } catch (error) {
      // One channel's trouble is not the others'.
      isComplete = complain(deps, state, { place, error }) && isComplete;
    }
  }
  return isComplete;
}

/** @returns whether there is no use in trying again before the next round */
function complain(
  { log }: BackFillDeps,
  { unreadable }: State,
  { place, error }: { place: Watched; error: unknown },
): boolean {
  const level = unreadable.has(place.channelId) ? 'debug' : 'warn';
  unreadable.add(place.channelId);
  log[level]({ place: place.key, reason: messageOf(error) }, 'a channel could not be read');
  return isLasting(error);
}

/** Reads a channel unless that was done since the last connection. */
async function catchUp(deps: BackFillDeps, state: State, channelId: string): Promise<void> {
  while (!state.fresh.has(channelId)) {
    if (state.isClosed) throw new NotYet('This process is stopping.', deps.everyMs);
    const place = await watchedPlace(deps.store.db, channelId);
    // A channel that becomes ours later is read from its beginning then.
    if (place === null) return;
    try {
      await read(deps, state, place);
    } catch (error) {
      if (!isLasting(error)) throw error;
      deps.log.warn({ place: place.key, reason: messageOf(error) }, 'a channel is heard unread');
      return;
    }
  }
}

function isLasting(thrown: unknown): boolean {
  const error = storeError(thrown);
  return !(error instanceof AppError) || error.retry === 'never';
}

/** One reader per channel at a time; whoever comes meanwhile waits for the same. */
function read(deps: BackFillDeps, state: State, place: Watched): Promise<void> {
  const { channelId } = place;
  const before = state.reading.get(channelId);
  if (before !== undefined) return before;
  const work = readChannel(deps, state, place).finally(() => state.reading.delete(channelId));
  state.reading.set(channelId, work);
  return work;
}

async function readChannel(deps: BackFillDeps, state: State, place: Watched): Promise<void> {
  const { key, channelId, cursor } = place;
  const { session } = state;
  // Nothing was written in a channel before it was made, and its id says when that was.
  let after = cursor ?? channelId;
  while (!state.isClosed) {
    const { messages, lastId, isLast } = await deps.pageAfter(channelId, after);
    if (messages.length > 0) reach('back-fill.page-read');
    for (const message of messages) await offer(deps, state, message);
    if (lastId === null) break;
    after = lastId;
    reach('back-fill.cursor-due');
    const settled = settledBefore(lastId);
    if (BigInt(settled) > BigInt(cursor ?? '0')) await moveCursor(deps.store.db, key, settled);
    if (isLast) break;
  }
  // What was read before a connection says nothing about what came between.
  if (session === state.session && !state.isClosed) state.fresh.add(channelId);
}

/** Ids hold a time in their upper bits: Discord's, at which they were made. */
function settledBefore(messageId: string): string {
  const settled = BigInt(messageId) - (settledMs << 22n);
  return (settled > 0n ? settled : 0n).toString();
}

/** Hears a message, or gives it up when that fails for good: those after it have a right too. */
async function offer(deps: BackFillDeps, { failing }: State, message: HumanMessage): Promise<void> {
  const { messageId, channelId } = message;
  try {
    await deps.input.onMessage(message);
    failing.delete(messageId);
  } catch (thrown) {
    const error = storeError(thrown);
    // While the database is away nothing can be heard, so it says nothing about the message.
    if (isPassing(error)) throw error;
    const now = deps.clock.monotonic();
    const { tries, since } = failing.get(messageId) ?? { tries: 0, since: now };
    failing.set(messageId, { tries: tries + 1, since });
    deps.log.error({ messageId, channelId, err: error }, 'a message was not accepted');
    const isOver = tries + 1 >= triesMax && (isLasting(error) || now - since >= passingMs);
    if (!isOver) throw notYetHeard(messageId, error);
    await deps.refuse(message, error);
    failing.delete(messageId);
  }
}

function notYetHeard(messageId: string, cause: unknown): AppError {
  return new AppError(`The message ${messageId} could not be heard: ${messageOf(cause)}`, {
    code: 'message-not-heard',
    retry: 'later',
    ids: { messageId },
    cause,
  });
}
