// The part of a process that takes turns: the door, the runner, and the sweep that finds lost work.
import type { Config } from '../config.ts';
import type { SendDurations } from '../discord/discord-limits.ts';
import { systemClock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { createHandleEvent } from '../runtime/handle-event.ts';
import type { HandleEvent } from '../runtime/handle-event.ts';
import type { HintQueue } from '../runtime/hints.ts';
import { createTurnRunner } from '../runtime/run-turn.ts';
import type { TurnRunner } from '../runtime/run-turn.ts';
import { startSweeper } from '../runtime/sweep.ts';
import type { Sweeper } from '../runtime/sweep.ts';
import type { createTurnTaker } from '../runtime/turn-taker.ts';
import type { Store } from '../store/open-store.ts';
import { retryWaiting } from '../store/turns.ts';
import type { Closers, Stopping } from './closers.ts';

/** How long a claim lasts without renewal, and how often lost work is looked for. */
export interface Durations {
  leaseMs: number;
  renewMs: number;
  sweepMs: number;
  /** How often it is looked whether a part is away or late. */
  lookMs: number;
  /** How far Discord's memory of nonces is trusted, where not as usual. */
  sending?: Partial<SendDurations>;
  /** A gateway that cannot reach Postgres for so long has lost its place to another one. */
  patienceMs: number;
  /** How often channels are read for what the gateway did not deliver. */
  backFillMs: number;
  /** Stopping: how long what people just did is still put to the door. */
  hearOutMs: number;
  /** Stopping: how long turns may go on, so that answers under way are not lost. */
  turnsOutMs: number;
}

export const defaultDurations: Durations = {
  leaseMs: 6000,
  renewMs: 2000,
  sweepMs: 2000,
  lookMs: 5000,
  patienceMs: 8000,
  backFillMs: 60_000,
  hearOutMs: 2000,
  turnsOutMs: 20_000,
};

export interface RuntimeDeps {
  config: Config;
  log: Log;
  closers: Closers;
  durations: Durations;
  store: Store;
  hints: HintQueue;
}

export interface Core {
  handleEvent: HandleEvent;
  runner: TurnRunner;
}

/** The door and the turns know each other: a decision may stop turns, a turn ends in a decision. */
export function connectRuntime(
  deps: RuntimeDeps,
  takeTurn: ReturnType<typeof createTurnTaker>,
): Core {
  const { store, hints, log, durations } = deps;
  const { leaseMs, renewMs } = durations;
  const clock = systemClock;
  const stopTurns = (turnIds: readonly string[]) => runner.stopTurns(turnIds);
  const handleEvent = createHandleEvent({ store, clock, hints, stopTurns });
  const lent = { store, clock, log, hints, handleEvent, takeTurn };
  const runner: TurnRunner = createTurnRunner({ ...lent, leaseMs, renewMs });
  deps.closers.add('turns', () => runner.close(0));
  return { handleEvent, runner };
}

/** Finds lost work of every kind; safe in every process. */
export function startSweeping(deps: RuntimeDeps, isLeading: () => boolean): Sweeper {
  const { store, hints, log, closers, durations } = deps;
  const clock = systemClock;
  const everyMs = durations.sweepMs;
  const sweeper = startSweeper({ store, hints, clock, log, everyMs, isLeading });
  closers.add('sweep', () => sweeper.close(), 'claims');
  return sweeper;
}

/** From here on this process takes turns. */
export async function startTurns(
  { config, store, hints, closers, durations }: RuntimeDeps,
  runner: TurnRunner,
): Promise<void> {
  await retryWaiting(store.db);
  hints.work({
    concurrency: config.workerConcurrency,
    onTurn: (turnId) => runner.run(turnId),
  });
  closers.add('claims of turns', async () => runner.drain(), 'claims');
  const stopTurns = async ({ manner, elapsedMs }: Stopping) => {
    const graceMs = manner === 'at once' ? 0 : Math.max(0, durations.turnsOutMs - elapsedMs);
    await Promise.all([hints.stop(), runner.close(graceMs)]);
  };
  closers.add('work', stopTurns, 'turns');
}
