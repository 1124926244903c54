// One launch of the Chroma server until it answers, and how it is stopped: SIGTERM, and SIGKILL a
// second later, because some versions spin for ever instead of ending (their files survive it).
// Spawned detached, since at Ctrl-C those versions would spin, too. Sends nothing to anybody
// outside (traced), so there is no telemetry to switch off.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { delay } from '../../lib/clock.ts';
import type { Clock } from '../../lib/clock.ts';
import { EmbeddedError } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import {
  identify,
  isHeldByOther,
  readPid,
  serverEnvironment,
  signal,
  waitUntilProcess,
} from '../processes.ts';
import { openServerLog } from '../server-log.ts';
import type { ServerProcess } from '../supervise.ts';
import { watchParent } from '../watch-parent.ts';
import { noBinding } from './binding.ts';
import type { ChromaBinding } from './binding.ts';

const program = fileURLToPath(new URL('server-program.ts', import.meta.url));
/** How `server-program.ts` ends when the library does not load, as `whenExited` words it. */
const cannotLoad = 'exit code 78';
const attemptsMax = 5;
const answersWithinMs = 30_000;
const pollMs = 20;
const endsWithinMs = 1_000;
const killedWithinMs = 10_000;

export interface LaunchChroma {
  folder: string;
  binding: ChromaBinding;
  log: Log;
  clock: Clock;
}

export interface ChromaServer extends ServerProcess {
  readonly port: number;
}

/**
 * @param choosePort asked before every attempt; a port may be taken between choosing and binding.
 * @throws EmbeddedError `chroma-unavailable` when the library does not load, else `chroma-start`.
 */
export async function launchChroma(
  deps: LaunchChroma,
  choosePort: () => Promise<number>,
): Promise<ChromaServer> {
  await killOrphan(deps);
  let reason = '';
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const tried = await tryOnce(deps, await choosePort());
    if (tried.ok) return tried.server;
    reason = tried.reason;
    if (reason.startsWith(cannotLoad)) throw noBinding(reason);
    if (!tried.mayRetry) break;
  }
  throw new EmbeddedError(`chroma did not start: ${reason}`, {
    code: 'chroma-start',
    retry: 'later',
    forPeople:
      `The embedded Chroma in ${deps.folder} did not start:\n${reason}\n` +
      'Remove that folder (it is rebuilt from the database), or set CHROMA_URL.',
  });
}

type Attempt =
  | { ok: true; server: ChromaServer }
  | { ok: false; reason: string; mayRetry: boolean };

async function tryOnce(deps: LaunchChroma, port: number): Promise<Attempt> {
  const serverLog = await openServerLog(deps.folder, 'chroma');
  try {
    const child = spawnServer(deps, port, serverLog.handle.fd);
    const { pid } = child;
    const exited = whenExited(child);
    if (pid === undefined) return { ok: false, reason: await exited, mayRetry: false };
    // At once, since a server that no pid file names could not be found after we were killed.
    writeFileSync(pidFile(deps.folder), `${pid}\n`, { mode: 0o600 });
    const watched = { pid, pidFile: pidFile(deps.folder), signal: 'KILL', log: deps.log } as const;
    const watch = watchParent(watched);
    child.once('exit', () => watch.dismiss());
    const server = { pid, port, exited, stop: () => stop(deps, child, exited) };
    const is = await untilAnswering(deps, { pid, port, exited });
    if (is === 'answering') return { ok: true, server };
    await server.stop();
    const reason = `${is === 'silent' ? is : await exited}\n${await serverLog.tail()}`;
    return { ok: false, reason, mayRetry: is === 'ended' };
  } finally {
    await serverLog.handle.close();
  }
}

function spawnServer(deps: LaunchChroma, port: number, logFile: number): ChildProcess {
  const args = [
    '--max-semi-space-size=1',
    program,
    deps.binding.path,
    dataDirectory(deps.folder),
    String(port),
  ];
  const child = spawn(process.execPath, args, {
    ...serverEnvironment,
    cwd: deps.folder,
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
    child.once('exit', (code, name) => resolve(name ?? `exit code ${code}`));
  });
}

async function untilAnswering(
  { clock }: LaunchChroma,
  { pid, port, exited }: { pid: number; port: number; exited: Promise<string> },
): Promise<'answering' | 'ended' | 'silent'> {
  const ended = exited.then(() => 'ended' as const);
  const deadline = clock.monotonic() + answersWithinMs;
  while (clock.monotonic() < deadline) {
    const is = await Promise.race([ended, delay(pollMs)]);
    if (is === 'ended') return is;
    // On a port that was taken somebody else answers, until our server notices and ends.
    if ((await answers(port)) && !(await isHeldByOther(port, pid))) return 'answering';
  }
  return 'silent';
}

async function answers(port: number): Promise<boolean> {
  try {
    const url = `http://127.0.0.1:${port}/api/v2/heartbeat`;
    const response = await fetch(url, { signal: AbortSignal.timeout(endsWithinMs) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    // Nobody listens yet; the caller has the deadline.
    return false;
  }
}

async function stop(
  deps: LaunchChroma,
  child: ChildProcess,
  exited: Promise<string>,
): Promise<void> {
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  if (!hasEnded()) {
    child.kill('SIGTERM');
    await Promise.race([exited, delay(endsWithinMs)]);
    if (!hasEnded()) child.kill('SIGKILL');
    await exited;
  }
  await rm(pidFile(deps.folder), { force: true });
}

/** The server of a killed program ends by itself at once; if it did not, it is killed here. */
async function killOrphan({ folder, log, clock }: LaunchChroma): Promise<void> {
  const pid = await readPid(pidFile(folder));
  const mark = dataDirectory(folder);
  if (pid === undefined || (await identify(pid, mark)) !== 'ours') return;
  log.warn({ pid }, 'killing the embedded chroma of a process that was killed');
  signal(pid, 'SIGKILL');
  const ended = await waitUntilProcess({
    pid,
    mark,
    fits: (is) => is !== 'ours',
    withinMs: killedWithinMs,
    clock,
  });
  if (ended) return;
  throw new EmbeddedError(`chroma process ${pid} does not end`, {
    code: 'chroma-does-not-stop',
    retry: 'later',
    forPeople: `The Chroma process ${pid} does not end; end it by hand and start again.`,
    ids: { pid },
  });
}

function pidFile(folder: string): string {
  return join(folder, 'chroma.pid');
}

function dataDirectory(folder: string): string {
  return join(folder, 'data');
}
