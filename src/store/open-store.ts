// The connection to Postgres. One pool per process, shared by everything that talks to the
// database; a transaction is a function that gets a `Tx` and commits when it returns. A
// connection may break at any moment: what was under way on it is tried again or told to its
// caller, and the process goes on. So the work of a transaction may run twice, and touches
// nothing but the database.
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

/** SQL states, or classes of them, after which the same transaction may succeed. */
const retryableStates = [
  '40001', // serialization failure
  '40P01', // deadlock
  '53', // out of connections, memory or disk
  '57P', // the server is shutting down, has crashed or is starting up
  '08', // connection failures
];
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

/** Tries of work that a broken connection, or another transaction, got in the way of. */
const triesMax = 3;
const pauseMs = 50;

export function openStore(url: string, log: Log): Store {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolMax,
    // BullMQ's Postgres backend shares the pool and finds its tables by search path.
    options: '-c search_path=public,bullmq',
    application_name: 'a-teams',
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
    transact: (work) => enduring(() => transact(pool, work)),
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
    throw failures[0] ?? error;
  } finally {
    client.release();
  }
}

/**
 * Does work again whose connection broke or that lost to another transaction.
 * @param work doing it twice is doing it once
 */
export async function enduring<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (thrown) {
      const error = storeError(thrown);
      if (!isPassing(error) || tries === triesMax) throw error;
      await delay(pauseMs * tries);
    }
  }
}

/** Wraps what the driver throws; anything that is not the database's fault passes as it is. */
export function storeError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof pg.DatabaseError) {
      const state = cause.code ?? 'unknown';
      const isRetryable = retryableStates.some((prefix) => state.startsWith(prefix));
      return isRetryable ? passing(cause, error) : lasting(cause, error);
    }
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
    if (lostCodes.has(code) || lostWords.test(cause.message)) return passing(cause, error);
  }
  return error;
}

/** Whether an error is the database's and the same work may succeed another time. */
export function isPassing(error: unknown): error is StoreError {
  return error instanceof StoreError && error.code === passingCode;
}

const passingCode = 'postgres-passing';

function passing(cause: Error, error: unknown): StoreError {
  return new StoreError(`Postgres: ${messageOf(cause)}`, {
    code: passingCode,
    retry: 'later',
    forPeople: 'The database did not answer. The work continues by itself when it does.',
    cause: error,
  });
}

function lasting(cause: pg.DatabaseError, error: unknown): StoreError {
  return new StoreError(`Postgres: ${cause.message}`, {
    code: `postgres-${(cause.code ?? 'unknown').toLowerCase()}`,
    retry: 'never',
    cause: error,
  });
}
