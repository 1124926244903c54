import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { TurnOrder } from '../../src/domain/turn.ts';
import { ledger } from '../../src/store/schema.ts';
import {
  attemptsOf,
  cancelTurns,
  claimTurn,
  dueTurns,
  endTurn,
  holdTurns,
  insertTurns,
  isClaimed,
  noteProgress,
  readSteps,
  releaseTurn,
  renewLeases,
  retryWaiting,
  writeStep,
} from '../../src/store/turns.ts';
import { openTestStore } from './arrange.ts';
import type { TestStore } from './arrange.ts';

const leaseMs = 60_000;

function order(n: number, conversation: string): TurnOrder {
  return {
    id: `P1.turn.${n}`,
    kind: 'project-manager.talk',
    agentId: 'pm',
    conversation,
    tier: 'standard',
    subject: { stream: null, task: null, prompt: 'How far are we?', asker: null },
  };
}

async function storeWith(...orders: TurnOrder[]): Promise<TestStore> {
  const store = await openTestStore();
  await store.transact((tx) => insertTurns(tx, 'P1', orders));
  return store;
}

test('one turn runs in a conversation at a time, in the order they were ordered', async () => {
  await using store = await storeWith(order(1, 'P1.S1'), order(2, 'P1.S1'), order(3, 'P1.S2'));
  expect(await dueTurns(store.db, null)).toEqual(['P1.turn.1', 'P1.turn.3']);
  expect(await claimTurn(store.db, 'P1.turn.2', leaseMs)).toBeNull();
  const first = await claimTurn(store.db, 'P1.turn.1', leaseMs);
  expect(first).toMatchObject({ order: order(1, 'P1.S1'), aggregateId: 'P1', attempts: 1 });
  expect(await dueTurns(store.db, 'P1.S1')).toEqual([]);
  expect(await claimTurn(store.db, 'P1.turn.2', leaseMs)).toBeNull();
  await store.transact((tx) => endTurn(tx, { id: 'P1.turn.1', fence: first?.fence ?? 0 }, 'done'));
  expect(await dueTurns(store.db, 'P1.S1')).toEqual(['P1.turn.2']);
});

test('of many who claim a turn at once one gets it', async () => {
  await using store = await storeWith(order(1, 'P1.S1'));
  const claims = Array.from({ length: 12 }, () => claimTurn(store.db, 'P1.turn.1', leaseMs));
  const won = (await Promise.all(claims)).filter((claimed) => claimed !== null);
  expect(won).toHaveLength(1);
});

test('a lease that ran out is taken over, and its first holder can change nothing', async () => {
  await using store = await storeWith(order(1, 'P1.S1'));
  const id = 'P1.turn.1';
  const dead = await claimTurn(store.db, id, leaseMs);
  const deadFence = { id, fence: dead?.fence ?? 0 };
  expect(await renewLeases(store.db, [deadFence], leaseMs)).toEqual(new Set([id]));
  await store.passTime();
  const alive = await claimTurn(store.db, id, leaseMs);
  expect(alive?.attempts).toBe(2);
  const aliveFence = { id, fence: alive?.fence ?? 0 };
  expect(await renewLeases(store.db, [deadFence], leaseMs)).toEqual(new Set());
  expect(await store.transact((tx) => endTurn(tx, deadFence, 'done'))).toBe(false);
  await releaseTurn(store.db, deadFence, { delayMs: 0, countsAttempt: true });
  expect(await renewLeases(store.db, [aliveFence], leaseMs)).toEqual(new Set([id]));
  expect(await store.transact((tx) => endTurn(tx, aliveFence, 'done'))).toBe(true);
  expect(await claimTurn(store.db, id, leaseMs)).toBeNull();
});

test('a cancelled turn is over for whoever holds it', async () => {
  await using store = await storeWith(order(1, 'P1.S1'), order(2, 'P1.S1'));
  const held = await claimTurn(store.db, 'P1.turn.1', leaseMs);
  await store.transact((tx) => cancelTurns(tx, ['P1.turn.1']));
  const fence = { id: 'P1.turn.1', fence: held?.fence ?? 0 };
  expect(await store.transact((tx) => endTurn(tx, fence, 'done'))).toBe(false);
  expect(await dueTurns(store.db, null)).toEqual(['P1.turn.2']);
});

