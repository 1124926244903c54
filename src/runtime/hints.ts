// BullMQ as a wake-up hint: a job carries an id and nothing else, and is never the truth. Losing
// the whole queue costs one sweep. None of BullMQ's retries, delays or de-duplication is used.
import { Queue, Worker, createPostgresBackend, runMigrations, withBackend } from 'bullmq';
import type { PostgresConnectionOptions, Processor } from 'bullmq';
import { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { z } from 'zod';
import { StoreError, messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';

/** Wakes workers. Fire and forget: a hint that is lost is found again by the sweep. */
export interface Hints {
  turns(turnIds: readonly string[]): void;
  deliveries(): void;
}

export interface HintQueue extends Hints {
  /** Hints that no worker has taken yet. */
  waiting(): Promise<number>;
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
  concurrency: number;
  onTurn: (turnId: string) => Promise<void>;
}

const TurnHint = z.strictObject({ turnId: z.string() });
type TurnHint = z.infer<typeof TurnHint>;
const DeliveryHint = z.strictObject({ deliver: z.literal(true) });
type DeliveryHint = z.infer<typeof DeliveryHint>;
const turnsQueue = 'turns';
const deliveriesQueue = 'deliveries';
const onPostgres = withBackend(createPostgresBackend);
const jobOptions = { attempts: 1, removeOnComplete: true, removeOnFail: true } as const;

export type HintBackend = { kind: 'postgres'; pool: Pool } | { kind: 'redis'; url: string };

export async function createHintQueue(backend: HintBackend, log: Log): Promise<HintQueue> {
  if (backend.kind === 'postgres') await migrateBackend(backend.pool);
  const redis = createRedisConnections();
  const open = { backend, redis, log };
  const turns = openQueue(turnsQueue, open);
  const deliveries = openQueue(deliveriesQueue, open);
  const workers: Taker[] = [];
  let wakeHere: (() => void) | null = null;
  const sent = new Set<Promise<unknown>>();
  const send = (queue: Sender, jobs: Job[]) => {
    const sending = queue
      .addBulk(jobs)
      .catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'hint not sent'))
      .finally(() => sent.delete(sending));
    sent.add(sending);
  };
  const stop = async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.close()));
  };
  return {
    turns: (turnIds) => {
      const jobs = turnIds.map((turnId) => ({ name: 'turn', data: { turnId }, opts: jobOptions }));
      if (jobs.length > 0) send(turns, jobs);
    },
    waiting: async () => {
      // Those on their way wait as well, or a quick sweep would send them twice.
      await Promise.allSettled(sent);
      return turns.getWaitingCount();
    },
    isUp: () => (backend.kind === 'redis' ? redis.areUp() : answers(backend.pool)),
    deliveries: () => {
      if (wakeHere !== null) wakeHere();
      else send(deliveries, [{ name: 'deliver', data: { deliver: true }, opts: jobOptions }]);
    },
    deliverHere: (wake, isAlone) => {
      wakeHere = wake;
      if (isAlone) return;
      const take = async () => wake();
      workers.push(openWorker({ ...open, name: deliveriesQueue, concurrency: 1 }, take));
    },
    work: ({ concurrency, onTurn }) => {
      const take = (job: { data: unknown }) => onTurn(TurnHint.parse(job.data).turnId);
      workers.push(openWorker({ ...open, name: turnsQueue, concurrency }, take));
    },
    stop,
    close: async () => {
      await stop();
      await Promise.allSettled(sent);
      await Promise.all([turns.close(), deliveries.close()]);
      redis.close();
    },
  };
}

/** @throws StoreError when the queue's tables cannot be made */
async function migrateBackend(pool: Pool): Promise<void> {
  try {
    const client = await pool.connect();
    try {
      await runMigrations(client);
    } finally {
      client.release();
    }
  } catch (error) {
    throw new StoreError(`The queue's tables could not be made: ${messageOf(error)}`, {
      code: 'queue-migration',
      retry: 'later',
      forPeople:
        `The tables of the queue could not be made in the database: ${messageOf(error)}\n` +
        'The user of DATABASE_URL must be allowed to create a schema (bullmq) in it.',
      cause: error,
    });
  }
}

async function answers(pool: Pool): Promise<boolean> {
  try {
    await pool.query('select 1');
    return true;
  } catch {
    return false;
  }
}

interface Job {
  name: string;
  data: TurnHint | DeliveryHint;
  opts: typeof jobOptions;
}

/** What we use of BullMQ's queue, whichever datastore is behind it. */
interface Sender {
  addBulk(jobs: Job[]): Promise<unknown>;
  getWaitingCount(): Promise<number>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

interface Opening {
  backend: HintBackend;
  redis: RedisConnections;
  log: Log;
}

function openQueue(name: string, { backend, redis, log }: Opening): Sender {
  const queue: Sender =
    backend.kind === 'redis'
      ? new Queue(name, { connection: redis.open(backend.url) })
      : new onPostgres.Queue(name, { connection: connectionOf(backend.pool) });
  queue.on('error', (error) => log.warn({ reason: error.message }, 'queue error'));
  return queue;
}

/** BullMQ describes a pool structurally; pg's own type differs from it in optional fields only. */
function connectionOf(pool: Pool): PostgresConnectionOptions {
  return pool as unknown as PostgresConnectionOptions;
}

interface RedisConnections {
  open(url: string): Redis;
  areUp(): Promise<boolean>;
  close(): void;
}

/** BullMQ leaves connections that were given to it open, so they are closed here. */
function createRedisConnections(): RedisConnections {
  const opened: Redis[] = [];
  return {
    open: (url) => {
      // Waits for Redis to come back instead of failing: hints are cheap to delay.
      const connection = new Redis(url, { maxRetriesPerRequest: null });
      opened.push(connection);
      return connection;
    },
    areUp: async () => opened.every((connection) => connection.status === 'ready'),
    close: () => {
      for (const connection of opened) connection.disconnect();
    },
  };
}

/** What we use of BullMQ's worker. */
interface Taker {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(
    event: 'failed',
    listener: (job: { id?: string | undefined } | undefined, error: Error) => void,
  ): unknown;
  close(): Promise<void>;
}

interface Working extends Opening {
  name: string;
  concurrency: number;
}

function openWorker(working: Working, process: Processor): Taker {
  const { backend, redis, log, name, concurrency } = working;
  const worker: Taker =
    backend.kind === 'redis'
      ? new Worker(name, process, { connection: redis.open(backend.url), concurrency })
      : new onPostgres.Worker(name, process, {
          connection: connectionOf(backend.pool),
          concurrency,
        });
  worker.on('error', (error) => log.warn({ reason: error.message }, 'worker error'));
  worker.on('failed', (job, error) =>
    log.error({ job: job?.id, reason: error.message }, 'a hint failed'),
  );
  return worker;
}
