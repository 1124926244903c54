// Which memories fit a question: BM25 over single turns and over windows of neighbouring turns,
// each divided by its best, weighted and summed (LEARNING 5). A short answer is found by the
// question it answers. Its invariant: only what stands in the given conversations is ranked. Pure.
// Its surprise: on the bench's dev half no other windows, weights, k1 or b did better by a point.
import type { Conversation, Posting } from '../domain/memory.ts';

export interface Leg {
  /** Neighbours on each side that are read along. */
  radius: number;
  weight: number;
}

/** Measured in LEARNING 5.1. */
export const lexicalLegs: readonly Leg[] = [
  { radius: 0, weight: 0.5 },
  { radius: 1, weight: 1 },
  { radius: 3, weight: 0.5 },
];
export const denseWeight = 1;

export interface Bm25 {
  k1: number;
  b: number;
}
const tuned: Bm25 = { k1: 0.9, b: 0.4 };

export interface Ranked {
  seq: number;
  /** Relevance, the better the larger. */
  rel: number;
  /** How much of the question, by its rarest words, stands in it or beside it: 0 to 1. */
  coverage: number;
}

export interface Lines {
  seqs: readonly number[];
  words: Float64Array;
  /** Of each line: where its conversation begins, and the line after its end. */
  begins: Int32Array;
  ends: Int32Array;
}

export function linesOf(conversations: readonly Conversation[]): Lines {
  const all = conversations.flat();
  const begins = new Int32Array(all.length);
  const ends = new Int32Array(all.length);
  let begin = 0;
  for (const { length } of conversations) {
    begins.fill(begin, begin, begin + length);
    ends.fill(begin + length, begin, begin + length);
    begin += length;
  }
  const words = Float64Array.from(all, (line) => line.words);
  return { seqs: all.map((line) => line.seq), words, begins, ends };
}

/** Where each word of a question stands: `[line, times]`, by line. */
export type Places = readonly (readonly [line: number, times: number])[][];

export function placesOf(lines: Lines, postings: readonly Posting[]): Places {
  const lineOf = new Map(lines.seqs.map((seq, line) => [seq, line]));
  return postings.map((posting) =>
    posting.in.flatMap(({ seq, times }) => {
      const line = lineOf.get(seq);
      return line === undefined ? [] : [[line, times] as const];
    }),
  );
}

/** BM25 of every line, its neighbours within `radius` read along. */
export function bm25(
  lines: Lines,
  places: Places,
  { radius, k1, b }: { radius: number } & Bm25,
): Float64Array {
  const many = lines.seqs.length;
  const scores = new Float64Array(many);
  const lengths = lengthsOf(lines, radius);
  const average = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, many);
  const times = new Float64Array(many);
  for (const found of places) {
    const touched = spread(lines, found, { radius, times });
    const idf = idfOf(many, touched.length);
    for (const line of touched) {
      const tf = times[line] ?? 0;
      const norm = k1 * (1 - b + (b * (lengths[line] ?? 0)) / Math.max(1, average));
      scores[line] = (scores[line] ?? 0) + (idf * tf * (k1 + 1)) / (tf + norm);
      times[line] = 0;
    }
  }
  return scores;
}

export function idfOf(many: number, having: number): number {
  return Math.log(1 + (many - having + 0.5) / (having + 0.5));
}

/** Adds the times of a word to all lines whose window it stands in. @returns those lines */
function spread(
  lines: Lines,
  found: Places[number],
  { radius, times }: { radius: number; times: Float64Array },
): number[] {
  const touched: number[] = [];
  for (const [at, count] of found) {
    const begin = Math.max(lines.begins[at] ?? 0, at - radius);
    const end = Math.min(lines.ends[at] ?? 0, at + radius + 1);
    for (let line = begin; line < end; line += 1) {
      if (times[line] === 0) touched.push(line);
      times[line] = (times[line] ?? 0) + count;
    }
  }
  return touched;
}

function lengthsOf(lines: Lines, radius: number): Float64Array {
  const before = new Float64Array(lines.words.length + 1);
  lines.words.forEach((length, line) => {
    before[line + 1] = (before[line] ?? 0) + length;
  });
  return lines.words.map((_length, line) => {
    const begin = Math.max(lines.begins[line] ?? 0, line - radius);
    const end = Math.min(lines.ends[line] ?? 0, line + radius + 1);
    return (before[end] ?? 0) - (before[begin] ?? 0);
  });
}

/** Each list divided by its best, weighted and summed. */
export function fuse(lists: readonly { scores: Float64Array; weight: number }[]): Float64Array {
  const fused = new Float64Array(lists[0]?.scores.length ?? 0);
  for (const { scores, weight } of lists) {
    const best = scores.reduce((max, score) => Math.max(max, score), 0);
    if (best === 0) continue;
    scores.forEach((score, line) => {
      fused[line] = (fused[line] ?? 0) + (weight * score) / best;
    });
  }
  return fused;
}

export interface Question {
  conversations: readonly Conversation[];
  postings: readonly Posting[];
  /** Different words of the question, found or not. */
  words: number;
  /** Nearness by meaning, where there is an embedding model. */
  dense: ReadonlyMap<number, number>;
}

/** The best first; what has nothing of the question is not among them. */
export function rank(question: Question, max: number, legs = lexicalLegs): Ranked[] {
  const lines = linesOf(question.conversations);
  const places = placesOf(lines, question.postings);
  const dense = Float64Array.from(lines.seqs, (seq) => question.dense.get(seq) ?? 0);
  const fused = fuse([
    ...legs.map(({ radius, weight }) => ({
      scores: bm25(lines, places, { radius, ...tuned }),
      weight,
    })),
    { scores: dense, weight: denseWeight },
  ]);
  const coverage = coverageOf(lines, places, question.words);
  return lines.seqs
    .map((seq, line) => ({ seq, rel: fused[line] ?? 0, coverage: coverage[line] ?? 0 }))
    .filter(({ rel }) => rel > 0)
    .sort((a, b) => b.rel - a.rel || b.seq - a.seq)
    .slice(0, max);
}

/** So that with few memories a word that stands in all of them still counts. */
const smoothing = 100;
/** A long question, such as a whole brief, is not covered less for being long. */
const tellingWords = 6;

/** Words that stand nowhere weigh as much as a word can. */
function coverageOf(lines: Lines, places: Places, words: number): Float64Array {
  const many = lines.seqs.length;
  const covered = new Float64Array(many);
  const times = new Float64Array(many);
  const weightOf = (having: number) => Math.log(1 + (many + smoothing) / (having + 0.5));
  for (const found of places) {
    for (const line of spread(lines, found, { radius: 1, times })) {
      covered[line] = (covered[line] ?? 0) + weightOf(found.length);
      times[line] = 0;
    }
  }
  const unseen = Array.from({ length: Math.max(0, words - places.length) }, () => weightOf(0));
  const whole = [...places.map((found) => weightOf(found.length)), ...unseen]
    .sort((a, b) => b - a)
    .slice(0, tellingWords)
    .reduce((sum, weight) => sum + weight, 0);
  return covered.map((part) => (whole === 0 ? 0 : Math.min(1, part / whole)));
}
