// Stops a Postgres server in order: a fast shutdown (clients are cut off, data is flushed), and if
// that does not end, an immediate one (recovered from the log at the next start). Never SIGKILL:
// it would leave the server's children behind, still writing. `stopOrphan` does it to the server
// of an earlier process that was killed, after making sure that it is ours.
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Clock } from '../../lib/clock.ts';
import { EmbeddedError } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import { identify, readPid, serverEnvironment, signal, waitUntilProcess } from '../processes.ts';
import type { ProcessIs } from '../processes.ts';
import type { PostgresBinaries } from './binaries.ts';
import { postmasterFile } from './postmaster-file.ts';

const run = promisify(execFile);
const shutdownWithinMs = 10_000;

export interface StopDeps {
  binaries: PostgresBinaries;
  data: string;
  log: Log;
  clock: Clock;
}

/** @throws EmbeddedError `postgres-does-not-stop` after both kinds of shutdown were in vain. */
export async function stopPostmaster(deps: StopDeps, pid: number): Promise<void> {
  for (const name of ['INT', 'QUIT'] as const) {
    await send(deps.binaries, pid, name);
    // One that has ended but is not yet collected has removed its pid file and is in nobody's way.
    if (await waitUntil(deps, pid, (is) => is !== 'ours')) return;
    deps.log.warn({ pid, signal: name }, 'embedded postgres has not stopped yet');
  }
  throw new EmbeddedError(`postgres process ${pid} does not stop`, {
    code: 'postgres-does-not-stop',
    retry: 'later',
    forPeople: `The Postgres process ${pid} does not stop; end it by hand and start again.`,
    ids: { pid },
  });
}

/**
 * Makes way for a new server: stops one that an earlier, killed process left behind, waits for one
 * that was killed but not yet collected, and clears a pid file whose id is another program by now.
 */
export async function stopOrphan(deps: StopDeps): Promise<void> {
  const file = postmasterFile(deps.data);
  const pid = await readPid(file);
  if (pid === undefined) return;
  switch (await identify(pid, deps.data)) {
    case 'gone':
      return;
    case 'stranger':
      await rm(file, { force: true });
      return;
    case 'zombie':
      // If it is still there then, launching says so; nothing can be signalled to a zombie.
      await waitUntil(deps, pid, (is) => is !== 'zombie');
      return;
    case 'ours':
      deps.log.warn({ pid }, 'stopping the embedded postgres of a process that was killed');
      await stopPostmaster(deps, pid);
  }
}

function waitUntil(
  { data, clock }: StopDeps,
  pid: number,
  fits: (is: ProcessIs) => boolean,
): Promise<boolean> {
  return waitUntilProcess({ pid, mark: data, fits, withinMs: shutdownWithinMs, clock });
}

async function send(binaries: PostgresBinaries, pid: number, name: 'INT' | 'QUIT'): Promise<void> {
  // Windows has no signals; Postgres brings its own, and a program to send them.
  if (process.platform !== 'win32') signal(pid, `SIG${name}`);
  else await run(binaries.pgCtl, ['kill', name, String(pid)], { ...serverEnvironment });
}
