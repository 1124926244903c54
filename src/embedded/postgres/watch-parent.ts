// Stops Postgres when our own process is killed and cannot do it any more. A tiny shell waits at
// the end of a pipe: the operating system closes the pipe when we die, however we die. It checks
// that the pid file still names the server it was told about, so a reused id is never signalled.
// Not on Windows, where the next start stops the orphan instead; so it does everywhere else, too,
// if the watch failed.
import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { messageOf } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import { postmasterFile } from './postmaster-file.ts';
import { childEnvironment } from './run-as.ts';

const script = `
read -r word
[ "$word" = done ] && exit 0
read -r pid < "$2" && [ "$pid" = "$1" ] && kill -INT "$1"
`;

export interface Watch {
  /** The server has ended or is being stopped by ourselves. */
  dismiss(): void;
}

export function watchParent(options: { pid: number; data: string; log: Log }): Watch {
  const { pid, data, log } = options;
  if (process.platform === 'win32') return { dismiss: () => undefined };
  const shell = spawn(
    '/bin/sh',
    ['-c', script, 'ateams-watch', String(pid), postmasterFile(data)],
    { ...childEnvironment, detached: true, stdio: ['pipe', 'ignore', 'ignore'] },
  );
  const onError = (error: unknown): void => {
    log.warn({ reason: messageOf(error) }, 'no watch over the embedded postgres');
  };
  shell.on('error', onError);
  shell.stdin.on('error', onError);
  shell.unref();
  // The types do not say so, but a child's pipe is a socket: it alone must not keep us running.
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  return { dismiss: () => shell.stdin.end('done\n') };
}
