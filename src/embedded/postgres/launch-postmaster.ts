// One launch of the Postgres server over a cluster, until it takes connections. Tried again for
// ten seconds, because three obstacles go away by themselves: a port taken between choosing and
// binding, a killed server that nobody has collected yet, and its children still ending. Spawned
// detached: Ctrl-C in the terminal is for us, who then stop the server in order.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { delay } from '../../lib/clock.ts';
import type { Clock } from '../../lib/clock.ts';
import { EmbeddedError } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import { serverEnvironment } from '../processes.ts';
import { openServerLog } from '../server-log.ts';
import type { ServerProcess } from '../supervise.ts';
import { watchParent } from '../watch-parent.ts';
import type { PostgresBinaries } from './binaries.ts';
import { isReady, postmasterFile } from './postmaster-file.ts';
import type { RunAs } from './run-as.ts';
import { stopOrphan, stopPostmaster } from './stop-postmaster.ts';

const launchWithinMs = 10_000;
/** Recovery after a crash may replay a gigabyte of log before the server is ready. */
const readyWithinMs = 120_000;
const retryAfterMs = 200;
const pollMs = 10;
const passing = /could not bind|postmaster\.pid|shared memory block .* still in use/u;

const defaults: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '64MB',
  max_wal_size: '256MB',
  fsync: 'on',
  synchronous_commit: 'on',
  TimeZone: 'UTC',
  log_timezone: 'UTC',
  // Of messages only the server's own: a client gets its errors itself, and they quote data.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
};

export interface LaunchDeps {
  folder: string;
  data: string;
  binaries: PostgresBinaries;
  runAs: RunAs;
  settings: Readonly<Record<string, string>>;
  log: Log;
  clock: Clock;
}

export interface Postmaster extends ServerProcess {
  readonly port: number;
}

/**
 * @param choosePort asked before every attempt.
 * @throws EmbeddedError `postgres-start` with the end of the server's log.
 */
export async function launchPostmaster(
  deps: LaunchDeps,
  choosePort: () => Promise<number>,
): Promise<Postmaster> {
  const deadline = deps.clock.monotonic() + launchWithinMs;
  for (;;) {
    await stopOrphan(deps);
    const attempt = await tryOnce(deps, await choosePort());
    if (attempt.ok) return attempt.postmaster;
    if (!passing.test(attempt.reason) || deps.clock.monotonic() > deadline) {
      throw startFailed(deps.folder, attempt.reason);
    }
    deps.log.debug({ reason: attempt.reason }, 'embedded postgres did not start yet');
    await delay(retryAfterMs);
  }
}

type Attempt = { ok: true; postmaster: Postmaster } | { ok: false; reason: string };

async function tryOnce(deps: LaunchDeps, port: number): Promise<Attempt> {
  const serverLog = await openServerLog(deps.folder, 'postgres');
  try {
    const child = spawnPostmaster(deps, port, serverLog.handle.fd);
    const { pid } = child;
    const exited = whenExited(child);
    if (pid === undefined) return { ok: false, reason: await exited };
    const pidFile = postmasterFile(deps.data);
    const watch = watchParent({ pid, pidFile, signal: 'INT', log: deps.log });
    child.once('exit', () => watch.dismiss());
    if (!(await untilReady(deps, pid, exited))) {
      return { ok: false, reason: `${await exited}\n${await serverLog.tail()}` };
    }
    let stopped: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      // A program that waits for nothing but this end must still be there to hear of it.
      child.ref();
      await stopPostmaster(deps, pid);
      await exited;
    };
    return { ok: true, postmaster: { pid, port, exited, stop: () => (stopped ??= stop()) } };
  } finally {
    await serverLog.handle.close();
  }
}

function spawnPostmaster(deps: LaunchDeps, port: number, logFile: number): ChildProcess {
  const settings = Object.entries({ ...defaults, ...deps.settings, port: String(port) });
  const [file = deps.binaries.postgres, ...args] = [
    ...deps.runAs.prefix,
    deps.binaries.postgres,
    '-D',
    deps.data,
    ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const child = spawn(file, args, {
    ...serverEnvironment,
    detached: true,
    windowsHide: true,
    stdio: ['ignore', logFile, logFile],
  });
  child.unref();
  return child;
}

function whenExited(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
}

/** False when the server ended instead; one that takes too long is stopped and counts as ended. */
async function untilReady(
  deps: LaunchDeps,
  pid: number,
  exited: Promise<string>,
): Promise<boolean> {
  const ended = exited.then(() => 'ended' as const);
  const deadline = deps.clock.monotonic() + readyWithinMs;
  for (;;) {
    if (await isReady(deps.data, pid)) return true;
    if (deps.clock.monotonic() > deadline) await stopPostmaster(deps, pid);
    if ((await Promise.race([ended, delay(pollMs)])) === 'ended') return false;
  }
}

function startFailed(folder: string, reason: string): EmbeddedError {
  return new EmbeddedError(`postgres did not start: ${reason}`, {
    code: 'postgres-start',
    retry: 'later',
    forPeople:
      `The embedded Postgres in ${folder} did not start:\n${reason}\n` +
      'Cure the cause and start again, or set DATABASE_URL to a Postgres 14 or newer.',
  });
}
