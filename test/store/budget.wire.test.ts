// Ceilings hold whatever the race: reserve before a call, settle after it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/lib/log.ts';
import { reserve, settle } from '../../src/store/budget.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/open-store.ts';
import { budgets } from '../../src/store/schema.ts';
import { createTestDatabase } from '../support/postgres.ts';
import type { TestDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let store: Store;
let count = 0;

beforeAll(async () => {
  database = await createTestDatabase({ name: 'migrated', prepare: migrate });
  store = openStore(database.url, silentLog);
});
afterAll(async () => {
  await store.close();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await store.db.delete(budgets);
});

const scope = (id: string, calls: number) => ({
  id,
  ceilingMicroUsd: calls * 100,
  ceilingTokens: 1_000_000,
});

function call(scopes: ReturnType<typeof scope>[], id = `call.${(count += 1)}`) {
  return reserve(store, { id, scopes, microUsd: 100, tokens: 1000 });
}

async function standing(id: string) {
  const rows = await store.db.select().from(budgets);
  const row = rows.find((one) => one.id === id);
  return row && [row.spentMicroUsd, row.reservedMicroUsd, row.overdraftMicroUsd];
}

describe('a ceiling', () => {
  test('for ten calls lets ten of a hundred parallel ones through', async () => {
    const project = scope('P1', 10);
    const answers = await Promise.all(Array.from({ length: 100 }, () => call([project])));
    expect(answers.filter((answer) => answer === null)).toHaveLength(10);
    expect(await standing('P1')).toEqual([0, 1000, 0]);
  });

  test('of the narrowest scope refuses, and nothing stays reserved in the others', async () => {
    const scopes = [scope('P1.T1', 1), scope('P1', 10), scope('agency.2026-11-21', 10)];
    expect(await call(scopes)).toBeNull();
    expect(await call(scopes)).toBe('P1.T1');
    expect(await standing('P1')).toEqual([0, 100, 0]);
    expect(await standing('agency.2026-11-21')).toEqual([0, 100, 0]);
  });

  test('of tokens bounds an endpoint without prices', async () => {
    const free = { id: 'P1', ceilingMicroUsd: 0, ceilingTokens: 1500 };
    const ask = (id: string) => reserve(store, { id, scopes: [free], microUsd: 0, tokens: 1000 });
    expect(await ask('free.1')).toBeNull();
    expect(await ask('free.2')).toBe('P1');
  });

  test('that is raised lets the next call through', async () => {
    expect(await call([scope('P1', 1)])).toBeNull();
    expect(await call([scope('P1', 1)])).toBe('P1');
    expect(await call([scope('P1', 2)])).toBeNull();
  });

  test('is kept by the database itself', async () => {
    await call([scope('P1', 1)]);
    await expect(store.db.update(budgets).set({ reservedMicroUsd: 101 })).rejects.toThrow(
      'Failed query',
    );
  });
});

describe('a reservation', () => {
  test('of the same call counts once, also after a crash', async () => {
    await call([scope('P1', 1)], 'P1.turn.1.model.1');
    expect(await call([scope('P1', 1)], 'P1.turn.1.model.1')).toBeNull();
    expect(await standing('P1')).toEqual([0, 100, 0]);
  });

  test('becomes what the call cost, once', async () => {
    await call([scope('P1', 2)], 'P1.turn.2.model.1');
    const cost = { microUsd: 30, tokens: 10 };
    await store.transact((tx) => settle(tx, 'P1.turn.2.model.1', cost));
    await store.transact((tx) => settle(tx, 'P1.turn.2.model.1', cost));
    expect(await standing('P1')).toEqual([30, 0, 0]);
  });

  test('that was too small leaves an overdraft, which the next one meets', async () => {
    await call([scope('P1', 3)], 'P1.turn.3.model.1');
    const cost = { microUsd: 250, tokens: 10 };
    await store.transact((tx) => settle(tx, 'P1.turn.3.model.1', cost));
    expect(await standing('P1')).toEqual([100, 0, 150]);
    expect(await call([scope('P1', 3)])).toBe('P1');
  });
});
