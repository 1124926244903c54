// Everything that a document is written from: what the objective says, what was handed over, what
// people said. A `Palette` deals out further activities, risks and measures, so that one document
// does not say the same thing twice before it has said everything once.
import { countWords, parseCsv } from '../../../domain/check-output.ts';
import type { FileText } from '../../../domain/check-output.ts';
import type { Dice } from '../dice.ts';
import type { Risk } from '../objective/lore.ts';
import type { Objective } from '../objective/read-objective.ts';
import { clip } from '../objective/words.ts';

/** Stands in every Markdown document. */
export const rehearsalLine =
  '> Rehearsal document: written by an offline stand-in, not by a model.';

export interface Handed {
  task: string;
  file: string;
  text: string;
  /** A figure or a sentence of the file, as it can be cited; empty when there is none. */
  fact: string;
}

/** What somebody said that the work has to heed. */
export interface Heard {
  by: string;
  text: string;
}

export interface Scene {
  objective: Objective;
  /** The line of the understanding that lists the outputs; empty when there is none. */
  outputs: string;
  handed: readonly Handed[];
  remarks: readonly Heard[];
  /** What a colleague answered to a question of ours. */
  answers: readonly Heard[];
}

export interface Palette {
  activity(): string;
  risk(): Risk;
  measure(): string;
}

/** What the canon of the project names already is dealt last. */
export function paletteOf({ lore }: Objective, dice: Dice): Palette {
  const activity = dealer([...lore.activities.slice(3), ...lore.activities.slice(0, 3)], dice);
  const risk = dealer([...lore.risks.slice(1), ...lore.risks.slice(0, 1)], dice);
  const measure = dealer([...lore.measures.slice(2), ...lore.measures.slice(0, 2)], dice);
  return { activity, risk, measure };
}

/** The first few members are the fitting ones, so they are dealt before the rest. */
function dealer<T>(list: readonly T[], dice: Dice): () => T {
  const front = Math.min(list.length, 5);
  const order = [...dice.some(list.slice(0, front), front), ...list.slice(front)];
  let at = -1;
  return () => {
    at = (at + 1) % order.length;
    return dice.pick(order.slice(at, at + 1));
  };
}

/** What can be cited of a file: a CSV's total, or a telling sentence of a text. */
export function factOf(file: FileText): string {
  if (file.name.endsWith('.csv')) return totalOf(file);
  const own = sentencesOf(file.text).filter((one) => countWords(one) >= 7 && !isBorrowed(one));
  const hasWeek = own.find((one) => /\bweek \d/i.test(one));
  const telling = hasWeek ?? own.find((one) => /\d/.test(one)) ?? own[0];
  return telling === undefined ? '' : `“${clip(telling, 220)}”`;
}

/** A sentence that itself cites another file says nothing about this one. */
function isBorrowed(sentence: string): boolean {
  return /^(?:Taken over from|Heeded here|Wanted:)/.test(sentence);
}

function totalOf(file: FileText): string {
  const rows = parseCsv(file.text);
  const last = rows.at(-1) ?? [];
  const at = last.findLastIndex((cell) => /^-?\d+(?:\.\d+)?$/.test(cell));
  const column = rows[0]?.[at];
  if (column === undefined) return `${rows.length - 1} rows`;
  return `${last[0] ?? 'Total'} of “${column}”: ${thousands(last[at] ?? '')}`;
}

/** `4850` as `4,850`. */
function thousands(digits: string): string {
  return digits.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/** Sentences of running text and list items, exactly as they stand in the file. */
export function sentencesOf(text: string): string[] {
  let fenced = false;
  return text.split('\n').flatMap((line) => {
    if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced;
    if (fenced || /^\s*(?:[#>|`~]|$)/.test(line)) return [];
    const body = line.replace(/^\s*(?:[-*+]|\d{1,2}[.)])\s+(?:\[[ x]\]\s+)?/, '').trim();
    return body.split(/(?<=[.!?])\s+(?=[\p{Lu}“"*])/u).filter((one) => one.length > 12);
  });
}
