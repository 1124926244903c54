import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { Events, GatewayIntentBits } from 'discord.js';
import type { Message } from 'discord.js';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { parseJson } from '../../../src/lib/json.ts';
import type { LocalDiscord } from '../../../src/embedded/discord/server.ts';
import { createClient, login, next, startAgency, startServer } from './local-agency.ts';

const Frame = z.looseObject({ op: z.number(), t: z.string().nullish(), d: z.unknown() });

/** A client of its own, to send what discord.js never would. */
async function connect(discord: LocalDiscord) {
  const socket = new WebSocket(`${discord.url.replace('http', 'ws')}/gateway?v=10&encoding=json`);
  const frames: z.infer<typeof Frame>[] = [];
  socket.on('message', (data: Buffer) => {
    const frame = parseJson(Frame, data.toString());
    if (frame.ok) frames.push(frame.value);
  });
  await once(socket, 'message');
  return {
    frames,
    send: (op: number, d: unknown) => socket.send(JSON.stringify({ op, d })),
    sendText: (text: string) => socket.send(text),
    /** Resolves with the code with which the server closes. */
    async closeCode(): Promise<number> {
      const [code] = (await once(socket, 'close')) as [number]; // as ws documents it
      return code;
    },
    async until(fits: (frame: z.infer<typeof Frame>) => boolean) {
      while (!frames.some(fits)) await once(socket, 'message');
      return frames.find(fits);
    },
    close: () => socket.close(),
  };
}

describe('the gateway', () => {
  const refusals: [string, number, (discord: LocalDiscord) => [number, unknown]][] = [
    ['a wrong token', 4004, () => [2, { token: 'wrong', intents: 1 }]],
    ['an intent that the application lacks', 4014, (d) => [2, { token: d.botToken, intents: 256 }]],
    ['an intent that does not exist', 4013, (d) => [2, { token: d.botToken, intents: 2 ** 30 }]],
    ['another shard', 4010, (d) => [2, { token: d.botToken, intents: 1, shard: [1, 2] }]],
    ['something without a token', 4002, () => [2, {}]],
    ['members before identifying', 4003, () => [8, { guild_id: '1' }]],
  ];
  test.each(refusals)('closes on %s with %i', async (_what, code, frame) => {
    await using server = await startServer();
    const connection = await connect(server.discord);
    const closed = connection.closeCode();
    connection.send(...frame(server.discord));
    expect(await closed).toBe(code);
  });

  test('closes on what is not JSON with 4002 and on a second identify with 4005', async () => {
    await using server = await startServer();
    const torn = await connect(server.discord);
    const tornClosed = torn.closeCode();
    torn.sendText('{');
    expect(await tornClosed).toBe(4002);
    const twice = await connect(server.discord);
    const twiceClosed = twice.closeCode();
    const identify = { token: server.discord.botToken, intents: 1 };
    twice.send(2, identify);
    twice.send(2, identify);
    expect(await twiceClosed).toBe(4005);
  });

  test('acknowledges heartbeats and says a session it does not know is invalid', async () => {
    await using server = await startServer();
    const connection = await connect(server.discord);
    connection.send(1, null);
    await connection.until(({ op }) => op === 11);
    const { botToken } = server.discord;
    connection.send(6, { token: botToken, session_id: 'gone', seq: 1 });
    expect(await connection.until(({ op }) => op === 9)).toMatchObject({ d: false });
    connection.close();
  });

  test('a bot with a wrong token cannot log in', async () => {
    await using server = await startServer();
    const client = createClient(server.discord);
    await expect(client.login('wrong')).rejects.toThrow('token');
    await client.destroy();
  });

  test('a torn connection is resumed, and what was missed comes in order and once', async () => {
    await using agency = await startAgency();
    const { client, channel, director, discord } = agency;
    const heard: string[] = [];
    client.on(Events.MessageCreate, (message) => heard.push(message.content));
    const resumed = next(client, 'shardResume');
    await director.say(channel.id, 'before');
    discord.disconnect();
    for (let n = 1; n <= 5; n += 1) await director.say(channel.id, `missed ${n}`);
    await resumed;
    const last = next<Message>(client, 'messageCreate', ({ content }) => content === 'after');
    await director.say(channel.id, 'after');
    await last;
    expect(heard).toEqual([
      'before',
      'missed 1',
      'missed 2',
      'missed 3',
      'missed 4',
      'missed 5',
      'after',
    ]);
  });

  test('without the message-content intent text is empty unless the bot is mentioned', async () => {
    await using agency = await startAgency();
    const { Guilds, GuildMessages } = GatewayIntentBits;
    const deaf = await login(agency.discord, [Guilds, GuildMessages]);
    const heard: string[] = [];
    deaf.on(Events.MessageCreate, (message) => heard.push(message.content));
    const second = next<Message>(deaf, 'messageCreate', ({ content }) => content !== '');
    await agency.director.say(agency.channel.id, 'secret');
    await agency.director.say(agency.channel.id, `hello <@${agency.discord.applicationId}>`);
    await second;
    expect(heard).toEqual(['', `hello <@${agency.discord.applicationId}>`]);
    await deaf.destroy();
  });

  test('members can be asked for by id, and all of them only with the intent for it', async () => {
    await using agency = await startAgency();
    const { guild, discord, client } = agency;
    const [sam] = [...(await guild.members.fetch({ user: [discord.specialistId] })).values()];
    expect(sam?.displayName).toBe('Sam Specialist');
    expect(guild.memberCount).toBe(4);
    const curious = await login(discord, [
      ...client.options.intents.toArray().map((name) => GatewayIntentBits[name]),
      GatewayIntentBits.GuildMembers,
    ]);
    const all = await (await curious.guilds.fetch(guild.id)).members.fetch();
    expect(all.map(({ displayName }) => displayName).sort()).toEqual([
      'A-TEAMs',
      'Director',
      'Sam Specialist',
      'Stranger',
    ]);
    await curious.destroy();
  });

  test('counts the identifies of a day in session_start_limit', async () => {
    await using agency = await startAgency();
    const limit = async () => {
      const response = await fetch(`${agency.discord.apiUrl}/v10/gateway/bot`, {
        headers: { authorization: `Bot ${agency.discord.botToken}` },
      });
      const Limit = z.object({ session_start_limit: z.object({ remaining: z.number() }) });
      return Limit.parse(await response.json()).session_start_limit.remaining;
    };
    const before = await limit();
    const second = await login(agency.discord);
    expect(before - (await limit())).toBe(1);
    await second.destroy();
  });
});

