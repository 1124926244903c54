// Sessions at Discord's gateway: counted before they are opened, waited for when there were many,
// and given up with words when Discord ends them for good.
import { afterEach, describe, expect, test } from 'vitest';
import { createDiscord } from '../../src/discord/create-discord.ts';
import type { Discord, DiscordOptions } from '../../src/discord/create-discord.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { DiscordError, StoreError } from '../../src/lib/errors.ts';
import { createLog, silentLog } from '../../src/lib/log.ts';
import { openSession } from '../../src/store/identifies.ts';
import { identifies } from '../../src/store/schema.ts';
import { startServer } from '../embedded/discord/local-agency.ts';
import type { ServerAlone } from '../embedded/discord/local-agency.ts';
import { openTestStore } from '../store/arrange.ts';
import { until } from '../support/agency.ts';

const usual = { total: 1000, remaining: 1000, resetAfterMs: 1, atOnce: 16 };

interface Bot {
  discord: Discord;
  /** Resolves when Discord ended the session for good. */
  ended: Promise<DiscordError>;
}

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function startBot(
  { discord: local }: ServerAlone,
  options: Partial<DiscordOptions> = {},
): Promise<Bot> {
  const ended = Promise.withResolvers<DiscordError>();
  const discord = await createDiscord({
    token: local.botToken,
    apiUrl: local.apiUrl,
    guildId: local.guildId,
    commands: [],
    input: {
      onMessage: () => Promise.resolve(),
      onReaction: () => Promise.resolve(),
      onCommand: () => Promise.resolve({ ok: true, text: '' }),
    },
    openSession: () => Promise.resolve({ isAllowed: true }),
    onEnded: ended.resolve,
    loadFile: () => Promise.resolve(Buffer.from('')),
    requestsPerSecond: 1e6,
    clock: systemClock,
    log: silentLog,
    ...options,
  });
  open.push(() => discord.close());
  return { discord, ended: ended.promise };
}

describe('a session', () => {
  test('is on record before it is asked for; one that is lost for good is replaced', async () => {
    await using store = await openTestStore();
    await using server = await startServer();
    const { discord: local } = server;
    const onRecord: number[] = [];
    const { discord } = await startBot(server, {
      openSession: async (limit) => {
        const verdict = await openSession(store, limit);
        onRecord.push((await store.db.select().from(identifies)).length, local.identifies());
        return verdict;
      },
    });
    expect(onRecord).toEqual([1, 0]);
    local.faults.invalidate();
    await expect.poll(() => local.identifies(), { timeout: 10_000 }).toBe(2);
    await expect.poll(() => discord.isReady(), { timeout: 10_000 }).toBe(true);
    expect(onRecord).toEqual([1, 0, 2, 1]);
  });

  test('is not opened while the day has had enough of them, and the operator is told until when', async () => {
    await using store = await openTestStore();
    await using server = await startServer({ identifiesPerDay: 20 });
    const { discord: local } = server;
    const told: unknown[] = [];
    const tell = (...words: unknown[]) => told.push(words);
    const log = Object.assign(createLog('silent'), { error: tell });
    const { discord } = await startBot(server, {
      log,
      openSession: (limit) => openSession(store, limit),
    });
    local.faults.invalidate();
    await expect.poll(() => local.identifies(), { timeout: 10_000 }).toBe(2);
    await expect.poll(() => discord.isReady(), { timeout: 10_000 }).toBe(true);
    expect(told).toEqual([]);
    local.faults.invalidate();
    await until(async () => (told.length > 0 ? true : null), 'the operator to be told');
    expect(told).toMatchObject([
      [
        { why: 'day', total: 20, remaining: 18 },
        expect.stringMatching(
          /^Discord: no new session before 20\d\d-.*takes the token away at 20\./,
        ),
      ],
    ]);
    expect([local.identifies(), discord.isReady()]).toEqual([2, false]);
  });

  test('is not opened while the record cannot be read', async () => {
    await using server = await startServer();
    let tries = 0;
    const { discord } = await startBot(server, {
      openSession: () => {
        tries += 1;
        if (tries > 1) return Promise.resolve({ isAllowed: true });
        expect(server.discord.identifies()).toBe(0);
        return Promise.reject(new StoreError('away', { code: 'store-away', retry: 'later' }));
      },
    });
    expect([tries, discord.isReady()]).toEqual([2, true]);
  });

  test('is one of three that fifty starts get, by the record', async () => {
    await using store = await openTestStore();
    const verdicts = await Promise.all(Array.from({ length: 50 }, () => openSession(store, usual)));
    expect(verdicts.filter(({ isAllowed }) => isAllowed)).toHaveLength(3);
    expect(await store.db.select().from(identifies)).toHaveLength(3);
  });
});

