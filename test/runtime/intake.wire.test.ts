// What people write is heard once and in the order of writing, whatever happens to the connection,
// the process or the database meanwhile.
import { expect, test } from 'vitest';
import { createIntake } from '../../src/discord/intake.ts';
import type { TakenMessage } from '../../src/discord/intake.ts';
import type { HumanMessage } from '../../src/domain/human-input.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { StoreError } from '../../src/lib/errors.ts';
import { silentLog } from '../../src/lib/log.ts';
import { createBackFill } from '../../src/runtime/back-fill.ts';
import { watchedPlace } from '../../src/store/places.ts';
import { inbox, outbox, places } from '../../src/store/schema.ts';
import { until } from '../support/agency.ts';
import { startListening } from './listening.ts';
import type { Listening } from './listening.ts';

const numbered = (count: number, words: string) =>
  Array.from({ length: count }, (_, n) => `${words} ${n}`);

async function sayAll({ director }: Listening, channelId: string, texts: string[]) {
  for (const text of texts) await director.say(channelId, text);
}

/** Ids of messages that the inbox knows, sorted. */
async function acceptedIds({ door }: Listening): Promise<string[]> {
  const rows = await door.store.db.select().from(inbox);
  return rows.map(({ eventId }) => eventId).filter((id) => id.startsWith('discord.message.'));
}

test('140 messages in each of three channels, written while nobody listened, are heard once and in order', async () => {
  await using world = await startListening();
  const texts = numbered(140, 'while away');
  await Promise.all(world.channelIds.map((id) => sayAll(world, id, texts)));
  {
    await using _bot = await world.start();
    await world.untilDecided(420);
  }
  // Another start finds nothing new.
  await using _again = await world.start();
  await sayAll(world, world.channelIds[0] ?? '', ['and now']);
  await world.untilDecided(421);
  const [first = '', ...others] = world.channelIds;
  expect(world.decided.get(first)).toEqual([...texts, 'and now']);
  for (const id of others) expect(world.decided.get(id)).toEqual(texts);
  expect(await acceptedIds(world)).toHaveLength(421);
});

test('a live message waits for what was written before it in its channel', async () => {
  await using world = await startListening();
  const [channelId = ''] = world.channelIds;
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  let isGated = false;
  const bot = await world.start();
  await using _bot = bot;
  await sayAll(world, channelId, ['before']);
  await world.untilDecided(1);
  await bot[Symbol.asyncDispose]();

  await sayAll(world, channelId, numbered(3, 'missed'));
  await using second = await world.start({
    pageAfter: async (id, after) => {
      if (isGated) return second.discord.pageAfter(id, after);
      isGated = true;
      reached.resolve();
      await gate.promise;
      return second.discord.pageAfter(id, after);
    },
  });
  await reached.promise;
  await sayAll(world, channelId, ['live']);
  gate.resolve();
  await world.untilDecided(5);
  expect(world.decided.get(channelId)).toEqual(['before', ...numbered(3, 'missed'), 'live']);
});

test('a session that is lost, torn, sent away or repeated loses and doubles nothing', async () => {
  await using world = await startListening();
  const [channelId = ''] = world.channelIds;
  const { faults } = world.local;
  await using _bot = await world.start();
  const trouble = [
    () => faults.disconnect(),
    () => faults.repeat(50),
    () => faults.disconnect(4000),
    () => faults.repeat(50),
    () => faults.askToReconnect(),
    () => faults.invalidate(),
    () => faults.repeat(50),
    () => faults.repeat(50),
  ];
  const texts: string[] = [];
  for (const [round, happen] of trouble.entries()) {
    const more = numbered(10, `round ${round}:`);
    texts.push(...more);
    const said = sayAll(world, channelId, more);
    happen();
    await said;
  }
  await world.untilDecided(texts.length);
  expect(world.decided.get(channelId)).toEqual(texts);
});

test('while the database is away nothing is skipped, and the order holds when it is back', async () => {
  await using world = await startListening();
  const [channelId = ''] = world.channelIds;
  let isAway = false;
  let refused = 0;
  await using _bot = await world.start({
    hear: async (message, input) => {
      if (!isAway) return input.onMessage(message);
      refused += 1;
      throw new StoreError('away', { code: 'postgres-passing', retry: 'later' });
    },
  });
  await sayAll(world, channelId, ['one']);
  await world.untilDecided(1);
  const cursor = async () => (await watchedPlace(world.door.store.db, channelId))?.cursor;
  const before = await cursor();
  isAway = true;
  await sayAll(world, channelId, ['two', 'three']);
  await until(async () => (refused > 3 ? true : null), 'some tries');
  expect(await cursor()).toBe(before);
  isAway = false;
  await sayAll(world, channelId, ['four']);
  await world.untilDecided(4);
  expect(world.decided.get(channelId)).toEqual(['one', 'two', 'three', 'four']);
});

