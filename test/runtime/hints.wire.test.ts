// One suite for both backends of the queue: neither is the truth, and both wake workers.
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { silentLog } from '../../src/lib/log.ts';
import { createHintQueue } from '../../src/runtime/hints.ts';
import type { HintQueue } from '../../src/runtime/hints.ts';
import { startSweeper } from '../../src/runtime/sweep.ts';
import { claimTurn, endTurn, insertTurns } from '../../src/store/turns.ts';
import { runProgram } from '../embedded/program.ts';
import { openTestStore } from '../store/arrange.ts';
import type { TestStore } from '../store/arrange.ts';
import { until } from '../support/agency.ts';
import { isRedisAway, redisServer } from '../support/redis-server.ts';
import type { HolderBackend } from './hint-holder.ts';
import { startRedis } from './redis.ts';
import { systemClock } from '../../src/lib/clock.ts';

const deps = { log: silentLog, clock: systemClock };
const holder = join(import.meta.dirname, 'hint-holder.ts');

interface Place extends AsyncDisposable {
  store: TestStore;
  backend: HolderBackend;
  open(): Promise<HintQueue>;
  /** Everything in the queue is gone. */
  wipe(): Promise<void>;
}

async function onPostgres(): Promise<Place> {
  const store = await openTestStore();
  return {
    store,
    backend: { kind: 'postgres', url: store.url },
    open: () => createHintQueue({ kind: 'postgres', pool: store.pool }, deps),
    wipe: async () => {
      await store.db.execute('delete from bullmq.job');
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

async function onRedis(): Promise<Place> {
  const store = await openTestStore();
  const redis = await startRedis(redisServer ?? 'redis-server');
  const operator = new Redis(redis.url);
  return {
    store,
    backend: { kind: 'redis', url: redis.url },
    open: () => createHintQueue({ kind: 'redis', url: redis.url }, deps),
    wipe: async () => {
      await operator.flushall();
    },
    [Symbol.asyncDispose]: async () => {
      operator.disconnect();
      await redis[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

describe('hints on Postgres', () => {
  suite(onPostgres);
});

describe.skipIf(isRedisAway)('hints on Redis, when redis-server is on the PATH', () => {
  suite(onRedis);
});

const untilTaken = (taken: readonly string[], count: number) =>
  until(async () => (taken.length >= count ? true : null), `${count} hints to be taken`);

function suite(start: () => Promise<Place>): void {
  test('a hint wakes a worker, in this process or another, as often as it is sent', async () => {
    await using place = await start();
    const [here, there] = [await place.open(), await place.open()];
    const taken: string[] = [];
    const onTurn = async (id: string): Promise<void> => {
      taken.push(id);
    };
    there.work({ concurrency: 4, onTurn });
    here.turns(['P1.turn.1', 'P1.turn.2']);
    await untilTaken(taken, 2);
    here.turns(['P1.turn.1']);
    await untilTaken(taken, 3);
    expect(taken.toSorted()).toEqual(['P1.turn.1', 'P1.turn.1', 'P1.turn.2']);
    await Promise.all([here.close(), there.close()]);
  });

  test('as many turns run at once as there may be, and a failing one harms no other', async () => {
    await using place = await start();
    const hints = await place.open();
    const taken: string[] = [];
    const three = Promise.withResolvers<void>();
    hints.work({
      concurrency: 3,
      onTurn: async (id) => {
        taken.push(id);
        if (taken.length === 3) three.resolve();
        await three.promise;
        if (id === 'P1.turn.1') throw new Error('It went wrong.');
      },
    });
    hints.turns(['P1.turn.1', 'P1.turn.2', 'P1.turn.3', 'P1.turn.4']);
    await untilTaken(taken, 4);
    await hints.close();
    expect(taken).toHaveLength(4);
  });

  test('stopping waits for what runs, and takes nothing more', async () => {
    await using place = await start();
    const hints = await place.open();
    const taken: string[] = [];
    const end = Promise.withResolvers<void>();
    hints.work({
      concurrency: 1,
      onTurn: async (id) => {
        taken.push(id);
        await end.promise;
      },
    });
    hints.turns(['P1.turn.1']);
    await untilTaken(taken, 1);
    let isStopped = false;
    const stopping = hints.stop().then(() => {
      isStopped = true;
    });
    hints.turns(['P1.turn.2']);
    await place.store.db.execute('select pg_sleep(0.05)');
    expect(isStopped).toBe(false);
    end.resolve();
    await stopping;
    expect(taken).toEqual(['P1.turn.1']);
    // Whoever works next finds what was left.
    hints.work({
      concurrency: 1,
      onTurn: async (id) => {
        taken.push(id);
      },
    });
    await untilTaken(taken, 2);
    await hints.close();
  });

  test('a queue that is emptied again and again loses nothing, and doubles nothing', async () => {
    await using place = await start();
    const { store } = place;
    const [here, there] = [await place.open(), await place.open()];
    const claims = createClaims(store);
    here.work({ concurrency: 3, onTurn: claims.take });
    const ids = await order(store, 30);
    await using _sweep = sweeping(store, here);
    const isOver = new AbortController();
    const wiping = (async () => {
      while (!isOver.signal.aborted) await place.wipe();
    })();
    for (const id of ids) {
      there.turns([id, id]);
      await store.db.execute('select pg_sleep(0.005)');
    }
    await untilTaken(claims.taken, 30);
    isOver.abort();
    await wiping;
    expect(claims.taken.toSorted()).toEqual(ids.toSorted());
    await Promise.all([here.close(), there.close()]);
  });

  test('a hint that is lost while its turn is taken harms neither it nor the next', async () => {
    await using place = await start();
    const hints = await place.open();
    const taken: string[] = [];
    const end = Promise.withResolvers<void>();
    hints.work({
      concurrency: 1,
      onTurn: async (id) => {
        taken.push(id);
        await end.promise;
      },
    });
    hints.turns(['P1.turn.1']);
    await untilTaken(taken, 1);
    // With the job its lock is gone.
    await place.wipe();
    end.resolve();
    hints.turns(['P1.turn.2']);
    await untilTaken(taken, 2);
    expect(taken).toEqual(['P1.turn.1', 'P1.turn.2']);
    await hints.close();
  });

  test('the hint of a worker that was killed is not waited for', async () => {
    await using place = await start();
    const [id = ''] = await order(place.store, 1);
    await using killed = runProgram([process.execPath, holder, JSON.stringify(place.backend)]);
    await killed.says(z.object({ working: z.literal(true) }));
    const hints = await place.open();
    hints.turns([id]);
    expect(await killed.says(z.object({ holds: z.string() }))).toEqual({ holds: id });
    await killed.end('SIGKILL');
    const claims = createClaims(place.store);
    hints.work({ concurrency: 1, onTurn: claims.take });
    // Long before the queue notices, after half a minute, that its job is stalled.
    await using _sweep = sweeping(place.store, hints);
    await untilTaken(claims.taken, 1);
    await hints.close();
  });

  test('turns that the sweep finds and turns that hints bring share the same room', async () => {
    await using place = await start();
    const hints = await place.open();
    const taken: string[] = [];
    const end = Promise.withResolvers<void>();
    hints.work({
      concurrency: 2,
      onTurn: async (id) => {
        taken.push(id);
        await end.promise;
      },
    });
    hints.takeHere(['P1.turn.1', 'P1.turn.2', 'P1.turn.3']);
    expect(taken).toEqual(['P1.turn.1', 'P1.turn.2']);
    hints.turns(['P1.turn.4']);
    await place.store.db.execute('select pg_sleep(0.1)');
    expect(taken).toHaveLength(2);
    end.resolve();
    await untilTaken(taken, 3);
    expect(taken).toEqual(['P1.turn.1', 'P1.turn.2', 'P1.turn.4']);
    await hints.close();
    hints.takeHere(['P1.turn.5']);
    expect(taken).toHaveLength(3);
  });
}

/** Turns that are due, each in a conversation of its own. */
async function order(store: TestStore, count: number): Promise<string[]> {
  const subject = { stream: null, task: null, prompt: null, asker: null };
  const ids = Array.from({ length: count }, (_, at) => `P1.turn.${at + 1}`);
  const kind = 'project-manager.talk' as const;
  const orders = ids.map((id, at) => {
    const conversation = `P1.S${at + 1}`;
    return { id, kind, conversation, agentId: 'pm', tier: 'standard', subject } as const;
  });
  await store.transact((tx) => insertTurns(tx, 'P1', orders));
  return ids;
}

/** Takes turns as the runner does: whoever gets the claim, and nobody else, has the turn. */
function createClaims(store: TestStore) {
  const taken: string[] = [];
  return {
    taken,
    take: async (id: string): Promise<void> => {
      const claimed = await claimTurn(store.db, id, 60_000);
      if (claimed === null) return;
      taken.push(id);
      await store.transact((tx) => endTurn(tx, { id, fence: claimed.fence }, 'done'));
    },
  };
}

function sweeping(store: TestStore, hints: HintQueue): AsyncDisposable {
  const shared = { clock: systemClock, log: silentLog, everyMs: 20, isLeading: () => false };
  const sweeper = startSweeper({ ...shared, store, hints });
  return { [Symbol.asyncDispose]: () => sweeper.close() };
}
