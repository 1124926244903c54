// What a database says of itself, read in one connection that changes nothing: for whoever wants to
// know whether the agency can live in it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { z } from 'zod';
import { StoreError, messageOf } from '../lib/errors.ts';
import { parseJson } from '../lib/json.ts';
import { migrationsFolder } from './migrate.ts';

export interface DatabaseFacts {
  /** As people say it, such as `16.4`. */
  version: string;
  /** As numbers compare, such as 160004. */
  versionNumber: number;
  encoding: string;
  isReadOnly: boolean;
  mayCreateSchemas: boolean;
  mayCreateTables: boolean;
  /** Settings by name that may be off, and are. */
  off: string[];
  migrations: { applied: number; known: number; isNewer: boolean };
  /** In the schema `public`, ours and others'. */
  tables: number;
}

const connectMsMax = 5000;
const queryMsMax = 5000;

const durable = ['fsync', 'full_page_writes', 'synchronous_commit'];

const Facts = z.strictObject({
  version: z.string(),
  version_number: z.coerce.number(),
  encoding: z.string(),
  is_read_only: z.boolean(),
  may_create_schemas: z.boolean(),
  may_create_tables: z.boolean(),
  has_migrations: z.boolean(),
  tables: z.coerce.number(),
  off: z.array(z.string()),
});
const Applied = z.strictObject({ count: z.coerce.number(), newest: z.coerce.number().nullable() });
const Journal = z.looseObject({ entries: z.array(z.looseObject({ when: z.number() })) });

/** @throws StoreError whose code is `database-` and Postgres' or Node's own code */
export async function inspectDatabase(url: string): Promise<DatabaseFacts> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'a-teams-doctor',
    connectionTimeoutMillis: connectMsMax,
    query_timeout: queryMsMax,
  });
  // Whoever waits for a query is told by it; unheard, the error would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await readFacts(client);
  } catch (error) {
    throw failure(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function readFacts(client: pg.Client): Promise<DatabaseFacts> {
  const facts = Facts.parse((await client.query(factsQuery, [durable])).rows[0]);
  const known = await knownMigrations();
  const applied = facts.has_migrations
    ? Applied.parse((await client.query(appliedQuery)).rows[0])
    : { count: 0, newest: null };
  return {
    version: facts.version,
    versionNumber: facts.version_number,
    encoding: facts.encoding,
    isReadOnly: facts.is_read_only,
    mayCreateSchemas: facts.may_create_schemas,
    mayCreateTables: facts.may_create_tables,
    off: facts.off,
    migrations: {
      applied: applied.count,
      known: known.length,
      isNewer: (applied.newest ?? 0) > Math.max(...known),
    },
    tables: facts.tables,
  };
}

const factsQuery = `
  select split_part(current_setting('server_version'), ' ', 1) as version,
    current_setting('server_version_num') as version_number,
    current_setting('server_encoding') as encoding,
    pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as is_read_only,
    has_database_privilege(current_database(), 'CREATE') as may_create_schemas,
    coalesce(has_schema_privilege(to_regnamespace('public')::oid, 'CREATE'), false)
      as may_create_tables,
    to_regclass('drizzle.__drizzle_migrations') is not null as has_migrations,
    (select count(*) from pg_tables where schemaname = 'public') as tables,
    array(select name from unnest($1::text[]) as name
      where current_setting(name, true) = 'off') as off`;

const appliedQuery =
  'select count(*) as count, max(created_at) as newest from drizzle.__drizzle_migrations';

/** When each migration of this version was made; it is how they are told apart. */
async function knownMigrations(): Promise<number[]> {
  const text = await readFile(join(migrationsFolder, 'meta/_journal.json'), 'utf8');
  const journal = parseJson(Journal, text);
  if (!journal.ok) throw new Error(journal.reason);
  return journal.value.entries.map(({ when }) => when);
}

function failure(error: unknown): StoreError {
  // Where a host has several addresses every one has failed; the first speaks for all.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const code = first instanceof Error && 'code' in first ? String(first.code) : 'unknown';
  return new StoreError(messageOf(first), {
    code: `database-${code}`,
    retry: 'later',
    cause: error,
  });
}
