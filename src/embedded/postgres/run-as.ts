// Postgres refuses to run as root, so a program started by root has to become somebody else for
// it, without creating an operating system user and even below a home that only root may enter.
//
// way            | when                              | sees files as | cluster belongs to
// direct         | started by an ordinary user       | that user     | that user
// user-namespace | root, or an id without a name     | the starter   | the starter
// setpriv        | root where namespaces are refused | 65534 + DAC   | 65534
//
// Surprise: `setpriv` keeps one capability, to pass through folders of mode 0700 (otherwise the
// binaries and the data would have to be copied to a place that everybody can read).
import { execFile } from 'node:child_process';
import { chown, lstat, readdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedError, messageOf } from '../../lib/errors.ts';
import { serverEnvironment } from '../processes.ts';

const run = promisify(execFile);
/** `nobody`: an id that exists by convention and that no person works under. */
const nobody = 65534;

export type RunWay = 'direct' | 'user-namespace' | 'setpriv';

export interface RunAs {
  way: RunWay;
  /** Stands before the program and its arguments. */
  prefix: readonly string[];
  /** Who has to own the cluster's files; `undefined` where files have no such owner. */
  owner: number | undefined;
}

/**
 * The first way that can run `postgres` here.
 * @param only narrows the ways, for tests of those that this machine would not need.
 * @throws EmbeddedError `postgres-cannot-run` naming what every way answered.
 */
export async function chooseRunAs(postgres: string, only?: readonly RunWay[]): Promise<RunAs> {
  const refusals: string[] = [];
  for (const way of only ?? waysOfThisUser()) {
    const runAs = { way, prefix: prefixes[way], owner: ownerFor(way) };
    try {
      await runUnder(runAs, postgres, ['--version']);
      return runAs;
    } catch (error) {
      refusals.push(`${way}: ${messageOf(error).trim().slice(0, 300)}`);
    }
  }
  throw new EmbeddedError(`postgres cannot run here: ${refusals.join('; ')}`, {
    code: 'postgres-cannot-run',
    retry: 'never',
    forPeople:
      `The embedded Postgres cannot run here (${refusals.join('; ')}). ` +
      'Start as an ordinary user, or set DATABASE_URL to a Postgres 14 or newer.',
  });
}

/** Runs a program of Postgres to its end. Rejects with its standard error when it fails. */
export async function runUnder(
  runAs: RunAs,
  program: string,
  args: readonly string[],
): Promise<string> {
  const [file = program, ...rest] = [...runAs.prefix, program, ...args];
  const { stdout } = await run(file, rest, { ...serverEnvironment, windowsHide: true });
  return stdout;
}

/** Gives the folder's whole content to the owner that the way needs, when it is another's. */
export async function giveToOwner(runAs: RunAs, folder: string): Promise<void> {
  const { owner } = runAs;
  if (owner === undefined || process.getuid?.() !== 0) return;
  if ((await lstat(folder)).uid === owner) return;
  const entries = await readdir(folder, { recursive: true });
  for (const entry of entries) await chown(join(folder, entry), owner, owner);
  // Last, so that a walk cut short is begun anew by the next start.
  await chown(folder, owner, owner);
}

const prefixes: Record<RunWay, readonly string[]> = {
  direct: [],
  'user-namespace': ['unshare', '--user', `--map-user=${nobody}`],
  setpriv: [
    'setpriv',
    `--reuid=${nobody}`,
    `--regid=${nobody}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
  ],
};

function waysOfThisUser(): RunWay[] {
  const uid = process.getuid?.();
  if (uid === 0) return ['user-namespace', 'setpriv'];
  return uid === undefined || hasName() ? ['direct'] : ['user-namespace', 'direct'];
}

function ownerFor(way: RunWay): number | undefined {
  return way === 'setpriv' ? nobody : process.getuid?.();
}

/** initdb refuses an id that is not in the list of users, as containers like to use. */
function hasName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
}
