import { expect, test } from 'vitest';
import { projectManager } from '../../src/domain/agent.ts';
import type { PlaceOrder } from '../../src/domain/place.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { post } from './render/sample-posts.ts';
import { readChannel, startAgency, to } from './agency.ts';
import type { Agency } from './agency.ts';

const category: PlaceOrder = {
  key: 'P1',
  kind: 'category',
  parent: null,
  name: 'A week of talks · P1',
  topic: null,
  humans: [],
};
const stream: PlaceOrder = {
  key: 'P1.S1',
  kind: 'channel',
  parent: 'P1',
  name: 'programme',
  topic: 'Who speaks when.',
  humans: [],
};
const thread: PlaceOrder = {
  key: 'P1.S1.A1',
  kind: 'thread',
  parent: 'P1.S1',
  name: 'Ada · Researcher',
  topic: null,
  humans: [],
};

async function openProject(agency: Agency) {
  const { discord, local } = agency;
  const open = (order: PlaceOrder, parentChannelId: string | null): Promise<string> =>
    discord.openPlace(order, { parentChannelId, directorIds: [local.directorId] });
  const categoryId = await open(category, null);
  const streamId = await open(stream, categoryId);
  return { categoryId, streamId, threadId: await open(thread, streamId) };
}

test('opening a project twice, even from a new process, makes each place once', async () => {
  await using agency = await startAgency();
  const first = await openProject(agency);
  await agency.reconnect();
  expect(await openProject(agency)).toEqual(first);
  const channels = await agency.director.channels(agency.local.guildId);
  const ours = channels.filter(({ id }) => Object.values(first).includes(id));
  expect(ours.map(({ name, topic }) => [name, topic ?? null])).toEqual([
    ['A week of talks · P1', null],
    ['programme', 'Who speaks when. [ag:P1.S1]'],
    ['Ada · Researcher', null],
  ]);
  expect(channels.filter(({ name }) => name === 'programme')).toHaveLength(1);
});

test('a place whose making may still arrive is not made again meanwhile', async () => {
  await using agency = await startAgency();
  const { proxy, director, local } = agency;
  const arrivals: Promise<void>[] = [];
  const late = Promise.withResolvers<void>();
  proxy.rule = ({ method }) => {
    if (method !== 'POST' || arrivals.length > 0) return null;
    const arrived = Promise.withResolvers<void>();
    arrivals.push(arrived.promise);
    return { until: late.promise, onArrived: arrived.resolve };
  };
  const opening = () => openProject(agency).catch((error: unknown) => error);
  expect(await opening()).toMatchObject({ name: 'DiscordError', retry: 'later' });
  expect(await opening()).toMatchObject({ name: 'NotYet' });
  late.resolve();
  await Promise.all(arrivals);
  await openProject(agency);
  const names = (await director.channels(local.guildId)).map(({ name }) => name);
  expect(names.filter((name) => name === 'A week of talks · P1')).toHaveLength(1);
});

test('a place whose making never arrived is made after a while', async () => {
  let passedMs = 0;
  const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + passedMs };
  await using agency = await startAgency({ clock });
  let isLost = false;
  agency.proxy.rule = ({ method }) => {
    if (method !== 'POST' || isLost) return null;
    isLost = true;
    return 'lose-request';
  };
  const opening = () => openProject(agency).catch((error: unknown) => error);
  expect(await opening()).toMatchObject({ name: 'DiscordError', retry: 'later' });
  expect(await opening()).toMatchObject({ name: 'NotYet' });
  passedMs += 5000;
  expect(await opening()).toHaveProperty('threadId');
});

test('a look that began while a making could still arrive does not count', async () => {
  let passedMs = 0;
  const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + passedMs };
  await using agency = await startAgency({ clock });
  const { proxy } = agency;
  let isLost = false;
  proxy.rule = ({ method }) => {
    // Each look takes as long as a making may stay under way.
    if (isLost && method === 'GET') passedMs += 5000;
    if (method !== 'POST' || isLost) return null;
    isLost = true;
    return 'lose-request';
  };
  const opening = () => openProject(agency).catch((error: unknown) => error);
  expect(await opening()).toMatchObject({ name: 'DiscordError', retry: 'later' });
  expect(await opening()).toMatchObject({ name: 'NotYet' });
  expect(await opening()).toHaveProperty('threadId');
});

