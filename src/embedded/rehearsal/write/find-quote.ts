// Evidence for a judged criterion: the sentence of the file that shares most words with it, exactly
// as it stands there. No sentence, no evidence: a criterion is never called met without one.
import type { FileText } from '../../../domain/check-output.ts';
import { stemsOf } from '../objective/words.ts';
import { aspectOf } from './aspects.ts';
import { sentencesOf } from './scene.ts';

export interface Quote {
  file: string;
  /** Occurs in the file as it is. */
  text: string;
}

const quoteCharsMax = 420;

/** @returns null when nothing in the files speaks to the criterion */
export function findQuote(criterion: string, files: readonly FileText[]): Quote | null {
  const names = new Set(files.flatMap(({ name }) => [...stemsOf(name)]));
  const wanted = [...stemsOf(criterion)].filter((stem) => !names.has(stem));
  const general = aspectOf(criterion)?.general;
  let best: { quote: Quote; score: number } | null = null;
  for (const file of files) {
    for (const sentence of quotable(file)) {
      const has = stemsOf(sentence);
      const score = wanted.filter((stem) => has.has(stem)).length;
      if (score === 0 || score <= (best?.score ?? 0) || sentence === general) continue;
      best = { quote: { file: file.name, text: sentence.slice(0, quoteCharsMax) }, score };
    }
  }
  return best?.quote ?? null;
}

function quotable({ name, text }: FileText): string[] {
  if (/\.(?:md|txt)$/.test(name)) return sentencesOf(text);
  const lines = text.split('\n').filter((line) => line.trim().length > 12);
  // The names of columns prove nothing about the rows below them.
  return name.endsWith('.csv') ? lines.slice(1) : lines;
}

/** Evidence as it is given: where it stands and what it says. */
export function evidenceOf({ file, text }: Quote): string {
  return `${file}: “${text}”`;
}
