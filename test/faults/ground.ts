// What a run stands on: a Postgres server and a folder that are thrown away at the end, and a Redis
// where the machine has one.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { startPostgres } from '../../src/embedded/postgres/start-postgres.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLog } from '../../src/lib/log.ts';
import { startRedis } from '../runtime/redis.ts';
import { redisServer } from '../support/redis-server.ts';
import { openChroma } from './open-chroma.ts';
import type { Ground } from './worlds.ts';

/** Its data is thrown away at the end, so it need not care about a power cut of the machine. */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '500',
};
export async function prepareGround(
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Ground & AsyncDisposable> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'ateams-faults-'));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const log = createLog('error');
  const postgres = await startPostgres({ folder, settings, log, clock: systemClock });
  started.defer(() => postgres.close());
  const chromaUrl = await openChroma(started, folder);
  const redis = redisServer === null ? null : started.use(await startRedis(redisServer));
  const client = redis === null ? null : new Redis(redis.url);
  started.defer(() => client?.disconnect());
  const all = started.move();
  return {
    folder,
    createDatabase: (name) => createDatabase(postgres.url, `faults_${name.replaceAll('-', '_')}`),
    redis:
      redis === null || client === null ? null : { url: redis.url, empty: () => empty(client) },
    chromaUrl,
    say,
    signal,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`create database ${pg.escapeIdentifier(name)}`);
  await client.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function empty(client: Redis): Promise<void> {
  await client.flushall();
}
