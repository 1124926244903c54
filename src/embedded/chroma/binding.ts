// Finds the native library that holds Chroma's server for this platform, and its version. An older
// server panics over the files of a newer one, so the version that wrote the data is noted beside
// it and checked before anything opens it.
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';
import { EmbeddedError } from '../../lib/errors.ts';
import { parseJson } from '../../lib/json.ts';
import { readIfThere } from '../processes.ts';

const suffixes: Partial<Record<NodeJS.Platform, string>> = { linux: '-gnu', win32: '-msvc' };
const packageName =
  `chromadb-js-bindings-${process.platform}-${process.arch}` + (suffixes[process.platform] ?? '');

const PackageFile = z.object({ version: z.string().regex(/^\d+\.\d+\.\d+/u) });

export interface ChromaBinding {
  /** Absolute path of the library, to be loaded in a process of its own. */
  path: string;
  version: string;
}

/** @throws EmbeddedError `chroma-unavailable` when this platform has no such library. */
export async function findChromaBinding(): Promise<ChromaBinding> {
  try {
    const own = createRequire(import.meta.url);
    // It is a dependency of `chromadb` and not ours, so it is found from there.
    const { resolve } = createRequire(own.resolve('chromadb'));
    const path = resolve(packageName);
    const file = await readFile(resolve(`${packageName}/package.json`), 'utf8');
    const parsed = parseJson(PackageFile, file);
    if (!parsed.ok) throw new Error(parsed.reason);
    return { path, version: parsed.value.version };
  } catch (error) {
    throw noBinding(`${packageName} is not installed`, error);
  }
}

export function noBinding(reason: string, cause?: unknown): EmbeddedError {
  return new EmbeddedError(`no embedded chroma here: ${reason}`, {
    code: 'chroma-unavailable',
    retry: 'never',
    forPeople: `The embedded Chroma does not run here (${reason}). Set CHROMA_URL to one.`,
    cause,
  });
}

/** @throws EmbeddedError `chroma-data-newer` when a newer library than this one wrote the data. */
export async function claimData(folder: string, version: string): Promise<void> {
  const file = join(folder, 'binding-version');
  const writer = (await readIfThere(file))?.trim();
  if (writer !== undefined && isNewer(writer, version)) {
    throw new EmbeddedError(`${folder} was written by chroma ${writer}, not ${version}`, {
      code: 'chroma-data-newer',
      retry: 'never',
      forPeople:
        `The memory index in ${folder} was written by Chroma library ${writer}, newer than ` +
        `${version} here. Remove that folder (it is rebuilt from the database), or set CHROMA_URL.`,
    });
  }
  // Before the server opens the data: it may upgrade the files and be killed in the middle.
  if (writer !== version) await writeFile(file, `${version}\n`, { mode: 0o600 });
}

function isNewer(one: string, other: string): boolean {
  const [a, b] = [one, other].map((version) =>
    version.split('.').map((part) => parseInt(part, 10)),
  );
  for (const index of [0, 1, 2]) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
