// The local Discord of a run: always on the same port, killed when asked and started again at
// once, with everything it had told anybody still there.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { freePort } from '../../src/embedded/processes.ts';
import { parseJson } from '../../src/lib/json.ts';

const Started = z.looseObject({
  url: z.string(),
  guildId: z.string(),
  botToken: z.string(),
  directorToken: z.string(),
});

export interface DiscordHost extends z.infer<typeof Started>, AsyncDisposable {
  kill(): void;
  kills(): number;
}

const program = join(import.meta.dirname, '../../src/embedded/discord/main.ts');
const leash = pathToFileURL(join(import.meta.dirname, 'leash.ts')).href;
/** A gateway that dies every few seconds for minutes stands for one that dies every few weeks. */
const identifiesPerDay = 100_000_000;

/** Between asking for a free port and listening on it somebody else may have taken it. */
const startsMax = 5;

/** @param nonceWindowMs as long as Discord has it when absent */
export async function startDiscordHost(
  folder: string,
  nonceWindowMs?: number,
): Promise<DiscordHost> {
  const window = nonceWindowMs === undefined ? [] : ['--nonce-window-ms', String(nonceWindowMs)];
  const common = ['--identifies-per-day', String(identifiesPerDay), '--log', 'error', ...window];
  const argsFor = (port: number): string[] => {
    return ['--import', leash, program, '--folder', folder, '--port', String(port), ...common];
  };
  const state: { child: ChildProcess | null; kills: number; isClosed: boolean } = {
    child: null,
    kills: 0,
    isClosed: false,
  };
  let started: { told: z.infer<typeof Started>; port: number } | null = null;
  let output = '';
  for (let starts = 1; started === null; starts += 1) {
    const port = await freePort();
    const first = launch(argsFor(port));
    state.child = first.child;
    const told = parseJson(Started, await first.line);
    output = first.output();
    if (told.ok) started = { told: told.value, port };
    else if (starts === startsMax) throw new Error(`The local Discord did not start: ${output}`);
  }
  const { told, port } = started;
  const { promise: ended, resolve: tellEnded } = Promise.withResolvers<undefined>();
  const keep = (child: ChildProcess): void => {
    child.once('close', () => {
      if (state.isClosed) return tellEnded(undefined);
      state.child = launch(argsFor(port)).child;
      return keep(state.child);
    });
  };
  if (state.child !== null) keep(state.child);
  return {
    ...told,
    kills: () => state.kills,
    kill: () => {
      state.kills += 1;
      state.child?.kill('SIGKILL');
    },
    [Symbol.asyncDispose]: async () => {
      state.isClosed = true;
      state.child?.kill('SIGKILL');
      await ended;
    },
  };
}

interface Launched {
  child: ChildProcess;
  /** What it says first; nothing when it ends before. */
  line: Promise<string>;
  output: () => string;
}

function launch(args: readonly string[]): Launched {
  const child = spawn(process.execPath, [...args], { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output = `${output}${text}`.slice(-4000);
  });
  const line = new Promise<string>((resolve) => {
    if (child.stdout !== null) createInterface({ input: child.stdout }).once('line', resolve);
    child.once('close', () => resolve(''));
  });
  return { child, line, output: () => output };
}
