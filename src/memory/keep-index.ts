// Keeps Chroma's index as Postgres says it shall be: takes in what was said, reads it, indexes what
// is dirty, removes what was forgotten, and counts. Down, wiped, of the wrong dimension or of
// another model: whatever is found wrong is marked dirty and made again. Every step may be repeated
// and broken off anywhere. Nothing that people or agents do waits for it.
import type { Clock } from '../lib/clock.ts';
import { delay } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import { reach } from '../lib/points.ts';
import type { Log } from '../lib/log.ts';
import type { Embedder, MemoryRows, Remembered } from '../domain/memory.ts';
import type { ChromaIndex } from './chroma-index.ts';
import { reading } from './read-text.ts';

export interface IndexerDeps {
  rows: MemoryRows;
  /** null when there is no Chroma: words are read all the same. */
  index: ChromaIndex | null;
  embedder: Embedder;
  clock: Clock;
  log: Log;
}

export interface IndexerState {
  /** Why the index is not whole; null when it is, as far as this process has looked. */
  fault: string | null;
  /** When all counts were last found equal, monotonic ms; null before. */
  wholeAt: number | null;
}

export interface Indexer {
  /** Does what there is to do. Never throws: what failed is in the state, and tried again. */
  pass(): Promise<IndexerState>;
  state(): IndexerState;
}

export interface IndexerLoop {
  close(): Promise<void>;
}

const readMax = 500;
/** As many texts as one request to an embedding model may well hold. */
const batchMax = 100;
const textCharsMax = 6_000;
/** A wipe is noticed within this time, without a call for every scope at every pass. */
const countEveryMs = 10_000;

export function createIndexer(deps: IndexerDeps): Indexer {
  let state: IndexerState = { fault: null, wholeAt: null };
  let countedAt = Number.NEGATIVE_INFINITY;
  let dimension: number | null = null;
  const { rows, index, embedder, clock, log } = deps;
  const work = async (): Promise<IndexerState> => {
    await readAll(rows);
    if (index === null) return { fault: 'there is no Chroma', wholeAt: null };
    await index.ping();
    await indexDirty(deps, index);
    const now = clock.monotonic();
    if (state.fault === null && now - countedAt < countEveryMs) return state;
    dimension ??= (await embedder.embed(['the length of a vector']))[0]?.length ?? 0;
    const found = { rows, index, dimension };
    // What is found wrong was said to be clean; once is enough unless somebody else is at it too.
    const repaired = await repair(found);
    if (repaired > 0) {
      log.warn({ repaired }, 'the index of memory is made again');
      await indexDirty(deps, index);
    }
    const left = repaired === 0 ? 0 : await repair(found);
    countedAt = now;
    return left === 0
      ? { fault: null, wholeAt: now }
      : { fault: `${left} items are not in the index as they should be`, wholeAt: null };
  };
  return {
    state: () => state,
    pass: async () => {
      try {
        state = await work();
      } catch (error) {
        if (state.fault === null) log.warn({ reason: messageOf(error) }, 'memory is degraded');
        state = { fault: messageOf(error), wholeAt: null };
      }
      return state;
    },
  };
}

/** Passes one after the other until closed. */
export function startIndexing(
  indexer: Indexer,
  options: { everyMs: number; isLeading: () => boolean },
): IndexerLoop {
  const closing = new AbortController();
  const run = async () => {
    while (!closing.signal.aborted) {
      if (options.isLeading()) await indexer.pass();
      await delay(options.everyMs, closing.signal).catch(() => undefined);
    }
  };
  const running = run();
  return {
    close: () => {
      closing.abort(new Error('memory is closing'));
      return running;
    },
  };
}

async function readAll(rows: MemoryRows): Promise<void> {
  while ((await rows.takeIn(null, readMax)) === readMax);
  while ((await rows.readNew({ scopes: null, max: readMax }, reading)) === readMax);
}

async function indexDirty(deps: IndexerDeps, index: ChromaIndex): Promise<void> {
  const { rows } = deps;
  for (;;) {
    const { live, gone } = await rows.dirty(batchMax);
    if (live.length + gone.length === 0) return;
    for (const [scope, group] of Map.groupBy(gone, (row) => row.scope)) {
      const ids = group.map(({ id }) => id);
      await index.remove(scope, ids);
      await rows.markClean(ids, 'gone');
    }
    await indexLive(deps, index, live);
  }
}

async function indexLive(
  { rows, embedder }: IndexerDeps,
  index: ChromaIndex,
  live: readonly Remembered[],
): Promise<void> {
  if (live.length === 0) return;
  const texts = live.map(({ speaker, text }) =>
    `${speaker ?? 'noted'}: ${text}`.slice(0, textCharsMax),
  );
  const vectors = await embedder.embed(texts);
  const entries = live.map(({ id, scope, kind, trust, at }, place) => ({
    scope,
    entry: { id, vector: vectors[place] ?? [], labels: { kind, trust, at } },
  }));
  for (const [scope, group] of Map.groupBy(entries, (one) => one.scope)) {
    const ids = group.map(({ entry }) => entry.id);
    reach('memory.due');
    await makeRoom(index, scope, group[0]?.entry.vector.length ?? 0);
    await index.upsert(
      scope,
      group.map(({ entry }) => entry),
    );
    reach('memory.indexed');
    await rows.markClean(ids, 'live');
  }
}

/** A collection whose vectors have another length can only be made anew. */
async function makeRoom(index: ChromaIndex, scope: string, dimension: number): Promise<void> {
  const found = await index.dimension(scope);
  if (found !== null && found !== dimension) await index.drop(scope);
}

interface Counting {
  rows: MemoryRows;
  index: ChromaIndex;
  dimension: number;
}

/** @returns how many items were missing from the index, or too many in it */
async function repair({ rows, index, dimension }: Counting): Promise<number> {
  const expected = await rows.liveCounts();
  let wrong = 0;
  for (const scope of await index.scopes()) {
    const found = expected.has(scope) ? await index.dimension(scope) : null;
    if (expected.has(scope) && (found === null || found === dimension)) continue;
    wrong += await index.count(scope);
    await index.drop(scope);
  }
  for (const [scope, many] of expected) {
    if ((await index.count(scope)) === many) continue;
    const [there, wanted] = await Promise.all([index.ids(scope), rows.liveIds(scope)]);
    const surplus = without(there, wanted);
    const missing = without(wanted, there);
    await index.remove(scope, surplus);
    await rows.markDirty(missing);
    wrong += surplus.length + missing.length;
  }
  return wrong;
}

function without(all: readonly string[], others: readonly string[]): string[] {
  const left = new Set(others);
  return all.filter((one) => !left.has(one));
}
