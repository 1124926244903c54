// One suite for both backends of the queue: neither is the truth, and both wake workers.
import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { silentLog } from '../../src/lib/log.ts';
import { createHintQueue } from '../../src/runtime/hints.ts';
import type { HintQueue } from '../../src/runtime/hints.ts';
import { startSweeper } from '../../src/runtime/sweep.ts';
import { insertTurns } from '../../src/store/turns.ts';
import { openTestStore } from '../store/arrange.ts';
import type { TestStore } from '../store/arrange.ts';
import { until } from '../support/agency.ts';
import { isRedisAway, redisServer } from '../support/redis-server.ts';
import { startRedis } from './redis.ts';
import { systemClock } from '../../src/lib/clock.ts';

interface Place extends AsyncDisposable {
  store: TestStore;
  open(): Promise<HintQueue>;
  /** Everything in the queue is gone. */
  wipe(): Promise<void>;
}

async function onPostgres(): Promise<Place> {
  const store = await openTestStore();
  return {
    store,
    open: () => createHintQueue({ kind: 'postgres', pool: store.pool }, silentLog),
    wipe: async () => {
      await store.db.execute('delete from bullmq.job');
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

async function onRedis(): Promise<Place> {
  const store = await openTestStore();
  const redis = await startRedis(redisServer ?? 'redis-server');
  return {
    store,
    open: () => createHintQueue({ kind: 'redis', url: redis.url }, silentLog),
    wipe: async () => {
      const client = new Redis(redis.url);
      await client.flushall();
      client.disconnect();
    },
    [Symbol.asyncDispose]: async () => {
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

  test('a wiped queue costs one sweep', async () => {
    await using place = await start();
    const { store } = place;
    const hints = await place.open();
    const subject = { stream: null, task: null, prompt: null, asker: null };
    const order = { agentId: 'pm', tier: 'standard', subject } as const;
    const kind = 'project-manager.talk' as const;
    await store.transact((tx) =>
      insertTurns(tx, 'P1', [
        { id: 'P1.turn.1', kind, conversation: 'P1.S1', ...order },
        { id: 'P1.turn.2', kind, conversation: 'P1.S2', ...order },
      ]),
    );
    hints.turns(['P1.turn.1', 'P1.turn.2']);
    await until(async () => ((await hints.waiting()) === 2 ? true : null), 'the hints to be there');
    await place.wipe();
    let deliveries = 0;
    hints.deliverHere(() => {
      deliveries += 1;
    }, true);
    const sweeper = startSweeper({
      clock: systemClock,
      store,
      hints,
      log: silentLog,
      everyMs: 20,
      isLeading: () => false,
    });
    await until(async () => (deliveries > 5 ? true : null), 'some sweeps');
    // Nobody works yet, and however often is swept, a due turn waits once.
    expect(await hints.waiting()).toBe(2);
    const taken = new Set<string>();
    hints.work({
      concurrency: 2,
      onTurn: async (id) => {
        taken.add(id);
      },
    });
    await until(async () => (taken.size === 2 ? true : null), 'both turns to be taken');
    await sweeper.close();
    await hints.close();
  });
}
