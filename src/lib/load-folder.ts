// An open set is a folder: every file in it is a member, and all bad ones are named at once.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigError, messageOf } from './errors.ts';

export interface FolderFile {
  /** Path below the folder, with `/` between parts. */
  name: string;
  path: string;
}

/** Files with the ending, below the folder at any depth, in alphabetical order. */
export async function listFolder(folder: string, ending: string): Promise<FolderFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, name: path.slice(folder.length + 1).replaceAll('\\', '/') }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Reads every file with `read`, which throws on a bad one.
 * @throws ConfigError naming every bad file and why
 */
export async function loadFolder<T>(
  folder: string,
  ending: string,
  read: (file: FolderFile) => Promise<T>,
): Promise<T[]> {
  const files = await listFolder(folder, ending);
  const faults: string[] = [];
  const members: T[] = [];
  for (const file of files) {
    try {
      members.push(await read(file));
    } catch (error) {
      faults.push(`${file.name}: ${messageOf(error)}`);
    }
  }
  if (faults.length > 0) {
    throw new ConfigError(`Bad files in ${folder}:\n${faults.join('\n')}`, {
      code: 'bad-open-set',
      retry: 'never',
    });
  }
  return members;
}

/** The default export of a module on disk. */
export async function importDefault(path: string): Promise<unknown> {
  const module: unknown = await import(pathToFileURL(path).href);
  return typeof module === 'object' && module !== null && 'default' in module
    ? module.default
    : undefined;
}
