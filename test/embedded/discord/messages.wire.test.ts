import { describe, expect, test } from 'vitest';
import type { Message, MessageReaction } from 'discord.js';
import { next, startAgency } from './local-agency.ts';

describe('the local Discord and a real discord.js bot', () => {
  test('a bot logs in and finds its guild, its own member and no channels', async () => {
    await using agency = await startAgency();
    const { client, guild, discord } = agency;
    expect(client.user.id).toBe(discord.applicationId);
    expect(guild.name).toBe('Agency (local)');
    expect(guild.ownerId).toBe(discord.directorId);
    expect(guild.members.me?.permissions.has('ManageChannels')).toBe(true);
    expect(guild.members.me?.permissions.has('Administrator')).toBe(false);
  });

  test('what a person writes reaches the bot with its text', async () => {
    await using agency = await startAgency();
    const { client, channel, director } = agency;
    const heard = next<Message>(client, 'messageCreate');
    await director.say(channel.id, 'Good morning');
    const message = await heard;
    expect(message.content).toBe('Good morning');
    expect(message.author.username).toBe('director');
    expect(message.author.bot).toBe(false);
  });

  test('a message is sent, edited, pinned, reacted to and deleted', async () => {
    await using agency = await startAgency();
    const { channel, director, client } = agency;
    const sent = await channel.send('first');
    await sent.edit('second');
    await sent.pin();
    await sent.react('👀');
    const reacted = next<MessageReaction>(client, 'messageReactionAdd');
    await director.react(channel.id, sent.id, '✅');
    expect((await reacted).emoji.name).toBe('✅');
    const [seen, notice] = await director.read(channel.id);
    expect(seen).toMatchObject({ content: 'second', pinned: true });
    expect(seen?.reactions?.map(({ emoji, count, me }) => [emoji.name, count, me])).toEqual([
      ['👀', 1, false],
      ['✅', 1, true],
    ]);
    expect(notice).toMatchObject({ type: 6, content: '' });
    const pins = await channel.messages.fetchPins();
    expect(pins.items.map(({ message }) => message.id)).toEqual([sent.id]);
    await sent.delete();
    expect((await director.read(channel.id)).map(({ type }) => type)).toEqual([6]);
  });
});
