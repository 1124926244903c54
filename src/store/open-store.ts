// The connection to Postgres. One pool per process, shared by everything that talks to the
// database; a transaction is a function that gets a `Tx` and commits when it returns. A
// connection may break at any moment, and the server be away for seconds: what was under way is
// tried again for about as long, then told to its caller, and the process goes on. So the work of
// a transaction may run twice, and touches nothing but the database.
import { DrizzleQueryError } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { delay } from '../lib/clock.ts';
import { AppError, StoreError, messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';

export type Database = NodePgDatabase;
export type Tx = Parameters<Parameters<Database['transaction']>[0]>[0];
/** Either works for a single statement. */
export type Executor = Pick<Database, 'select' | 'insert' | 'update' | 'delete' | 'execute'>;

export interface Store {
  readonly db: Database;
  readonly pool: pg.Pool;
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Connections per process: turns commit briefly, so few serve many. */
const poolMax = 20;

/** Longer than anything of ours takes: who gives no sign for so long is as good as gone. */
const silenceMsMax = 15_000;

/** For every connection: a process that was stopped midway must not keep its locks for ever. */
const sessionSettings = {
  // BullMQ's Postgres backend shares the pool and finds its tables by search path.
  search_path: 'public,bullmq',
  idle_in_transaction_session_timeout: '10s',
  lock_timeout: '10s',
};

/** SQL states, or classes of them, after which the same transaction may succeed. */
const retryableStates = [
  '40001', // serialization failure
  '40P01', // deadlock
  '55P03', // a lock was not to be had in time
  '25P03', // the transaction was idle for too long
  '53', // out of connections, memory or disk
  '57P', // the server is shutting down, has crashed or is starting up
  '08', // connection failures
];
const diskFull = '53100';
/** What the system says when a server is not there, not any more or not yet. */
const lostCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
/** What the driver says of a connection that broke; these errors carry no code. */
const lostWords =
  /Connection terminated|is not queryable|timeout exceeded when trying|Query read timeout/;

/**
 * Pauses between tries of work that a broken connection, or another transaction, got in the way of.
 * Together six seconds: a server that crashed is usually back by then.
 */
const pausesMs: readonly number[] = [50, 100, 200, 400, 800, 1600, 3000];

export interface StoreOptions {
  pausesMs?: readonly number[];
  /** After how long without an answer a connection counts as broken. */
  silenceMs?: number;
}

export function openStore(url: string, log: Log, options: StoreOptions = {}): Store {
  const silenceMs = options.silenceMs ?? silenceMsMax;
  const pool = new pg.Pool({
    connectionString: url,
    max: poolMax,
    options: Object.entries(sessionSettings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    application_name: 'a-teams',
    keepAlive: true,
    connectionTimeoutMillis: silenceMs,
    query_timeout: silenceMs,
  });
  pool.setMaxListeners(0);
  pool.on('error', (error) => log.warn({ reason: error.message }, 'database connection lost'));
  // While a client is in use the pool does not listen, and an error nobody listens to ends the
  // process. Whoever uses the client is told by their query.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = drizzle(pool);
  return {
    db,
    pool,
    transact: (work) => enduring(() => transact(pool, work), options.pausesMs),
    close: () => {
      // The server may go down before it has read every good-bye; nobody needs to hear of that.
      pool.removeAllListeners('error');
      pool.on('error', () => undefined);
      return pool.end();
    },
  };
}

/**
 * One transaction on a connection of its own. Taken from the pool here, because the library loses a
 * connection that breaks before the transaction has begun, and tells of the failed rollback instead
 * of what failed before it.
 */
async function transact<T>(pool: pg.Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  const failures: unknown[] = [];
  let isBroken = false;
  try {
    return await drizzle(client).transaction(async (tx) => {
      try {
        return await work(tx);
      } catch (error) {
        failures.push(error);
        throw error;
      }
    });
  } catch (error) {
    const thrown = failures[0] ?? error;
    // A connection that gave no answer may give it to the next one who asks.
    isBroken = isPassing(storeError(thrown));
    throw thrown;
  } finally {
    client.release(isBroken);
  }
}

/**
 * Does work again whose connection broke or that lost to another transaction. What has endured in
 * vain once is not tried again by whoever is around it.
 * @param work doing it twice is doing it once
 */
export async function enduring<T>(
  work: () => Promise<T>,
  pauses: readonly number[] = pausesMs,
): Promise<T> {
  for (const pauseMs of [...pauses, null]) {
    try {
      return await work();
    } catch (thrown) {
      const error = storeError(thrown);
      if (!isPassing(error) || error.code === enduredCode) throw error;
      if (pauseMs === null) throw endured(error);
      await delay(pauseMs);
    }
  }
  throw new RangeError('The last try neither returned nor threw.');
}

/**
 * Wraps what the driver throws; anything that is not the database's fault passes as it is. The
 * library's own error around it holds every value of the statement, which no log may have.
 */
export function storeError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof pg.DatabaseError) {
      const state = cause.code ?? 'unknown';
      const isRetryable = retryableStates.some((prefix) => state.startsWith(prefix));
      const ids = idsOf(error);
      return isRetryable ? passing(cause, ids) : lasting(cause, ids);
    }
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
    if (lostCodes.has(code) || lostWords.test(cause.message)) {
      return passing(cause, idsOf(error));
    }
  }
  return error;
}

/** Whether an error is the database's and the same work may succeed another time. */
export function isPassing(error: unknown): error is StoreError {
  const codes = [passingCode, enduredCode];
  return error instanceof StoreError && codes.includes(error.code);
}

const passingCode = 'postgres-passing';
/** It did not pass in all the time that it was given. */
const enduredCode = 'postgres-endured';

const statementCharsMax = 200;

/** Which statement it was, without its values. */
function idsOf(error: unknown): Record<string, string> {
  if (!(error instanceof DrizzleQueryError)) return {};
  return { statement: error.query.trim().slice(0, statementCharsMax) };
}

function passing(cause: Error, ids: Record<string, string>): StoreError {
  const isFull = cause instanceof pg.DatabaseError && cause.code === diskFull;
  return new StoreError(`Postgres: ${messageOf(cause)}`, {
    code: passingCode,
    retry: 'later',
    forPeople: isFull
      ? 'The disk of the database is full. Whoever runs me has to make room on it.'
      : 'The database does not answer at the moment.',
    ids,
    cause,
  });
}

function endured({ message, forPeople, ids, cause }: StoreError): StoreError {
  return new StoreError(message, { code: enduredCode, retry: 'later', forPeople, ids, cause });
}

/** What is wrong is for the log: people can do nothing with the words of a database. */
function lasting(cause: pg.DatabaseError, ids: Record<string, string>): StoreError {
  return new StoreError(`Postgres: ${cause.message}`, {
    code: `postgres-${(cause.code ?? 'unknown').toLowerCase()}`,
    retry: 'never',
    forPeople: 'The database refused what I wanted to write. This is a fault of mine.',
    ids,
    cause,
  });
}
