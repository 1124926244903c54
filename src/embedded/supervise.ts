// Keeps one embedded server process running while the program runs: when it ends by itself it is
// launched again, on the same port, so that connection pools recover on their own. Never given up,
// as whatever kills it may be put right (a full disk, say), but ever more slowly, so that a part
// that keeps dying does not burn the machine.
import { delay } from '../lib/clock.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';

/** Launches in the last minute after which the pauses grow; the first ones are at once. */
const promptLaunches = 3;
const pauseMs = { first: 250, max: 10_000 };

/** @param launches how many there were within the last minute */
export function pauseBeforeLaunch(launches: number): number {
  if (launches < promptLaunches) return 0;
  return Math.min(pauseMs.first * 2 ** (launches - promptLaunches), pauseMs.max);
}

export interface ServerProcess {
  readonly pid: number;
  /** Resolves when the process ended, with how, in words. Never rejects. */
  readonly exited: Promise<string>;
  stop(): Promise<void>;
}

export interface Supervised<P extends ServerProcess> {
  current(): P;
  close(): Promise<void>;
}

/** Launches once (a failure of this first launch is the caller's), then keeps it running. */
export async function supervise<P extends ServerProcess>(options: {
  part: string;
  launch: () => Promise<P>;
  log: Log;
  clock: Clock;
}): Promise<Supervised<P>> {
  const { part, launch, log, clock } = options;
  const closing = new AbortController();
  const restarts: number[] = [];
  let current = await launch();

  const pause = async (): Promise<void> => {
    const now = clock.monotonic();
    while ((restarts[0] ?? now) < now - 60_000) restarts.shift();
    const ms = pauseBeforeLaunch(restarts.length);
    restarts.push(now);
    await delay(ms, closing.signal).catch(() => undefined);
  };

  const relaunch = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await pause();
      if (closing.signal.aborted) return;
      try {
        current = await launch();
        return;
      } catch (error) {
        log.error({ part, err: error }, `embedded ${part} did not start again`);
      }
    }
  };

  const keepRunning = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      const how = await current.exited;
      if (closing.signal.aborted) return;
      log.error({ part, how }, `embedded ${part} ended by itself (${how}); starting it again`);
      await relaunch();
    }
  };

  const kept = keepRunning().catch((error: unknown) => {
    log.fatal({ part, err: error }, `embedded ${part} is not kept running: ${messageOf(error)}`);
  });

  const close = async (): Promise<void> => {
    closing.abort();
    await current.stop();
    // A relaunch that was under way when closing began has replaced `current` by now.
    await kept;
    await current.stop();
  };
  let closed: Promise<void> | undefined;
  return { current: () => current, close: () => (closed ??= close()) };
}
