// The files the rules look at: what git tracks or would track, so that a file is judged before it
// is committed. A copy without git (an unpacked archive) is walked instead.
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** What a rule says about one file. */
export interface Breach {
  readonly path: string;
  readonly rule: string;
  /** `path:line: reason`, or `path: reason` for the file as a whole. */
  readonly message: string;
}

export type Rule = (file: SourceFile) => Breach[];

export const repositoryPath = path.resolve(import.meta.dirname, '../..');

/** Paths of all files, sorted; binary ones too. */
export function repositoryPaths(): string[] {
  return pathsFromGit() ?? pathsFromFolders();
}

/** All text files; one that holds a NUL character is binary. */
export function repositoryFiles(): SourceFile[] {
  return repositoryPaths()
    .map((name) => ({ path: name, text: readFileSync(path.join(repositoryPath, name), 'utf8') }))
    .filter((file) => !file.text.includes('\0'));
}

/** `null` where there is no git or no history. */
export function pathsFromGit(): string[] | null {
  const args = ['-c', 'safe.directory=*', 'ls-files', '-coz', '--exclude-standard'];
  try {
    const output = execFileSync('git', args, {
      cwd: repositoryPath,
      encoding: 'utf8',
      stdio: 'pipe',
    });
    return onlyFiles(output.split('\0'));
  } catch {
    return null;
  }
}

/** Everything that .gitignore does not name. */
export function pathsFromFolders(): string[] {
  const ignored = readFileSync(path.join(repositoryPath, '.gitignore'), 'utf8')
    .split('\n')
    .map((line) => line.replace(/\/$/, ''))
    .filter((line) => line !== '' && !line.startsWith('#'))
    .flatMap((line) => [line, `**/${line}`]);
  // A star does not stand for the dot that a name begins with.
  const everything = ['**/*', '**/.*', '**/.*/**'];
  return onlyFiles(globSync(everything, { cwd: repositoryPath, exclude: ['.git', ...ignored] }));
}

function onlyFiles(names: readonly string[]): string[] {
  const isFile = (name: string): boolean =>
    statSync(path.join(repositoryPath, name), { throwIfNoEntry: false })?.isFile() ?? false;
  return [...new Set(names)].filter(isFile).sort();
}

/** The line, counted from 1, in which a place of a text lies. */
export function lineAt(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}
