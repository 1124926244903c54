// Fenced blocks of the documents. What follows the language on the opening line says what a block
// is for: `run=<name>` is run by a test, `shows=<name>` is what that prints, `settings` is a `.env`
// and `by-hand` is for what a test cannot do.
import { repositoryFiles, lineAt } from '../tidy/repository-files.ts';
import { isDocument } from '../tidy/documents.ts';

export interface Block {
  /** `README.md:12` */
  at: string;
  language: string;
  /** `run=start`, `by-hand`, or nothing. */
  use: string;
  text: string;
}

export function readBlocks(): Block[] {
  return repositoryFiles().filter(isDocument).flatMap(blocksOf);
}

export function blocksOf({ path, text }: { path: string; text: string }): Block[] {
  return [...text.matchAll(/^```(\S*)[ \t]*(.*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    at: `${path}:${lineAt(text, match.index)}`,
    language: match[1] ?? '',
    use: (match[2] ?? '').trim(),
    text: match[3] ?? '',
  }));
}

/** The text of the one block with this use. @throws Error when there is none, or more than one */
export function blockFor(use: string): string {
  const found = readBlocks().filter((block) => block.use === use);
  const [only] = found;
  if (only === undefined || found.length > 1) {
    throw new Error(`${found.length} blocks are marked ${use}; it should be one.`);
  }
  return only.text;
}
