// A program of ours as an operator runs it in a folder: a process of its own that sees nothing but
// the environment it is given, fed with what would be typed.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const msMax = 60_000;

export interface Run {
  exit: number | null;
  /** Standard output and standard error. */
  printed: string;
}

export interface RunOptions {
  cwd: string;
  env?: Record<string, string>;
  args?: readonly string[];
  /** Lines that are typed, then the end of input. */
  typed?: readonly string[];
}

/** @param program path inside `src/` */
export async function runProgram(program: string, options: RunOptions): Promise<Run> {
  const { cwd, env = {}, args = [], typed = [] } = options;
  const child = spawn(process.execPath, [join(root, 'src', program), ...args], {
    cwd,
    env: { PORT: '0', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: msMax,
    killSignal: 'SIGKILL',
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  // A program that ends early leaves the rest unread.
  child.stdin.on('error', () => undefined);
  child.stdin.end(typed.map((line) => `${line}\n`).join(''));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { exit: await exit, printed: out + err };
}
