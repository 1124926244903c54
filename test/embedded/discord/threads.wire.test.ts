import { describe, expect, test } from 'vitest';
import { ChannelType, MessageType, Routes } from 'discord.js';
import type { Message, ThreadChannel } from 'discord.js';
import { next, startAgency } from './local-agency.ts';

describe('threads', () => {
  test('a thread from a message has its id and carries messages of its own', async () => {
    await using agency = await startAgency();
    const { channel, director, discord, client } = agency;
    const start = await channel.send('Topic');
    const thread = await start.startThread({ name: 'Topic' });
    expect(thread.id).toBe(start.id);
    expect(thread.joined).toBe(true);
    await thread.send('inside');
    const inside = await director.read(thread.id);
    expect(inside.map(({ type, content }) => [type, content])).toEqual([
      [21, ''],
      [0, 'inside'],
    ]);
    expect((await director.channels(discord.guildId)).map(({ id }) => id)).toContain(thread.id);
    const again = client.rest.post(Routes.threads(channel.id, start.id), {
      body: { name: 'Again' },
    });
    await expect(again).rejects.toMatchObject({ code: 160004 });
  });

  test('a thread on its own is announced by a system message in its channel', async () => {
    await using agency = await startAgency();
    const { channel, director } = agency;
    const thread = await channel.threads.create({ name: 'Research' });
    expect(thread.type).toBe(ChannelType.PublicThread);
    const [notice] = await director.read(channel.id);
    expect(notice).toMatchObject({ type: 18, content: 'Research' });
  });

  test('a person who writes in a thread joins it, and the bot hears him', async () => {
    await using agency = await startAgency();
    const { channel, specialist, client, discord } = agency;
    const thread = await channel.threads.create({ name: 'Research' });
    const heard = next<Message>(
      client,
      'messageCreate',
      (message) => message.type === MessageType.Default,
    );
    await specialist.say(thread.id, 'Here I am');
    expect((await heard).channel.isThread()).toBe(true);
    const members = await thread.members.fetch();
    expect([...members.keys()].sort()).toEqual(
      [discord.applicationId, discord.specialistId].sort(),
    );
    await thread.members.remove(discord.specialistId);
    expect([...(await thread.members.fetch()).keys()]).toEqual([discord.applicationId]);
  });

  test('an archived thread is listed as such and wakes when somebody writes', async () => {
    await using agency = await startAgency();
    const { channel, director, client } = agency;
    const thread = await channel.threads.create({ name: 'Old' });
    await thread.setArchived(true);
    expect((await channel.threads.fetchActive()).threads.size).toBe(0);
    const archived = await channel.threads.fetchArchived();
    expect([...archived.threads.keys()]).toEqual([thread.id]);
    expect((await director.archivedThreads(channel.id)).map(({ name }) => name)).toEqual(['Old']);
    await expect(thread.setName('Older')).rejects.toMatchObject({ code: 50083 });
    const woken = next<ThreadChannel>(client, 'threadUpdate');
    await director.say(thread.id, 'One more thing');
    await woken;
    expect((await channel.threads.fetchActive()).threads.size).toBe(1);
  });

  test('a private thread is hidden from those who are not in it', async () => {
    await using agency = await startAgency();
    const { channel, director, specialist, stranger, discord } = agency;
    await channel.permissionOverwrites.edit(discord.guildId, { ViewChannel: true });
    const everyone = agency.guild.roles.everyone;
    expect(everyone.permissions.has('CreatePrivateThreads')).toBe(true);
    const thread = await channel.threads.create({ name: 'Inner', type: ChannelType.PrivateThread });
    await thread.members.add(discord.specialistId);
    await director.say(thread.id, 'Between us');
    expect((await specialist.read(thread.id)).map(({ content }) => content)).toContain(
      'Between us',
    );
    await expect(stranger.read(thread.id)).rejects.toThrow('50001');
  });
});
