// Carries out effects from the outbox: as many lanes at once as allowed, each lane in order. One
// pump per process; a wake-up while it pumps makes it look once more. Only what says itself that
// it never will succeed is given up at once: whatever else goes wrong, a full disk as much as a
// bug, may be gone the next time.
import { AppError, NotYet, messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { enduring, isPassing, storeError } from '../store/open-store.ts';
import type { Store, Tx } from '../store/open-store.ts';
import {
  claimDeliveries,
  finishDelivery,
  parkDelivery,
  postponeDelivery,
  renewDeliveries,
} from '../store/outbox.ts';
import type { Delivery, OutboxKind } from '../store/outbox.ts';
import { reach } from '../lib/points.ts';

/** What is to be kept of an effect, written together with the fact that it was carried out. */
export type Keep = (tx: Tx) => Promise<void>;
export type CarryOut = (delivery: Delivery) => Promise<Keep | null>;

export interface DeliverDeps {
  store: Store;
  log: Log;
  kinds: readonly OutboxKind[];
  carryOut: CarryOut;
  /** Tells people that an effect was given up; absent: the log alone is told. */
  onParked?: (delivery: Delivery, reason: string) => Promise<void>;
  lanesMax: number;
  leaseMs: number;
  renewMs: number;
}

export interface Deliverer {
  wake(): void;
  /** Stops claiming; resolves when what is in progress has ended. */
  close(): Promise<void>;
}

/** After this many failures an effect is parked and the operator told; about ten minutes. */
const attemptsMax = 12;
const backoffMs = { first: 250, max: 60_000 };
/** Our timers may be a little early against the database's clock, and would find nothing due. */
const timerSlackMs = 5;

export function createDeliverer(deps: DeliverDeps): Deliverer {
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
    const work = attempt(deps, delivery)
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
async function attempt(deps: DeliverDeps, delivery: Delivery): Promise<number | null> {
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
    return null;
  } catch (thrown) {
    return afterFailure(deps, delivery, storeError(thrown));
  }
}

async function afterFailure(
  deps: DeliverDeps,
  delivery: Delivery,
  error: unknown,
): Promise<number | null> {
  const { db } = deps.store;
  const known = error instanceof AppError ? error : null;
  const reason = messageOf(error);
  // Else it would wait for its lease to run out.
  const postpone = (failure: Parameters<typeof postponeDelivery>[2]) =>
    enduring(() => postponeDelivery(db, delivery, failure));
  if (error instanceof NotYet) {
    const delayMs = error.retryAfterMs ?? backoffMs.first;
    await postpone({ delayMs, reason, countsAttempt: false });
    return delayMs;
  }
  const about = { delivery: delivery.id, kind: delivery.kind, attempts: delivery.attempts };
  if (known?.retry !== 'never' && delivery.attempts < attemptsMax) {
    const exponential = backoffMs.first * 2 ** (delivery.attempts - 1);
    const delayMs = known?.retryAfterMs ?? Math.min(exponential, backoffMs.max);
    const level = known === null ? 'error' : 'warn';
    deps.log[level]({ ...about, err: error, delayMs }, 'a delivery waits');
    // A broken connection is not the delivery's fault.
    const countsAttempt = !isPassing(error);
    await postpone({ delayMs, reason, countsAttempt });
    return delayMs;
  }
  deps.log.error({ ...about, err: error }, 'a delivery is parked');
  await enduring(() => parkDelivery(db, delivery, reason));
  // Should this be lost, the next start parks it and tells again.
  await deps.onParked?.(delivery, known?.forPeople ?? reason);
  return null;
}
