// Files in a prompt. All of them together have a limit: the first ones are shown, long ones in
// part, and what does not fit is named, so that the model can read it with `read-file`.
import type { FileText } from '../domain/check-output.ts';
import { limits } from '../domain/limits.ts';
import type { Section } from './context.ts';
import type { ContextLevel } from './context-levels.ts';

/** Less of a file than this helps nobody. */
const charsMin = 500;
/** A file that is longer by less than this is shown whole: the note would take as much. */
const noteChars = 80;

interface Room {
  fileCharsMax: number;
  /** Of all files together. */
  charsMax: number;
  /** Of what is shown of a long file: how much is its end. */
  tailChars: number;
}

const rooms: Readonly<Record<ContextLevel, Room>> = {
  whole: {
    fileCharsMax: limits.fileInPromptCharsMax,
    charsMax: limits.filesInPromptCharsMax,
    tailChars: 0,
  },
  shortened: { fileCharsMax: 3_000, charsMax: 15_000, tailChars: 800 },
  bare: { fileCharsMax: 600, charsMax: 3_000, tailChars: 150 },
};

export function fileSections(files: readonly FileText[], level: ContextLevel = 'whole'): Section[] {
  const sections: Section[] = [];
  const leftOut: { name: string; characters: number }[] = [];
  const { fileCharsMax, charsMax, tailChars } = rooms[level];
  let room = charsMax;
  for (const { name, text } of files) {
    const most = Math.min(room, fileCharsMax);
    const isWhole = text.length <= most + noteChars;
    if (!isWhole && most < charsMin) {
      leftOut.push({ name, characters: text.length });
      continue;
    }
    const value = isWhole ? text : partOf(text, { most, tailChars });
    room -= Math.min(text.length, most);
    sections.push({ name: 'file', value, attributes: { name } });
  }
  const note = 'There was no room for these; use read-file.';
  const rest: Section = { name: 'files-left-out', value: { note, files: leftOut } };
  return leftOut.length > 0 ? [...sections, rest] : sections;
}

/** The beginning of a text, and its end where there is room for both. */
function partOf(text: string, { most, tailChars }: { most: number; tailChars: number }): string {
  const head = text.slice(0, most - tailChars).replace(/[\uD800-\uDBFF]$/, '');
  const tail = tailChars === 0 ? '' : text.slice(-tailChars).replace(/^[\uDC00-\uDFFF]/, '');
  const left = text.length - head.length - tail.length;
  const note = `[${left} characters left out; use read-file from:${head.length}]`;
  return [head, note, tail].filter((part) => part !== '').join('\n');
}