test('a message that cannot be heard is given up aloud and stands in nobody’s way', async () => {
  await using world = await startListening();
  const [channelId = ''] = world.channelIds;
  await sayAll(world, channelId, ['poison', 'after it']);
  await using _bot = await world.start({
    hear: (message, input) =>
      message.text === 'poison' ? Promise.reject(new TypeError('a bug')) : input.onMessage(message),
  });
  await world.untilDecided(1);
  expect(world.decided.get(channelId)).toEqual(['after it']);
  const rows = await world.door.store.db.select().from(outbox);
  const notices = rows.filter(({ id }) => id.endsWith('.refused'));
  expect(notices).toMatchObject([{ kind: 'post', lane: 'agency.director' }]);
  expect(JSON.stringify(notices[0]?.payload)).toContain(
    'What you wrote (“poison”) did not get through',
  );
});

test('a channel that cannot be read keeps no other from being read', async () => {
  await using world = await startListening();
  const [, second = '', third = ''] = world.channelIds;
  // As if somebody had deleted it.
  const gone = {
    key: 'agency.gone',
    placeOrder: { kind: 'channel' },
    channelId: '900000000000000001',
  };
  await world.door.store.db.insert(places).values(gone);
  await sayAll(world, second, ['here']);
  await sayAll(world, third, ['and here']);
  await using _bot = await world.start();
  await world.untilDecided(2);
  expect([world.decided.get(second), world.decided.get(third)]).toEqual([['here'], ['and here']]);
});

/** A message as the gateway tells of it. */
function told({ local }: Listening, message: HumanMessage): TakenMessage {
  return {
    id: message.messageId,
    channelId: message.channelId,
    guildId: local.guildId,
    webhookId: null,
    type: 0,
    content: message.text,
    createdTimestamp: message.at,
    author: { id: message.userId, bot: false, displayName: message.userName },
    member: null,
    attachments: new Map(),
    reference: null,
    reply: () => Promise.resolve(),
  };
}

/** A repeatable row of numbers below 1 (mulberry32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffled<T>(items: readonly T[], roll: () => number): T[] {
  return items
    .map((item) => ({ item, at: roll() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

test('a thousand shuffles of deliveries, each message three times, come to one order', async () => {
  await using world = await startListening();
  const { local, channelIds, decided, door, input } = world;
  const history = new Map(channelIds.map((id) => [id, [] as HumanMessage[]]));
  const backFill = createBackFill({
    store: door.store,
    clock: systemClock,
    log: silentLog,
    input,
    pageAfter: (channelId, after) => {
      const all = history.get(channelId) ?? [];
      const messages = all.filter(({ messageId }) => BigInt(messageId) > BigInt(after));
      const lastId = messages.at(-1)?.messageId ?? null;
      return Promise.resolve({ messages, lastId, isLast: true });
    },
    refuse: () => Promise.reject(new Error('Nothing is refused.')),
    everyMs: 60_000,
  });
  const intake = createIntake({
    input: { onMessage: (message) => backFill.hear(message) },
    guildId: local.guildId,
    log: silentLog,
  });
  let id = BigInt(channelIds.at(-1) ?? '0') + (1n << 40n);
  for (let seed = 0; seed < 1000; seed += 1) {
    const roll = dice(seed);
    const written: HumanMessage[] = [];
    for (let n = 0; n < 3; n += 1) {
      // Half a minute later, in Discord's ids.
      id += 30_000n << 22n;
      const channelId = channelIds[Math.floor(roll() * channelIds.length)] ?? '';
      const text = `${seed}.${n}`;
      const base = { userId: local.directorId, userName: 'Dora', attachments: [], repliesTo: null };
      const message = { ...base, messageId: String(id), channelId, text, at: seed };
      history.get(channelId)?.push(message);
      written.push(message);
    }
    backFill.connected();
    const deliveries = shuffled([...written, ...written, ...written], roll);
    await Promise.all(deliveries.map((message) => intake.take(told(world, message), '1')));
  }
  await backFill.close();
  for (const channelId of channelIds) {
    const texts = history.get(channelId)?.map(({ text }) => text);
    expect(decided.get(channelId)).toEqual(texts);
  }
  expect(await acceptedIds(world)).toHaveLength(3000);
});
