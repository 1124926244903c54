// Memory on a real Postgres and a real Chroma, and things to remember. Each test has a namespace of
// its own on the one Chroma of its file.
import { randomBytes } from 'node:crypto';
import { ChromaClient } from 'chromadb';
import { afterAll, beforeAll } from 'vitest';
import type { Embedder, Memory } from '../../src/domain/memory.ts';
import { startChroma } from '../../src/embedded/chroma/start-chroma.ts';
import type { EmbeddedChroma } from '../../src/embedded/chroma/start-chroma.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { createMemory } from '../../src/memory/create-memory.ts';
import type { AgencyMemory } from '../../src/memory/create-memory.ts';
import { createMemoryRows } from '../../src/store/memories.ts';
import { saveMessages } from '../../src/store/places.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';
import { openTestStore } from '../store/arrange.ts';
import type { TestStore } from '../store/arrange.ts';

/** A moment to count from: 2 March 2026, a Monday. */
export const monday = Date.UTC(2026, 2, 2, 9);
export const dayMs = 86_400_000;

export function aMemory(text: string, more: Partial<Memory> = {}): Memory {
  return {
    id: `memory.${randomBytes(6).toString('hex')}`,
    scope: 'P1',
    kind: 'lesson',
    text,
    subject: null,
    speaker: null,
    trust: 'T3',
    source: { projectId: 'P1', turnId: null, messageId: null, agentId: null },
    at: monday,
    ...more,
  };
}

export interface TestMemory extends AsyncDisposable {
  memory: AgencyMemory;
  store: TestStore;
  namespace: string;
  /** Says lines one after the other, a minute apart: `['Ines', 'How much?']`. */
  say: (place: string, lines: readonly (readonly [string, string])[]) => Promise<string[]>;
}

export interface Arranged {
  chromaUrl?: string | null;
  embedder?: Embedder;
  clock?: Clock;
  store?: TestStore;
  namespace?: string;
}

/** A wall clock that stands on `monday`, and a monotonic one that a test may move. */
export function aClock(): Clock & { pass(ms: number): void } {
  let ms = 0;
  return {
    now: () => monday,
    monotonic: () => ms,
    pass: (more) => {
      ms += more;
    },
  };
}

/** For a test file; start it at the file's top. */
export function useChroma(): { url(): string; server(): EmbeddedChroma; client(): ChromaClient } {
  let server: EmbeddedChroma | undefined;
  let folder: Awaited<ReturnType<typeof temporaryFolder>> | undefined;
  const running = () => {
    if (server === undefined) throw new Error('Chroma does not run yet');
    return server;
  };
  beforeAll(async () => {
    folder = await temporaryFolder();
    server = await startChroma({ folder: folder.path, log: silentLog, clock: systemClock });
  });
  afterAll(async () => {
    await server?.close();
    await folder?.[Symbol.asyncDispose]();
  });
  return {
    server: running,
    url: () => running().url,
    client: () => new ChromaClient({ host: '127.0.0.1', port: running().port, ssl: false }),
  };
}

export async function openTestMemory(arranged: Arranged = {}): Promise<TestMemory> {
  const store = arranged.store ?? (await openTestStore());
  const namespace = arranged.namespace ?? randomBytes(6).toString('hex');
  const { chromaUrl = null, embedder, clock = aClock() } = arranged;
  const memory = createMemory({
    rows: createMemoryRows(store),
    chromaUrl,
    namespace,
    ...(embedder === undefined ? {} : { embedder }),
    clock,
    log: silentLog,
    countTokens: (text) => Math.ceil(text.length / 4),
  });
  let said = 0;
  return {
    memory,
    store,
    namespace,
    say: async (place, lines) => {
      const rows = lines.map(([speaker, text]) => {
        said += 1;
        const id = String(1_000_000_000_000_000_000n + BigInt(said));
        const agentId = speaker === 'Dana' ? null : 'pm';
        return { id, place, speaker, agentId, text, at: monday + said * 60_000, projectId: null };
      });
      await saveMessages(store.db, rows);
      return rows.map(({ id }) => id);
    },
    [Symbol.asyncDispose]: async () => {
      if (arranged.store === undefined) await store[Symbol.asyncDispose]();
    },
  };
}
