// BullMQ's queues and workers as we use them, on Redis or on Postgres. None of its retries, delays
// or de-duplication is used. What goes wrong here is told to `onTrouble` and never thrown: the
// queue may be away, slow, full or emptied at any moment.
import { Queue, Worker, createPostgresBackend, runMigrations, withBackend } from 'bullmq';
import type { PostgresConnectionOptions, Processor } from 'bullmq';
import { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { delay } from '../lib/clock.ts';
import { StoreError, messageOf } from '../lib/errors.ts';

export type HintBackend = { kind: 'postgres'; pool: Pool } | { kind: 'redis'; url: string };

export interface Job {
  name: string;
  data: unknown;
  opts: { attempts: 1; removeOnComplete: true; removeOnFail: true };
}

/** What we use of BullMQ's queue, whichever datastore is behind it. */
export interface Sender {
  addBulk(jobs: Job[]): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

/** What we use of BullMQ's worker. */
export interface Taker {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'failed', listener: (job: unknown, error: Error) => void): unknown;
  close(): Promise<void>;
}

export interface Queues {
  sender(name: string): Sender;
  taker(work: { name: string; concurrency: number; process: Processor }): Taker;
  /** Whether the server behind the queues answers. */
  answers(): Promise<boolean>;
  /** Cuts the connections that are the queues' own. */
  close(): void;
}

const onPostgres = withBackend(createPostgresBackend);
/** A server that takes longer to answer is as good as away. */
const answerMsMax = 1000;
/** BullMQ waits a quarter of a minute after an error, unless told otherwise. */
const retryMs = 1000;

/** @throws StoreError when the queue's tables cannot be made */
export async function openQueues(
  backend: HintBackend,
  onTrouble: (reason: string) => void,
): Promise<Queues> {
  const listen = <Part extends Sender | Taker>(part: Part): Part => {
    part.on('error', (error) => onTrouble(error.message));
    return part;
  };
  if (backend.kind === 'postgres') {
    const { pool } = backend;
    await migrateBackend(pool);
    const connection = connectionOf(pool);
    return {
      sender: (name) => listen<Sender>(new onPostgres.Queue(name, { connection })),
      taker: ({ name, concurrency, process }) => {
        const options = { connection, concurrency, runRetryDelay: retryMs };
        return listen<Taker>(new onPostgres.Worker(name, process, options));
      },
      answers: () => isAnswering(() => pool.query('select 1')),
      close: () => undefined,
    };
  }
  const redis = createRedisConnections(backend.url, onTrouble);
  return {
    sender: (name) => listen<Sender>(new Queue(name, { connection: redis.open() })),
    taker: ({ name, concurrency, process }) => {
      const options = { connection: redis.open(), concurrency, runRetryDelay: retryMs };
      return listen<Taker>(new Worker(name, process, options));
    },
    answers: () => isAnswering(() => redis.ping()),
    close: () => redis.close(),
  };
}

async function isAnswering(ask: () => Promise<unknown>): Promise<boolean> {
  const answered = ask().then(
    () => true,
    () => false,
  );
  const waiting = new AbortController();
  const late = delay(answerMsMax, waiting.signal).then(
    () => false,
    () => false,
  );
  const isUp = await Promise.race([answered, late]);
  waiting.abort();
  return isUp;
}

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

/** BullMQ describes a pool structurally; pg's own type differs from it in optional fields only. */
function connectionOf(pool: Pool): PostgresConnectionOptions {
  return pool as unknown as PostgresConnectionOptions;
}

/** BullMQ leaves connections that were given to it open, so they are closed here. */
function createRedisConnections(url: string, onTrouble: (reason: string) => void) {
  const opened: Redis[] = [];
  return {
    open(): Redis {
      // Waits for Redis to come back instead of failing: hints are cheap to delay.
      const connection = new Redis(url, {
        maxRetriesPerRequest: null,
        retryStrategy: (times) => Math.min(times * 100, retryMs),
      });
      // Nobody else listens once BullMQ has said good-bye.
      connection.on('error', (error) => onTrouble(error.message));
      opened.push(connection);
      return connection;
    },
    async ping(): Promise<void> {
      if (opened.some(({ status }) => status !== 'ready')) throw new Error('not connected');
      await opened[0]?.ping();
    },
    close(): void {
      for (const connection of opened) connection.disconnect();
    },
  };
}
