// The agency's memory as the rest sees it. Rows are the truth and always there; the index may be
// away, and then everything goes on without it and says so.
import type {
  Embedder,
  Erased,
  Memory,
  MemoryKind,
  MemoryRows,
  Remembered,
  Selection,
  Shelf,
} from '../domain/memory.ts';
import { MemoryKind as Kinds } from '../domain/memory.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { createChromaIndex } from './chroma-index.ts';
import { hashingEmbedder } from './hash-words.ts';
import { createIndexer } from './keep-index.ts';
import type { Indexer } from './keep-index.ts';
import { recall } from './recall.ts';
import type { Query, Recalled } from './recall.ts';

export interface AgencyMemory {
  recall(query: Query): Promise<Recalled>;
  remember(memories: readonly Memory[]): Promise<void>;
  /** Whole texts, as they stand; what these scopes may not see is not among them. */
  show(scopes: readonly string[], ids: readonly string[]): Promise<Remembered[]>;
  forget(selection: Selection): Promise<Forgotten>;
  /** Takes from the index what was forgotten, or has lost some of its words. */
  unindex(gone: readonly { id: string; scope: string }[]): Promise<'erased' | 'later'>;
  /** For one process at a time; see `startIndexing`. */
  indexer: Indexer;
  /** Why memory is degraded; null when it is whole as far as this process knows. */
  fault(): Promise<string | null>;
}

/** The proof of what was erased. */
export interface Forgotten extends Erased {
  /** Vectors are gone too, or go as soon as Chroma is back. */
  index: 'erased' | 'later';
  at: number;
}

export interface MemoryOptions {
  rows: MemoryRows;
  /** null when there is none. */
  chromaUrl: string | null;
  /** Tells agencies apart on one Chroma server, such as the guild's id. */
  namespace: string;
  /** Feature hashing, which ranks nothing, when absent. */
  embedder?: Embedder;
  clock: Clock;
  log: Log;
  countTokens: (text: string) => number;
}

/** An answer of Chroma's is believed for so long, up or down. */
const pingEveryMs = 2_000;

export function createMemory(options: MemoryOptions): AgencyMemory {
  const { rows, chromaUrl, namespace, clock, log } = options;
  const embedder = options.embedder ?? hashingEmbedder;
  const index =
    chromaUrl === null
      ? null
      : createChromaIndex({ url: chromaUrl, namespace, embedderId: embedder.id });
  const indexer = createIndexer({ rows, index, embedder, clock, log });
  let asked: { at: number; fault: Promise<string | null> } | null = null;
  const pinged = () => {
    const now = clock.monotonic();
    if (asked === null || now - asked.at > pingEveryMs) {
      const fault = index === null ? Promise.resolve('there is no Chroma') : faultOf(index.ping());
      asked = { at: now, fault };
    }
    return asked.fault;
  };
  const recalling = { ...options, index, embedder, indexFault: pinged };
  const unindex = async (
    gone: readonly { id: string; scope: string }[],
  ): Promise<'erased' | 'later'> => {
    if (index === null) return 'later';
    const removed = [...Map.groupBy(gone, ({ scope }) => scope)].map(async ([scope, group]) => {
      const ids = group.map(({ id }) => id);
      await index.remove(scope, ids);
      await rows.markClean(ids, 'gone');
    });
    // The rows stay dirty, so the indexer removes what could not be removed now.
    const fault = await faultOf(Promise.all(removed));
    return fault === null ? 'erased' : 'later';
  };
  return {
    indexer,
    recall: (query) => recall(recalling, query),
    remember: (memories) => rows.add(memories),
    show: (scopes, ids) => rows.load(everythingOf(scopes), { ids }),
    fault: async () => (await pinged()) ?? indexer.state().fault,
    unindex,
    forget: async (selection) => {
      const at = clock.now();
      const erased = await rows.forget(selection, at);
      return { ...erased, index: await unindex(erased.memories), at };
    },
  };
}

function everythingOf(scopes: readonly string[]): Shelf {
  const kinds: readonly MemoryKind[] = Kinds.options;
  return { scopes, kinds, trustMax: 'T4', withSuperseded: true };
}

async function faultOf(work: Promise<unknown>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
