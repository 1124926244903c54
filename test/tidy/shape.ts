// Names and sizes of files. Functions are measured by the linter (`max-lines-per-function`).
import path from 'node:path';
import type { Breach, SourceFile } from './repository-files.ts';

const fileLinesMax = 400;
const columnsMax = 100;
/** Beyond this a source file has a decision in it, and its first lines say which. */
const silentLinesMax = 60;

/** The Project Manager is a person of the product and no name for a bag of code. */
const bannedNames =
  /(?:^|-)(?:utils?|helpers?|types|(?<!project-)managers?|services?|common|misc|stuff|shared)$/;
const kebabCase = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const code = /\.(?:[cm]?[jt]s|css|html|sh)$/;
const owned = ['src/', 'commands/', 'test/', 'system-messages/'];

export function checkName(file: { path: string }): Breach[] {
  if (!owned.some((place) => file.path.startsWith(place))) return [];
  const breaches: Breach[] = [];
  const add = (reason: string): void => {
    breaches.push({ path: file.path, rule: 'name', message: `${file.path}: ${reason}` });
  };
  for (const part of file.path.split('/')) {
    const name = part.split('.')[0] ?? '';
    if (name === '' || part === '__snapshots__' || part === 'README.md') continue;
    if (!kebabCase.test(name)) add(`${part} is not kebab-case`);
    if (bannedNames.test(name)) add(`${part} says nothing about what is in it`);
  }
  return breaches;
}

export function checkSize(file: SourceFile): Breach[] {
  if (!code.test(file.path)) return [];
  const lines = file.text.replace(/\n$/, '').split('\n');
  const breaches: Breach[] = [];
  const add = (rule: string, at: string, reason: string): void => {
    breaches.push({ path: file.path, rule, message: `${file.path}${at}: ${reason}` });
  };
  if (lines.length > fileLinesMax) {
    add('lines', '', `${lines.length} lines, at most ${fileLinesMax}`);
  }
  lines.forEach((line, index) => {
    const columns = Array.from(line).length;
    if (columns <= columnsMax || isUnbreakable(line)) return;
    add('columns', `:${index + 1}`, `${columns} columns, at most ${columnsMax}`);
  });
  if (isSilent(file, lines)) {
    add('opening', ':1', `over ${silentLinesMax} lines and no opening comment on what it is for`);
  }
  return breaches;
}

/** A URL, or the title of a test, which the formatter leaves on one line. */
function isUnbreakable(line: string): boolean {
  return /https?:\/\/\S{50}/.test(line) || /^ *(?:test|describe)\(.*=> \{$/.test(line);
}

function isSilent(file: SourceFile, lines: readonly string[]): boolean {
  if (!file.path.endsWith('.ts') || !file.path.startsWith('src/')) return false;
  const first = lines.find((line) => !line.startsWith('#!'));
  return lines.length > silentLinesMax && !/^\/[/*]/.test(first ?? '');
}

/** Two files whose names differ only in letter case cannot both be checked out everywhere. */
export function checkTwins(paths: readonly string[]): string[] {
  const groups = Map.groupBy(paths, (name) => path.posix.normalize(name).toLowerCase());
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => `${group.join(' and ')} differ in letter case alone`);
}
