import pg from 'pg';
import { expect, test } from 'vitest';
import { AppError } from '../../src/lib/errors.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createTestDatabase } from '../support/postgres.ts';

async function toldBy(work: Promise<void>): Promise<string> {
  const error = await work.catch((thrown: unknown) => thrown);
  return error instanceof AppError ? error.forPeople : '';
}

test('a database of something else is named, with what is wrong and what to do', async () => {
  await using database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('create table facts (id text)');
  await client.end();
  const { host, pathname } = new URL(database.url);
  const told = await toldBy(migrate(database.url));
  expect(told).toContain(`The database “${pathname.slice(1)}” on ${host} could not be brought`);
  expect(told).toContain('relation "facts" already exists');
  expect(told).toContain('name another one in DATABASE_URL');
  expect(told).not.toContain('CREATE TABLE');
});

test('a database that is not there is named, without its password', async () => {
  const told = await toldBy(migrate('postgresql://dora:secret@127.0.0.1:9/agency'));
  expect(told).toContain('The database “agency” on 127.0.0.1:9 cannot be reached');
  expect(told).toContain('Check that it runs');
  expect(told).not.toContain('secret');
});