test('a making that nobody answers is given up in time, and found', async () => {
  await using agency = await startAgency({ sending: { postMs: 500 } });
  let isHeard = false;
  agency.proxy.rule = ({ method }) => {
    if (method !== 'POST' || isHeard) return null;
    isHeard = true;
    return 'withhold-answer';
  };
  const opening = () => openProject(agency).catch((error: unknown) => error);
  const startedAt = systemClock.monotonic();
  expect(await opening()).toMatchObject({ name: 'DiscordError', retry: 'later' });
  expect(systemClock.monotonic() - startedAt).toBeLessThan(5000);
  expect(await opening()).toHaveProperty('threadId');
});

test('two orders for one place at the same time make it once', async () => {
  await using agency = await startAgency();
  const [one, two] = await Promise.all([openProject(agency), openProject(agency)]);
  expect(one).toEqual(two);
});

test('a place whose making was answered by a broken connection is found, not made again', async () => {
  await using agency = await startAgency();
  const { proxy, director, local } = agency;
  const lost = new Set<string>();
  proxy.rule = ({ method, path }) => {
    if (method !== 'POST' || lost.has(path)) return null;
    lost.add(path);
    return 'lose-answer';
  };
  for (const attempt of [1, 2]) {
    const failure: unknown = await openProject(agency).catch((error: unknown) => error);
    expect([attempt, failure]).toMatchObject([attempt, { name: 'DiscordError', retry: 'later' }]);
  }
  await openProject(agency);
  const names = (await director.channels(local.guildId)).map(({ name }) => name);
  expect(names.filter((name) => name === 'A week of talks · P1')).toHaveLength(1);
  expect(names.filter((name) => name === 'programme')).toHaveLength(1);
  expect(names.filter((name) => name === 'Ada · Researcher')).toHaveLength(1);
});

test('strangers see no project, the Director and assigned people do', async () => {
  await using agency = await startAgency();
  const { discord, local, director, stranger, specialist } = agency;
  const { categoryId, streamId } = await openProject(agency);
  const visible = async (person: typeof director): Promise<string[]> =>
    (await person.channels(local.guildId)).map(({ id }) => id);
  expect(await visible(director)).toEqual(expect.arrayContaining([categoryId, streamId]));
  expect(await visible(stranger)).toEqual([]);
  await expect(stranger.say(streamId, 'Let me in')).rejects.toThrow(/./);
  expect(await visible(specialist)).toEqual([]);
  const directorIds = [local.directorId];
  await discord.openPlace(
    { ...stream, humans: [local.specialistId] },
    { parentChannelId: categoryId, directorIds },
  );
  expect(await visible(specialist)).toContain(streamId);
  await specialist.say(streamId, 'I help with the programme.');
});

test('a channel without its category is tried again when the category is there', async () => {
  await using agency = await startAgency();
  const order = { parentChannelId: null, directorIds: [] };
  await expect(agency.discord.openPlace(stream, order)).rejects.toMatchObject({
    code: 'discord-no-parent',
    retry: 'later',
  });
});

test('the note that Discord writes about a new thread wakes nobody', async () => {
  await using agency = await startAgency();
  const { streamId, threadId } = await openProject(agency);
  await agency.discord.send(
    post({ type: 'speech', text: 'I begin.' }, { speaker: projectManager }),
    to(threadId),
  );
  await agency.director.say(threadId, 'Go on.');
  await agency.heardSoon(({ text }) => text === 'Go on.');
  expect(agency.heard.map(({ text }) => text)).toEqual(['Go on.']);
  expect(agency.heard[0]?.channelId).toBe(threadId);
  expect(await readChannel(agency.director, streamId)).toEqual([]);
});
