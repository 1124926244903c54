// The common language as the documents teach it: its commands, and the lines they show.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCommands } from '../../src/agents/load-commands.ts';
import { parseCommandLine } from '../../src/domain/command-language.ts';
import { isDocument } from '../tidy/documents.ts';
import { lineAt, repositoryFiles, repositoryPath } from '../tidy/repository-files.ts';

const commands = await loadCommands(join(repositoryPath, 'commands'));
const documents = repositoryFiles().filter(isDocument);

test('the tour names every command of people, and no other', () => {
  const tour = documents.find(({ path }) => path === 'docs/tour.md')?.text ?? '';
  const table = tour.slice(tour.indexOf('\n| command | does |'));
  const rows = table.split('\n').filter((line) => line.startsWith('| `/'));
  const named = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`\/([a-z-]+)`/g)]);
  const ofPeople = commands.filter(({ people }) => people.length > 0).map(({ name }) => name);
  expect(new Set(named.map(([, name]) => name))).toEqual(new Set(ofPeople));
});

test('every line that a document shows with arguments can be said', () => {
  const shown = documents.flatMap(({ path, text }) =>
    [...text.matchAll(/`(\/[a-z-]+ [^`\n]+)`/g)].map((match) => ({
      at: `${path}:${lineAt(text, match.index)}`,
      line: match[1] ?? '',
    })),
  );
  const refused = shown.filter(({ line }) => !isReadable(line));
  expect(shown.length).toBeGreaterThan(0);
  expect(refused.filter(({ at }) => !at.startsWith('docs/decisions/'))).toEqual([]);
});

function isReadable(line: string): boolean {
  const parsed = parseCommandLine(line);
  if (parsed === null || !parsed.ok) return false;
  const command = commands.find(({ name }) => name === parsed.line.name);
  return command?.readLine(parsed.line).ok === true;
}
