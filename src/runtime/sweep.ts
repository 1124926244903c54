// Finds due work that nobody was told of: a lost hint, an emptied queue, a lease that ran out.
// Safe to run in several processes, as a claim decides who gets what. It asks Postgres and nobody
// else, so no queue can hold it up. Whoever leads also takes away, once an hour, what nobody will
// ask for again.
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { storeError } from '../store/open-store.ts';
import type { Store } from '../store/open-store.ts';
import { removeOld } from '../store/retention.ts';
import { dueTurns } from '../store/turns.ts';
import type { HintQueue } from './hints.ts';
import { reach } from '../lib/points.ts';

export interface Sweeper {
  /** Monotonic ms of the last sweep that came through: whether this process gets on. */
  sweptAt(): number;
  close(): Promise<void>;
}

const tidyEveryMs = 3_600_000;

export function startSweeper(deps: {
  store: Store;
  hints: Pick<HintQueue, 'deliveries' | 'takeHere'>;
  clock: Clock;
  log: Log;
  everyMs: number;
  /** Whether this process is the one that tidies up. */
  isLeading: () => boolean;
}): Sweeper {
  let sweeping: Promise<void> | null = null;
  let sweptAt = deps.clock.monotonic();
  let tidiedAt: number | null = null;
  async function tidy(): Promise<void> {
    const now = deps.clock.monotonic();
    if (!deps.isLeading() || (tidiedAt !== null && now - tidiedAt < tidyEveryMs)) return;
    tidiedAt = now;
    deps.log.info(await removeOld(deps.store), 'what nobody will ask for again is gone');
  }
  async function sweep(): Promise<void> {
    try {
      deps.hints.deliveries();
      const due = await dueTurns(deps.store.db, null);
      if (due.length > 0) reach('sweep.found');
      deps.hints.takeHere(due);
      sweptAt = deps.clock.monotonic();
      await tidy();
    } catch (error) {
      deps.log.warn({ reason: messageOf(storeError(error)) }, 'the sweep failed');
    }
  }
  function sweepOnce(): void {
    sweeping ??= sweep().finally(() => {
      sweeping = null;
    });
  }
  const timer = setInterval(sweepOnce, deps.everyMs);
  sweepOnce();
  return {
    sweptAt: () => sweptAt,
    close: async () => {
      clearInterval(timer);
      await sweeping;
    },
  };
}
