import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { AppError } from '../../src/lib/errors.ts';
import { parseJson } from '../../src/lib/json.ts';
import { silentLog } from '../../src/lib/log.ts';
import { migrate, migrationsFolder } from '../../src/store/migrate.ts';
import { openStore } from '../../src/store/open-store.ts';
import { readOutcomes } from '../../src/store/outcomes.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';
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

test('outputs of an earlier version keep whose they were and what became of them', async () => {
  await using database = await createTestDatabase();
  await using earlier = await migrationsUpTo(3);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await applyMigrations(drizzle(client), { migrationsFolder: earlier.path });
  const output = `insert into outputs (project_id, task_id, revision, summary, files, checks)
    values ('P1', $1, $2, 'Done.', '[]', '[]')`;
  await client.query(output, ['T1', 0]);
  await client.query(output, ['T1', 1]);
  await client.query(output, ['T2', 0]);
  await client.query(`insert into tasks (project_id, id, title, state, tier, rejections) values
    ('P1', 'T1', 'One', 'accepted', 'premium', 1), ('P1', 'T2', 'Two', 'in-review', 'economy', 0)`);
  await client.query(`insert into assignments (project_id, task_id, agent_id, why)
    values ('P1', 'T1', 'A7', 'It fits.')`);
  await client.query(`insert into facts
    (aggregate_id, version, event_id, type, body, at, previous_hash, hash)
    values ('P1', 1, 'e', 'output-submitted',
      '{"type":"output-submitted","task":"T1","submission":{"revision":1}}', 77, '', '')`);
  await client.end();
  await migrate(database.url);
  const store = openStore(database.url, silentLog);
  const [first, second, ...others] = await readOutcomes(store.db, { projectId: 'P1' });
  await store.close();
  const known = { agentId: 'A7', tier: 'premium', turnId: null, model: null, personaVersion: 1 };
  expect(first).toMatchObject({ ...known, revision: 1, accepted: true, at: 77 });
  expect(second).toMatchObject({ ...known, revision: 0, accepted: false, at: 0 });
  // Nobody knows any more who made it.
  expect(others).toEqual([]);
});

/** The migrations that an earlier version of this program had. */
async function migrationsUpTo(last: number) {
  const folder = await temporaryFolder();
  await cp(migrationsFolder, folder.path, { recursive: true });
  const journal = join(folder.path, 'meta', '_journal.json');
  const Journal = z.looseObject({ entries: z.array(z.looseObject({ idx: z.number() })) });
  const all = parseJson(Journal, await readFile(journal, 'utf8'));
  if (!all.ok) throw new Error(all.reason);
  const entries = all.value.entries.filter(({ idx }) => idx <= last);
  await writeFile(journal, JSON.stringify({ ...all.value, entries }));
  return folder;
}
