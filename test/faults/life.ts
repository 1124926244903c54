// One life of a process of the agency: from its start to its end, with what it said on the way.
// Whether it works is asked of its own health route, as an orchestrator would.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { delay, systemClock } from '../../src/lib/clock.ts';
import { points } from '../../src/lib/points.ts';
import type { Point } from '../../src/lib/points.ts';

export interface Birth {
  /** What follows `node`. */
  args: readonly string[];
  env: Record<string, string>;
  cwd: string;
  /** Told the moment the process names the point it ends, or is held up, at. */
  onPoint?: (point: Point) => void;
  /** Told once, when its health route says that it is ready. */
  onReady?: () => void;
}

export interface Life {
  readonly pid: number;
  readonly startedAt: number;
  /** Wall clock, epoch ms; null until it was ready. */
  readyAt(): number | null;
  /** The point it named, if it did. */
  point(): Point | null;
  /** The end of its output. */
  output(): string;
  signal(signal: NodeJS.Signals): void;
  /** Never rejects. */
  readonly ended: Promise<Ended>;
}

export interface Ended {
  at: number;
  code: number | null;
  signal: NodeJS.Signals | null;
}

const outputCharsMax = 20_000;
const askEveryMs = 100;

export function beginLife({ args, env, cwd, onPoint, onReady }: Birth): Life {
  const startedAt = systemClock.now();
  const child = spawn(process.execPath, [...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const state: { readyAt: number | null; point: Point | null; output: string; isOver: boolean } = {
    readyAt: null,
    point: null,
    output: '',
    isOver: false,
  };
  const keep = (text: string): void => {
    state.output = `${state.output}${text}`.slice(-outputCharsMax);
  };
  child.stderr?.setEncoding('utf8').on('data', keep);
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    keep(text);
    const url = /^ *Health +(\S+)$/m.exec(text)?.[1];
    if (url === undefined) return;
    untilReady(url, () => state.isOver).then((at) => {
      if (at === null) return;
      state.readyAt = at;
      onReady?.();
    }, keep);
  });
  // The fourth stream is a pipe by the options above.
  createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => {
    state.point = points.find((point) => point === line) ?? null;
    if (state.point !== null) onPoint?.(state.point);
  });
  const ended = new Promise<Ended>((resolve) => {
    let at = 0;
    child.once('error', (error) => keep(String(error)));
    child.once('exit', () => {
      at = systemClock.now();
      state.isOver = true;
    });
    // After `close` everything that was said has been read.
    child.once('close', (code, signal) => {
      state.isOver = true;
      resolve({ at: at === 0 ? systemClock.now() : at, code, signal });
    });
  });
  return {
    pid: child.pid ?? 0,
    startedAt,
    readyAt: () => state.readyAt,
    point: () => state.point,
    output: () => state.output,
    signal: (signal) => {
      if (!state.isOver) child.kill(signal);
    },
    ended,
  };
}

/** @returns when it was; null when the process ended before */
async function untilReady(url: string, isOver: () => boolean): Promise<number | null> {
  while (!isOver()) {
    if (await answersOk(url)) return systemClock.now();
    await delay(askEveryMs);
  }
  return null;
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    // It is being killed all the time; not answering is an answer.
    return false;
  }
}
