import { expect, test } from 'vitest';
import { silentLog } from '../../src/lib/log.ts';
import { openStore } from '../../src/store/open-store.ts';
import { createHintQueue } from '../../src/runtime/hints.ts';
import { openTestStore } from '../store/arrange.ts';
import { until } from '../support/agency.ts';
import { isRedisAway, redisServer } from '../support/redis-server.ts';
import { startRedis } from './redis.ts';

test('a queue on Postgres is up while Postgres answers', async () => {
  await using store = await openTestStore();
  const own = openStore(store.url, silentLog);
  const queue = await createHintQueue({ kind: 'postgres', pool: own.pool }, silentLog);
  expect(await queue.isUp()).toBe(true);
  await queue.close();
  await own.close();
  expect(await queue.isUp()).toBe(false);
});

test.skipIf(isRedisAway)('a queue on Redis is up while Redis is there', async () => {
  const redis = await startRedis(redisServer ?? 'redis-server');
  const queue = await createHintQueue({ kind: 'redis', url: redis.url }, silentLog);
  await until(async () => (await queue.isUp()) || null, 'the queue to be up');
  await redis[Symbol.asyncDispose]();
  await until(async () => ((await queue.isUp()) ? null : true), 'the queue to be down');
  expect(await queue.isUp()).toBe(false);
  await queue.close();
});
