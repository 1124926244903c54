// How a turn's material becomes shorter when the model cannot read all of it, in two named steps.
// Pure: the same context and level give the same sections, so a turn that is taken up again asks
// what it asked before. The surprise: what is cut says so in its place, because a model that does
// not know that something is missing makes it up.
//
//   section               whole    shortened                        bare
//   task, criteria, question, request, reasons …    as they are on every level
//   dialogue, remarks     all      the last 6                       the last 2
//   lessons, memories …   all      texts cut                        gone
//   files                 12,000   head and tail, rest by read-file  a glimpse, rest by read-file
//   anything else         whole    texts inside cut to 1,000        to 300 characters
import type { ModelMessage } from '../domain/model-port.ts';
import type { Section, TurnContext } from './context.ts';
import { fileSections } from './file-sections.ts';

export const contextLevels = ['whole', 'shortened', 'bare'] as const;
export type ContextLevel = (typeof contextLevels)[number];

interface Measure {
  /** Characters of a text that is a section of its own. */
  textCharsMax: number;
  /** Characters of each text inside a value. */
  innerCharsMax: number;
  lines: number;
  /** Of a tool's result, earlier in the same turn. */
  resultCharsMax: number;
}

const measures: Readonly<Record<Exclude<ContextLevel, 'whole'>, Measure>> = {
  shortened: { textCharsMax: 6_000, innerCharsMax: 1_000, lines: 6, resultCharsMax: 4_000 },
  bare: { textCharsMax: 1_500, innerCharsMax: 300, lines: 2, resultCharsMax: 1_000 },
};

/** What the turn is about; without it the answer would be about something else. */
const neverCut = [
  'task',
  'criteria',
  'submission',
  'reasons',
  'question',
  'asker',
  'request',
  'latest',
  'approach',
];
/** The last of these say the most. */
const spoken = ['dialogue', 'remarks'];
/** Worth having, and nothing fails without. */
const dispensable = [
  'lessons',
  'memories',
  'roster',
  'colleagues',
  'open-projects',
  'patterns',
  'advice',
  'outcomes',
  'together',
];

/** The material of a turn as the model is shown it on this level. */
export function sectionsAt(
  { sections, files }: Pick<TurnContext, 'sections' | 'files'>,
  level: ContextLevel,
): Section[] {
  const shown = level === 'whole' ? sections : sections.flatMap((one) => shorten(one, level));
  return [...shown, ...fileSections(files, level)];
}

function shorten(section: Section, level: Exclude<ContextLevel, 'whole'>): Section[] {
  const { name, value } = section;
  const { textCharsMax, innerCharsMax, lines } = measures[level];
  if (neverCut.includes(name)) return [section];
  if (dispensable.includes(name) && level === 'bare') return [];
  if (typeof value === 'string') return [{ ...section, value: cutText(value, textCharsMax) }];
  const kept = spoken.includes(name) && Array.isArray(value) ? value.slice(-lines) : value;
  return [{ ...section, value: cutInside(kept, innerCharsMax) }];
}

/** What was said in the turn so far: results of tools are cut, the model's own words are not. */
export function historyAt(messages: readonly ModelMessage[], level: ContextLevel): ModelMessage[] {
  if (level === 'whole') return [...messages];
  const { resultCharsMax } = measures[level];
  return messages.map((message) =>
    message.role === 'tool' ? { ...message, text: cutText(message.text, resultCharsMax) } : message,
  );
}

/** Each text inside a value cut down, whatever the value's shape. */
function cutInside(value: unknown, charsMax: number): unknown {
  if (typeof value === 'string') return cutText(value, charsMax);
  if (Array.isArray(value)) return value.map((one) => cutInside(one, charsMax));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, cutInside(one, charsMax)]),
  );
}

/** How much of what is left of a text is its beginning; the rest is its end. */
const headShare = 0.75;

/** Head and tail of a text with a note between; never longer than the text itself. */
export function cutText(text: string, charsMax: number): string {
  const head = Math.floor(charsMax * headShare);
  const tail = charsMax - head;
  const note = `\n[${text.length - charsMax} characters left out here]\n`;
  if (text.length <= charsMax + note.length) return text;
  // Cutting anywhere may split a pair of surrogates.
  const first = text.slice(0, head).replace(/[\uD800-\uDBFF]$/, '');
  const last = text.slice(-tail).replace(/^[\uDC00-\uDFFF]/, '');
  return `${first}${note}${last}`;
}
