import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { openStore } from '../../src/store/open-store.ts';
import { createHintQueue } from '../../src/runtime/hints.ts';
import { openTestStore } from '../store/arrange.ts';
import { until } from '../support/agency.ts';
import { isRedisAway, redisServer } from '../support/redis-server.ts';
import { startRedis } from './redis.ts';

const deps = { log: silentLog, clock: systemClock };

test('a queue on Postgres is up while Postgres answers', async () => {
  await using store = await openTestStore();
  const own = openStore(store.url, silentLog);
  const queue = await createHintQueue({ kind: 'postgres', pool: own.pool }, deps);
  expect(await queue.isUp()).toBe(true);
  await queue.close();
  await own.close();
  expect(await queue.isUp()).toBe(false);
});

test.skipIf(isRedisAway)('a queue on Redis is up while Redis is there', async () => {
  const redis = await startRedis(redisServer ?? 'redis-server');
  const queue = await createHintQueue({ kind: 'redis', url: redis.url }, deps);
  await until(async () => (await queue.isUp()) || null, 'the queue to be up');
  await redis[Symbol.asyncDispose]();
  await until(async () => ((await queue.isUp()) ? null : true), 'the queue to be down');
  expect(await queue.isUp()).toBe(false);
  // Whoever stops meanwhile does not wait for it, however much was to be sent and taken.
  const taken: string[] = [];
  queue.work({
    concurrency: 2,
    onTurn: async (id) => {
      taken.push(id);
    },
  });
  for (let n = 1; n <= 300; n += 1) queue.turns([`P1.turn.${n}`]);
  queue.takeHere(['P1.turn.1']);
  expect(taken).toEqual(['P1.turn.1']);
  const begun = systemClock.monotonic();
  await queue.close();
  expect(systemClock.monotonic() - begun).toBeLessThan(5000);
});

test('a Redis that hears and does not answer is not up', async () => {
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => sockets.add(socket));
  await new Promise<void>((resolve) => {
    silent.listen(0, '127.0.0.1', resolve);
  });
  // A server that listens on a port has an address of that kind.
  const { port } = silent.address() as AddressInfo;
  const url = `redis://127.0.0.1:${port}`;
  const queue = await createHintQueue({ kind: 'redis', url }, deps);
  queue.turns(['P1.turn.1']);
  expect(await queue.isUp()).toBe(false);
  await queue.close();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => silent.close(resolve));
});
