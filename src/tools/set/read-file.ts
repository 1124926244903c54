// A file is read in pieces: all of a large one would leave no room for anything else.
import { z } from 'zod';
import { limits } from '../../domain/limits.ts';
import { defineTool } from '../define-tool.ts';

export default defineTool({
  name: 'read-file',
  description: 'Read the text of one of your files, by its name; of a long one a piece at a time',
  args: z.strictObject({
    name: z.string().max(100).describe('such as plan.md'),
    from: z
      .int()
      .nonnegative()
      .optional()
      .describe('the character to begin at; the first one when left out'),
  }),
  effect: 'pure',
  run: async ({ name, from = 0 }, { files }) => {
    const file = files.find((one) => one.name === name);
    if (file !== undefined) return pieceOf(file.text, from);
    const names = files.map((one) => one.name).join(', ');
    return `No file is called ${name}. You have: ${names === '' ? 'none' : names}.`;
  },
});

function pieceOf(text: string, from: number): string {
  const end = Math.min(text.length, from + limits.fileInPromptCharsMax);
  const piece = text.slice(from, end).toWellFormed();
  if (end < text.length) {
    return `${piece}\n[${text.length - end} characters follow; use read-file from:${end}]`;
  }
  if (from < text.length || from === 0) return piece;
  return `The file has ${text.length} characters; nothing follows.`;
}