describe('other web pages', () => {
  /** node:http, because fetch does not let a caller choose Host and Origin. */
  function statusOf(url: string, headers: Record<string, string>): Promise<number> {
    return new Promise((resolve, reject) => {
      const sent = request(url, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      sent.on('error', reject);
      sent.end();
    });
  }

  test('are kept out: a foreign Host or Origin gets 403 on every route', async () => {
    await using server = await startServer();
    const { url } = server.discord;
    const { host, port } = new URL(url);
    for (const path of ['/', '/api/v10/gateway', '/api/v10/nowhere']) {
      expect(await statusOf(url + path, { host: `evil.example:${port}` })).toBe(403);
      expect(await statusOf(url + path, { host: '127.0.0.1:1' })).toBe(403);
      expect(await statusOf(url + path, { host, origin: 'http://evil.example' })).toBe(403);
      expect(await statusOf(url + path, { host, origin: `http://localhost:${port}` })).toBe(403);
      expect(await statusOf(url + path, { host, origin: 'null' })).toBe(403);
    }
    expect(await statusOf(url, { host, origin: url })).toBe(200);
    expect(await statusOf(url, { host: `localhost:${port}` })).toBe(200);
  });

  test('cannot open the gateway either', async () => {
    await using server = await startServer();
    const address = `${server.discord.url.replace('http', 'ws')}/gateway`;
    const open = async (origin: string | undefined) => {
      const socket = new WebSocket(address, origin === undefined ? {} : { origin });
      const outcome = await Promise.race([
        once(socket, 'open').then(() => 'open'),
        once(socket, 'unexpected-response').then(() => 'refused'),
      ]);
      socket.on('error', () => undefined);
      socket.terminate();
      return outcome;
    };
    expect(await open('http://evil.example')).toBe('refused');
    expect(await open(server.discord.url)).toBe('open');
    expect(await open(undefined)).toBe('open');
  });
});
