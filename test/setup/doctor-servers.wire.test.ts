// `npm run doctor` against servers of our own that misbehave on real sockets. Each must be named
// with its cure, and nothing secret may be printed.
import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { startRedis } from '../runtime/redis.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { isRedisAway, redisServer } from '../support/redis-server.ts';
import { complaints, examined, forgetful, foundBy, freePort, modelsAt } from './examined.ts';
import { startFakeChroma } from './fake-chroma.ts';
import { startFakeEndpoint } from './fake-endpoint.ts';

describe('a wrong model', () => {
  test('an endpoint where nothing listens', async () => {
    const report = await examined(modelsAt(`http://127.0.0.1:${await freePort()}/v1`));
    expect(complaints(report)).toEqual([
      expect.stringMatching(/^fault model.endpoint: nothing answers at .* → Check that the server/),
    ]);
  });

  test('a base URL without the version', async () => {
    await using endpoint = await startFakeEndpoint();
    const report = await examined(modelsAt(endpoint.url.replace('/v1', '')));
    expect(complaints(report)).toEqual([
      expect.stringContaining(`→ Set \`OPENAI_BASE_URL\` to ${endpoint.url}.`),
    ]);
  });

  test.each([
    [
      'a key that the endpoint refuses',
      { OPENAI_API_KEY: 'sk-wrong-0123456789' },
      'refuses the key',
    ],
    ['no key where one is wanted', {}, 'wants a key, and none is set'],
  ])('%s', async (_name, key, words) => {
    await using endpoint = await startFakeEndpoint({ key: 'sk-right-0123456789' });
    const report = await examined({ ...modelsAt(endpoint.url), ...key });
    expect(complaints(report)).toEqual([
      `fault model.endpoint: ${endpoint.url} ${words} → ` +
        'Set `OPENAI_API_KEY`, or the `_API_KEY` of a tier that has its own, to a key for it.',
    ]);
  });

  test('a name that the endpoint does not have', async () => {
    await using endpoint = await startFakeEndpoint();
    const report = await examined({ ...modelsAt(endpoint.url), MODEL_STANDARD: 'middle-9' });
    expect(complaints(report)).toEqual([
      `fault model.standard: ${endpoint.url} has no model middle-9 → ` +
        'Set `MODEL_STANDARD` to one that it has: middle-1, small-1, large-1.',
    ]);
  });

  test('a name that is unknown to an endpoint without a list', async () => {
    await using endpoint = await startFakeEndpoint({ lists: false });
    const report = await examined({ ...modelsAt(endpoint.url), MODEL_PREMIUM: 'large-9' });
    expect(complaints(report)).toEqual([
      expect.stringMatching(/^fault model.premium: large-9 is refused: .*→ Set `MODEL_PREMIUM`/),
    ]);
  });

  test.each(['refused', 'dropped'] as const)(
    'an endpoint whose tools are %s works by text commands, and is warned of',
    async (tools) => {
      await using endpoint = await startFakeEndpoint({
        tools,
        schema: tools === 'refused' ? 'refused' : 'ignored',
        streaming: false,
      });
      const report = await examined(modelsAt(endpoint.url));
      expect(report.healthy).toBe(true);
      expect(complaints(report)).toHaveLength(3);
      expect(complaints(report)[0]).toMatch(
        /^warn model.economy: small-1: text, no tools, no JSON schema, no streaming.* → It works:/,
      );
    },
  );

  test('a window that is smaller than what is set', async () => {
    await using endpoint = await startFakeEndpoint({ contextTokens: 8192 });
    const report = await examined(modelsAt(endpoint.url));
    expect(complaints(report)[0]).toMatch(
      /the server says it has 8192 → Set the tier's `_CONTEXT`/,
    );
  });
});

async function connected(url: string): Promise<{ client: Client } & AsyncDisposable> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return { client, [Symbol.asyncDispose]: () => client.end() };
}

