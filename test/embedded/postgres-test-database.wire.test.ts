import { Client } from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../support/postgres.ts';

async function rows(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const result = await client.query<Record<string, unknown>>(sql);
    return result.rows;
  } finally {
    await client.end();
  }
}

test('two test databases do not see each other', async () => {
  await using one = await createTestDatabase();
  await using two = await createTestDatabase();
  await rows(one.url, 'create table note (text text)');
  await expect(rows(two.url, 'select * from note')).rejects.toThrow('does not exist');
});

test('a template is prepared once and copied for everybody who names it', async () => {
  let prepared = 0;
  const template = {
    name: 'with_note',
    prepare: async (url: string) => {
      prepared += 1;
      await rows(url, "create table note (text text); insert into note values ('from template')");
    },
  };
  const databases = await Promise.all([1, 2, 3].map(() => createTestDatabase(template)));
  for (const { url } of databases) {
    expect(await rows(url, 'select * from note')).toEqual([{ text: 'from template' }]);
  }
  expect(prepared).toBe(1);
  await Promise.all(databases.map((database) => database[Symbol.asyncDispose]()));
});

test('a disposed test database is gone', async () => {
  const database = await createTestDatabase();
  await database[Symbol.asyncDispose]();
  await expect(rows(database.url, 'select 1')).rejects.toThrow('does not exist');
});
