// What a Redis says of itself, and whether a job of BullMQ goes through it. The trial queue has a
// name of its own and is removed, so a running agency's jobs are not touched.
import { randomBytes } from 'node:crypto';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { delay } from '../lib/clock.ts';
import type { Clock } from '../lib/clock.ts';
import { StoreError, messageOf } from '../lib/errors.ts';

export interface RedisFacts {
  /** `Redis` or `Valkey`. */
  product: string;
  version: string;
  /** What it does when it is full; empty when it does not say. */
  evictionPolicy: string;
}

const answerMsMax = 5000;
const jobMsMax = 8000;

/** @throws StoreError in the server's or the network's own words */
export async function inspectRedis(url: string): Promise<RedisFacts> {
  const redis = await open(url);
  try {
    const info = await redis.info();
    const field = (name: string): string => new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1] ?? '';
    const valkey = field('valkey_version').trim();
    return {
      product: valkey === '' ? 'Redis' : 'Valkey',
      // Valkey also names the Redis that it is compatible with.
      version: (valkey === '' ? field('redis_version') : valkey).trim(),
      evictionPolicy: field('maxmemory_policy').trim(),
    };
  } catch (error) {
    throw failure(error);
  } finally {
    redis.disconnect();
  }
}

/**
 * How long a job took from being added to being taken, ms.
 * @throws StoreError when it does not come through
 */
export async function tryRedisQueue(url: string, clock: Clock): Promise<number> {
  const [queueSide, workerSide] = [await open(url), await open(url)];
  const name = `doctor-${randomBytes(6).toString('hex')}`;
  // BullMQ would print what it thinks of the version and of the eviction, which the doctor says.
  const quiet = { skipVersionCheck: true };
  const queue = new Queue(name, { connection: queueSide, ...quiet });
  const taken = Promise.withResolvers<void>();
  const take = async () => taken.resolve();
  const worker = new Worker(name, take, { connection: workerSide, ...quiet });
  const fail = (error: Error) => taken.reject(error);
  queue.on('error', fail);
  worker.on('error', fail);
  const late = new AbortController();
  try {
    const startedAt = clock.monotonic();
    await queue.add('trial', {}, { removeOnComplete: true, removeOnFail: true });
    const tooLate = delay(jobMsMax, late.signal).then(
      () => taken.reject(new Error(`no job came through in ${jobMsMax / 1000} s`)),
      () => undefined,
    );
    await Promise.race([taken.promise, tooLate]);
    await taken.promise;
    return clock.monotonic() - startedAt;
  } catch (error) {
    throw failure(error);
  } finally {
    late.abort();
    await worker.close().catch(() => undefined);
    await queue.obliterate({ force: true }).catch(() => undefined);
    await queue.close().catch(() => undefined);
    queueSide.disconnect();
    workerSide.disconnect();
  }
}

/** Resolves when it is ready for commands; tries once. */
async function open(url: string): Promise<Redis> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: answerMsMax,
    maxRetriesPerRequest: null,
    retryStrategy: () => null,
  });
  // Why the connection failed; `connect` itself says only that it is closed.
  let reason: unknown;
  redis.on('error', (error: unknown) => {
    reason ??= error;
  });
  try {
    await redis.connect();
    await redis.ping();
    return redis;
  } catch (error) {
    redis.disconnect();
    throw failure(reason ?? error);
  }
}

function failure(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return new StoreError(messageOf(first), { code: 'redis', retry: 'later', cause: error });
}
