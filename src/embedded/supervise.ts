// Keeps one embedded server process running while the program runs: when it ends by itself it is
// launched again, on the same port, so that connection pools recover on their own. Bounded: a part
// that keeps dying is given up and said to be, instead of burning the machine.
import { delay } from '../lib/clock.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';

const restartsPerMinuteMax = 10;
const restartDelayMs = 250;

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

  const mayRestart = (): boolean => {
    const now = clock.monotonic();
    while ((restarts[0] ?? now) < now - 60_000) restarts.shift();
    restarts.push(now);
    return restarts.length <= restartsPerMinuteMax;
  };

  const relaunch = async (): Promise<boolean> => {
    while (!closing.signal.aborted && mayRestart()) {
      try {
        current = await launch();
        return true;
      } catch (error) {
        log.error({ part, err: error }, `embedded ${part} did not start again`);
        await delay(restartDelayMs);
      }
    }
    return false;
  };

  const keepRunning = async (): Promise<void> => {
    do {
      if (closing.signal.aborted) return;
      const how = await current.exited;
      if (closing.signal.aborted) return;
      log.error({ part, how }, `embedded ${part} ended by itself (${how}); starting it again`);
    } while (await relaunch());
    if (!closing.signal.aborted) log.fatal({ part }, `embedded ${part} keeps ending; given up`);
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
