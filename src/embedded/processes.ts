// What the launchers of embedded parts ask the operating system: a free port, and who a process
// id is. A number in a pid file proves nothing, since ids are reused (in a container almost at
// once), so nobody is signalled before its command line was compared. Surprise: a process that was
// killed but not yet collected by its parent (a zombie) still answers `kill -0`.
import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { delay } from '../lib/clock.ts';
import type { Clock } from '../lib/clock.ts';
import { EmbeddedError } from '../lib/errors.ts';

const run = promisify(execFile);
const pollMs = 20;

/** A server gets none of our environment: it may hold keys. Windows programs need some, however. */
export const serverEnvironment: { env?: NodeJS.ProcessEnv } =
  process.platform === 'win32' ? {} : { env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' } };

/** `ours`: alive, and its command line holds the mark. `stranger`: alive, but something else. */
export type ProcessIs = 'gone' | 'zombie' | 'ours' | 'stranger';

/**
 * A TCP port on 127.0.0.1 that was free a moment ago; the caller retries when it was taken since.
 */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new EmbeddedError('no free port', { code: 'port', retry: 'later' }));
      });
    });
  });
}

/** @param mark what the command line of our own process holds, such as the folder it works in. */
export async function identify(pid: number, mark: string): Promise<ProcessIs> {
  if (process.platform === 'win32') return identifyOnWindows(pid);
  const found = process.platform === 'linux' ? await fromProc(pid) : await fromPs(pid);
  if (found === undefined) return 'gone';
  if (found.state.startsWith('Z')) return 'zombie';
  return found.commandLine.includes(mark) ? 'ours' : 'stranger';
}

/** Resolves true once what `identify` answers fits, false when it did not within the time. */
export async function waitUntilProcess(options: {
  pid: number;
  mark: string;
  fits: (is: ProcessIs) => boolean;
  withinMs: number;
  clock: Clock;
}): Promise<boolean> {
  const deadline = options.clock.monotonic() + options.withinMs;
  for (;;) {
    if (options.fits(await identify(options.pid, options.mark))) return true;
    if (options.clock.monotonic() > deadline) return false;
    await delay(pollMs);
  }
}

/**
 * True when somebody else than this process listens on the port of 127.0.0.1, as far as one can
 * see: an answer from a port alone does not prove who gave it. Only Linux shows it.
 */
export async function isHeldByOther(port: number, pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const listening = '0A';
  const rows = ((await readIfThere('/proc/net/tcp')) ?? '').split('\n').map((row) => row.trim());
  const sockets = rows
    .map((row) => row.split(/\s+/u))
    .filter((cells) => cells[1]?.endsWith(suffix) === true && cells[3] === listening)
    .map((cells) => `socket:[${cells[9] ?? ''}]`);
  if (sockets.length === 0) return false;
  const own = await openFilesOf(pid);
  return !sockets.some((socket) => own.has(socket));
}

/** Sends a signal; a process that is gone already is as good as signalled. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}

/** True for a system error with this code, such as `ENOENT`. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** The process id in the first line of a pid file; `undefined` when there is no such file or id. */
export async function readPid(file: string): Promise<number | undefined> {
  const text = await readIfThere(file);
  const pid = Number.parseInt(text?.split('\n', 1)[0] ?? '', 10);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

/** A text file's content, or `undefined` when it does not exist. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    // ESRCH is how /proc says that the process ended between open and read.
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ESRCH')) return undefined;
    throw error;
  }
}

interface Found {
  state: string;
  commandLine: string;
}

async function fromProc(pid: number): Promise<Found | undefined> {
  const stat = await readIfThere(`/proc/${pid}/stat`);
  const commandLine = await readIfThere(`/proc/${pid}/cmdline`);
  if (stat === undefined || commandLine === undefined) return undefined;
  // The program's name stands in parentheses and may itself hold some; the state follows the last.
  const state = stat.slice(stat.lastIndexOf(')') + 2);
  return { state, commandLine: commandLine.replaceAll('\u0000', ' ') };
}

async function openFilesOf(pid: number): Promise<Set<string>> {
  const folder = `/proc/${pid}/fd`;
  try {
    const targets = (await readdir(folder)).map((name) => readlink(`${folder}/${name}`));
    const settled = await Promise.allSettled(targets);
    // A file that was closed meanwhile has no target any more.
    return new Set(settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return new Set();
    throw error;
  }
}

async function fromPs(pid: number): Promise<Found | undefined> {
  try {
    const { stdout } = await run('ps', ['-ww', '-o', 'stat=', '-o', 'command=', '-p', String(pid)]);
    const [state = '', ...rest] = stdout.trim().split(/\s+/u);
    return { state, commandLine: rest.join(' ') };
  } catch (error) {
    // `ps` ends with 1 when there is no such process.
    if (hasCode(error, '1')) return undefined;
    throw error;
  }
}

/** Windows shows no command line without extra tools, so the program's name has to do. */
async function identifyOnWindows(pid: number): Promise<ProcessIs> {
  const { stdout } = await run('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']);
  if (!stdout.includes(`"${pid}"`)) return 'gone';
  return /postgres\.exe|node\.exe/u.test(stdout) ? 'ours' : 'stranger';
}
