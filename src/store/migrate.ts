// Brings the database to this version's schema, under a lock, so that several processes may start
// at once. BullMQ's own tables are migrated by the queue that uses them.
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';

/** Any constant; it names the lock for every process that migrates this database. */
const migrationLock = 4_207_001;

export const migrationsFolder = join(import.meta.dirname, '../../drizzle');

export async function migrate(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'a-teams-migrate' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    await applyMigrations(drizzle(client), { migrationsFolder });
  } finally {
    await client.end();
  }
}
