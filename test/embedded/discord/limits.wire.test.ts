import { describe, expect, test } from 'vitest';
import { ChannelType, DiscordAPIError, Routes } from 'discord.js';
import { systemClock } from '../../../src/lib/clock.ts';
import { startAgency, startServer } from './local-agency.ts';
import type { LocalAgency } from './local-agency.ts';

/** What a raw body is answered with: the status, the code, and where the first fault stands. */
async function refusedWith(agency: LocalAgency, body: object): Promise<string> {
  try {
    await agency.client.rest.post(Routes.channelMessages(agency.channel.id), { body });
    return 'accepted';
  } catch (error) {
    if (!(error instanceof DiscordAPIError)) throw error;
    const lines = error.message.split('\n');
    return `${error.code} ${(lines[1] ?? lines[0] ?? '').replace(/:.*/, '')}`;
  }
}

const button = (n: number) => ({ type: 2, style: 1, label: `b${n}`, custom_id: `b${n}` });
const row = (from: number, count: number) => ({
  type: 1,
  components: Array.from({ length: count }, (_value, index) => button(from + index)),
});

describe("Discord's limits", () => {
  const bodies: [string, object, string][] = [
    ['2000 characters', { content: 'x'.repeat(2000) }, 'accepted'],
    ['2000 emoji', { content: '🦉'.repeat(2000) }, 'accepted'],
    ['2001 characters', { content: 'x'.repeat(2001) }, '50035 content[BASE_TYPE_MAX_LENGTH]'],
    ['nothing', {}, '50006 Cannot send an empty message'],
    ['blanks', { content: '  \n ' }, '50006 Cannot send an empty message'],
    [
      '11 embeds',
      { embeds: Array.from({ length: 11 }, () => ({ title: 'a' })) },
      '50035 embeds[BASE_TYPE_MAX_LENGTH]',
    ],
    [
      'embeds of 6000 characters together',
      { embeds: [{ description: 'x'.repeat(4096) }, { description: 'x'.repeat(1904) }] },
      'accepted',
    ],
    [
      'embeds of 6001 characters together',
      { embeds: [{ description: 'x'.repeat(4096) }, { description: 'x'.repeat(1905) }] },
      '50035 embeds[MAX_EMBED_SIZE_EXCEEDED]',
    ],
    [
      'an embed title of 257',
      { embeds: [{ title: 'x'.repeat(257) }] },
      '50035 embeds[0].title[BASE_TYPE_MAX_LENGTH]',
    ],
    [
      'a field value of 1025',
      { embeds: [{ fields: [{ name: 'n', value: 'x'.repeat(1025) }] }] },
      '50035 embeds[0].fields[0].value[BASE_TYPE_MAX_LENGTH]',
    ],
    [
      'an empty field value',
      { embeds: [{ fields: [{ name: 'n', value: '' }] }] },
      '50035 embeds[0].fields[0].value[BASE_TYPE_REQUIRED]',
    ],
    [
      '26 fields',
      { embeds: [{ fields: Array.from({ length: 26 }, () => ({ name: 'n', value: 'v' })) }] },
      '50035 embeds[0].fields[BASE_TYPE_MAX_LENGTH]',
    ],
    ['an embed with nothing', { embeds: [{}] }, '50035 embeds[0].description[BASE_TYPE_REQUIRED]'],
    [
      'a link that is none',
      { embeds: [{ title: 't', url: 'javascript' }] },
      '50035 embeds[0].url[URL_TYPE_INVALID_SCHEME]',
    ],
    [
      'five rows of five',
      { components: [0, 5, 10, 15, 20].map((from) => row(from, 5)) },
      'accepted',
    ],
    [
      'six rows',
      { components: [0, 1, 2, 3, 4, 5].map((from) => row(from, 1)) },
      '50035 components[BASE_TYPE_MAX_LENGTH]',
    ],
    [
      'six buttons in a row',
      { components: [row(0, 6)] },
      '50035 components[0].components[BASE_TYPE_MAX_LENGTH]',
    ],
    [
      'a custom id twice',
      { components: [row(0, 1), row(0, 1)] },
      '50035 components[COMPONENT_CUSTOM_ID_DUPLICATED]',
    ],
    [
      'a custom id of 101',
      { components: [{ type: 1, components: [{ ...button(1), custom_id: 'x'.repeat(101) }] }] },
      '50035 components[0].components[0].custom_id[BASE_TYPE_MAX_LENGTH]',
    ],
    ['a nonce of 26', { content: 'a', nonce: 'x'.repeat(26) }, '50035 nonce[BASE_TYPE_MAX_LENGTH]'],
    [
      'a reply to nothing',
      { content: 'a', message_reference: { message_id: '100000000000000001' } },
      '50035 message_reference[REPLIES_UNKNOWN_MESSAGE]',
    ],
  ];

  test('hold for messages: what Discord refuses is refused at the same field', async () => {
    await using agency = await startAgency();
    for (const [what, body, expected] of bodies) {
      expect([what, await refusedWith(agency, body)]).toEqual([what, expected]);
    }
  });

  test('hold for channels: names, topics and 50 in a category', async () => {
    await using agency = await startAgency();
    const { guild, channel } = agency;
    const create = (name: string, parent?: string) =>
      guild.channels.create({ name, type: ChannelType.GuildText, ...(parent ? { parent } : {}) });
    await expect(create('x'.repeat(101))).rejects.toMatchObject({ code: 50035 });
    await expect(channel.setTopic('x'.repeat(1025))).rejects.toMatchObject({ code: 50035 });
    expect((await create('Two Words!')).name).toBe('two-words');
    const category = await guild.channels.create({
      name: 'Full',
      type: ChannelType.GuildCategory,
    });
    for (let n = 0; n < 50; n += 1) await create(`c${n}`, category.id);
    await expect(create('one-more', category.id)).rejects.toThrow('CHANNEL_PARENT_MAX_CHANNELS');
  });

  test('hold for names: the third change of a name in ten minutes is told to wait', async () => {
    let ahead = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + ahead };
    await using agency = await startAgency({ clock });
    const { channel, discord } = agency;
    const rename = async (name: string) => {
      const response = await fetch(`${discord.apiUrl}/v10/channels/${channel.id}`, {
        method: 'PATCH',
        headers: { authorization: `Bot ${discord.botToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name }),
      });
      return [response.status, Number(response.headers.get('retry-after') ?? 0) > 590];
    };
    expect(await rename('one')).toEqual([200, false]);
    expect(await rename('two')).toEqual([200, false]);
    expect(await rename('two')).toEqual([200, false]);
    expect(await rename('three')).toEqual([429, true]);
    ahead = 600_001;
    expect(await rename('three')).toEqual([200, false]);
  });

  test('hold for files: 10 MiB each, 25 MiB a request', async () => {
    await using agency = await startAgency();
    const { director, channel } = agency;
    const mebibyte = 1024 * 1024;
    const file = (bytes: number) => ({ name: 'a.bin', data: new Uint8Array(bytes) });
    const sent = await director.say(channel.id, '', [file(10 * mebibyte)]);
    expect(sent.attachments[0]?.size).toBe(10 * mebibyte);
    await expect(director.say(channel.id, '', [file(10 * mebibyte + 1)])).rejects.toThrow('40005');
    const many = [file(9 * mebibyte), file(9 * mebibyte), file(9 * mebibyte)];
    await expect(director.say(channel.id, '', many)).rejects.toThrow(/40005|fetch failed/);
  });

  test('hold for reactions: 20 kinds, and only emoji', async () => {
    await using agency = await startAgency();
    const { channel } = agency;
    const message = await channel.send('react');
    const emoji = Array.from({ length: 20 }, (_value, index) =>
      String.fromCodePoint(0x1f600 + index),
    );
    for (const one of emoji) await message.react(one);
    await expect(message.react('😔')).rejects.toMatchObject({ code: 30010 });
    await expect(message.react('no')).rejects.toMatchObject({ code: 10014 });
  });
});

describe('the server alone', () => {
  test('an unknown route, broken JSON and a wrong token have the shape of Discord', async () => {
    await using server = await startServer();
    const { discord } = server;
    const call = async (path: string, init: RequestInit) => {
      const response = await fetch(`${discord.apiUrl}/v10${path}`, init);
      return { status: response.status, body: await response.json() };
    };
    const headers = { authorization: discord.directorToken, 'content-type': 'application/json' };
    expect(await call('/nowhere', {})).toEqual({
      status: 404,
      body: { code: 0, message: '404: Not Found' },
    });
    expect(
      await call('/channels/1/messages', { method: 'POST', headers, body: '{' }),
    ).toMatchObject({ status: 400, body: { code: 50109 } });
    expect(await call('/users/@me', { headers: { authorization: 'Bot wrong' } })).toEqual({
      status: 401,
      body: { code: 0, message: '401: Unauthorized' },
    });
    expect(await call('/users/@me', { headers })).toMatchObject({
      status: 200,
      body: { username: 'director' },
    });
  });
});
