// The connection to Postgres. One pool per process, shared by everything that talks to the
// database; a transaction is a function that gets a `Tx` and commits when it returns.
import { drizzle } from 'drizzle-orm/node-postgres';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { StoreError, messageOf } from '../lib/errors.ts';
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

/** SQL states after which the same transaction may succeed. */
const retryableStates = new Set([
  '40001', // serialization failure
  '40P01', // deadlock
  '57P01', // the server is shutting down
  '57P03', // the server is starting up
  '08006', // connection failure
  '08003',
  '08001',
]);

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
  const db = drizzle(pool);
  return {
    db,
    pool,
    async transact(work) {
      try {
        return await db.transaction(work);
      } catch (error) {
        throw storeError(error);
      }
    },
    close: () => {
      // The server may go down before it has read every good-bye; nobody needs to hear of that.
      pool.removeAllListeners('error');
      pool.on('error', () => undefined);
      return pool.end();
    },
  };
}

/** Wraps what the driver throws; anything that is not the database's fault passes as it is. */
export function storeError(error: unknown): unknown {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = stateOf(cause);
  if (code === null) return error;
  const lost = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(code);
  return new StoreError(`Postgres: ${messageOf(cause)}`, {
    code: `postgres-${code.toLowerCase()}`,
    retry: lost || retryableStates.has(code) ? 'later' : 'never',
    cause: error,
  });
}

function stateOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' && /^([0-9A-Z]{5}|E[A-Z]+)$/.test(error.code)
    ? error.code
    : null;
}
