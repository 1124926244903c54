// Files of ours on disk without what is to be forgotten: hand-overs, their zips, transcripts of the
// demo. Each is written beside itself and moved into place, so that it is whole at any moment.
import { readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Passage } from '../domain/passage.ts';
import { cleanFolder } from '../store/clean-file.ts';

/** @returns the files that were changed, as paths inside `home` */
export async function eraseOnDisk(
  home: string,
  folders: readonly string[],
  passages: readonly Passage[],
): Promise<string[]> {
  const changed: string[] = [];
  for (const folder of folders) await eraseIn(join(home, folder), passages, changed);
  return changed.map((path) => relative(home, path)).sort();
}

async function eraseIn(
  folder: string,
  passages: readonly Passage[],
  changed: string[],
): Promise<void> {
  const contents = new Map<string, Uint8Array>();
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await eraseIn(path, passages, changed);
    // What was broken off before its end is nobody's.
    else if (entry.name.endsWith('.partial')) await rm(path, { force: true });
    else if (entry.isFile()) contents.set(entry.name, await readFile(path));
  }
  for (const [name, content] of cleanFolder(contents, passages)) {
    const path = join(folder, name);
    await writeFile(`${path}.partial`, content);
    await rename(`${path}.partial`, path);
    changed.push(path);
  }
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
