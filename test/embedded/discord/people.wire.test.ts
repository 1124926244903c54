import { describe, expect, test } from 'vitest';
import { ChannelType, OverwriteType, PermissionFlagsBits, Routes } from 'discord.js';
import type { Message } from 'discord.js';
import { z } from 'zod';
import { next, startAgency } from './local-agency.ts';
import type { LocalAgency } from './local-agency.ts';

/** A channel that only the bot, the Director and the specialist see. */
async function createInnerChannel({ guild, discord }: LocalAgency) {
  const seen = [PermissionFlagsBits.ViewChannel];
  return guild.channels.create({
    name: 'inner',
    type: ChannelType.GuildText,
    permissionOverwrites: [
      { id: discord.guildId, deny: seen, type: OverwriteType.Role },
      { id: discord.applicationId, allow: seen, type: OverwriteType.Member },
      { id: discord.specialistId, allow: seen, type: OverwriteType.Member },
    ],
  });
}

async function statusOf(agency: LocalAgency, line: string, token: string): Promise<string> {
  const [method = 'GET', path = ''] = line.split(' ');
  const response = await fetch(`${agency.discord.apiUrl}/v10${path}`, {
    method,
    headers: { authorization: token, 'content-type': 'application/json' },
    ...(method === 'GET' ? {} : { body: '{}' }),
  });
  const { code } = z.looseObject({ code: z.number() }).parse(await response.json());
  return `${response.status} ${code}`;
}

describe('permissions', () => {
  test('a channel hidden from everyone is hidden from the stranger and only from him', async () => {
    await using agency = await startAgency();
    const { discord, director, specialist, stranger } = agency;
    const inner = await createInnerChannel(agency);
    const names = async (person: typeof director) =>
      (await person.channels(discord.guildId)).map(({ name }) => name);
    expect(await names(director)).toEqual(['front-desk', 'inner']);
    expect(await names(specialist)).toEqual(['front-desk', 'inner']);
    expect(await names(stranger)).toEqual(['front-desk']);
    await expect(stranger.read(inner.id)).rejects.toThrow('50001');
    await expect(stranger.say(inner.id, 'hello?')).rejects.toThrow('50001');
    const asMember = { type: OverwriteType.Member };
    await inner.permissionOverwrites.create(discord.strangerId, { ViewChannel: true }, asMember);
    expect(await names(stranger)).toEqual(['front-desk', 'inner']);
    await inner.permissionOverwrites.delete(discord.strangerId);
    expect(await names(stranger)).toEqual(['front-desk']);
  });

  test('who may not write is refused with 50013', async () => {
    await using agency = await startAgency();
    const { channel, discord, specialist } = agency;
    await channel.permissionOverwrites.edit(discord.guildId, { SendMessages: false });
    await expect(specialist.say(channel.id, 'may I?')).rejects.toThrow('50013');
    await agency.director.say(channel.id, 'The owner may.');
  });

  test('the bot cannot give what it does not have itself', async () => {
    await using agency = await startAgency();
    const { channel, discord } = agency;
    const give = (permissions: object) =>
      channel.permissionOverwrites.create(discord.specialistId, permissions, {
        type: OverwriteType.Member,
      });
    await expect(give({ Administrator: true })).rejects.toMatchObject({ code: 50013 });
    await expect(give({ BanMembers: true })).rejects.toMatchObject({ code: 50013 });
    await expect(give({ ManageRoles: true })).rejects.toMatchObject({ code: 50013 });
    await give({ SendMessages: true });
  });

  test('a channel starts in step with its category and stays when the category goes', async () => {
    await using agency = await startAgency();
    const { guild, discord, stranger } = agency;
    const hidden = { id: discord.guildId, deny: [PermissionFlagsBits.ViewChannel] };
    const shown = { id: discord.applicationId, allow: [PermissionFlagsBits.ViewChannel] };
    const category = await guild.channels.create({
      name: 'Team',
      type: ChannelType.GuildCategory,
      permissionOverwrites: [hidden, shown],
    });
    const child = await guild.channels.create({ name: 'plan', parent: category.id });
    await expect(stranger.read(child.id)).rejects.toThrow('50001');
    await category.delete();
    expect((await child.fetch(true)).parentId).toBeNull();
  });

  test('channels can be put in another order', async () => {
    await using agency = await startAgency();
    const { guild, director, discord, channel } = agency;
    const second = await guild.channels.create({ name: 'second' });
    await guild.channels.setPositions([
      { channel: second.id, position: 0 },
      { channel: channel.id, position: 1 },
    ]);
    const seen = await director.channels(discord.guildId);
    expect(new Map(seen.map(({ name, position }) => [name, position]))).toEqual(
      new Map([
        ['front-desk', 1],
        ['second', 0],
      ]),
    );
  });

  test('a person only changes what is his own', async () => {
    await using agency = await startAgency();
    const { channel, director, discord } = agency;
    const message = await director.say(channel.id, 'mine');
    const path = `/channels/${channel.id}/messages/${message.id}`;
    expect(await statusOf(agency, `PATCH ${path}`, discord.strangerToken)).toBe('403 50005');
    expect(await statusOf(agency, `DELETE ${path}`, discord.strangerToken)).toBe('403 50013');
    expect(
      await statusOf(
        agency,
        `PUT /channels/${channel.id}/pins/${message.id}`,
        discord.strangerToken,
      ),
    ).toBe('403 50013');
    expect(
      await statusOf(agency, `POST /guilds/${discord.guildId}/channels`, discord.strangerToken),
    ).toBe('403 50013');
  });
});

