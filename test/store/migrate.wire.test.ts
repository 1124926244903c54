import pg from 'pg';
import { expect, test } from 'vitest';
import { AppError } from '../../src/lib/errors.ts';
import { migrate } from '../../src/store/migrate.ts';
import { until } from '../support/agency.ts';
import { createTestDatabase } from '../support/postgres.ts';

async function toldBy(work: Promise<void>): Promise<{ told: string; retry: string }> {
  const error = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof AppError)) throw new Error('It was no refusal.', { cause: error });
  return { told: error.forPeople, retry: error.retry };
}

test('a database of something else is named, with what is wrong and what to do', async () => {
  await using database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('create table facts (id text)');
  await client.end();
  const { host, pathname } = new URL(database.url);
  const { told, retry } = await toldBy(migrate(database.url));
  expect(told).toContain(`The database “${pathname.slice(1)}” on ${host} could not be brought`);
  expect(told).toContain('relation "facts" already exists');
  expect(told).toContain('name another one in DATABASE_URL');
  expect(told).not.toContain('CREATE TABLE');
  expect(retry).toBe('never');
});

test('a database that is not there is named, without its password', async () => {
  const { told, retry } = await toldBy(migrate('postgresql://dora:secret@127.0.0.1:9/agency'));
  expect(told).toContain('The database “agency” on 127.0.0.1:9 cannot be reached');
  expect(told).toContain('Check that it runs');
  expect(told).not.toContain('secret');
  // It may be restarting: whoever supervises the program should start it again.
  expect(retry).toBe('later');
});

test('a migration whose connection is cut may be tried again', async () => {
  await using database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  // It waits for the lock, so that there is something to cut.
  await client.query('select pg_advisory_lock(4207001)');
  const told = toldBy(migrate(database.url));
  const cut = `select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'a-teams-migrate' and datname = current_database()`;
  await until(async () => ((await client.query(cut)).rows.length > 0 ? true : null), 'it to begin');
  expect(await told).toMatchObject({ retry: 'later' });
  await client.end();
});
