// Ends a server process when our own process is killed and cannot do it any more. A tiny shell
// waits at the end of a pipe: the operating system closes the pipe when we die, however we die. It
// checks that the pid file still names the server it was told about, so a reused id is never
// signalled. Not on Windows, where the next start ends the orphan instead; so it does everywhere
// else, too, if the watch failed. A shell, because a thread inside a Node server costs 30 MB.
import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { serverEnvironment } from './processes.ts';

const script = `
read -r word
[ "$word" = done ] && exit 0
read -r pid < "$2" && [ "$pid" = "$1" ] && kill -"$3" "$1"
`;

export interface Watch {
  /** The server has ended or is being stopped by ourselves. */
  dismiss(): void;
}

/** @param pidFile a file whose first line is the server's process id while it runs. */
export function watchParent(options: {
  pid: number;
  pidFile: string;
  signal: 'INT' | 'KILL';
  log: Log;
}): Watch {
  const { pid, pidFile, signal, log } = options;
  if (process.platform === 'win32') return { dismiss: () => undefined };
  const shell = spawn('/bin/sh', ['-c', script, 'ateams-watch', String(pid), pidFile, signal], {
    ...serverEnvironment,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const onError = (error: unknown): void => {
    log.warn({ reason: messageOf(error), pidFile }, 'an embedded server has no watch');
  };
  shell.on('error', onError);
  shell.stdin.on('error', onError);
  shell.unref();
  // The types do not say so, but a child's pipe is a socket: it alone must not keep us running.
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  return { dismiss: () => shell.stdin.end('done\n') };
}
