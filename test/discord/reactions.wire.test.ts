// What people do with reactions, over the wire of the local Discord: as Discord tells it, to a
// client that keeps no messages.
import { expect, test } from 'vitest';
import { until } from '../support/agency.ts';
import { post } from './render/sample-posts.ts';
import { startAgency, to } from './agency.ts';
import type { Agency } from './agency.ts';

const settled = (agency: Agency, count: number) =>
  until(
    () => Promise.resolve(agency.reactions.length >= count || null),
    `${count} reactions; there are ${agency.reactions.map(({ emoji }) => emoji).join(' ')}`,
  );

test('reactions of people reach the door in order, on old messages too; those of bots do not', async () => {
  await using agency = await startAgency({}, 'direct');
  const { discord, local, channelId, director, stranger } = agency;
  const [postId = ''] = await discord.send(post({ type: 'speech', text: 'Hello' }), to(channelId));
  await discord.react(channelId, postId, '👍');
  await director.react(channelId, postId, '👍');
  await director.unreact(channelId, postId, '👍');
  await director.react(channelId, postId, '👎');
  await settled(agency, 3);
  const common = { channelId, messageId: postId, userId: local.directorId };
  const name = agency.reactions[0]?.userName;
  expect(name).toBeTypeOf('string');
  const heard = agency.reactions.map(({ id: _id, ...reaction }) => reaction);
  expect(heard).toEqual([
    { ...common, emoji: '👍', userName: name, isTakenBack: false },
    { ...common, emoji: '👍', userName: null, isTakenBack: true },
    { ...common, emoji: '👎', userName: name, isTakenBack: false },
  ]);
  expect(new Set(agency.reactions.map(({ id }) => id)).size).toBe(3);
  // Taking off what is not there, or putting on what is, tells nobody anything.
  await director.react(channelId, postId, '👎');
  await director.unreact(channelId, postId, '👍');
  await stranger.react(channelId, postId, '👎').catch(() => undefined);
  await director.react(channelId, postId, '🎉');
  await until(
    () => Promise.resolve(agency.reactions.find(({ emoji }) => emoji === '🎉') ?? null),
    'the last reaction',
  );
  const byDirector = agency.reactions.filter(({ userId }) => userId === local.directorId);
  expect(byDirector.map(({ emoji }) => emoji)).toEqual(['👍', '👍', '👎', '🎉']);
});

test('a reaction that was left while the connection was torn arrives when it is whole', async () => {
  await using agency = await startAgency({}, 'direct');
  const { discord, local, channelId, director } = agency;
  const [postId = ''] = await discord.send(post({ type: 'speech', text: 'Hello' }), to(channelId));
  await director.react(channelId, postId, '👍');
  await settled(agency, 1);
  local.disconnect();
  await director.react(channelId, postId, '👎');
  await settled(agency, 2);
  expect(agency.reactions.map(({ emoji }) => emoji)).toEqual(['👍', '👎']);
});
