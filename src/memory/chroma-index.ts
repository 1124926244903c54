// Chroma, one collection for each scope. It holds ids, vectors and labels and never a text, so what
// is forgotten in Postgres cannot be read here. It is never the only copy of anything: whatever it
// says is looked up in Postgres, and it can be dropped at any time. The collection's name holds the
// embedder's, so vectors of two models are never compared.
import { ChromaClient } from 'chromadb';
import type { Collection } from 'chromadb';
import { MemoryError, messageOf } from '../lib/errors.ts';
import { sha256 } from '../lib/json.ts';
import { within } from './within.ts';

export interface IndexEntry {
  id: string;
  vector: readonly number[];
  labels: Record<string, string | number>;
}

export interface ChromaIndex {
  ping(): Promise<void>;
  /** Scopes that have a collection; those of other embedders are dropped on the way. */
  scopes(): Promise<string[]>;
  count(scope: string): Promise<number>;
  ids(scope: string): Promise<string[]>;
  /** The length of the vectors there; null when there are none. */
  dimension(scope: string): Promise<number | null>;
  upsert(scope: string, entries: readonly IndexEntry[]): Promise<void>;
  remove(scope: string, ids: readonly string[]): Promise<void>;
  drop(scope: string): Promise<void>;
  nearest(scope: string, query: Nearest): Promise<Near[]>;
}

export interface Nearest {
  vector: readonly number[];
  kinds: readonly string[];
  max: number;
}

export interface Near {
  id: string;
  /** Of the angle: 1 is the same direction. */
  cosine: number;
}

export interface ChromaIndexOptions {
  url: string;
  /** Tells agencies apart that share a server: letters, digits and hyphens. */
  namespace: string;
  embedderId: string;
  /** A hanging server must not hold up a turn. */
  callMsMax?: number;
}

const page = 1000;
const pingMsMax = 500;

/** All throw MemoryError, to be tried again later. */
export function createChromaIndex(options: ChromaIndexOptions): ChromaIndex {
  const { callMsMax = 5_000 } = options;
  const client = clientOf(options.url);
  const prefix = `ateams.${options.namespace}.`;
  const suffix = `.${sha256(options.embedderId).slice(0, 12)}`;
  const nameOf = (scope: string) => `${prefix}${scope}${suffix}`;
  const ask = <T>(work: () => Promise<T>) => bounded(callMsMax, work);
  const open = (scope: string) =>
    client.getOrCreateCollection({
      name: nameOf(scope),
      embeddingFunction: null,
      configuration: { hnsw: { space: 'cosine' } },
    });
  const dropNamed = async (name: string) => {
    await client.deleteCollection({ name });
  };
  return {
    ping: async () => {
      await bounded(Math.min(pingMsMax, callMsMax), () => client.heartbeat());
    },
    scopes: () =>
      ask(async () => {
        const names = await namesIn(client, prefix);
        for (const name of names.filter((one) => !one.endsWith(suffix))) await dropNamed(name);
        return names
          .filter((name) => name.endsWith(suffix))
          .map((name) => name.slice(prefix.length, -suffix.length));
      }),
    count: (scope) => ask(async () => (await open(scope)).count()),
    ids: (scope) => ask(async () => idsIn(await open(scope))),
    dimension: (scope) =>
      ask(async () => {
        const got = await (await open(scope)).get({ limit: 1, include: ['embeddings'] });
        return got.embeddings[0]?.length ?? null;
      }),
    upsert: (scope, entries) =>
      ask(async () => {
        const collection = await open(scope);
        await collection.upsert({
          ids: entries.map(({ id }) => id),
          embeddings: entries.map(({ vector }) => [...vector]),
          metadatas: entries.map(({ labels }) => labels),
        });
      }),
    remove: (scope, ids) =>
      ask(async () => {
        if (ids.length > 0) await (await open(scope)).delete({ ids: [...ids] });
      }),
    drop: (scope) => ask(() => dropNamed(nameOf(scope))),
    nearest: (scope, query) => ask(async () => nearestIn(await open(scope), query)),
  };
}

function clientOf(url: string): ChromaClient {
  const { protocol, hostname, port } = new URL(url);
  const ssl = protocol === 'https:';
  const standard = ssl ? 443 : 80;
  return new ChromaClient({ host: hostname, port: port === '' ? standard : Number(port), ssl });
}

async function namesIn(client: ChromaClient, prefix: string): Promise<string[]> {
  const names: string[] = [];
  for (;;) {
    const found = await client.listCollections({ limit: page, offset: names.length });
    names.push(...found.map(({ name }) => name));
    if (found.length < page) return names.filter((name) => name.startsWith(prefix));
  }
}

async function idsIn(collection: Collection): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const found = await collection.get({ limit: page, offset: ids.length, include: [] });
    ids.push(...found.ids);
    if (found.ids.length < page) return ids;
  }
}

async function nearestIn(collection: Collection, query: Nearest): Promise<Near[]> {
  const found = await collection.query({
    queryEmbeddings: [[...query.vector]],
    nResults: query.max,
    where: { kind: { $in: [...query.kinds] } },
    include: ['distances'],
  });
  const distances = found.distances[0] ?? [];
  return (found.ids[0] ?? []).map((id, at) => ({ id, cosine: 1 - (distances[at] ?? 1) }));
}

async function bounded<T>(ms: number, work: () => Promise<T>): Promise<T> {
  try {
    return await within(ms, work);
  } catch (error) {
    // The client goes on to explain browsers.
    const [first = ''] = messageOf(error).split('. ');
    throw new MemoryError(`Chroma: ${first}`, {
      code: 'chroma',
      retry: 'later',
      cause: error,
    });
  }
}