const cures: [number, string][] = [
  [4004, 'DISCORD_TOKEN'],
  [4010, 'a fault of mine'],
  [4011, 'Public Bot'],
  [4012, 'Update A-TEAMs'],
  [4013, 'Update A-TEAMs'],
  [4014, 'Message Content Intent'],
];

describe('Discord ends it for good', () => {
  test.each(cures)(
    'at the start, with %i: the start fails and names the cure',
    async (code, words) => {
      await using server = await startServer();
      server.discord.faults.refuse(code);
      const failure: unknown = await startBot(server).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(DiscordError);
      expect(failure).toMatchObject({ code: `discord-closed-${code}`, retry: 'never' });
      expect(String(failure)).toContain(words);
    },
  );

  test.each(cures)('later, with %i: it is told, and nobody knocks again', async (code, words) => {
    await using server = await startServer();
    const { discord, ended } = await startBot(server);
    server.discord.faults.refuse(code);
    server.discord.disconnect(code);
    const failure = await ended;
    expect(failure).toMatchObject({ code: `discord-closed-${code}`, retry: 'never' });
    expect(failure.forPeople).toContain(words);
    expect([discord.isReady(), server.discord.identifies()]).toEqual([false, 1]);
  });

  test('a token that is reset is noticed at the next connection', async () => {
    await using server = await startServer();
    const { ended } = await startBot(server);
    server.discord.faults.refuse(4004);
    server.discord.disconnect();
    expect((await ended).code).toBe('discord-closed-4004');
  });
});

test.each([4000, 4001, 4002, 4009])(
  'a connection closed with %i is resumed, without another session',
  async (code) => {
    await using server = await startServer();
    const sessions: number[] = [];
    const { discord } = await startBot(server, {
      onSession: () => sessions.push(server.discord.identifies()),
    });
    server.discord.disconnect(code);
    await expect.poll(() => sessions.length, { timeout: 10_000 }).toBe(2);
    await expect.poll(() => discord.isReady(), { timeout: 10_000 }).toBe(true);
    expect(sessions).toEqual([1, 1]);
  },
);

test('a connection that only seems to live is noticed, and resumed', async () => {
  await using server = await startServer({ heartbeatMs: 200 });
  const sessions: number[] = [];
  await startBot(server, { onSession: () => sessions.push(server.discord.identifies()) });
  server.discord.faults.acknowledge(false);
  await expect.poll(() => sessions.length, { timeout: 10_000 }).toBeGreaterThan(1);
  expect(sessions.slice(0, 2)).toEqual([1, 1]);
});

test('a bot that leaves hears nothing more, and what it says still goes out', async () => {
  await using server = await startServer();
  const { discord } = await startBot(server);
  await discord.leave(1000);
  expect(discord.isReady()).toBe(false);
  const place = {
    key: 'agency',
    kind: 'category',
    parent: null,
    name: 'Agency',
    topic: null,
  } as const;
  const id = await discord.openPlace(
    { ...place, humans: [] },
    { parentChannelId: null, directorIds: [] },
  );
  expect(id).toMatch(/^\d+$/);
});
