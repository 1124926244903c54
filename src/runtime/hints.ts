// BullMQ as a wake-up hint: a job carries an id and nothing else, and is never the truth. Losing
// the whole queue costs one sweep. None of BullMQ's retries, delays or de-duplication is used.
import { Queue, Worker, createPostgresBackend, runMigrations, withBackend } from 'bullmq';
import type { PostgresConnectionOptions, Processor } from 'bullmq';
import { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { z } from 'zod';
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';

/** Wakes workers. Fire and forget: a hint that is lost is found again by the sweep. */
export interface Hints {
  turns(turnIds: readonly string[]): void;
  deliveries(): void;
}

export interface HintQueue extends Hints {
  /** Starts taking hints in this process. */
  work(handlers: HintHandlers): void;
  /** Deliveries are made by this process, so that no job is needed to wake it. */
  deliverHere(wake: () => void): void;
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
const turnsQueue = 'turns';
const onPostgres = withBackend(createPostgresBackend);
const jobOptions = { attempts: 1, removeOnComplete: true, removeOnFail: true } as const;

export type HintBackend = { kind: 'postgres'; pool: Pool } | { kind: 'redis'; url: string };

export async function createHintQueue(backend: HintBackend, log: Log): Promise<HintQueue> {
  if (backend.kind === 'postgres') await migrateBackend(backend.pool);
  const redis = createRedisConnections();
  const queue = openQueue(backend, redis);
  queue.on('error', (error) => log.warn({ reason: error.message }, 'queue error'));
  let worker: Taker | null = null;
  let wakeDeliveries: () => void = () => undefined;
  const sent = new Set<Promise<unknown>>();
  const send = (ids: readonly string[]) => {
    const jobs = ids.map((turnId) => ({ name: 'turn', data: { turnId }, opts: jobOptions }));
    const sending = queue
      .addBulk(jobs)
      .catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'hint not sent'))
      .finally(() => sent.delete(sending));
    sent.add(sending);
  };
  return {
    turns: (turnIds) => (turnIds.length === 0 ? undefined : send(turnIds)),
    deliveries: () => wakeDeliveries(),
    deliverHere: (wake) => {
      wakeDeliveries = wake;
    },
    work: ({ concurrency, onTurn }) => {
      worker = openWorker({ backend, redis, concurrency }, async (job) => {
        await onTurn(TurnHint.parse(job.data).turnId);
      });
      worker.on('error', (error) => log.warn({ reason: error.message }, 'worker error'));
      worker.on('failed', (job, error) =>
        log.error({ job: job?.id, reason: error.message }, 'a hint failed'),
      );
    },
    stop: async () => {
      await worker?.close();
      worker = null;
    },
    close: async () => {
      await worker?.close();
      await Promise.allSettled(sent);
      await queue.close();
      redis.close();
    },
  };
}

async function migrateBackend(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
}

/** What we use of BullMQ's queue, whichever datastore is behind it. */
interface Sender {
  addBulk(jobs: { name: string; data: TurnHint; opts: typeof jobOptions }[]): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

function openQueue(backend: HintBackend, redis: RedisConnections): Sender {
  if (backend.kind === 'redis') {
    return new Queue(turnsQueue, { connection: redis.open(backend.url) });
  }
  return new onPostgres.Queue(turnsQueue, { connection: connectionOf(backend.pool) });
}

/** BullMQ describes a pool structurally; pg's own type differs from it in optional fields only. */
function connectionOf(pool: Pool): PostgresConnectionOptions {
  return pool as unknown as PostgresConnectionOptions;
}

interface RedisConnections {
  open(url: string): Redis;
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

interface Working {
  backend: HintBackend;
  redis: RedisConnections;
  concurrency: number;
}

function openWorker({ backend, redis, concurrency }: Working, process: Processor): Taker {
  if (backend.kind === 'redis') {
    const connection = redis.open(backend.url);
    return new Worker(turnsQueue, process, { connection, concurrency });
  }
  const connection = connectionOf(backend.pool);
  return new onPostgres.Worker(turnsQueue, process, { connection, concurrency });
}
