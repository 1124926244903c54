import { systemClock } from '../../src/lib/clock.ts';
import { expect, test } from 'vitest';
import {
  OutboxKind,
  claimDeliveries,
  countOpen,
  enqueue,
  finishDelivery,
  hasEarlierPosts,
  parkDelivery,
  postponeDelivery,
} from '../../src/store/outbox.ts';
import type { Delivery, OutboxEntry } from '../../src/store/outbox.ts';
import { openTestStore } from './arrange.ts';
import type { TestStore } from './arrange.ts';

const kinds = OutboxKind.options;
const leaseMs = 60_000;

function post(id: string, lane: string, payload: unknown = {}): OutboxEntry {
  return { id, kind: 'post', lane, payload };
}

async function add(store: TestStore, ...entries: OutboxEntry[]): Promise<void> {
  await store.transact((tx) => enqueue(tx, entries));
}

const claim = (store: TestStore, max = 100): Promise<Delivery[]> =>
  claimDeliveries(store.db, { max, leaseMs, kinds });

const idsOf = (deliveries: readonly Delivery[]): string[] => deliveries.map(({ id }) => id);

async function only(claiming: Promise<Delivery[]>): Promise<Delivery> {
  const [first, ...others] = await claiming;
  if (first === undefined || others.length > 0) throw new Error(`${others.length + 1} claimed`);
  return first;
}

test('effects of a lane are carried out one after the other, lanes side by side', async () => {
  await using store = await openTestStore();
  await add(store, post('a1', 'a'), post('a2', 'a'), post('b1', 'b'), post('a3', 'a'));
  const [a1, b1] = await claim(store);
  expect([a1?.id, b1?.id]).toEqual(['a1', 'b1']);
  expect(await claim(store)).toEqual([]);
  if (a1 !== undefined) await finishDelivery(store.db, a1);
  expect(idsOf(await claim(store))).toEqual(['a2']);
  expect(await countOpen(store.db)).toBe(3);
});

test('several deliverers never carry out one effect at the same time, nor a lane out of order', async () => {
  await using store = await openTestStore();
  const lanes = Array.from({ length: 12 }, (_, at) => `lane${at}`);
  const entries = lanes.flatMap((lane) => [1, 2, 3, 4, 5].map((n) => post(`${lane}.${n}`, lane)));
  await add(store, ...entries);
  const done: string[] = [];
  const inHand = new Set<string>();
  const deliverer = async (): Promise<void> => {
    while (done.length < entries.length) {
      for (const delivery of await claim(store, 3)) {
        expect(inHand.has(delivery.lane)).toBe(false);
        inHand.add(delivery.lane);
        done.push(delivery.id);
        await store.db.execute('select pg_sleep(0.001)');
        inHand.delete(delivery.lane);
        await finishDelivery(store.db, delivery);
      }
    }
  };
  await Promise.all([deliverer(), deliverer(), deliverer(), deliverer()]);
  expect(done).toHaveLength(entries.length);
  for (const lane of lanes) {
    const own = done.filter((id) => id.startsWith(`${lane}.`));
    expect(own).toEqual([1, 2, 3, 4, 5].map((n) => `${lane}.${n}`));
  }
});

test('a postponed effect keeps its lane waiting, a parked one lets it go on', async () => {
  await using store = await openTestStore();
  await add(store, post('a1', 'a'), post('a2', 'a'));
  const later = { delayMs: 60_000, reason: 'Discord is away', countsAttempt: true };
  await postponeDelivery(store.db, await only(claim(store)), later);
  expect(await claim(store)).toEqual([]);
  expect(await countOpen(store.db)).toBe(2);
  await store.passTime();
  const again = await only(claim(store));
  expect(again).toMatchObject({ id: 'a1', attempts: 2 });
  await parkDelivery(store.db, again, 'the channel is gone');
  expect(idsOf(await claim(store))).toEqual(['a2']);
});

test('waiting for something that is not there yet costs no attempt', async () => {
  await using store = await openTestStore();
  await add(store, post('a1', 'a'));
  const notYet = { delayMs: 0, reason: 'posts are on their way', countsAttempt: false };
  await postponeDelivery(store.db, await only(claim(store)), notYet);
  expect((await only(claim(store))).attempts).toBe(1);
});

test('who lost the lease of an effect cannot finish it', async () => {
  await using store = await openTestStore();
  await add(store, post('a1', 'a'));
  const slow = await only(claim(store));
  await store.passTime();
  const quick = await only(claim(store));
  expect(await finishDelivery(store.db, slow)).toBe(false);
  await parkDelivery(store.db, slow, 'too late');
  expect(await countOpen(store.db)).toBe(1);
  expect(await finishDelivery(store.db, quick)).toBe(true);
  expect(await countOpen(store.db)).toBe(0);
});

test('an effect that is asked for again while it is carried out is carried out once more', async () => {
  await using store = await openTestStore();
  const status = (n: number): OutboxEntry => {
    return { id: 'status.P1', kind: 'status', lane: 'status.P1', payload: { n } };
  };
  await add(store, status(1));
  const first = await only(claim(store));
  await add(store, status(2));
  expect(await claim(store)).toEqual([]);
  await finishDelivery(store.db, first);
  const second = await only(claim(store));
  expect(second.payload).toEqual({ n: 2 });
  await finishDelivery(store.db, second);
  expect(await claim(store)).toEqual([]);
  // Long done, it can still be asked for again.
  await add(store, status(3));
  expect((await only(claim(store))).payload).toEqual({ n: 3 });
});

test('a timer waits for its time and holds nothing up', async () => {
  await using store = await openTestStore();
  const entry = { id: 't', kind: 'timer' as const, lane: 't', payload: {} };
  await add(store, { ...entry, notBefore: systemClock.now() + 3_600_000 });
  expect(await claim(store)).toEqual([]);
  expect(await countOpen(store.db)).toBe(0);
  await store.passTime();
  expect(idsOf(await claim(store))).toEqual(['t']);
});

test('the hand-over knows what is still to be said before it', async () => {
  await using store = await openTestStore();
  const bundle = { id: 'P1.bundle', kind: 'bundle' as const, lane: 'P1.bundle', payload: {} };
  await add(store, post('p1', 'P2.S1'), post('p2', 'P1.S1'), bundle, post('p3', 'P1.S1'));
  const asked = { id: bundle.id, projectId: 'P1' };
  expect(await hasEarlierPosts(store.db, asked)).toBe(true);
  for (const delivery of await claim(store)) {
    if (delivery.id === 'p2') await finishDelivery(store.db, delivery);
  }
  expect(await hasEarlierPosts(store.db, asked)).toBe(false);
});
