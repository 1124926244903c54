// Redis goes wrong in every way it can while three projects run on processes of their own. The
// figures are real: nothing is made faster for the test.
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { delay, systemClock } from '../../src/lib/clock.ts';
import { migrate } from '../../src/store/migrate.ts';
import { startRedis } from '../runtime/redis.ts';
import { until } from '../support/agency.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { isRedisAway, redisServer } from '../support/redis-server.ts';
import { startGround } from './process-ground.ts';
import { expectSaidOnce } from './said-once.ts';
import { startTcpProxy } from './tcp-proxy.ts';
import { beginThree, startSlowCast, untilThreeDone } from './three-projects.ts';
import { percentile, turnDelays } from './turn-delays.ts';

/** How long a turn may wait to be begun, whatever becomes of the queue. */
const delayMsMax = 5000;
const flushEveryMs = 300;
const flushForMs = 5000;
const downForMs = 4000;

test.skipIf(isRedisAway)(
  'a Redis that is emptied, slow, full or gone loses nothing and holds little up',
  async () => {
    await using model = await startSlowCast(250, 4);
    await using database = await createTestDatabase({ name: 'migrated', prepare: migrate });
    const program = redisServer ?? 'redis-server';
    let redis = await startRedis(program);
    await using proxy = await startTcpProxy(redis.port);
    await using _end = { [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose]() };
    await using ground = await startGround({
      databaseUrl: database.url,
      modelUrl: model.url,
      redisUrl: `redis://127.0.0.1:${proxy.port}`,
    });
    const gateway = await ground.start('gateway', 'gateway');
    const workers = await Promise.all([
      ground.start('worker', 'worker-1'),
      ground.start('worker', 'worker-2'),
    ]);
    const isReady = async () => (await gateway.readiness())?.status === 200;
    await until(async () => (await isReady()) || null, 'ready');
    const begunDuring = async (fault: () => Promise<void>) => {
      const before = model.at.size;
      await fault();
      return model.at.size - before;
    };

    const operator = new Redis(redis.url, { lazyConnect: true });
    operator.on('error', () => undefined);
    const whileEmptied = begunDuring(async () => {
      const end = systemClock.monotonic() + flushForMs;
      while (systemClock.monotonic() < end) {
        await operator.flushall();
        await delay(flushEveryMs);
      }
    });
    await beginThree(ground);
    const emptied = await whileEmptied;

    const slow = await begunDuring(async () => {
      proxy.delayMs = 1000;
      await delay(2500);
      proxy.delayMs = 0;
    });

    const full = await begunDuring(async () => {
      await operator.config('SET', 'maxmemory', '1mb');
      await expect(operator.set('more', 'x')).rejects.toThrow('OOM');
      await delay(2500);
      await operator.config('SET', 'maxmemory', '0');
    });

    const gone = await begunDuring(async () => {
      operator.disconnect();
      await redis[Symbol.asyncDispose]();
      await until(async () => ((await isReady()) ? null : true), 'not ready');
      const text = 'And a guide to Evora.';
      expect(await ground.director.uses('director', 'objective', { text })).toContain('Received');
      await delay(downForMs);
      redis = await startRedis(program, [], redis.port);
    });
    await until(async () => (await isReady()) || null, 'ready again');

    await untilThreeDone(ground);
    await ground.untilProject('P4', ({ phase }) => phase === 'approaches');
    const delays = await turnDelays(ground.store, model);
    expect(percentile(delays, 0.95)).toBeLessThan(delayMsMax);
    // Each fault met turns that were to be begun.
    expect(Math.min(emptied, slow, full, gone)).toBeGreaterThan(0);
    expect(await expectSaidOnce(ground)).toBeGreaterThan(60);
    // Nobody waits for it to say good-bye.
    await redis[Symbol.asyncDispose]();
    const ends = await Promise.all([gateway, ...workers].map((one) => one.end('SIGTERM')));
    expect(ends).toEqual([0, 0, 0]);
  },
);
