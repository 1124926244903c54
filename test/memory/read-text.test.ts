// How memory reads texts: what counts as a word, and which texts say the same.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Unread } from '../../src/domain/memory.ts';
import { jaccard, reading, wordsOf } from '../../src/memory/read-text.ts';
import { stem } from '../../src/memory/stem.ts';

function aText(text: string, more: Partial<Unread> = {}): Unread {
  return { seq: 1, kind: 'lesson', text, speaker: null, at: Date.UTC(2026, 2, 14), ...more };
}

describe('stems', () => {
  // Pairs from the paper, one or more for every step.
  const pairs: [string, string][] = [
    ['caresses', 'caress'],
    ['ponies', 'poni'],
    ['cats', 'cat'],
    ['agreed', 'agre'],
    ['plastered', 'plaster'],
    ['bled', 'bled'],
    ['motoring', 'motor'],
    ['sing', 'sing'],
    ['conflated', 'conflat'],
    ['troubled', 'troubl'],
    ['sized', 'size'],
    ['hopping', 'hop'],
    ['falling', 'fall'],
    ['filing', 'file'],
    ['happy', 'happi'],
    ['sky', 'sky'],
    ['relational', 'relat'],
    ['vietnamization', 'vietnam'],
    ['triplicate', 'triplic'],
    ['hopefulness', 'hope'],
    ['electrical', 'electr'],
    ['revival', 'reviv'],
    ['replacement', 'replac'],
    ['adoption', 'adopt'],
    ['effective', 'effect'],
    ['probate', 'probat'],
    ['rate', 'rate'],
    ['cease', 'ceas'],
    ['controlling', 'control'],
    ['rolling', 'roll'],
    ['generalizations', 'gener'],
    ['oscillators', 'oscil'],
  ];
  test.each(pairs)('%s is read as %s', (word, expected) => {
    expect(stem(word)).toBe(expected);
  });

  test('a stem is never longer than its word, and never empty', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,14}$/), (word) => {
        const stemmed = stem(word);
        expect(stemmed.length).toBeGreaterThan(0);
        expect(stemmed.length).toBeLessThanOrEqual(word.length + 1);
      }),
    );
  });
});

describe('words', () => {
  test('case, accents, hyphens and common words make no difference', () => {
    expect(wordsOf("The Café's hand-overs")).toEqual(wordsOf('cafe hand overs'));
    expect(wordsOf('to be or what is it')).toEqual([]);
  });

  test('a number is one word, however it is grouped', () => {
    expect(wordsOf('1,840 and 1840, 3.50 and v2')).toEqual(['1840', '1840', '3.50', 'v2']);
  });

  test('what is denied is another statement', () => {
    expect(wordsOf("She can't and won't, not now")).toEqual([
      'ca',
      'not',
      'wo',
      'not',
      'not',
      'now',
    ]);
  });

  test('text without spaces is read in pairs of characters', () => {
    expect(wordsOf('東京都 2026')).toEqual(['東京', '京都', '2026']);
  });

  test('any text can be read, and reading its words again changes no plain word', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        for (const word of wordsOf(text)) expect(word).toMatch(/^\S+$/u);
      }),
    );
  });

  test('what was said is found by its speaker and its day; what is remembered is its text alone', () => {
    const said = reading.read(aText('Fine.', { kind: 'message', speaker: 'Ines Marten' }));
    expect([...said.words.keys()].toSorted()).toEqual(
      ['14', '2026', 'fine', 'in', 'march', 'marten', 'saturdai'].toSorted(),
    );
    expect([...reading.read(aText('Fine.', { speaker: 'Ines' })).words.keys()]).toEqual(['fine']);
  });
});

describe('saying the same', () => {
  const same = (one: string, other: string) =>
    reading.saysTheSame(reading.read(aText(one)), reading.read(aText(other)));

  test('it takes four words of five, the same numbers and the same denials', () => {
    const lesson = 'Ask the printer for a proof before the whole run is ordered';
    expect(same(lesson, 'Ask printers for proofs, before whole runs are ordered!')).toBe(true);
    expect(same(lesson, 'Ask the printer for a price before the whole run is paid')).toBe(false);
    expect(same(`${lesson} by 3 clients`, `${lesson} by 4 clients`)).toBe(false);
    expect(same(`${lesson} by them`, `${lesson} never by them`)).toBe(false);
  });

  test('likeness is mutual, between 0 and 1, and 1 for equal words', () => {
    const texts = fc.string({ maxLength: 60 }).map((text) => reading.read(aText(text)));
    fc.assert(
      fc.property(texts, texts, (one, other) => {
        expect(jaccard(one, other)).toBe(jaccard(other, one));
        expect(jaccard(one, other)).toBeGreaterThanOrEqual(0);
        expect(jaccard(one, other)).toBeLessThanOrEqual(1);
        expect(jaccard(one, one)).toBe(one.words.size === 0 ? 0 : 1);
      }),
    );
  });
});
