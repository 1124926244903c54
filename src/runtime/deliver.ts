// Carries out effects from the outbox: as many lanes at once as allowed, each lane in order. One
// pump per process; a wake-up while it pumps makes it look once more.
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { reach } from '../lib/points.ts';
import { enduring, storeError } from '../store/open-store.ts';
import type { Store, Tx } from '../store/open-store.ts';
import { claimDeliveries, finishDelivery, renewDeliveries } from '../store/outbox.ts';
import type { Delivery, OutboxKind } from '../store/outbox.ts';
import { createSettler } from './settle-failure.ts';
import type { Settler, TellTrouble } from './settle-failure.ts';

/** What is to be kept of an effect, written together with the fact that it was carried out. */
export type Keep = (tx: Tx) => Promise<void>;
export type CarryOut = (delivery: Delivery) => Promise<Keep | null>;

export interface DeliverDeps {
  store: Store;
  log: Log;
  kinds: readonly OutboxKind[];
  carryOut: CarryOut;
  /** Tells people that an effect was given up or waits for them; absent: the log alone is told. */
  onTrouble?: TellTrouble;
  lanesMax: number;
  leaseMs: number;
  renewMs: number;
}

export interface Deliverer {
  wake(): void;
  /** Stops claiming; resolves when what is in progress has ended. */
  close(): Promise<void>;
}

/** Our timers may be a little early against the database's clock, and would find nothing due. */
const timerSlackMs = 5;

export function createDeliverer(deps: DeliverDeps): Deliverer {
  const settler = createSettler(deps);
  const inProgress = new Map<Delivery, Promise<void>>();
  const timers = new Set<NodeJS.Timeout>();
  let pumping: Promise<void> | null = null;
  let isWoken = false;
  let isClosed = false;
  const renewal = setInterval(() => void renew(deps, [...inProgress.keys()]), deps.renewMs);

  async function pump(): Promise<void> {
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
      // The sweep wakes us again; asking at once would ask a database that is away all the time.
      isWoken = false;
      deps.log.warn({ reason: messageOf(error) }, 'the outbox could not be read');
    }
  }

  function start(delivery: Delivery): void {
    const work = attempt(deps, settler, delivery)
      .then((delayMs) => (delayMs === null ? undefined : wakeAfter(delayMs)))
      .catch((error: unknown) => deps.log.error({ err: error }, 'a delivery could not be recorded'))
      .finally(() => {
        inProgress.delete(delivery);
        wake();
      });
    inProgress.set(delivery, work);
  }

  function wakeAfter(delayMs: number): void {
    if (isClosed) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      wake();
    }, delayMs + timerSlackMs);
    timers.add(timer);
  }

  function wake(): void {
    isWoken = true;
    if (isClosed || pumping !== null) return;
    pumping = pump().finally(() => {
      pumping = null;
      if (isWoken) wake();
    });
  }

  return {
    wake,
    close: async () => {
      isClosed = true;
      for (const timer of timers) clearTimeout(timer);
      // What was claimed at this very moment is carried out too, not left under lease.
      await pumping;
      await Promise.allSettled(inProgress.values());
      clearInterval(renewal);
    },
  };
}

async function renew({ store, log, leaseMs }: DeliverDeps, held: Delivery[]): Promise<void> {
  try {
    await renewDeliveries(store.db, held, leaseMs);
  } catch (error) {
    log.warn({ reason: messageOf(error) }, 'leases of deliveries not renewed');
  }
}

/** @returns after how many ms to look again; null when there is nothing to wait for */
async function attempt(
  deps: DeliverDeps,
  settler: Settler,
  delivery: Delivery,
): Promise<number | null> {
  const { db } = deps.store;
  try {
    reach('delivery.claimed');
    const keep = await deps.carryOut(delivery);
    reach('delivery.done');
    if (keep === null) await enduring(() => finishDelivery(db, delivery));
    else {
      await deps.store.transact(async (tx) => {
        await keep(tx);
        await finishDelivery(tx, delivery);
      });
    }
    reach('delivery.finished');
    settler.succeeded(delivery);
    return null;
  } catch (thrown) {
    return settler.failed(delivery, storeError(thrown));
  }
}
