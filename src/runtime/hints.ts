// BullMQ as a wake-up hint: a job carries an id and nothing else, and is never the truth. Losing
// the whole queue costs one sweep, because the sweep asks nobody: it gives due turns straight to
// `takeHere`, which has the same room as the hints. So a queue that is away, full, slow or emptied
// again and again makes work slower to begin, and nothing else.
import { z } from 'zod';
import { delay } from '../lib/clock.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { openQueues } from './open-queue.ts';
import type { HintBackend, Job, Sender, Taker } from './open-queue.ts';
import { createRoom } from './room.ts';
import type { Room } from './room.ts';

/** Wakes workers. Fire and forget: a hint that is lost is found again by the sweep. */
export interface Hints {
  turns(turnIds: readonly string[]): void;
  deliveries(): void;
}

export interface HintQueue extends Hints {
  /** Takes turns without any queue, as many as this process has room for now. */
  takeHere(turnIds: readonly string[]): void;
  /** Whether hints reach their workers now; without them work is found by the sweep alone. */
  isUp(): Promise<boolean>;
  /** Starts taking hints in this process. */
  work(handlers: HintHandlers): void;
  /**
   * Deliveries are made by this process: it wakes itself without a job, and takes the hints of
   * other processes where there are any.
   */
  deliverHere(wake: () => void, isAlone: boolean): void;
  /** Stops taking hints; resolves when the handlers in progress have returned. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export interface HintHandlers {
  /** Turns at once, however they came here. */
  concurrency: number;
  onTurn: (turnId: string) => Promise<void>;
}

interface QueueDeps {
  log: Log;
  clock: Clock;
}

const TurnHint = z.strictObject({ turnId: z.string() });
const turnsQueue = 'turns';
const deliveriesQueue = 'deliveries';
const jobOptions = { attempts: 1, removeOnComplete: true, removeOnFail: true } as const;

/** While the queue is away hints wait to be sent; more than these are left to the sweep. */
const unsentMax = 100;
/** A queue that is away neither takes what is sent nor says good-bye. */
const partingMsMax = 1000;
const toldEveryMs = 60_000;

export async function createHintQueue(backend: HintBackend, deps: QueueDeps): Promise<HintQueue> {
  const { log } = deps;
  const health = createHealthLog(deps);
  const queues = await openQueues(backend, (reason) => health.trouble(reason));
  const turns = queues.sender(turnsQueue);
  const deliveries = queues.sender(deliveriesQueue);
  const takers: Taker[] = [];
  const unsent = new Set<Promise<unknown>>();
  let room: Room | null = null;
  let wakeHere: (() => void) | null = null;

  const send = (queue: Sender, jobs: Job[]) => {
    if (unsent.size >= unsentMax) return;
    const sending = queue
      .addBulk(jobs)
      .catch((error: unknown) => health.trouble(messageOf(error)))
      .finally(() => unsent.delete(sending));
    unsent.add(sending);
  };
  const stop = async () => {
    const parting = Promise.all(takers.splice(0).map((taker) => taker.close()));
    await room?.close();
    await orSoon(parting);
  };
  return {
    turns: (turnIds) => {
      const jobs = turnIds.map((turnId) => ({ name: 'turn', data: { turnId }, opts: jobOptions }));
      if (jobs.length > 0) send(turns, jobs);
    },
    takeHere: (turnIds) => {
      for (const turnId of turnIds) if (room?.takeIfFree(turnId) !== true) return;
    },
    isUp: () => queues.answers(),
    deliveries: () => {
      if (wakeHere !== null) wakeHere();
      else send(deliveries, [{ name: 'deliver', data: { deliver: true }, opts: jobOptions }]);
    },
    deliverHere: (wake, isAlone) => {
      wakeHere = wake;
      if (isAlone) return;
      const process = async () => wake();
      takers.push(queues.taker({ name: deliveriesQueue, concurrency: 1, process }));
    },
    work: ({ concurrency, onTurn }) => {
      const here = createRoom({ concurrency, log, take: onTurn });
      room = here;
      const process = (job: { data: unknown }) => here.take(TurnHint.parse(job.data).turnId);
      takers.push(queues.taker({ name: turnsQueue, concurrency, process }));
    },
    stop,
    close: async () => {
      await stop();
      await orSoon(Promise.allSettled(unsent));
      await orSoon(Promise.all([turns.close(), deliveries.close()]));
      queues.close();
    },
  };
}

/** Waits for a good-bye, but not for long. */
async function orSoon(parting: Promise<unknown>): Promise<void> {
  const waiting = new AbortController();
  const late = delay(partingMsMax, waiting.signal).catch(() => undefined);
  await Promise.race([parting.catch(() => undefined), late]);
  waiting.abort();
}

/** One line a minute at most: a queue that fails may do so many times a second. */
function createHealthLog({ log, clock }: QueueDeps) {
  let toldAt: number | null = null;
  return {
    trouble(reason: string): void {
      const now = clock.monotonic();
      if (toldAt !== null && now - toldAt < toldEveryMs) return;
      toldAt = now;
      log.warn({ reason }, 'the queue fails; work is found by the sweep meanwhile');
    },
  };
}
