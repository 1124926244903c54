// Finds due work that nobody was told of: a lost hint, an emptied queue, a lease that ran out. Safe
// to run in several processes, as a claim decides who gets what.
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { Store } from '../store/open-store.ts';
import { dueTurns } from '../store/turns.ts';
import type { Hints } from './hints.ts';

export interface Sweeper {
  close(): Promise<void>;
}

export function startSweeper(deps: {
  store: Store;
  hints: Hints;
  log: Log;
  everyMs: number;
}): Sweeper {
  let sweeping: Promise<void> = Promise.resolve();
  async function sweep(): Promise<void> {
    try {
      deps.hints.turns(await dueTurns(deps.store.db, null));
      deps.hints.deliveries();
    } catch (error) {
      deps.log.warn({ reason: messageOf(error) }, 'the sweep failed');
    }
  }
  const timer = setInterval(() => {
    sweeping = sweep();
  }, deps.everyMs);
  sweeping = sweep();
  return {
    close: async () => {
      clearInterval(timer);
      await sweeping;
    },
  };
}
