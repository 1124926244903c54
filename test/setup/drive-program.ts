// Sits at a program's terminal: waits for what it asks, does what has to be done before, and types.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Run } from './run-program.ts';

const root = join(import.meta.dirname, '../..');
const msMax = 100_000;

/** What is waited for, what is typed then if anything, and what is done before. */
export type Step = readonly [
  words: string,
  typed?: string | null,
  before?: () => Promise<void> | void,
];

/** @param steps in order of what is printed; what is typed ends with Enter, but for `SIGINT` */
export async function driveProgram(
  program: string,
  { cwd, steps }: { cwd: string; steps: readonly Step[] },
): Promise<Run> {
  const child = spawn(process.execPath, [join(root, 'src', program)], {
    cwd,
    env: { PORT: '0' },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: msMax,
    killSignal: 'SIGKILL',
  });
  let printed = '';
  let wake = (): void => undefined;
  let isOver = false;
  const hear = (chunk: string): void => {
    printed += chunk;
    wake();
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  child.stdin.on('error', () => undefined);
  const closed = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      isOver = true;
      resolve(code);
      wake();
    });
  });
  const more = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  let from = 0;
  for (const [words, typed = null, before] of steps) {
    while (printed.indexOf(words, from) < 0) {
      if (isOver) throw new Error(`It ended before “${words}”:\n${printed}`);
      await more();
    }
    from = printed.indexOf(words, from) + words.length;
    await before?.();
    if (typed === 'SIGINT') child.kill('SIGINT');
    else if (typed !== null) child.stdin.write(`${typed}\n`);
  }
  return { exit: await closed, printed };
}
