// From a question to what is remembered about it, with its sources and within a budget. Words and
// rows come from Postgres, so a question is answered without Chroma and without an embedding model;
// when either is away the answer says so. The surprise: what was said a moment ago is found too,
// because whoever asks first takes in what is new in the scopes asked about.
import { lastingKinds } from '../domain/memory.ts';
import type {
  Embedder,
  MemoryKind,
  MemoryRows,
  MemorySource,
  Remembered,
  Shelf,
  Trust,
} from '../domain/memory.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { ChromaIndex } from './chroma-index.ts';
import { choose } from './choose.ts';
import { clipToTokens } from './clip-to-tokens.ts';
import { rank } from './rank.ts';
import type { Ranked } from './rank.ts';
import { reading, wordsOf } from './read-text.ts';
import { within } from './within.ts';

export interface Query {
  text: string;
  /** Whose memories: the project's own, and `agency` for what all may see. */
  scopes: readonly string[];
  /** What is remembered lastingly, when absent; `['message']` for what was said. */
  kinds?: readonly MemoryKind[];
  /** T3 when absent: what came from outside stays out of prompts. */
  trustMax?: Trust;
  withSuperseded?: boolean;
  itemsMax?: number;
  /** Of all texts together, and of each. */
  tokensMax?: number;
  itemTokensMax?: number;
  /** Below this share of the question nothing is answered; 0 for people, who judge themselves. */
  coverageMin?: number;
}

export interface RecalledItem extends Remembered {
  /** The best of an answer has 1. */
  score: number;
  coverage: number;
  isClipped: boolean;
  /** Sources of what said the same. */
  merged: MemorySource[];
}

export interface Recalled {
  /** The best first. */
  items: RecalledItem[];
  /** Why not all of memory was asked; null when it was. */
  degraded: string | null;
}

export interface RecallDeps {
  rows: MemoryRows;
  index: ChromaIndex | null;
  embedder: Embedder;
  clock: Clock;
  countTokens: (text: string) => number;
  /** Why the index cannot be asked; null when it can. */
  indexFault: () => Promise<string | null>;
}

const newMax = 500;
const denseMax = 50;
/** A turn waits no longer for its question's vector. */
const embedMsMax = 3_000;
const candidatesMax = 50;
/**
 * `coverageMin` on the dev half of the bench's set: below it lies what was found for 99 of 100
 * questions that nothing answers, and for none that the team asked and that was answered.
 */
const defaults = { itemsMax: 10, tokensMax: 1_500, itemTokensMax: 400, coverageMin: 0.25 };

export async function recall(deps: RecallDeps, query: Query): Promise<Recalled> {
  const { rows, clock } = deps;
  const shelf = shelfOf(query);
  const { ranked, degraded } = await search(deps, query, candidatesMax);
  const fitting = ranked.filter(
    (one) => one.coverage >= (query.coverageMin ?? defaults.coverageMin),
  );
  const found = await rows.load(shelf, { seqs: fitting.map(({ seq }) => seq) });
  const bySeq = new Map(found.map((item) => [item.seq, item]));
  const candidates = fitting.flatMap((one) => {
    const item = bySeq.get(one.seq);
    return item === undefined ? [] : [{ item, ...one }];
  });
  const max = query.itemsMax ?? defaults.itemsMax;
  const chosen = choose(candidates, { now: clock.now(), max });
  const items = withinBudget(deps, chosen, query);
  const merged = await rows.mergedSources(
    shelf,
    items.map(({ id }) => id),
  );
  return {
    items: items.map((item) => Object.assign(item, { merged: merged.get(item.id) ?? [] })),
    degraded,
  };
}

/** Ranks a shelf for a question, before anything is weighed or clipped. */
export async function search(
  deps: RecallDeps,
  query: Query,
  max: number,
): Promise<{ ranked: Ranked[]; degraded: string | null }> {
  const { rows } = deps;
  const shelf = shelfOf(query);
  if (shelf.scopes.length === 0) return { ranked: [], degraded: null };
  if (shelf.kinds.includes('message')) await rows.takeIn(shelf.scopes, newMax);
  await rows.readNew({ scopes: shelf.scopes, max: newMax }, reading);
  const words = [...new Set(wordsOf(query.text))];
  const [conversations, postings, near] = await Promise.all([
    rows.conversations(shelf),
    rows.postings(shelf, words),
    askIndex(deps, shelf, query.text),
  ]);
  const question = { conversations, postings, words: words.length, dense: near.dense };
  return { ranked: rank(question, max), degraded: near.degraded };
}

function shelfOf(query: Query): Shelf {
  return {
    scopes: query.scopes,
    kinds: query.kinds ?? lastingKinds,
    trustMax: query.trustMax ?? 'T3',
    withSuperseded: query.withSuperseded ?? false,
  };
}

interface Near {
  dense: Map<number, number>;
  degraded: string | null;
}

/** Nearness by meaning, by seq; none without an embedding model, or while something is away. */
async function askIndex(deps: RecallDeps, shelf: Shelf, text: string): Promise<Near> {
  const { index, embedder, rows } = deps;
  const dense = new Map<number, number>();
  const fault = await deps.indexFault();
  if (fault !== null || index === null || !embedder.ranks) return { dense, degraded: fault };
  try {
    const [vector = []] = await within(embedMsMax, () => embedder.embed([text]));
    const query = { vector, kinds: shelf.kinds, max: denseMax };
    const near = await Promise.all(shelf.scopes.map((scope) => index.nearest(scope, query)));
    const cosines = new Map(near.flat().map(({ id, cosine }) => [id, cosine]));
    // Held to the shelf in SQL: what Chroma holds is a hint.
    for (const { id, seq } of await rows.load(shelf, { ids: [...cosines.keys()] })) {
      dense.set(seq, Math.max(0, cosines.get(id) ?? 0));
    }
    return { dense, degraded: null };
  } catch (error) {
    return { dense, degraded: messageOf(error) };
  }
}

/** Each clipped, the best first, until the budget is used up. */
function withinBudget(
  { countTokens }: RecallDeps,
  chosen: readonly Omit<RecalledItem, 'isClipped' | 'merged'>[],
  query: Query,
): Omit<RecalledItem, 'merged'>[] {
  const itemMax = query.itemTokensMax ?? defaults.itemTokensMax;
  let left = query.tokensMax ?? defaults.tokensMax;
  return chosen.flatMap((item) => {
    const text = clipToTokens(item.text, Math.min(itemMax, left), countTokens);
    if (text === '') return [];
    left -= countTokens(text);
    return [{ ...item, text, isClipped: text !== item.text }];
  });
}
