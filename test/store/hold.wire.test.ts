// What was decided and not said yet, while its aggregate is paused or called off.
import { asc } from 'drizzle-orm';
import { expect, test } from 'vitest';
import {
  holdSpeech,
  releaseSpeech,
  withdrawSpeech,
  withholdEdits,
  withholdSpeech,
} from '../../src/store/hold.ts';
import {
  claimDeliveries,
  enqueue,
  finishDelivery,
  heldFor,
  holdDelivery,
  isHeldFor,
  parkDelivery,
  releaseHeld,
  retryParked,
} from '../../src/store/outbox.ts';
import type { OutboxEntry, OutboxKind } from '../../src/store/outbox.ts';
import { outbox } from '../../src/store/schema.ts';
import { createSends } from '../../src/store/sends.ts';
import { openTestStore } from './arrange.ts';
import type { TestStore } from './arrange.ts';

const kinds: OutboxKind[] = ['post', 'edit', 'bundle', 'status', 'react', 'event', 'place'];

function entry(id: string, kind: OutboxKind = 'post', aggregateId = 'P1'): OutboxEntry {
  return { id, kind, lane: 'P1.S1', aggregateId, payload: { id } };
}

function edit(id: string, ofPost: string): OutboxEntry {
  return { ...entry(id, 'edit'), payload: { id: ofPost } };
}

async function storeWith(...entries: OutboxEntry[]): Promise<TestStore> {
  const store = await openTestStore();
  await store.transact((tx) => enqueue(tx, entries));
  return store;
}

const claim = async (store: TestStore) => {
  const [one] = await claimDeliveries(store.db, { max: 1, leaseMs: 60_000, kinds });
  return one ?? null;
};

/** Carries out whatever is due, one after the other; @returns the ids in order. */
async function sayAll(store: TestStore): Promise<string[]> {
  const said: string[] = [];
  for (let next = await claim(store); next !== null; next = await claim(store)) {
    said.push(next.id);
    await finishDelivery(store.db, next);
  }
  return said;
}

async function statuses(store: TestStore): Promise<Record<string, string>> {
  const rows = await store.db.select().from(outbox).orderBy(asc(outbox.seq));
  return Object.fromEntries(rows.map(({ id, status }) => [id, status]));
}

test('what agents would say is held, and everything else goes on', async () => {
  const others = kinds.filter((kind) => !['post', 'edit', 'bundle'].includes(kind));
  await using store = await storeWith(
    ...kinds.map((kind) => ({ ...entry(kind, kind), lane: kind })),
    { ...entry('P2.post', 'post', 'P2'), lane: 'P2' },
  );
  await store.transact((tx) => holdSpeech(tx, 'P1'));
  expect((await sayAll(store)).toSorted()).toEqual(['P2.post', ...others].toSorted());
  expect(await statuses(store)).toMatchObject({ post: 'held', edit: 'held', bundle: 'held' });
});

test('whoever is saying something that is held posts nothing more of it', async () => {
  await using store = await storeWith(entry('a'));
  const delivery = await claim(store);
  if (delivery === null) throw new Error('not claimed');
  const sends = createSends(store.db, delivery);
  await store.transact((tx) => holdSpeech(tx, 'P1'));
  expect(await sends.arm('n', { channelId: '1', opensWindow: false })).toBeNull();
  expect(await finishDelivery(store.db, delivery)).toBe(false);
  expect(await statuses(store)).toEqual({ a: 'held' });
});

test('what was held is said in order, behind what was said meanwhile', async () => {
  await using store = await storeWith(entry('a'), entry('b'));
  await claim(store);
  await store.transact((tx) => holdSpeech(tx, 'P1'));
  await store.transact(async (tx) => {
    await enqueue(tx, [entry('notice'), entry('c')]);
    await withholdSpeech(tx, ['c']);
  });
  const meanwhile = await claim(store);
  expect(meanwhile?.id).toBe('notice');
  await store.transact(async (tx) => {
    await releaseSpeech(tx, 'P1');
    await enqueue(tx, [entry('d')]);
  });
  // The notice is still on its way.
  expect(await claim(store)).toBeNull();
  if (meanwhile !== null) await finishDelivery(store.db, meanwhile);
  expect(await sayAll(store)).toEqual(['a', 'b', 'c', 'd']);
});

