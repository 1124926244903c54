// What of the fitting is worth its place in an answer.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Remembered } from '../../src/domain/memory.ts';
import { choose } from '../../src/memory/choose.ts';
import { clipToTokens } from '../../src/memory/clip-to-tokens.ts';
import { hashingEmbedder, vectorOf } from '../../src/memory/hash-words.ts';
import { dayMs, monday } from './arrange.ts';

function candidate(text: string, more: Partial<Remembered> = {}, rel = 1) {
  const item: Remembered = {
    id: text,
    seq: 1,
    scope: 'P1',
    kind: 'lesson',
    text,
    speaker: null,
    trust: 'T3',
    source: { projectId: null, turnId: null, messageId: null, agentId: null },
    place: null,
    at: monday,
    superseded: null,
    ...more,
  };
  return { item, seq: item.seq, rel, coverage: 1 };
}

const idsOf = (candidates: ReturnType<typeof candidate>[], max = 10) =>
  choose(candidates, { now: monday, max }).map(({ id }) => id);

describe('choosing', () => {
  test('the better trusted comes before what fits as well', () => {
    const doubtful = candidate('bread rises', { trust: 'T4' });
    const agents = candidate('cake falls', { trust: 'T3' });
    const directors = candidate('pie stays', { trust: 'T1' });
    expect(idsOf([doubtful, agents, directors])).toEqual([
      'pie stays',
      'cake falls',
      'bread rises',
    ]);
  });

  test('of equals the younger, then the weightier kind comes first', () => {
    const old = candidate('old bread', { at: monday - 90 * dayMs });
    const figure = candidate('some figure', { kind: 'performance' });
    const decided = candidate('a choice', { kind: 'decision' });
    expect(idsOf([old, figure, decided])).toEqual(['a choice', 'some figure', 'old bread']);
  });

  test('what was said is ordered by how well it fits and nothing else', () => {
    const by = { kind: 'message' as const };
    const older = candidate('x', { ...by, trust: 'T3', at: monday - 90 * dayMs }, 1);
    const younger = candidate('y', { ...by, trust: 'T1' }, 0.9);
    expect(idsOf([older, younger])).toEqual(['x', 'y']);
  });

  test('one turn fills at most three places', () => {
    const source = { projectId: 'P1', turnId: 'P1.turn.1', messageId: null, agentId: null };
    const many = ['one', 'two', 'three', 'four', 'five'].map((text) => candidate(text, { source }));
    const other = candidate('six', {}, 0.1);
    expect(idsOf([...many, other])).toHaveLength(4);
    expect(idsOf([...many, other])).toContain('six');
  });

  test('something else comes before the same again', () => {
    const first = candidate('print a proof before the run', {}, 1);
    const again = candidate('print a proof before the big run', {}, 0.98);
    const else_ = candidate('ask translators for names', {}, 0.9);
    expect(idsOf([first, again, else_], 2)).toEqual([first.item.id, else_.item.id]);
  });
});

describe('clipping', () => {
  const countTokens = (text: string) => Math.ceil(text.length / 4);

  test('never exceeds its tokens, begins as the text does, and leaves what fits alone', () => {
    const texts = fc.string({ unit: 'grapheme', maxLength: 400 });
    fc.assert(
      fc.property(texts, fc.integer({ min: 0, max: 90 }), (text, max) => {
        const clipped = clipToTokens(text, max, countTokens);
        expect(countTokens(clipped)).toBeLessThanOrEqual(max);
        expect(clipped.isWellFormed()).toBe(true);
        expect(clipped === text).toBe(countTokens(text) <= max);
        const isBeginning = text.startsWith(clipped.replace(/ \[…\]$/, ''));
        expect(isBeginning || clipped === text).toBe(true);
      }),
    );
  });
});

describe('vectors without a model', () => {
  test('have length 1, and the same text has the same one', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        expect(Math.hypot(...vectorOf(text))).toBeCloseTo(1, 9);
        expect(vectorOf(text)).toEqual(vectorOf(text));
      }),
    );
  });

  test('lie nearer to each other the more words they share', async () => {
    const [one = [], near = [], far = []] = await hashingEmbedder.embed([
      'ask the printer for a proof',
      'printers want proofs',
      'the ferry leaves at noon',
    ]);
    const cosine = (a: number[], b: number[]) =>
      a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
    expect(cosine(one, near)).toBeGreaterThan(cosine(one, far) + 0.2);
  });
});
