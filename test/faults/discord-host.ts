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

/** @param nonceWindowMs as long as Discord has it when absent */
export async function startDiscordHost(
  folder: string,
  nonceWindowMs?: number,
): Promise<DiscordHost> {
  const window = nonceWindowMs === undefined ? [] : ['--nonce-window-ms', String(nonceWindowMs)];
  const args = ['--import', leash, program, '--folder', folder, '--port', String(await freePort())];
  const more = ['--identifies-per-day', String(identifiesPerDay), '--log', 'error', ...window];
  const state: { child: ChildProcess | null; kills: number; isClosed: boolean; output: string } = {
    child: null,
    kills: 0,
    isClosed: false,
    output: '',
  };
  const { promise: ended, resolve: tellEnded } = Promise.withResolvers<undefined>();
  const launch = (onStarted: (line: string) => void): void => {
    const child = spawn(process.execPath, [...args, ...more], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    state.child = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      state.output = `${state.output}${text}`.slice(-4000);
    });
    if (child.stdout !== null) createInterface({ input: child.stdout }).once('line', onStarted);
    child.once('close', () => {
      onStarted('');
      if (state.isClosed) tellEnded(undefined);
      else launch(() => undefined);
    });
  };
  const line = await new Promise<string>((resolve) => {
    launch(resolve);
  });
  const started = parseJson(Started, line);
  const close = async (): Promise<void> => {
    state.isClosed = true;
    state.child?.kill('SIGKILL');
    await ended;
  };
  if (!started.ok) {
    await close();
    throw new Error(`The local Discord did not start: ${started.reason}\n${state.output}`);
  }
  return {
    ...started.value,
    kills: () => state.kills,
    kill: () => {
      state.kills += 1;
      state.child?.kill('SIGKILL');
    },
    [Symbol.asyncDispose]: close,
  };
}