test('what was given up is held, and withdrawn, like what was not tried yet', async () => {
  await using store = await storeWith(entry('a'));
  const delivery = await claim(store);
  if (delivery !== null) await parkDelivery(store.db, delivery, 'No such channel.');
  await store.transact((tx) => holdSpeech(tx, 'P1'));
  await retryParked(store.db);
  expect(await sayAll(store)).toEqual([]);
  await store.transact((tx) => withdrawSpeech(tx, 'P1'));
  await retryParked(store.db);
  expect(await sayAll(store)).toEqual([]);
});

test('what waits for people to put something right waits for both, and is tried when it goes on', async () => {
  await using store = await storeWith(entry('a'));
  const hold = async () => {
    const delivery = await claim(store);
    if (delivery === null) throw new Error('not claimed');
    await holdDelivery(store.db, delivery, { where: 'P1.S1', reason: 'It was deleted.' });
  };
  await hold();
  await store.transact((tx) => holdSpeech(tx, 'P1'));
  await releaseHeld(store.db, 'P1.S1');
  expect(await sayAll(store)).toEqual([]);
  await store.transact((tx) => releaseSpeech(tx, 'P1'));
  await hold();
  expect(await isHeldFor(store.db, 'P1.S1')).toBe(true);
  await store.transact((tx) => withdrawSpeech(tx, 'P1'));
  expect(await isHeldFor(store.db, 'P1.S1')).toBe(false);
});

test('what is said, or may be tried in a paused project, claims no more that people know', async () => {
  await using store = await storeWith(entry('a'));
  const hold = async () => {
    const delivery = await claim(store);
    if (delivery === null) throw new Error('not claimed');
    await holdDelivery(store.db, delivery, { where: 'P1.S1', reason: 'Not allowed.' });
  };
  await hold();
  await releaseHeld(store.db, 'P1.S1');
  expect(await sayAll(store)).toEqual(['a']);
  await store.transact((tx) => enqueue(tx, [entry('a')]));
  expect(await isHeldFor(store.db, 'P1.S1')).toBe(false);
  await hold();
  await store.transact((tx) => holdSpeech(tx, 'P1'));
  expect(await isHeldFor(store.db, 'P1.S1')).toBe(true);
  expect(await heldFor(store.db)).toEqual(['P1.S1']);
  await releaseHeld(store.db, 'P1.S1');
  expect(await isHeldFor(store.db, 'P1.S1')).toBe(false);
  expect(await sayAll(store)).toEqual([]);
});

test('what is withdrawn is never said, held or not; changes of it are looked at, and wait for nobody', async () => {
  await using store = await storeWith(entry('held'));
  await store.transact((tx) => holdSpeech(tx, 'P1'));
  await store.transact(async (tx) => {
    await enqueue(tx, [entry('ready'), edit('e0', 'held')]);
    await withholdEdits(tx, 'P1');
  });
  await store.transact(async (tx) => {
    await withdrawSpeech(tx, 'P1');
    await enqueue(tx, [edit('e1', 'held'), edit('e2', 'ready'), edit('e3', 'older'), entry('bye')]);
    await withholdEdits(tx, 'P1');
  });
  const lanes = { max: 9, leaseMs: 60_000, kinds };
  const firsts = await claimDeliveries(store.db, lanes);
  expect(firsts.map(({ id }) => id).toSorted()).toEqual(['e0', 'e1', 'e2', 'e3']);
  for (const first of firsts) await finishDelivery(store.db, first);
  expect(await sayAll(store)).toEqual(['bye']);
  await store.transact((tx) => releaseSpeech(tx, 'P1'));
  expect(await sayAll(store)).toEqual([]);
});

test('a change of what is held waits behind it; of what was said it is seen at once', async () => {
  await using store = await storeWith(entry('said'));
  await sayAll(store);
  await store.transact((tx) => enqueue(tx, [entry('held')]));
  await store.transact((tx) => holdSpeech(tx, 'P1'));
  await store.transact(async (tx) => {
    await enqueue(tx, [edit('e1', 'held'), edit('e2', 'said')]);
    await withholdEdits(tx, 'P1');
  });
  expect(await sayAll(store)).toEqual(['e2']);
  await store.transact((tx) => releaseSpeech(tx, 'P1'));
  expect(await sayAll(store)).toEqual(['held', 'e1']);
});
