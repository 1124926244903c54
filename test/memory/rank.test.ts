// Ranking against a plain calculation of the same formulas over whole texts, and what must hold for
// any conversations.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Conversation, Posting } from '../../src/domain/memory.ts';
import { bm25, fuse, idfOf, linesOf, placesOf, rank } from '../../src/memory/rank.ts';

const vocabulary = ['a', 'b', 'c', 'd', 'e'];
/** Conversations of lines of words. */
const talks = fc.array(
  fc.array(fc.array(fc.constantFrom(...vocabulary), { maxLength: 6 }), {
    minLength: 1,
    maxLength: 6,
  }),
  { minLength: 1, maxLength: 5 },
);

function indexed(conversations: readonly string[][][]): {
  conversations: Conversation[];
  postings: Posting[];
} {
  let seq = 0;
  const numbered = conversations.map((lines) =>
    lines.map((words) => {
      seq += 1;
      return { seq, words };
    }),
  );
  const all = numbered.flat();
  return {
    conversations: numbered.map((lines) =>
      lines.map((line) => ({ seq: line.seq, words: line.words.length })),
    ),
    postings: vocabulary.flatMap((word) => {
      const found = all.flatMap((line) => {
        const times = line.words.filter((one) => one === word).length;
        return times === 0 ? [] : [{ seq: line.seq, times }];
      });
      return found.length === 0 ? [] : [{ word, in: found }];
    }),
  };
}

/** BM25 as in the textbook, over the concatenated text of every window. */
function plainBm25(conversations: readonly string[][][], radius: number): number[] {
  const windows = conversations.flatMap((lines) =>
    lines.map((_line, at) => lines.slice(Math.max(0, at - radius), at + radius + 1).flat()),
  );
  const average = windows.reduce((sum, words) => sum + words.length, 0) / windows.length;
  return windows.map((words) =>
    vocabulary.reduce((score, word) => {
      const tf = words.filter((one) => one === word).length;
      const having = windows.filter((window) => window.includes(word)).length;
      if (tf === 0) return score;
      const norm = 1.2 * (1 - 0.75 + (0.75 * words.length) / Math.max(1, average));
      return score + (idfOf(windows.length, having) * tf * 2.2) / (tf + norm);
    }, 0),
  );
}

describe('BM25', () => {
  test.each([0, 1, 3])('over windows of %i neighbours is that of their joined texts', (radius) => {
    fc.assert(
      fc.property(talks, (conversations) => {
        const { conversations: rows, postings } = indexed(conversations);
        const lines = linesOf(rows);
        const scores = bm25(lines, placesOf(lines, postings), { radius, k1: 1.2, b: 0.75 });
        const expected = plainBm25(conversations, radius);
        scores.forEach((score, line) => expect(score).toBeCloseTo(expected[line] ?? -1, 9));
      }),
    );
  });

  test('a rarer word weighs more, and no word weighs less than nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999 }), (having) => {
        expect(idfOf(10_000, having)).toBeGreaterThan(idfOf(10_000, having + 1));
        expect(idfOf(10_000, having + 1)).toBeGreaterThan(0);
      }),
    );
  });
});

describe('fusion', () => {
  test('is the weighted sum of lists divided by their best; an empty list changes nothing', () => {
    const scores = Float64Array.from([2, 4, 0]);
    const other = Float64Array.from([0, 5, 10]);
    const fused = fuse([
      { scores, weight: 1 },
      { scores: other, weight: 0.5 },
      { scores: new Float64Array(3), weight: 9 },
    ]);
    expect([...fused]).toEqual([0.5, 1.25, 0.5]);
  });

  test('does not depend on the scale of a list', () => {
    // Scores are 0 or far above the smallest numbers, which halved are 0.
    const score = fc.integer({ min: 0, max: 1000 }).map((tenths) => tenths / 10);
    const list = fc.array(score, { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(
        list,
        list,
        fc.double({ min: 0.5, max: 20, noNaN: true }),
        (one, other, scale) => {
          const of = (factor: number) =>
            fuse([
              { scores: Float64Array.from(one, (each) => each * factor), weight: 1 },
              { scores: Float64Array.from(other), weight: 2 },
            ]);
          of(scale).forEach((fused, at) => expect(fused).toBeCloseTo(of(1)[at] ?? -1, 6));
        },
      ),
    );
  });
});

describe('ranking', () => {
  const asked = (conversations: readonly string[][][]) => ({
    ...indexed(conversations),
    words: vocabulary.length,
    dense: new Map<number, number>(),
  });

  test('brings only what is there, the best first, each once', () => {
    fc.assert(
      fc.property(talks, fc.integer({ min: 1, max: 10 }), (conversations, max) => {
        const ranked = rank(asked(conversations), max);
        const seqs = ranked.map(({ seq }) => seq);
        expect(seqs.length).toBeLessThanOrEqual(max);
        expect(new Set(seqs).size).toBe(seqs.length);
        expect(seqs.every((seq) => seq >= 1 && seq <= conversations.flat().length)).toBe(true);
        const rels = ranked.map(({ rel }) => rel);
        expect(rels).toEqual(rels.toSorted((a, b) => b - a));
        for (const { coverage } of ranked) {
          expect(coverage).toBeGreaterThanOrEqual(0);
          expect(coverage).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
    );
  });

  test('does not depend on the order in which words and postings come', () => {
    fc.assert(
      fc.property(talks, (conversations) => {
        const question = asked(conversations);
        const turned = question.postings
          .map(({ word, in: found }) => ({ word, in: found.toReversed() }))
          .toReversed();
        const plain = rank(question, 50);
        const other = rank({ ...question, postings: turned }, 50);
        const rels = new Map(other.map(({ seq, rel }) => [seq, rel]));
        for (const { seq, rel } of plain) expect(rels.get(seq)).toBeCloseTo(rel, 9);
        expect(other).toHaveLength(plain.length);
      }),
    );
  });

  test('neighbours in another conversation lend nothing', () => {
    const together = rank(asked([[['a', 'b'], ['e']]]), 5);
    expect(together.map(({ seq }) => seq)).toEqual([1, 2]);
    const apart = rank({ ...asked([[['a', 'b']], [['e']]]), postings: [] }, 5);
    expect(apart).toEqual([]);
    const { postings, ...question } = asked([[['a', 'b']], [['e']]]);
    const asks = postings.filter(({ word }) => word !== 'e');
    expect(rank({ ...question, postings: asks }, 5).map(({ seq }) => seq)).toEqual([1]);
  });

  test('what no word finds is found by what it means', () => {
    const question = { ...asked([[['a']], [['b']]]), postings: [], dense: new Map([[2, 0.8]]) };
    expect(rank(question, 5).map(({ seq }) => seq)).toEqual([2]);
  });
});
