// Hears what was written while nobody listened: after every connection and once a minute each
// channel is read from its cursor. What was heard before is known by its id, so reading too much
// is harmless; the cursor only saves reading, and moves after everything before it was heard.
import type { HumanInput, HumanMessage } from '../domain/human-input.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { Store } from '../store/open-store.ts';
import { moveCursor, watchedPlaces } from '../store/places.ts';
import type { Watched } from '../store/places.ts';
import { reach } from '../lib/points.ts';

export interface BackFillDeps {
  store: Store;
  clock: Clock;
  log: Log;
  input: HumanInput;
  /** What people wrote in a channel after a snowflake, oldest first. */
  messagesAfter: (channelId: string, afterId: string) => Promise<HumanMessage[]>;
  everyMs: number;
}

export interface BackFill {
  /** Reads all channels now; a call while one is under way makes it read once more. */
  run(): void;
  /** Reads one channel, from its beginning, that only now is known to be ours. */
  readNew(channel: { key: string; channelId: string }): void;
  close(): Promise<void>;
}

/** Channels read at a time; older ones are of projects that ended long ago. */
const placesMax = 200;
/** A message this old would have been returned by the read that just ended. */
const settledMs = 60_000;
/** Discord's epoch: 2015-01-01. */
const epochMs = 1_420_070_400_000;

export function createBackFill(deps: BackFillDeps): BackFill {
  let reading: Promise<void> | null = null;
  let isAskedAgain = false;
  let isClosed = false;
  async function readAll(): Promise<void> {
    const places = await watchedPlaces(deps.store.db, placesMax);
    for (const place of places) {
      if (isClosed) return;
      await readPlace(deps, place);
    }
  }
  async function readWhileAsked(): Promise<void> {
    while (isAskedAgain) {
      isAskedAgain = false;
      await readAll().catch((error: unknown) =>
        deps.log.warn({ reason: messageOf(error) }, 'what was written meanwhile is read later'),
      );
    }
  }
  function run(): void {
    if (isClosed) return;
    isAskedAgain = true;
    reading ??= readWhileAsked().finally(() => {
      reading = null;
    });
  }
  const readingNew = new Set<Promise<void>>();
  function readNew({ key, channelId }: { key: string; channelId: string }): void {
    if (isClosed) return;
    const work = readPlace(deps, { key, channelId, cursor: null })
      .catch((error: unknown) =>
        deps.log.warn({ reason: messageOf(error), place: key }, 'a new channel is read later'),
      )
      .finally(() => readingNew.delete(work));
    readingNew.add(work);
  }
  const timer = setInterval(run, deps.everyMs);
  return {
    run,
    readNew,
    close: async () => {
      isClosed = true;
      isAskedAgain = false;
      clearInterval(timer);
      await Promise.all([reading, ...readingNew]);
    },
  };
}

async function readPlace(deps: BackFillDeps, { key, channelId, cursor }: Watched): Promise<void> {
  const settled = snowflakeAt(deps.clock.now() - settledMs);
  // Nothing was written in a channel before it was made, and its id says when that was.
  const after = cursor ?? channelId;
  const page = await deps.messagesAfter(channelId, after);
  if (page.length > 0) reach('back-fill.page-read');
  for (const message of page) {
    await deps.input.onMessage(message);
  }
  reach('back-fill.cursor-due');
  if (BigInt(settled) > BigInt(after)) await moveCursor(deps.store.db, key, settled);
}

function snowflakeAt(ms: number): string {
  return (BigInt(Math.max(0, ms - epochMs)) << 22n).toString();
}
