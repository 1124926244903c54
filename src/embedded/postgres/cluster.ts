// The cluster on disk: `<folder>/cluster/{data,password}`. It is made beside its place and renamed
// into it, so a start that was killed half way through initdb leaves nothing that looks like a
// cluster. The password is random and kept with the data: losing one means losing both.
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedError, messageOf } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import { readIfThere } from '../processes.ts';
import type { PostgresBinaries } from './binaries.ts';
import { giveToOwner, runUnder } from './run-as.ts';
import type { RunAs } from './run-as.ts';

export const superuser = 'ateams';
const unfinishedPrefix = 'cluster-unfinished-';

export interface Cluster {
  /** Postgres' own data directory. */
  data: string;
  password: string;
}

/** The data directory of the cluster in `folder`, whether it exists yet or not. */
export function dataDirectory(folder: string): string {
  return join(folder, 'cluster', 'data');
}

/**
 * Opens the folder's cluster, creating it at first use.
 * @throws EmbeddedError `postgres-other-major` when the data is of another major version.
 */
export async function openCluster(options: {
  folder: string;
  binaries: PostgresBinaries;
  runAs: RunAs;
  log: Log;
}): Promise<Cluster> {
  const { folder, binaries, runAs, log } = options;
  const data = dataDirectory(folder);
  const cluster = join(folder, 'cluster');
  await removeUnfinished(folder, log);
  const version = await readIfThere(join(data, 'PG_VERSION'));
  if (version === undefined) await createCluster({ folder, cluster, binaries, runAs });
  else if (version.trim() !== binaries.major) throw otherMajor(folder, version.trim(), binaries);
  await giveToOwner(runAs, cluster);
  const password = await readIfThere(join(cluster, 'password'));
  if (password === undefined) {
    throw new EmbeddedError(`no password file in ${cluster}`, {
      code: 'postgres-no-password',
      retry: 'never',
      forPeople: `${join(cluster, 'password')} is missing; put it back from a backup.`,
    });
  }
  return { data, password: password.trim() };
}

async function createCluster(options: {
  folder: string;
  cluster: string;
  binaries: PostgresBinaries;
  runAs: RunAs;
}): Promise<void> {
  const { folder, cluster, binaries, runAs } = options;
  const unfinished = join(folder, `${unfinishedPrefix}${randomBytes(6).toString('hex')}`);
  const passwordFile = join(unfinished, 'password');
  await mkdir(unfinished, { mode: 0o700 });
  await writeFile(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  await giveToOwner(runAs, unfinished);
  try {
    await runUnder(runAs, binaries.initdb, [
      `--pgdata=${join(unfinished, 'data')}`,
      `--username=${superuser}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      // Sorts by code point everywhere, and still knows upper and lower case beyond ASCII.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
    ]);
  } catch (error) {
    throw notCreated(folder, error);
  }
  await rename(unfinished, cluster);
  await syncFolder(folder);
}

const noRoom = /No space left on device|Check free disk space/u;

function notCreated(folder: string, error: unknown): EmbeddedError {
  const what = messageOf(error);
  // The whole is the command and all that it said; what matters begins with one of these.
  const why = what.split('\n').find((line) => /FATAL|initdb: error/u.test(line)) ?? what;
  return new EmbeddedError(`initdb failed: ${what}`, {
    code: 'postgres-initdb',
    retry: 'never',
    forPeople: noRoom.test(what)
      ? `The disk of ${folder} is full: the embedded Postgres needs some 60 MB to begin with. ` +
        'Make room, or set ATEAMS_HOME to a folder on another disk.'
      : `The embedded Postgres could not create its files in ${folder}: ${why}\n` +
        'Set ATEAMS_HOME to another folder, or DATABASE_URL to a Postgres 14 or newer.',
    cause: error,
  });
}

/** Makes the rename itself survive a power cut; initdb has synced what is inside. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function removeUnfinished(folder: string, log: Log): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(unfinishedPrefix)) continue;
    try {
      await rm(join(folder, name), { recursive: true, force: true, maxRetries: 3 });
    } catch (error) {
      // The initdb of a start that was killed may still be writing there; the next start removes
      // it.
      log.warn({ err: error, name }, 'an unfinished cluster is still there');
    }
  }
}

function otherMajor(folder: string, version: string, binaries: PostgresBinaries): EmbeddedError {
  return new EmbeddedError(`${folder} holds Postgres ${version}, not ${binaries.major}`, {
    code: 'postgres-other-major',
    retry: 'never',
    forPeople:
      `The data in ${folder} was written by Postgres ${version}, but this release embeds ` +
      `Postgres ${binaries.major}. Start the release that wrote it and dump the database, or set ` +
      'ATEAMS_HOME to another folder.',
  });
}