test('a held turn is nobody’s, and goes on under its id behind what was ordered meanwhile', async () => {
  await using store = await storeWith(order(1, 'P1.S1'));
  const id = 'P1.turn.1';
  const held = await claimTurn(store.db, id, leaseMs);
  const fence = { id, fence: held?.fence ?? 0 };
  await store.transact((tx) => writeStep(tx, { turnId: id, key: 'model.1', result: 'paid' }, []));
  await store.transact((tx) => holdTurns(tx, [id]));
  expect(await store.transact((tx) => isClaimed(tx, fence))).toBe(false);
  expect(await store.transact((tx) => endTurn(tx, fence, 'done'))).toBe(false);
  await releaseTurn(store.db, fence, { delayMs: 0, countsAttempt: true });
  await store.passTime();
  expect(await dueTurns(store.db, null)).toEqual([]);
  await store.transact((tx) => insertTurns(tx, 'P1', [order(2, 'P1.S1')]));
  await store.transact((tx) => insertTurns(tx, 'P1', [order(1, 'P1.S1')]));
  expect(await dueTurns(store.db, null)).toEqual(['P1.turn.2']);
  await store.transact((tx) => cancelTurns(tx, ['P1.turn.2']));
  expect(await claimTurn(store.db, id, leaseMs)).toMatchObject({ order: order(1, 'P1.S1') });
  expect(await readSteps(store.db, id)).toEqual(new Map([['model.1', 'paid']]));
});

test('a turn that is called off while it is held does not come back', async () => {
  await using store = await storeWith(order(1, 'P1.S1'));
  await store.transact((tx) => holdTurns(tx, ['P1.turn.1']));
  await store.transact((tx) => cancelTurns(tx, ['P1.turn.1']));
  await store.transact((tx) => insertTurns(tx, 'P1', [order(1, 'P1.S1')]));
  expect(await dueTurns(store.db, null)).toEqual([]);
});

test('a turn that was just ended by a refused call can be held', async () => {
  await using store = await storeWith(order(1, 'P1.S1'));
  const held = await claimTurn(store.db, 'P1.turn.1', leaseMs);
  await store.transact(async (tx) => {
    await endTurn(tx, { id: 'P1.turn.1', fence: held?.fence ?? 0 }, 'failed');
    await holdTurns(tx, ['P1.turn.1']);
  });
  await store.transact((tx) => insertTurns(tx, 'P1', [order(1, 'P1.S1')]));
  expect(await claimTurn(store.db, 'P1.turn.1', leaseMs)).toMatchObject({ attempts: 1 });
});

test('attempts count claims since the turn last got further', async () => {
  await using store = await storeWith(order(1, 'P1.S1'));
  const id = 'P1.turn.1';
  const first = await claimTurn(store.db, id, leaseMs);
  await store.passTime();
  const second = await claimTurn(store.db, id, leaseMs);
  const stale = { id, fence: first?.fence ?? 0 };
  await store.transact((tx) => noteProgress(tx, stale));
  expect(await attemptsOf(store.db, id)).toBe(2);
  const current = { id, fence: second?.fence ?? 0 };
  await store.transact((tx) => noteProgress(tx, current));
  await releaseTurn(store.db, current, { delayMs: 0, countsAttempt: false });
  expect((await claimTurn(store.db, id, leaseMs))?.attempts).toBe(1);
});

test('a turn that was given back waits as long as it was told to', async () => {
  await using store = await storeWith(order(1, 'P1.S1'));
  const held = await claimTurn(store.db, 'P1.turn.1', leaseMs);
  const fence = { id: 'P1.turn.1', fence: held?.fence ?? 0 };
  await releaseTurn(store.db, fence, { delayMs: 60_000, countsAttempt: true });
  expect(await claimTurn(store.db, 'P1.turn.1', leaseMs)).toBeNull();
  await store.passTime();
  expect((await claimTurn(store.db, 'P1.turn.1', leaseMs))?.fence).toBeGreaterThan(fence.fence);
});

test('the first result under a key stands, and every call is in the ledger once', async () => {
  await using store = await storeWith(order(1, 'P1.S1'));
  const step = (text: string) => ({ turnId: 'P1.turn.1', key: 'model.1', result: { text } });
  const cost = {
    id: 'P1.turn.1.model.1',
    aggregateId: 'P1',
    turnId: 'P1.turn.1',
    agentId: 'pm',
    tier: 'standard',
    model: 'm',
    inputTokens: 10,
    cachedTokens: 0,
    outputTokens: 5,
    estimated: false,
    microUsd: 7,
    latencyMs: 3,
  };
  await store.transact((tx) => writeStep(tx, step('first'), [cost]));
  await store.transact((tx) => writeStep(tx, step('second'), [cost]));
  expect(await readSteps(store.db, 'P1.turn.1')).toEqual(new Map([['model.1', { text: 'first' }]]));
  const rows = await store.db.select().from(ledger).where(eq(ledger.turnId, 'P1.turn.1'));
  expect(rows).toEqual([expect.objectContaining({ ...cost })]);
});

test('whoever starts tries at once what waits, as the cause may have been mended', async () => {
  await using store = await storeWith(order(1, 'P1.S1'));
  const held = await claimTurn(store.db, 'P1.turn.1', leaseMs);
  const fence = { id: 'P1.turn.1', fence: held?.fence ?? 0 };
  await retryWaiting(store.db);
  expect(await claimTurn(store.db, 'P1.turn.1', leaseMs)).toBeNull();
  await releaseTurn(store.db, fence, { delayMs: 60_000, countsAttempt: false });
  await retryWaiting(store.db);
  expect(await dueTurns(store.db, null)).toEqual(['P1.turn.1']);
});
