// Carries out effects from the outbox: as many lanes at once as allowed, each lane in order. One
// pump per process; a wake-up while it pumps makes it look once more.
import { AppError, NotYet, messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { Store, Tx } from '../store/open-store.ts';
import {
  claimDeliveries,
  finishDelivery,
  parkDelivery,
  postponeDelivery,
} from '../store/outbox.ts';
import type { Delivery, OutboxKind } from '../store/outbox.ts';

/** What is to be kept of an effect, written together with the fact that it was carried out. */
export type Keep = (tx: Tx) => Promise<void>;
export type CarryOut = (delivery: Delivery) => Promise<Keep | null>;

export interface DeliverDeps {
  store: Store;
  log: Log;
  kinds: readonly OutboxKind[];
  carryOut: CarryOut;
  lanesMax: number;
  leaseMs: number;
}

export interface Deliverer {
  wake(): void;
  /** Stops claiming; resolves when what is in progress has ended. */
  close(): Promise<void>;
}

/** After this many failures an effect is parked and the operator told; about ten minutes. */
const attemptsMax = 12;
const backoffMs = { first: 250, max: 60_000 };

export function createDeliverer(deps: DeliverDeps): Deliverer {
  const inProgress = new Set<Promise<void>>();
  const timers = new Set<NodeJS.Timeout>();
  let isClaiming = false;
  let isWoken = false;
  let isClosed = false;

  async function pump(): Promise<void> {
    if (isClaiming) {
      isWoken = true;
      return;
    }
    isClaiming = true;
    try {
      do {
        isWoken = false;
        const free = deps.lanesMax - inProgress.size;
        if (isClosed || free <= 0) return;
        const { leaseMs, kinds } = deps;
        const claimed = await claimDeliveries(deps.store.db, { max: free, leaseMs, kinds });
        for (const delivery of claimed) start(delivery);
      } while (isWoken);
    } catch (error) {
      deps.log.warn({ reason: messageOf(error) }, 'the outbox could not be read');
    } finally {
      isClaiming = false;
    }
  }

  function start(delivery: Delivery): void {
    const work = attempt(deps, delivery)
      .then((delayMs) => (delayMs === null ? undefined : wakeAfter(delayMs)))
      .catch((error: unknown) => deps.log.error({ err: error }, 'a delivery could not be recorded'))
      .finally(() => {
        inProgress.delete(work);
        if (!isClosed) wake();
      });
    inProgress.add(work);
  }

  function wakeAfter(delayMs: number): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      wake();
    }, delayMs);
    timers.add(timer);
  }

  function wake(): void {
    pump().catch((error: unknown) => deps.log.error({ err: error }, 'the pump stopped'));
  }

  return {
    wake,
    close: async () => {
      isClosed = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.allSettled(inProgress);
    },
  };
}

/** @returns after how many ms to look again; null when there is nothing to wait for */
async function attempt(deps: DeliverDeps, delivery: Delivery): Promise<number | null> {
  const { db } = deps.store;
  try {
    const keep = await deps.carryOut(delivery);
    if (keep === null) await finishDelivery(db, delivery);
    else {
      await deps.store.transact(async (tx) => {
        await keep(tx);
        await finishDelivery(tx, delivery);
      });
    }
    return null;
  } catch (error) {
    const known = error instanceof AppError ? error : null;
    const reason = messageOf(error);
    if (error instanceof NotYet) {
      const delayMs = error.retryAfterMs ?? backoffMs.first;
      await postponeDelivery(db, delivery, { delayMs, reason, countsAttempt: false });
      return delayMs;
    }
    const about = { delivery: delivery.id, kind: delivery.kind, attempts: delivery.attempts };
    if (known?.retry === 'later' && delivery.attempts < attemptsMax) {
      const exponential = backoffMs.first * 2 ** (delivery.attempts - 1);
      const delayMs = known.retryAfterMs ?? Math.min(exponential, backoffMs.max);
      deps.log.warn({ ...about, reason, delayMs }, 'a delivery waits');
      await postponeDelivery(db, delivery, { delayMs, reason, countsAttempt: true });
      return delayMs;
    }
    deps.log.error({ ...about, err: error }, 'a delivery is parked');
    await parkDelivery(db, delivery, reason);
    return null;
  }
}