describe('a wrong database', () => {
  test('is out of reach', async () => {
    const port = await freePort();
    const url = `postgres://ateams:secret-word@127.0.0.1:${port}/ateams`;
    const report = await examined({ DATABASE_URL: url });
    expect(complaints(report)).toEqual([
      expect.stringMatching(/^fault database.server: .* nothing listens there → Start Postgres/),
    ]);
  });

  test('does not know the password, or the database', async () => {
    await using database = await createTestDatabase();
    const password = new URL(database.url);
    password.password = 'wrong-secret';
    expect(complaints(await examined({ DATABASE_URL: password.href }))).toEqual([
      expect.stringMatching(/^fault database.server: .* refuses the user or the password → Set/),
    ]);
    const name = new URL(database.url);
    name.pathname = '/nowhere';
    expect(complaints(await examined({ DATABASE_URL: name.href }))).toEqual([
      expect.stringMatching(/^fault database.server: “nowhere” .* no such database → Create it/),
    ]);
  });

  test('lets its user create nothing, or is newer than this version', async () => {
    await using database = await createTestDatabase();
    await migrate(database.url);
    const user = new URL(database.url);
    user.username = `doctor_${new URL(database.url).pathname.slice(-8)}`;
    user.password = 'pass-word';
    await using owner = await connected(database.url);
    await owner.client.query(`create role ${user.username} login password 'pass-word'`);
    await owner.client.query(`grant usage on schema drizzle to ${user.username}`);
    await owner.client.query(`grant select on drizzle.__drizzle_migrations to ${user.username}`);
    await owner.client.query(
      `insert into drizzle.__drizzle_migrations (hash, created_at) values ('x', 9999999999999)`,
    );
    expect(complaints(await examined({ DATABASE_URL: user.href }))).toEqual([
      expect.stringMatching(/^fault database.rights: may not create tables → Make its user the/),
      expect.stringMatching(/^fault database.schema: it was made by a newer version .* → Run that/),
      forgetful,
    ]);
    await owner.client.query(`drop owned by ${user.username}`);
    await owner.client.query(`drop role ${user.username}`);
  });

  test('is something else’s', async () => {
    await using database = await createTestDatabase({
      name: 'doctor_foreign',
      prepare: async (url) => {
        await using owner = await connected(url);
        await owner.client.query('create table invoices (id int)');
      },
    });
    const report = await examined({ DATABASE_URL: database.url });
    expect(complaints(report)).toEqual([
      expect.stringMatching(/^warn database.schema: it holds a table of something else → Give/),
      forgetful,
    ]);
  });
});

describe.skipIf(isRedisAway)('a Redis', () => {
  test('with a password that is not given, or another one', async () => {
    await using redis = await startRedis(redisServer ?? '', ['--requirepass', 'pass-word']);
    expect(complaints(await examined({ REDIS_URL: redis.url }))).toEqual([
      expect.stringMatching(
        /^fault queue.server: .* wants a password → Write them into `REDIS_URL`/,
      ),
    ]);
    const other = redis.url.replace('//', '//:other-word@');
    expect(complaints(await examined({ REDIS_URL: other }))).toEqual([
      expect.stringMatching(/^fault queue.server: .* refuses the user or the password → Write/),
    ]);
    const right = await examined({ REDIS_URL: redis.url.replace('//', '//:pass-word@') });
    expect(complaints(right)).toEqual([]);
    expect(foundBy(right, 'queue.round-trip')).toMatch(/^a job came through in \d+ ms$/);
  });

  test('that forgets keys when it is full', async () => {
    await using redis = await startRedis(redisServer ?? '', ['--maxmemory-policy', 'allkeys-lru']);
    expect(complaints(await examined({ REDIS_URL: redis.url }))).toEqual([
      expect.stringMatching(/^warn queue.eviction: .*allkeys-lru.* → Set `maxmemory-policy noevic/),
    ]);
  });
});

describe('a wrong Chroma', () => {
  test.each(['0.5.23', '0.6.3'])('of version %s', async (version) => {
    await using chroma = await startFakeChroma(version);
    const report = await examined({ CHROMA_URL: chroma.url });
    expect(complaints(report)).toEqual([
      expect.stringMatching(/^fault memory.server: Chroma 0\.\d+\.\d+ at .* → Run Chroma 1\.0/),
    ]);
  });

  test('that is no Chroma', async () => {
    await using endpoint = await startFakeEndpoint();
    const report = await examined({ CHROMA_URL: endpoint.url.replace('/v1', '') });
    expect(complaints(report)).toEqual([
      expect.stringMatching(
        /^fault memory.server: .* answers, but is no Chroma → Set `CHROMA_URL`/,
      ),
    ]);
  });
});
