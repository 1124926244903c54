// Of what fits a question, what is worth its place: weighed by trust, age and kind, not all from
// one source, not the same thing twice (LEARNING 5.2). What was said in Discord is only ordered by
// how well it fits: whoever searches the record wants the record. Pure.
import type { MemoryKind, ReadText, Remembered, Trust } from '../domain/memory.ts';
import { countWords, jaccard, wordsOf } from './read-text.ts';
import type { Ranked } from './rank.ts';

export interface Candidate extends Ranked {
  item: Remembered;
}

export type Chosen = Remembered & { score: number; coverage: number };

const trustWeights: Record<Trust, number> = { T0: 1, T1: 1, T2: 1, T3: 0.8, T4: 0.2 };
const importance: Record<MemoryKind, number> = {
  feedback: 1,
  decision: 0.9,
  lesson: 0.8,
  pattern: 0.6,
  definition: 0.5,
  observation: 0.5,
  summary: 0.4,
  performance: 0.4,
  message: 0.2,
};
/** How much importance and youth can add. */
const nudge = 0.1;
const halfLifeMs = 30 * 86_400_000;
/** The share of relevance in the choice of the next one; the rest is being unlike the others. */
const mmrLambda = 0.7;
/** One turn may not fill an answer; a poisoned one would. */
const perSourceMax = 3;

/** @param candidates the best first */
export function choose(
  candidates: readonly Candidate[],
  { now, max }: { now: number; max: number },
): Chosen[] {
  const weighed = candidates
    .map(({ item, rel, coverage }) => ({ item, coverage, weight: weightOf(item, rel, now) }))
    .sort((a, b) => b.weight - a.weight || b.item.seq - a.item.seq);
  const best = weighed[0]?.weight ?? 0;
  const scored = weighed.map(({ item, coverage, weight }) => ({
    ...item,
    score: best === 0 ? 0 : weight / best,
    coverage,
  }));
  return diverse(scored, max);
}

function weightOf(item: Remembered, rel: number, now: number): number {
  if (item.kind === 'message') return rel;
  const age = Math.max(0, now - item.at);
  const youth = 0.5 ** (age / halfLifeMs);
  return rel * (1 + nudge * youth + nudge * importance[item.kind]) * trustWeights[item.trust];
}

/** Maximal marginal relevance; the score stays what it was. */
function diverse(scored: readonly Chosen[], max: number): Chosen[] {
  const left = scored.map((item) => ({ item, read: countWords(wordsOf(item.text)), likeness: 0 }));
  const chosen: Chosen[] = [];
  const bySource = new Map<string, number>();
  while (chosen.length < max && left.length > 0) {
    const worth = ({ item, likeness }: (typeof left)[number]) =>
      item.kind === 'message' ? item.score : mmrLambda * item.score - (1 - mmrLambda) * likeness;
    const next = left.reduce((one, other) => (worth(other) > worth(one) ? other : one));
    left.splice(left.indexOf(next), 1);
    const source = next.item.source.turnId ?? next.item.id;
    const many = bySource.get(source) ?? 0;
    if (many >= perSourceMax) continue;
    bySource.set(source, many + 1);
    chosen.push(next.item);
    for (const other of left) other.likeness = Math.max(other.likeness, likenessOf(other, next));
  }
  return chosen;
}

function likenessOf(one: { read: ReadText }, other: { read: ReadText }): number {
  return jaccard(one.read, other.read);
}
