// The sections that hold the parts of a project against each other. Nothing here is claimed: each
// line says in which of the handed-over files a start, a number or a figure was really found.
import { listed } from '../objective/words.ts';
import type { Canon } from './canon.ts';
import type { Handed, Scene } from './scene.ts';

export interface SectionText {
  must: string[];
  /** Sentences that may follow when the document should be longer. */
  more: string[];
}

export function contents({ handed, objective }: Scene): SectionText {
  const list = handed.map(({ file, task, fact }) => {
    const told = fact === '' ? '' : `: ${fact}`;
    return `- \`${file}\` (${task})${told}`;
  });
  return {
    must: [
      list.length === 0
        ? `The package holds this page; it is about ${objective.topic}.`
        : `Everything here is about ${objective.topic}:\n\n${list.join('\n')}`,
    ],
    more: ['Each part can be read alone; together they take a quarter of an hour.'],
  };
}

/** Which part cites which, as the files themselves say it. */
export function dependencies({ handed, objective }: Scene): SectionText {
  const lines = handed.flatMap(({ file, text }) => {
    const cited = handed.filter((other) => other.file !== file && text.includes(other.file));
    const names = listed(cited.map((other) => `\`${other.file}\``));
    return cited.length === 0 ? [] : [`- \`${file}\` takes its facts from ${names}.`];
  });
  const csv = handed.filter(({ file }) => file.endsWith('.csv'));
  const tables = csv.map(({ file }) => `\`${file}\``);
  return {
    must: [
      lines.length === 0
        ? `The parts stand side by side; what they share is their subject, ${objective.topic}.`
        : lines.join('\n'),
    ],
    more: [
      tables.length === 0
        ? 'Whoever reads only one part misses nothing that is needed for it.'
        : `Figures stand in ${listed(tables)} alone, so that they are changed in one place.`,
      'If one part changes, the parts that cite it are read again.',
    ],
  };
}

export function crossCheck({ handed, objective }: Scene, canon: Canon): SectionText {
  if (handed.length === 0) {
    return { must: [`There was nothing to compare yet about ${objective.topic}.`], more: [] };
  }
  const lines = [
    found('Start in week 2', handed, (text) => /\bweek 2\b/i.test(text)),
    found(`What starts then (${canon.first})`, handed, (text) => text.includes(canon.first)),
    found('The number that counts', handed, (text) => has(text, canon.measure)),
  ];
  const figures = handed.filter(({ file }) => file.endsWith('.csv'));
  const sums = figures.map(({ file, fact }) => `- Figure in \`${file}\`: ${fact}.`);
  return {
    must: [[...lines, ...sums].join('\n')],
    more: ['Where a file does not name something, nothing in it says otherwise.'],
  };
}

function has(text: string, measure: string): boolean {
  return text.toLowerCase().includes(measure.toLowerCase());
}

function found(what: string, handed: readonly Handed[], isIn: (text: string) => boolean): string {
  const names = handed.filter(({ text }) => isIn(text)).map(({ file }) => `\`${file}\``);
  return names.length === 0
    ? `- ${what}: in none of the files; to be added where it matters.`
    : `- ${what}: ${names.length > 1 ? 'named alike in' : 'named in'} ${listed(names)}.`;
}
