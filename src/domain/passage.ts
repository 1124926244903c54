// A text to be found wherever it stands, however it is written there: wrapped, quoted line by line,
// emphasised, escaped in JSON inside JSON, as a channel's name, or cut short with an ellipsis. What
// counts are its words in their order; what is between them does not. Its surprise: an identifier
// of the program is never taken for words, or erasing "project manager" would break the record.
import { erasedText } from './prose.ts';

export interface Passage {
  /** Lower-case ASCII that stands in every text that may hold it; empty: in any may be. */
  anchor: string;
  /** Where it stands in a text, in order and apart from each other. */
  find(text: string): Span[];
  /** So few words, with spaces between them, may be a name in the program. */
  isLikeName: boolean;
}

export interface Span {
  from: number;
  to: number;
}

/** Fewer letters and digits stand everywhere. */
const lettersMin = 8;
const spacedLettersMin = 10;
/** A cut quotation has at least so many words, and so many letters and digits. */
const cutWordsMin = 3;
const cutLettersMin = 12;
/** As many make sure that it is no chance, wherever the passage goes on. */
const endLettersMin = 24;
/** The longest names in the program, such as `project-manager.intake`. */
const nameWordsMax = 3;
/** Of the passage's letters, where no ellipsis says that it was cut. */
const cutShareMin = { atEnd: 0.5, anywhere: 0.75 };

/** Between two words: anything that is no word, and line breaks as JSON writes them. */
const gap = '(?:\\\\+[nrt]|[^\\p{L}\\p{N}]){1,40}?';
/** Scripts that put no spaces between words. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** @returns why people may not have these words erased everywhere; null when they may */
export function weaknessOf(words: string): string | null {
  const letters = lettersOf(words);
  const isOne = !/\s/.test(words.trim());
  const isId = /^(?:[0-9a-f]{40,}|\d{17,20}|[A-Z]\d+(?:[.-].*)?|[a-z]+(?:[._-][a-z]+)*)$/;
  if (unspaced.test(words) && letters >= 4) return null;
  if (isOne && letters >= lettersMin && !isId.test(words.trim()) && /[^a-zA-Z]/.test(words)) {
    return null;
  }
  if (!isOne && letters >= spacedLettersMin) return null;
  return (
    'Those words stand in too many other places. Give at least two words with ten letters, or ' +
    'one of eight characters that has a digit or a sign in it.'
  );
}

function lettersOf(text: string): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
}

export function passageOf(text: string): Passage {
  const said = text.trim();
  const words = said.match(/[\p{L}\p{N}]+/gu) ?? [];
  const isLikeName = /\s/.test(said) && words.length <= nameWordsMax;
  if (words.length === 0) {
    const signs = new RegExp(escape(said), 'gu');
    return { anchor: '', isLikeName, find: (where) => matches(signs, where) };
  }
  const whole = new RegExp(wholeSource(said, words), 'giu');
  const cut = words.length > cutWordsMin ? cutFinder(words) : () => [];
  return {
    anchor: anchorOf(words.slice(0, cutWordsMin)),
    isLikeName,
    find: (where) => {
      const found = matches(whole, where);
      const cuts = cut(where).filter((one) => !found.some((other) => meets(one, other)));
      return [...found, ...cuts].sort((a, b) => a.from - b.from);
    },
  };
}

function meets(one: Span, other: Span): boolean {
  return one.from < other.to && other.from < one.to;
}

function wholeSource(said: string, words: readonly string[]): string {
  const before = escape(/^[^\p{L}\p{N}]*/u.exec(said)?.[0] ?? '');
  const after = escape(/[^\p{L}\p{N}]*$/u.exec(said)?.[0] ?? '');
  return `(?:${before})?${words.map(escape).join(gap)}(?:${after})?`;
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

function matches(pattern: RegExp, text: string): Span[] {
  return [...text.matchAll(pattern)].map((match) => ({
    from: match.index,
    to: match.index + match[0].length,
  }));
}

/** The longest run that lower-casing cannot change in any locale. */
function anchorOf(words: readonly string[]): string {
  const runs = words.flatMap((word) => word.match(/[a-zA-Z0-9]+/g) ?? []);
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  return longest.length >= 2 ? longest.toLowerCase() : '';
}

/** What begins like the passage and breaks off: at an ellipsis, at an end, or near its own end. */
function cutFinder(words: readonly string[]): (text: string) => Span[] {
  const head = words.slice(0, cutWordsMin).map(escape).join(gap);
  const begin = new RegExp(head, 'giu');
  const wanted = words.join('').toLowerCase();
  return (text) =>
    matches(begin, text).flatMap(({ from }) => {
      const { to, same } = likeness(text.slice(from), wanted);
      if (same < cutLettersMin) return [];
      const rest = text.slice(from + to);
      const share = same / wanted.length;
      const isCut = /^[^\p{L}\p{N}]{0,3}?(?:…|\.\.\.)/u.test(rest);
      const isLong = share >= cutShareMin.atEnd || same >= endLettersMin;
      const isEnd = isLong && /^[\s.]*(?:$|\\*["”»\n])/u.test(rest);
      return isCut || isEnd || share >= cutShareMin.anywhere ? [{ from, to: from + to }] : [];
    });
}

/** How far a text goes on as the passage does, in signs of each. */
function likeness(text: string, wanted: string): { to: number; same: number } {
  let same = 0;
  let to = 0;
  for (const match of text.matchAll(/\\+[nrt]|[\p{L}\p{N}]|[^\p{L}\p{N}]/gu)) {
    const sign = match[0].toLowerCase();
    if (!/^[\p{L}\p{N}]+$/u.test(sign)) continue;
    if (!wanted.startsWith(sign, same)) break;
    same += sign.length;
    to = match.index + match[0].length;
  }
  return { to, same };
}

/** A text without the passages; the same text when none of them stands in it. */
export function erase(text: string, passages: readonly Passage[]): string {
  const looked = passages.filter(({ isLikeName }) => !(isLikeName && isIdentifier(text)));
  // What stands in its place is itself a name where the whole is one.
  return replaceIn(text, looked, isIdentifier(text) || isFileName(text) ? 'erased' : erasedText);
}

/** The same of a channel's name, whose words are joined by hyphens. */
export function eraseFromName(name: string, passages: readonly Passage[]): string {
  return replaceIn(name, passages, 'erased');
}

function replaceIn(text: string, passages: readonly Passage[], mark: string): string {
  const spans = passages.flatMap((passage) => passage.find(text)).sort((a, b) => a.from - b.from);
  let clean = '';
  let at = 0;
  for (const { from, to } of spans) {
    if (from >= at) clean += text.slice(at, from) + mark;
    else if (to <= at) continue;
    at = Math.max(at, to);
  }
  return clean + text.slice(at);
}

function isIdentifier(text: string): boolean {
  return /^[\w.:/-]*$/.test(text);
}

function isFileName(text: string): boolean {
  return text.length <= 90 && /^[\p{L}\p{N}][\p{L}\p{N} ._-]*\.[a-z0-9]{1,8}$/u.test(text);
}

/** The same of every text in a value, and of the names of its fields. */
export function eraseDeep(value: unknown, passages: readonly Passage[]): unknown {
  if (typeof value === 'string') return erase(value, passages);
  if (Array.isArray(value)) return value.map((part) => eraseDeep(part, passages));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [erase(key, passages), eraseDeep(part, passages)]),
  );
}
