// A copy of the repository in a temporary folder, as somebody has it who cloned it and ran npm ci;
// the packages are those of this checkout. Documents' commands are run in it, without the settings
// of the machine that runs the tests.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { configVariables } from '../../src/config-variables.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';
import { repositoryPath } from '../tidy/repository-files.ts';

const copied = ['package.json', '.npmrc', 'commands', 'drizzle', 'src', 'system-messages'];

export interface Finished {
  exit: number | null;
  out: string;
  err: string;
}

export interface Running {
  /** Resolves when this was printed on standard output. @throws Error when it ends before */
  prints(pattern: RegExp): Promise<RegExpExecArray>;
  send(signal: NodeJS.Signals): void;
  finished: Promise<Finished>;
}

export interface CopiedRepository extends AsyncDisposable {
  readonly path: string;
  /** Starts a block of a document in a shell that ends at the first command that fails. */
  start(block: string, settings?: Record<string, string>): Running;
  run(block: string, settings?: Record<string, string>): Promise<Finished>;
}

/** @param settings environment variables of every command */
export async function copyRepository(settings: Record<string, string>): Promise<CopiedRepository> {
  const folder = await temporaryFolder();
  const { path } = folder;
  for (const name of copied) {
    await cp(join(repositoryPath, name), join(path, name), { recursive: true });
  }
  await symlink(join(repositoryPath, 'node_modules'), join(path, 'node_modules'));
  const running = new Set<Running>();
  const start = (block: string, more: Record<string, string> = {}): Running => {
    const child = startShell(path, { block, settings: { ...settings, ...more } });
    running.add(child);
    const forget = () => running.delete(child);
    child.finished.then(forget, forget);
    return child;
  };
  return {
    path,
    start,
    run: (block, more) => start(block, more).finished,
    [Symbol.asyncDispose]: async () => {
      for (const child of running) child.send('SIGKILL');
      await Promise.allSettled([...running].map(({ finished }) => finished));
      await folder[Symbol.asyncDispose]();
    },
  };
}

interface Shell {
  block: string;
  settings: Record<string, string>;
}

function startShell(cwd: string, { block, settings }: Shell): Running {
  const unset = [...configVariables.keys()].flatMap((name) => ['-u', name]);
  const set = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const shell = ['sh', '-e', '-c', block];
  const child = spawn('env', [...unset, ...set, ...shell], {
    cwd,
    // Ctrl-C reaches every process of a terminal, and so does a signal to the group.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed.err += text));
  const finished = once(child, 'close').then(() => ({ exit: child.exitCode, ...printed }));
  return {
    finished,
    prints: async (pattern) => {
      for (;;) {
        const match = pattern.exec(printed.out);
        if (match !== null) return match;
        if (child.exitCode !== null) throw new Error(`It ended: ${printed.out}${printed.err}`);
        await Promise.race([once(child.stdout, 'data'), finished]);
      }
    },
    send: (signal) => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal);
    },
  };
}
