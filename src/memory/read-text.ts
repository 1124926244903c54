// How memory reads: a text becomes words that can be compared. What was said carries who said it
// and on which day, because people ask by that; what is remembered otherwise does not, so that the
// same lesson twice is the same words. Change what is read and `readingVersion` must change too:
// then everything is read again. Its surprise: `not` counts, for it makes another statement.
import type { Reading, ReadText, Unread } from '../domain/memory.ts';
import { stem } from './stem.ts';

const readingVersion = 1;

/** LEARNING 5.2. Exact, from the postings: no sketch such as MinHash is needed at our sizes. */
const twinJaccard = 0.8;

export const reading: Reading = {
  version: readingVersion,
  read: readMemory,
  twinJaccard,
  saysTheSame,
};

const stopwords = new Set(
  (
    'a about after again all am an and any are as at be because been before being both but ' +
    'by can could did do does doing down during each few for from further had has have ' +
    'having he her here hers him his how i if in into is it its itself just let me more ' +
    'most my of off on once only or other our ours out over own s same she should so some ' +
    'such t than that the their theirs them then there these they this those through to too ' +
    'under until up us very was we were what when where which while who whom why will with ' +
    'would you your yours d ll m re ve'
  ).split(' '),
);
const negations = new Set(['not', 'no', 'never', 'without', 'cannot', 'none', 'nobody', 'nothing']);

/** Scripts that write without spaces are read in pairs of characters. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]+/u;
const token = new RegExp(`\\p{N}+(?:[.,]\\p{N}+)*|${unspaced.source}|[\\p{L}\\p{N}]+`, 'gu');

/** The words of a text in order, as they are compared; stopwords are left out. */
export function wordsOf(text: string): string[] {
  const plain = text
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .normalize('NFKC')
    .replaceAll(/n['’]t\b/g, ' not')
    .replaceAll(/['’]s\b/g, '');
  return [...plain.matchAll(token)].flatMap(([found]) => wordsIn(found));
}

function wordsIn(found: string): string[] {
  if (/^\p{N}/u.test(found)) return [numberOf(found)];
  if (unspaced.test(found)) return pairsOf(found);
  return stopwords.has(found) ? [] : [stem(found)];
}

/** `1,840` and `1840` are one number; `3.50` stays apart from `350`. */
function numberOf(found: string): string {
  return found.replaceAll(/,(?=\p{N}{3}(?!\p{N}))/gu, '').replaceAll(',', '.');
}

function pairsOf(found: string): string[] {
  const characters = Array.from(found);
  if (characters.length < 2) return characters;
  return characters.slice(1).map((character, at) => `${characters[at] ?? ''}${character}`);
}

const monthsAndDays: readonly Intl.DateTimeFormatOptions[] = [
  { month: 'long' },
  { weekday: 'long' },
  { year: 'numeric' },
  { day: 'numeric' },
];

/** The day as people name it: month, day of the week, year, day of the month. */
function dayOf(at: number): string {
  return monthsAndDays
    .map((part) => new Date(at).toLocaleDateString('en', { ...part, timeZone: 'UTC' }))
    .join(' ');
}

function readMemory({ kind, text, speaker, at }: Unread): ReadText {
  const header = kind === 'message' ? `${speaker ?? ''} ${dayOf(at)} ` : '';
  return countWords(wordsOf(header + text));
}

export function countWords(words: readonly string[]): ReadText {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return { words: counts, length: words.length };
}

/** Nearly the same words, and the very same numbers and negations. */
function saysTheSame(one: ReadText, other: ReadText): boolean {
  if (jaccard(one, other) < twinJaccard) return false;
  const decisive = (text: ReadText) =>
    [...text.words.keys()].filter((word) => /\p{N}/u.test(word) || negations.has(word)).sort();
  return decisive(one).join(' ') === decisive(other).join(' ');
}

/** Shared words of all words; 0 when there are none. */
export function jaccard(one: ReadText, other: ReadText): number {
  const shared = [...one.words.keys()].filter((word) => other.words.has(word)).length;
  const all = one.words.size + other.words.size - shared;
  return all === 0 ? 0 : shared / all;
}
