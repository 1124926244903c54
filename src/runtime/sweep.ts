// Finds due work that nobody was told of: a lost hint, an emptied queue, a lease that ran out. Safe
// to run in several processes, as a claim decides who gets what.
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { Store } from '../store/open-store.ts';
import { dueTurns } from '../store/turns.ts';
import type { HintQueue } from './hints.ts';

export interface Sweeper {
  /** Monotonic ms of the last sweep that came through: whether this process gets on. */
  sweptAt(): number;
  close(): Promise<void>;
}

export function startSweeper(deps: {
  store: Store;
  hints: Pick<HintQueue, 'turns' | 'deliveries' | 'waiting'>;
  clock: Clock;
  log: Log;
  everyMs: number;
}): Sweeper {
  let sweeping: Promise<void> = Promise.resolve();
  let sweptAt = deps.clock.monotonic();
  async function sweep(): Promise<void> {
    try {
      const due = await dueTurns(deps.store.db, null);
      // While all workers are busy due turns have their hints already; a wiped queue has none.
      if (due.length > (await deps.hints.waiting())) deps.hints.turns(due);
      deps.hints.deliveries();
      sweptAt = deps.clock.monotonic();
    } catch (error) {
      deps.log.warn({ reason: messageOf(error) }, 'the sweep failed');
    }
  }
  const timer = setInterval(() => {
    sweeping = sweep();
  }, deps.everyMs);
  sweeping = sweep();
  return {
    sweptAt: () => sweptAt,
    close: async () => {
      clearInterval(timer);
      await sweeping;
    },
  };
}
