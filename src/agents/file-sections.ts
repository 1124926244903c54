// Files in a prompt. All of them together have a limit: the first ones are shown, long ones in
// part, and what does not fit is named, so that the model can read it with `read-file`.
import type { FileText } from '../domain/check-output.ts';
import { limits } from '../domain/limits.ts';
import type { Section } from './context.ts';

/** Less of a file than this helps nobody. */
const charsMin = 500;

export function fileSections(files: readonly FileText[]): Section[] {
  const sections: Section[] = [];
  const leftOut: { name: string; characters: number }[] = [];
  let room: number = limits.filesInPromptCharsMax;
  for (const { name, text } of files) {
    const most = Math.min(room, limits.fileInPromptCharsMax);
    if (text.length > most && most < charsMin) {
      leftOut.push({ name, characters: text.length });
      continue;
    }
    const shown = text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '');
    room -= shown.length;
    const left = text.length - shown.length;
    const value = left > 0 ? `${shown}\n[${left} characters left out; use read-file]` : shown;
    sections.push({ name: 'file', value, attributes: { name } });
  }
  const note = 'There was no room for these; use read-file.';
  const rest: Section = { name: 'files-left-out', value: { note, files: leftOut } };
  return leftOut.length > 0 ? [...sections, rest] : sections;
}
