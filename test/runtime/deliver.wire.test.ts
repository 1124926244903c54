import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { DiscordError, NotYet } from '../../src/lib/errors.ts';
import { silentLog } from '../../src/lib/log.ts';
import { createDeliverer } from '../../src/runtime/deliver.ts';
import type { DeliverDeps, Deliverer } from '../../src/runtime/deliver.ts';
import { OutboxKind, countDue, countOpen, enqueue, retryParked } from '../../src/store/outbox.ts';
import type { OutboxEntry } from '../../src/store/outbox.ts';
import { outbox, posts } from '../../src/store/schema.ts';
import { openTestStore } from '../store/arrange.ts';
import type { TestStore } from '../store/arrange.ts';
import { until } from '../support/agency.ts';

const leaseMs = 400;

function post(id: string, lane = 'a'): OutboxEntry {
  return { id, kind: 'post', lane, payload: {} };
}

async function add(store: TestStore, ...entries: OutboxEntry[]): Promise<void> {
  await store.transact((tx) => enqueue(tx, entries));
}

function delivererOn(
  store: TestStore,
  carryOut: DeliverDeps['carryOut'],
  more: Partial<DeliverDeps> = {},
): Deliverer & AsyncDisposable {
  const deliverer = createDeliverer({
    store,
    log: silentLog,
    kinds: OutboxKind.options,
    carryOut,
    lanesMax: 8,
    leaseMs,
    renewMs: 20,
    ...more,
  });
  return { ...deliverer, [Symbol.asyncDispose]: () => deliverer.close() };
}

const untilOpen = (store: TestStore, count: number) =>
  until(async () => ((await countOpen(store.db)) === count ? true : null), `${count} open effects`);

async function rowOf({ db }: TestStore, id: string) {
  const [row] = await db.select().from(outbox).where(eq(outbox.id, id));
  return row;
}

test('one wake-up carries out everything there is, each lane in order', async () => {
  await using store = await openTestStore();
  const done: string[] = [];
  await using deliverer = delivererOn(store, ({ id }) => {
    done.push(id);
    return Promise.resolve(null);
  });
  const lanes = ['a', 'b', 'c'].flatMap((lane) => [1, 2, 3].map((n) => post(`${lane}${n}`, lane)));
  await add(store, ...lanes);
  deliverer.wake();
  await untilOpen(store, 0);
  expect(done.filter((id) => id.startsWith('b'))).toEqual(['b1', 'b2', 'b3']);
  expect(done).toHaveLength(9);
});

test('what may succeed later is tried again in its place, what never will is parked', async () => {
  await using store = await openTestStore();
  const tried: string[] = [];
  await using deliverer = delivererOn(store, ({ id }) => {
    tried.push(id);
    if (id === 'a1' && tried.length === 1) {
      const options = { code: 'busy', retry: 'later', retryAfterMs: 5 } as const;
      return Promise.reject(new DiscordError('Discord is busy', options));
    }
    if (id === 'a2') {
      return Promise.reject(new DiscordError('gone', { code: 'gone', retry: 'never' }));
    }
    return Promise.resolve(null);
  });
  await add(store, post('a1'), post('a2'), post('a3'));
  deliverer.wake();
  await untilOpen(store, 0);
  expect(tried).toEqual(['a1', 'a1', 'a2', 'a3']);
  expect(await rowOf(store, 'a2')).toMatchObject({ status: 'parked', lastError: 'gone' });
});

test('a surprise is tried again as well, and parked and told in the end', async () => {
  await using store = await openTestStore();
  const told: string[] = [];
  let tried = 0;
  const full = () => {
    tried += 1;
    const error = new Error('ENOSPC: no space left on device');
    return Promise.reject(Object.assign(error, { code: 'ENOSPC' }));
  };
  const onTrouble: DeliverDeps['onTrouble'] = async ({ id }, { reason }) => {
    told.push(`${id}: ${reason}`);
  };
  await using deliverer = delivererOn(store, full, { onTrouble });
  await add(store, post('a1'));
  await until(async () => {
    await store.passTime();
    deliverer.wake();
    return told.length > 0 ? true : null;
  }, 'the end of its attempts');
  expect(tried).toBe(12);
  expect(told).toEqual(['a1: ENOSPC: no space left on device']);
  expect(await rowOf(store, 'a1')).toMatchObject({ status: 'parked' });
  expect(await retryParked(store.db)).toBe(1);
  expect(await rowOf(store, 'a1')).toMatchObject({ status: 'ready', attempts: 0 });
});

test('what waits for something else waits as long as it must', async () => {
  await using store = await openTestStore();
  let asked = 0;
  await using deliverer = delivererOn(store, () => {
    asked += 1;
    return asked < 30 ? Promise.reject(new NotYet('not yet', 1)) : Promise.resolve(null);
  });
  await add(store, post('a1'));
  deliverer.wake();
  await untilOpen(store, 0);
  expect(await rowOf(store, 'a1')).toMatchObject({ status: 'done' });
});

test('that something was sent and that it is done are one transaction', async () => {
  await using store = await openTestStore();
  let tries = 0;
  await using deliverer = delivererOn(store, () => {
    tries += 1;
    const isFirst = tries === 1;
    return Promise.resolve(async (tx) => {
      const row = { id: `post.${tries}`, place: 'P1.S1', agentId: 'pm', messageIds: ['1'] };
      await tx.insert(posts).values(row);
      if (isFirst) throw new DiscordError('cut', { code: 'cut', retry: 'later', retryAfterMs: 1 });
    });
  });
  await add(store, post('a1'));
  deliverer.wake();
  await untilOpen(store, 0);
  expect(await store.db.select({ id: posts.id }).from(posts)).toEqual([{ id: 'post.2' }]);
});

test('an effect that takes long is not taken from whoever carries it out', async () => {
  await using store = await openTestStore();
  const slow = Promise.withResolvers<null>();
  let carried = 0;
  const carryOut = () => {
    carried += 1;
    return slow.promise;
  };
  await using first = delivererOn(store, carryOut);
  await using second = delivererOn(store, carryOut);
  using _end = { [Symbol.dispose]: () => slow.resolve(null) };
  await add(store, post('a1'));
  first.wake();
  await until(async () => (carried === 1 ? true : null), 'the effect to be begun');
  const firstEnd = (await rowOf(store, 'a1'))?.leaseUntil.getTime() ?? 0;
  await until(async () => {
    second.wake();
    const end = (await rowOf(store, 'a1'))?.leaseUntil.getTime() ?? 0;
    return end > firstEnd + leaseMs ? true : null;
  }, 'the lease to be renewed past its first end');
  slow.resolve(null);
  await untilOpen(store, 0);
  expect(carried).toBe(1);
});

test('whoever stops leaves no effect behind that others would have to wait for', async () => {
  await using store = await openTestStore();
  await add(store, ...[1, 2, 3, 4, 5].map((n) => post(`p${n}`, `lane${n}`)));
  let carried = 0;
  const deliverer = delivererOn(store, () => {
    carried += 1;
    return Promise.resolve(null);
  });
  deliverer.wake();
  await deliverer.close();
  // Each was carried out or is there to be taken at once.
  expect(carried + (await countDue(store.db))).toBe(5);
  expect(await countOpen(store.db)).toBe(await countDue(store.db));
});
