// The folder of everything embedded, held by one process at a time: two Postgres or Chroma servers
// over the same files would destroy them. The lock is a listening socket and not a file, because
// the operating system closes it when its process dies, so kill -9 leaves nothing stale. Surprise:
// on Linux it has no place in any folder (an abstract socket) and so sees one network namespace.
import { mkdirSync } from 'node:fs';
import { access, constants, mkdir, realpath, rm, stat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, messageOf } from '../lib/errors.ts';
import { sha256 } from '../lib/json.ts';
import { hasCode } from './processes.ts';

const ownerOnly = 0o700;
const holderAnswersWithinMs = 500;

export interface DataFolder {
  /** Absolute, with symbolic links resolved. */
  readonly path: string;
  /** The absolute path of a folder inside, created (owner only) when it is missing. */
  sub(name: string): string;
  close(): Promise<void>;
}

/** @throws ConfigError `data-folder-locked` or `data-folder-unusable`, with a cure for people. */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const folder = await createFolder(path);
  const server = await lock(folder);
  return {
    path: folder,
    sub(name) {
      const sub = join(folder, name);
      mkdirSync(sub, { recursive: true, mode: ownerOnly });
      return sub;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}

async function createFolder(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true, mode: ownerOnly });
    const folder = await realpath(path);
    if (!(await stat(folder)).isDirectory()) throw new Error('it is not a folder');
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return folder;
  } catch (error) {
    throw new ConfigError(`data folder ${path}: ${messageOf(error)}`, {
      code: 'data-folder-unusable',
      retry: 'never',
      forPeople:
        `The data folder ${path} cannot be used (${messageOf(error)}). ` +
        'Make it writable for this user, or set ATEAMS_HOME to another folder.',
      cause: error,
    });
  }
}

async function lock(folder: string): Promise<Server> {
  const address = lockAddress(folder);
  const first = await listen(address);
  if (first !== undefined) return first;
  const holder = await askHolder(address);
  if (holder === 'nobody' && process.platform !== 'linux') {
    // A socket file outlives its process where there are no abstract sockets.
    await rm(address, { force: true });
    const second = await listen(address);
    if (second !== undefined) return second;
  }
  const who = /^\d+$/u.test(holder) ? `process ${holder}` : 'another process';
  throw new ConfigError(`data folder ${folder} is held by ${who}`, {
    code: 'data-folder-locked',
    retry: 'never',
    forPeople:
      `The data folder ${folder} is in use by ${who}. ` +
      'Stop that one first, or set ATEAMS_HOME to another folder.',
  });
}

function lockAddress(folder: string): string {
  const name = `ateams-${sha256(folder)}`;
  if (process.platform === 'linux') return `\u0000${name}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  // 16 digits: a socket's path has room for about 100 characters, and tmpdir may take half.
  return join(tmpdir(), `${name.slice(0, 'ateams-'.length + 16)}.sock`);
}

/** `undefined` when somebody else listens there. */
function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end(String(process.pid));
    });
    server.once('error', (error) => {
      if (hasCode(error, 'EADDRINUSE', 'EACCES')) resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => {
      // The lock alone must not keep a program alive that has finished otherwise.
      server.unref();
      resolve(server);
    });
  });
}

/** The holder's process id as it says it, `nobody` when no one answers the door, else `unknown`. */
function askHolder(address: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(address);
    socket.setEncoding('utf8').setTimeout(holderAnswersWithinMs);
    socket.on('data', (text: string) => (answer += text));
    socket.on('end', () => resolve(answer));
    socket.on('timeout', () => {
      socket.destroy();
      resolve('unknown');
    });
    socket.on('error', (error) => {
      resolve(hasCode(error, 'ECONNREFUSED', 'ENOENT') ? 'nobody' : 'unknown');
    });
  });
}
