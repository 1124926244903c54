// Brings the database to this version's schema, under a lock, so that several processes may start
// at once. BullMQ's own tables are migrated by the queue that uses them.
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { StoreError, messageOf } from '../lib/errors.ts';
import { isPassing, storeError } from './open-store.ts';

/** Any constant; it names the lock for every process that migrates this database. */
const migrationLock = 4_207_001;

export const migrationsFolder = join(import.meta.dirname, '../../drizzle');

/** @throws StoreError saying which database, what went wrong and what to do */
export async function migrate(url: string): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'a-teams-migrate',
    connectionTimeoutMillis: connectMsMax,
  });
  // Whoever waits for a query is told by it; unheard, the error would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw failure(url, error, {
      what: 'cannot be reached',
      cure: 'Check that it runs, and that DATABASE_URL names the right host, database and user.',
    });
  }
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    await applyMigrations(drizzle(client), { migrationsFolder });
  } catch (error) {
    throw failure(url, error, {
      what: 'could not be brought to the schema of this version; nothing of it was changed',
      cure:
        'If it is a database of something else, name another one in DATABASE_URL. If its user ' +
        'may not create tables, grant that. If it was made by a newer version, run that version.',
    });
  } finally {
    await client.end();
  }
}

const connectMsMax = 10_000;

function failure(url: string, error: unknown, { what, cure }: { what: string; cure: string }) {
  const reason = reasonOf(error);
  return new StoreError(`Migration: ${reason}`, {
    code: 'migration',
    // A server that restarts, or is not up yet, needs nobody to put anything right.
    retry: isPassing(storeError(error)) ? 'later' : 'never',
    forPeople: `The database ${nameOf(url)} ${what}: ${reason}\n${cure}`,
    cause: error,
  });
}

/** The server's own words, rather than the statement that met them. */
function reasonOf(error: unknown): string {
  const isWrapped = error instanceof Error && error.cause instanceof Error;
  if (isWrapped) return reasonOf(error.cause);
  // Where a host has several addresses every one has failed, each in its own words.
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return messageOf(error);
}

/** Without the user and the password. */
function nameOf(url: string): string {
  if (!URL.canParse(url)) return 'of DATABASE_URL';
  const { host, pathname } = new URL(url);
  return `“${pathname.slice(1)}” on ${host}`;
}
