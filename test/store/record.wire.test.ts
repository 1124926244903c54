import { readdir } from 'node:fs/promises';
import { eq, sql } from 'drizzle-orm';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { decideAgency } from '../../src/domain/decide/decide.ts';
import { evolveAgency, newAgency } from '../../src/domain/agency.ts';
import type { AgencyFact } from '../../src/domain/fact.ts';
import { erasedText } from '../../src/domain/prose.ts';
import { canonicalJson, sha256 } from '../../src/lib/json.ts';
import { readFileContent, saveFile } from '../../src/store/files.ts';
import { migrate, migrationsFolder } from '../../src/store/migrate.ts';
import { append, lockAggregate, readAgency, refold } from '../../src/store/record.ts';
import { facts, files, texts } from '../../src/store/schema.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { openTestStore } from './arrange.ts';
import type { TestStore } from './arrange.ts';

const lesson = 'Ask for the season first.';
const noted: AgencyFact = { type: 'lesson-noted', projectId: 'P1', text: lesson };

/** Facts of an agency that was founded and has learned something. */
function agencyFacts(): AgencyFact[] {
  const opened = decideAgency(newAgency, {
    type: 'agency-opened',
    id: 'agency.opened.1',
    at: 1,
    guildId: '100000000000000001',
    directorIds: ['200000000000000001'],
    ceilingMicroUsd: 5_000_000,
    rehearsal: false,
  });
  return [...opened.facts, { type: 'project-registered', projectId: 'P1' }, noted];
}

async function appendFacts(store: TestStore, list: readonly AgencyFact[]): Promise<void> {
  await store.transact(async (tx) => {
    const aggregate = await lockAggregate(tx, 'agency');
    const before = await readAgency(tx);
    const state = list.reduce(evolveAgency, before);
    await append(tx, { aggregate, eventId: 'e', at: 1, facts: list, state });
  });
}

test('folding the facts again gives the stored state', async () => {
  await using store = await openTestStore();
  await appendFacts(store, agencyFacts());
  const folded = await refold(store.db, 'agency');
  expect(folded).toMatchObject({ chainHolds: true, facts: 3 });
  expect(canonicalJson(folded.state)).toBe(canonicalJson(await readAgency(store.db)));
});

test('a text that is erased leaves a tombstone, and the chain still holds', async () => {
  await using store = await openTestStore();
  await appendFacts(store, agencyFacts());
  const rows = await store.db.select().from(facts).where(eq(facts.type, 'lesson-noted'));
  expect(JSON.stringify(rows)).not.toContain(lesson);
  await store.db
    .update(texts)
    .set({ text: null })
    .where(eq(texts.hash, sha256(lesson)));
  const { state, chainHolds } = await refold(store.db, 'agency');
  expect(chainHolds).toBe(true);
  expect(state).toMatchObject({ lessons: [{ text: erasedText }] });
});

test('a text that was erased and is said once more is another text, and the record holds', async () => {
  await using store = await openTestStore();
  await appendFacts(store, agencyFacts());
  await store.db
    .update(texts)
    .set({ text: null })
    .where(eq(texts.hash, sha256(lesson)));
  const erased = await refold(store.db, 'agency');
  await store.db.execute(
    sql`update aggregates set state = ${JSON.stringify(erased.state)}::jsonb where id = 'agency'`,
  );
  await appendFacts(store, [noted]);
  const { state, chainHolds } = await refold(store.db, 'agency');
  expect(chainHolds).toBe(true);
  expect(state).toMatchObject({ lessons: [{ text: erasedText }, { text: lesson }] });
  expect(canonicalJson(state)).toBe(canonicalJson(await readAgency(store.db)));
});

test.each([
  ['what it says', sql`update facts set body = body || '{"projectId":"P9"}' where version = 2`],
  ['when it was', sql`update facts set at = 2 where version = 2`],
  ['that it was', sql`delete from facts where version = 2`],
  ['its place', sql`update facts set version = version + 10 where version >= 2`],
])('whoever changes %s in a fact breaks the chain', async (_what, change) => {
  await using store = await openTestStore();
  await appendFacts(store, agencyFacts());
  await store.db.execute(change);
  expect((await refold(store.db, 'agency')).chainHolds).toBe(false);
});

test('whoever locks an aggregate decides alone', async () => {
  await using store = await openTestStore();
  const list = agencyFacts();
  await appendFacts(store, list);
  await Promise.all(Array.from({ length: 10 }, () => appendFacts(store, [noted])));
  const folded = await refold(store.db, 'agency');
  expect(folded).toMatchObject({ chainHolds: true, facts: list.length + 10 });
});

test('a transaction that fails leaves nothing', async () => {
  await using store = await openTestStore();
  const failing = store.transact(async (tx) => {
    const aggregate = await lockAggregate(tx, 'agency');
    const list = agencyFacts();
    await append(tx, { aggregate, eventId: 'e', at: 1, facts: list, state: newAgency });
    throw new Error('out of luck');
  });
  await expect(failing).rejects.toThrow('out of luck');
  expect(await store.db.select().from(facts)).toEqual([]);
  expect(await store.db.select().from(texts)).toEqual([]);
});

test('the same content is stored once, under whatever names', async () => {
  await using store = await openTestStore();
  const content = Buffer.from('Day one begins at the river.');
  const [a, b] = await Promise.all([
    saveFile(store.db, 'a.md', content),
    saveFile(store.db, 'b.md', content),
  ]);
  expect(a.sha256).toBe(b.sha256);
  expect(await store.db.select({ bytes: files.bytes }).from(files)).toEqual([{ bytes: 28 }]);
  expect(await readFileContent(store.db, a.sha256)).toEqual(content);
  await expect(readFileContent(store.db, sha256('nothing'))).rejects.toThrow('No file');
});

test('migrations may run twice, and in several processes at once', async () => {
  await using database = await createTestDatabase();
  await Promise.all([migrate(database.url), migrate(database.url), migrate(database.url)]);
  await migrate(database.url);
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    const { rows } = await client.query(
      'select count(*)::int as n from drizzle.__drizzle_migrations group by hash',
    );
    const journal = await client.query("select to_regclass('facts') is not null as there");
    expect(journal.rows).toEqual([{ there: true }]);
    const all = (await readdir(migrationsFolder)).filter((name) => name.endsWith('.sql'));
    expect(rows).toEqual(all.map(() => ({ n: 1 })));
  } finally {
    await client.end();
  }
});