describe('bots and people', () => {
  test('a person cannot use a bot route, nor a bot a person route', async () => {
    await using agency = await startAgency();
    const { discord } = agency;
    const commands = `/applications/${discord.applicationId}/commands`;
    expect(await statusOf(agency, `PUT ${commands}`, discord.directorToken)).toBe('403 20002');
    expect(await statusOf(agency, 'GET /gateway/bot', discord.directorToken)).toBe('403 20002');
    const bot = `Bot ${discord.botToken}`;
    expect(await statusOf(agency, 'POST /interactions', bot)).toBe('403 20001');
    expect(await statusOf(agency, 'GET /users/@me', discord.botToken)).toBe('401 0');
    expect(await statusOf(agency, 'GET /users/@me', `Bot ${discord.directorToken}`)).toBe('401 0');
  });

  test('a person cannot post embeds or components', async () => {
    await using agency = await startAgency();
    const { channel, discord, director } = agency;
    await fetch(`${discord.apiUrl}/v10/channels/${channel.id}/messages`, {
      method: 'POST',
      headers: { authorization: discord.strangerToken, 'content-type': 'application/json' },
      body: JSON.stringify({
        content: 'I am the PM',
        embeds: [{ title: 'Approved' }],
        components: [{ type: 1, components: [{ type: 2, style: 1, label: 'x', custom_id: 'x' }] }],
      }),
    });
    const [seen] = await director.read(channel.id);
    expect(seen).toMatchObject({ content: 'I am the PM', embeds: [], components: [] });
  });

  test('direct messages do not exist', async () => {
    await using agency = await startAgency();
    const user = await agency.client.users.fetch(agency.discord.directorId);
    await expect(user.send('psst')).rejects.toMatchObject({ code: 50007 });
  });

  test('a reply shows what it answers and notifies its author unless told not to', async () => {
    await using agency = await startAgency();
    const { channel, director, client, discord } = agency;
    const heard = next<Message>(client, 'messageCreate');
    await director.say(channel.id, 'Who is there?');
    const question = await heard;
    const loud = await question.reply('Me.');
    const quiet = await question.reply({ content: 'Me.', allowedMentions: { parse: [] } });
    expect(loud.mentions.users.has(discord.directorId)).toBe(true);
    expect(quiet.mentions.users.size).toBe(0);
    const [, seen] = await director.read(channel.id);
    expect(seen).toMatchObject({
      type: 19,
      message_reference: { message_id: question.id },
      referenced_message: { content: 'Who is there?' },
    });
  });

  test('text alone never notifies: only ids that allowed_mentions names', async () => {
    await using agency = await startAgency();
    const { channel, discord } = agency;
    const both = `<@${discord.directorId}> <@${discord.strangerId}> @everyone`;
    const sent = await channel.send({
      content: both,
      allowedMentions: { parse: [], users: [discord.directorId] },
    });
    expect([...sent.mentions.users.keys()]).toEqual([discord.directorId]);
    expect(sent.mentions.everyone).toBe(false);
  });
});

describe('the message routes', () => {
  test('pages of history meet without a gap or an overlap', async () => {
    await using agency = await startAgency();
    const { channel, director } = agency;
    const ids: string[] = [];
    for (let n = 0; n < 230; n += 1) ids.push((await channel.send(`m${n}`)).id);
    expect((await director.readAll(channel.id)).map(({ id }) => id)).toEqual(ids);
    const keysOf = async (options: object) =>
      [...(await channel.messages.fetch({ cache: false, ...options })).keys()].reverse();
    expect(await keysOf({ limit: 3, before: ids[10] })).toEqual(ids.slice(7, 10));
    expect(await keysOf({ limit: 3, after: ids[10] })).toEqual(ids.slice(11, 14));
    expect(await keysOf({ limit: 3, around: ids[10] })).toEqual(ids.slice(9, 12));
  });

  test('an old and a new route list the same pins', async () => {
    await using agency = await startAgency();
    const { channel, director, client } = agency;
    const one = await channel.send('one');
    const two = await channel.send('two');
    await one.pin();
    await two.pin();
    await one.unpin();
    expect((await director.pins(channel.id)).map(({ id }) => id)).toEqual([two.id]);
    const listed = z
      .object({ items: z.array(z.looseObject({ pinned_at: z.string() })), has_more: z.boolean() })
      .parse(await client.rest.get(`${Routes.channelMessages(channel.id)}/pins`));
    expect(listed).toMatchObject({ items: [{ message: { id: two.id } }], has_more: false });
  });
});
