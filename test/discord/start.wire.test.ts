import { expect, test } from 'vitest';
import { DiscordError } from '../../src/lib/errors.ts';
import { post } from './render/sample-posts.ts';
import { at, readChannel, startAgency, to } from './agency.ts';

async function failureOf(call: Promise<unknown>): Promise<DiscordError> {
  const outcome: unknown = await call.catch((error: unknown) => error);
  if (outcome instanceof DiscordError) return outcome;
  throw new Error(`no DiscordError but ${String(outcome)}`);
}

test('a wrong token ends the start and says where to get a right one', async () => {
  await using agency = await startAgency();
  agency.proxy.rule = () => ({ status: 401, body: { code: 0, message: '401: Unauthorized' } });
  const failure = await failureOf(agency.reconnect());
  expect(failure).toMatchObject({ code: 'discord-TokenInvalid', retry: 'never' });
  expect(failure.forPeople).toContain('developer portal');
});

test('a server that the bot is not in ends the start with the invitation', async () => {
  const failure = await failureOf(startAgency({ guildId: '100000000000000001' }));
  expect(failure).toMatchObject({ code: 'discord-not-in-guild', retry: 'never' });
  expect(failure.message).toContain('https://discord.com/oauth2/authorize?client_id=');
});

test('a Discord that does not answer is tried again later', async () => {
  const failure = await failureOf(startAgency({ apiUrl: 'http://127.0.0.1:9/api' }));
  expect(failure).toMatchObject({ code: 'discord-unreachable', retry: 'later' });
});

test('the owner of the server is known, so that there is a Director without configuration', async () => {
  await using agency = await startAgency();
  const { discord, local } = agency;
  expect(discord.guildOwnerId).toBe(local.directorId);
  expect(discord.applicationId).toBe(local.applicationId);
});

test('being connected, again and again, is told each time', async () => {
  let connections = 0;
  const again = Promise.withResolvers<void>();
  await using agency = await startAgency({
    onSession: () => {
      connections += 1;
      if (connections === 2) again.resolve();
    },
  });
  expect(connections).toBe(1);
  agency.local.disconnect(4000);
  await again.promise;
  await expect.poll(() => agency.discord.isReady()).toBe(true);
});

test('a post to a thread that was archived opens the thread again', async () => {
  await using agency = await startAgency();
  const { discord, proxy, local, channelId, director } = agency;
  const threadId = await discord.openPlace(
    {
      key: 'P1.S1.A1',
      kind: 'thread',
      parent: 'P1.S1',
      name: 'Ada · Researcher',
      topic: null,
      humans: [],
    },
    { parentChannelId: channelId, directorIds: [local.directorId] },
  );
  const [first = ''] = await discord.send(post({ type: 'speech', text: 'one' }), to(threadId));
  const archived = await fetch(`${local.apiUrl}/v10/channels/${threadId}`, {
    method: 'PATCH',
    headers: { authorization: `Bot ${local.botToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ archived: true }),
  });
  expect(archived.status).toBe(200);
  await discord.edit(post({ type: 'speech', text: 'two' }), at(threadId, [first]));
  expect(
    proxy.seen.filter(({ method, path }) => method === 'PATCH' && !path.includes('messages')),
  ).toHaveLength(1);
  const [message] = await readChannel(director, threadId);
  expect(message?.embeds[0]?.description).toBe('two');
});
