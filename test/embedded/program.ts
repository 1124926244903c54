// Runs a TypeScript program as a process of its own, so that a test can kill it like a power cut
// would, and looks for the processes that it left behind.
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { readIfThere } from '../../src/embedded/processes.ts';
import { parseJson } from '../../src/lib/json.ts';

export interface Program extends AsyncDisposable {
  readonly pid: number;
  /** The next line on standard output that fits; rejects when the program ends before. */
  says<S extends z.ZodType>(schema: S): Promise<z.infer<S>>;
  /** Sends the signal and resolves when the program has ended. */
  end(signal: NodeJS.Signals): Promise<void>;
  send(signal: NodeJS.Signals): void;
}

export const Started = z.object({ url: z.string(), pid: z.number(), startedMs: z.number() });

/** @param command the program and its arguments, such as `[process.execPath, 'x.ts']`. */
export function runProgram(command: readonly string[]): Program {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const errors = collect(child);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await ended;
  };
  return {
    pid: child.pid ?? 0,
    async says(schema) {
      for (;;) {
        const line = await lines.next();
        if (line.done === true) throw new Error(`the program ended: ${errors()}`);
        const parsed = parseJson(schema, line.value);
        if (parsed.ok) return parsed.value;
      }
    },
    end,
    send: (signal) => child.kill(signal),
    [Symbol.asyncDispose]: () => end('SIGTERM'),
  };
}

/** Ids of the processes, alive, whose command line holds the text. Linux only. */
export async function processesNaming(text: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/u.test(name)).map(Number);
  const naming = await Promise.all(
    pids.map(async (pid) => (await readIfThere(`/proc/${pid}/cmdline`))?.includes(text) === true),
  );
  return pids.filter((_, index) => naming[index] === true);
}

function collect(child: ChildProcessByStdio<null, Readable, Readable>): () => string {
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return () => text;
}
