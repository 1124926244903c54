// A database of its own for every test file that asks for one, on the Postgres of the run (see
// `global-postgres.ts`). A copy of a prepared template takes 50 ms, so migrations run once per run
// and not once per file. Close your pools before the database is disposed of.
import { randomBytes } from 'node:crypto';
import { Client, escapeIdentifier } from 'pg';
import { inject } from 'vitest';

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
}

export interface Template {
  /** Names what `prepare` makes: whoever passes this name first in a run prepares it for all. */
  name: string;
  /** Fills the empty database at `url`, and leaves no connection to it open. */
  prepare(url: string): Promise<void>;
}

/** @param template what the database holds at first; empty when absent. */
export async function createTestDatabase(template?: Template): Promise<TestDatabase> {
  // Typed as a string, but absent in a project without the global set-up.
  const serverUrl = inject('testPostgresUrl') as string | undefined;
  if (serverUrl === undefined) throw new Error('only *.wire.test.ts files have a Postgres');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await withClient(serverUrl, async (client) => {
    const source =
      template === undefined ? 'template1' : await prepared(client, serverUrl, template);
    await client.query(`create database ${name} template ${escapeIdentifier(source)}`);
  });
  return {
    url: urlOf(serverUrl, name),
    async [Symbol.asyncDispose]() {
      await withClient(serverUrl, (client) =>
        client.query(`drop database if exists ${name} with (force)`),
      );
    },
  };
}

/** The template's database, made by the first who gets the lock; test files are processes. */
async function prepared(client: Client, serverUrl: string, template: Template): Promise<string> {
  const database = `template_${template.name}`;
  // Held until this client ends, which is after it has made its copy.
  await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [database]);
  const found = await client.query('select 1 from pg_database where datname = $1', [database]);
  if (found.rowCount !== 0) return database;
  const draft = `draft_${randomBytes(8).toString('hex')}`;
  await client.query(`create database ${draft}`);
  await template.prepare(urlOf(serverUrl, draft));
  await client.query(`alter database ${draft} rename to ${escapeIdentifier(database)}`);
  return database;
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}
