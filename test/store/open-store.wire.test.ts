import { Client } from 'pg';
import { expect, test } from 'vitest';
import { StoreError } from '../../src/lib/errors.ts';
import { silentLog } from '../../src/lib/log.ts';
import { openStore } from '../../src/store/open-store.ts';
import { texts } from '../../src/store/schema.ts';
import { openTestStore } from './arrange.ts';
import type { TestStore } from './arrange.ts';

/** Somebody who ends every connection of the store. */
async function operatorOf(store: TestStore) {
  const client = new Client({ connectionString: store.url });
  await client.connect();
  return {
    dropAll: () =>
      client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
      ),
    [Symbol.asyncDispose]: () => client.end(),
  };
}

const write = (store: TestStore, hash: string) =>
  store.transact(async (tx) => {
    await tx.insert(texts).values({ hash, text: hash }).onConflictDoNothing();
  });

test('connections that drop at any moment are replaced, and none is kept for ever', async () => {
  await using store = await openTestStore();
  await using operator = await operatorOf(store);
  for (let round = 1; round <= 30; round += 1) {
    const writing = [1, 2, 3].map((n) => write(store, `${round}.${n}`));
    await operator.dropAll();
    // The next transactions may begin on connections that nobody knows to be gone.
    await Promise.all([...writing, write(store, `${round}.4`)].map((one) => one.catch(() => null)));
    await write(store, `${round}.5`);
  }
  expect(store.pool.totalCount).toBe(store.pool.idleCount);
  const rows = await store.db.select().from(texts);
  expect(rows.length).toBeGreaterThanOrEqual(30);
});

test('what a transaction fails with is what its work failed with', async () => {
  await using store = await openTestStore();
  await using operator = await operatorOf(store);
  const own = store.transact(async (tx) => {
    await tx.insert(texts).values({ hash: 'a', text: 'a' });
    throw new RangeError('my own');
  });
  await expect(own).rejects.toThrow(RangeError);
  const hasty = openStore(store.url, silentLog, { pausesMs: [1, 1] });
  const cut = hasty.transact(async (tx) => {
    await tx.insert(texts).values({ hash: 'b', text: 'b' });
    await operator.dropAll();
    await tx.insert(texts).values({ hash: 'c', text: 'c' });
  });
  await expect(cut).rejects.toThrow(StoreError);
  await expect(cut).rejects.toMatchObject({ retry: 'later' });
  await hasty.close();
  expect(await store.db.select().from(texts)).toEqual([]);
});
