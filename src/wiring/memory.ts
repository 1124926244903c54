// The agency's memory on its rows, with Chroma's index beside them. Whoever leads keeps the index;
// every process may recall.
import type { Config } from '../config.ts';
import { systemClock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { createMemory } from '../memory/create-memory.ts';
import type { AgencyMemory } from '../memory/create-memory.ts';
import { startIndexing } from '../memory/keep-index.ts';
import { createEmbedder } from '../model/embed.ts';
import { countTokens } from '../model/tokens.ts';
import { createMemoryRows } from '../store/memories.ts';
import type { Store } from '../store/open-store.ts';
import type { Closers } from './closers.ts';

/** What was said or remembered is in the index after so long. */
const indexEveryMs = 2000;

interface MemoryDeps {
  config: Config;
  log: Log;
  store: Store;
  /** null when there is no Chroma. */
  chromaUrl: string | null;
}

export function openMemory({ config, log, store, chromaUrl }: MemoryDeps): AgencyMemory {
  const { discord } = config;
  const embedder = embedderOf(config);
  return createMemory({
    rows: createMemoryRows(store),
    chromaUrl,
    namespace: discord.kind === 'remote' ? discord.guildId : 'local',
    ...(embedder === null ? {} : { embedder }),
    clock: systemClock,
    log,
    countTokens,
  });
}

export function keepIndex(
  { indexer }: AgencyMemory,
  closers: Closers,
  isLeading: () => boolean,
): void {
  const loop = startIndexing(indexer, { everyMs: indexEveryMs, isLeading });
  closers.add('index of memory', () => loop.close());
}

/** null unless an embedding model is named: then words alone rank. */
function embedderOf({ embedding }: Config) {
  if (embedding.kind === 'none' || embedding.model === null) return null;
  const { baseUrl, apiKey, model } = embedding;
  return createEmbedder({ baseUrl, apiKey, model });
}
