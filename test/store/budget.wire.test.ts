// Ceilings hold whatever the race: reserve before a call, settle after it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/lib/log.ts';
import { reserve, settle, spendUnanswered } from '../../src/store/budget.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/open-store.ts';
import { budgets } from '../../src/store/schema.ts';
import { claimTurn, holdTurns, insertTurns } from '../../src/store/turns.ts';
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

  test('of a call that is made again after it was settled counts once more', async () => {
    await call([scope('P1', 2)], 'P1.turn.4.model.1');
    await store.transact((tx) => settle(tx, 'P1.turn.4.model.1', { microUsd: 0, tokens: 0 }));
    expect(await call([scope('P1', 2)], 'P1.turn.4.model.1')).toBeNull();
    expect(await standing('P1')).toEqual([0, 100, 0]);
  });

  test('that nobody answered is spent when its turn is over, and no other turn’s is', async () => {
    const scopes = [scope('P1', 9), scope('P1.T1', 9)];
    for (const id of ['P1.turn.5.model.1', 'P1.turn.5.model.2', 'P1.turn.50.model.1']) {
      await call(scopes, id);
    }
    await store.transact((tx) => settle(tx, 'P1.turn.5.model.1', { microUsd: 30, tokens: 10 }));
    await store.transact((tx) => spendUnanswered(tx, ['P1.turn.5', 'P1.turn.7']));
    expect(await standing('P1')).toEqual([130, 100, 0]);
    expect(await standing('P1.T1')).toEqual([130, 100, 0]);
    await store.transact((tx) => spendUnanswered(tx, ['P1.turn.5']));
    expect(await standing('P1')).toEqual([130, 100, 0]);
  });

  test('is made by whoever has the turn, and by nobody else', async () => {
    const order = {
      id: 'P1.turn.6',
      kind: 'project-manager.talk',
      agentId: 'pm',
      conversation: 'P1.overview',
      tier: 'standard',
      subject: { stream: null, task: null, prompt: null, asker: null },
    } as const;
    await store.transact((tx) => insertTurns(tx, 'P1', [order]));
    const claimed = await claimTurn(store.db, order.id, 60_000);
    const turn = { id: order.id, fence: claimed?.fence ?? 0 };
    const ask = (id: string, under: { id: string; fence: number }) =>
      reserve(store, { id, scopes: [scope('P1', 9)], microUsd: 100, tokens: 1, turn: under });
    expect(await ask('P1.turn.6.model.1', turn)).toBeNull();
    const stale = { code: 'turn-stale' };
    const older = { ...turn, fence: turn.fence - 1 };
    await expect(ask('P1.turn.6.model.2', older)).rejects.toMatchObject(stale);
    await store.transact((tx) => holdTurns(tx, [order.id]));
    await expect(ask('P1.turn.6.model.1', turn)).rejects.toMatchObject(stale);
    expect(await standing('P1')).toEqual([0, 100, 0]);
  });

  // Many calls begin while their turns are being held: each was reserved before or refused after.
  test('and a pause at the same time come one after the other', async () => {
    const orders = Array.from({ length: 12 }, (_, at) => ({
      id: `P9.turn.${at + 1}`,
      kind: 'project-manager.talk' as const,
      agentId: 'pm',
      conversation: `P9.S${at + 1}`,
      tier: 'standard' as const,
      subject: { stream: null, task: null, prompt: null, asker: null },
    }));
    await store.transact((tx) => insertTurns(tx, 'P9', orders));
    const claims = await Promise.all(orders.map(({ id }) => claimTurn(store.db, id, 60_000)));
    const ids = orders.map(({ id }) => id);
    let heldAt = 0;
    const calls = claims.map(async (claimed) => {
      const turn = { id: claimed?.order.id ?? '', fence: claimed?.fence ?? 0 };
      const id = `${turn.id}.model.1`;
      const asked = { id, scopes: [scope('P9', 99)], microUsd: 100, tokens: 1, turn };
      await reserve(store, asked).catch(() => 'stale');
    });
    const pausing = store
      .transact((tx) => holdTurns(tx, ids))
      .then(async () => {
        heldAt = (await standing('P9'))?.[1] ?? 0;
      });
    await Promise.all([...calls, pausing]);
    expect((await standing('P9'))?.[1] ?? 0).toBe(heldAt);
  });

  test('that was too small leaves an overdraft, which the next one meets', async () => {
    await call([scope('P1', 3)], 'P1.turn.3.model.1');
    const cost = { microUsd: 250, tokens: 10 };
    await store.transact((tx) => settle(tx, 'P1.turn.3.model.1', cost));
    expect(await standing('P1')).toEqual([100, 0, 150]);
    expect(await call([scope('P1', 3)])).toBe('P1');
  });
});
