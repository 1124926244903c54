// The program as an operator starts it: a process of its own, in a folder without `.env`, that is
// read by its output and stopped by signals.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { createPerson } from '../../src/embedded/discord/person.ts';
import type { Person } from '../../src/embedded/discord/person.ts';
import { readFile } from 'node:fs/promises';
import { parseJson } from '../../src/lib/json.ts';

const root = join(import.meta.dirname, '../..');
const startMsMax = 60_000;

export interface RunningProgram extends AsyncDisposable {
  pid: number;
  /** Resolves when the output holds these words. @throws Error when the program ends before */
  says(words: string): Promise<void>;
  output(): string;
  /** @returns the exit code, or the name of the signal it died of */
  end(signal?: NodeJS.Signals): Promise<number | string>;
}

/** Where a bare machine has its programs; nothing of ours is looked for there. */
const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * @param env everything the program shall see, besides the PATH
 * @param within a command that ends by becoming the command that follows it
 */
export function startProgram(
  cwd: string,
  env: Record<string, string>,
  within: readonly string[] = [],
): RunningProgram {
  const main = ['--require', join(root, 'src/require-node.cjs'), join(root, 'src/main.ts')];
  const [file = process.execPath, ...args] = [...within, process.execPath, ...main];
  const child = spawn(file, args, {
    cwd,
    env: { PATH: systemPath, LOG_LEVEL: 'warn', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  let listeners: (() => void)[] = [];
  const tell = (): void => {
    const told = listeners;
    listeners = [];
    for (const listener of told) listener();
  };
  const hear = (chunk: string): void => {
    text += chunk;
    tell();
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  const more = () => new Promise<void>((resolve) => listeners.push(resolve));
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => {
      resolve(code ?? signal ?? '');
      tell();
    });
  });
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  return {
    pid: child.pid ?? 0,
    output: () => text,
    says: async (words) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), startMsMax);
      while (!text.includes(words)) {
        if (isOver()) throw new Error(`The program ended without “${words}”:\n${text}`);
        await more();
      }
      clearTimeout(timer);
    },
    end: async (signal) => {
      if (signal !== undefined && !isOver()) child.kill(signal);
      return ended;
    },
    [Symbol.asyncDispose]: async () => {
      if (!isOver()) child.kill('SIGKILL');
      await ended;
    },
  };
}

const Tokens = z.strictObject({
  url: z.string(),
  guildId: z.string(),
  directorToken: z.string(),
  specialistToken: z.string(),
  strangerToken: z.string(),
  botToken: z.string(),
});

/** The Director, by what the program wrote down for scripts. */
export async function directorOf(
  home: string,
): Promise<{ director: Person; tokens: z.infer<typeof Tokens> }> {
  const read = parseJson(Tokens, await readFile(join(home, 'local-discord.json'), 'utf8'));
  if (!read.ok) throw new Error(read.reason);
  const { url, directorToken: token } = read.value;
  return { director: createPerson({ apiUrl: `${url}/api`, token }), tokens: read.value };
}
