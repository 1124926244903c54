import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AttachmentBuilder, EmbedBuilder, Events } from 'discord.js';
import type { Message } from 'discord.js';
import { z } from 'zod';
import { EmbeddedError } from '../../../src/lib/errors.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { silentLog } from '../../../src/lib/log.ts';
import { createPerson } from '../../../src/embedded/discord/person.ts';
import { startLocalDiscord } from '../../../src/embedded/discord/server.ts';
import { runProgram } from '../program.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { login, next, startAgency, startServer } from './local-agency.ts';

describe('a nonce', () => {
  test('makes one message however often it is sent, at the same time or later, with a file too', async () => {
    await using agency = await startAgency();
    const { channel, director, client } = agency;
    const heard: string[] = [];
    client.on(Events.MessageCreate, (message) => heard.push(message.id));
    const plain = { content: 'once', nonce: 'turn-1.post-1', enforceNonce: true };
    const together = await Promise.all([1, 2, 3, 4].map(() => channel.send(plain)));
    const later = await channel.send({ ...plain, content: 'once, again' });
    expect(new Set([...together, later].map(({ id }) => id)).size).toBe(1);
    expect(later.content).toBe('once');
    const file = () => new AttachmentBuilder(Buffer.from('text'), { name: 'a.txt' });
    const withFile = { nonce: 'turn-1.post-2', enforceNonce: true };
    const first = await channel.send({ ...withFile, files: [file()] });
    const second = await channel.send({ ...withFile, files: [file()] });
    expect(second.id).toBe(first.id);
    expect(await director.read(channel.id)).toHaveLength(2);
    expect(heard).toEqual([later.id, first.id]);
  });

  test('belongs to its author, and counts only where it is enforced', async () => {
    await using agency = await startAgency();
    const { channel, discord } = agency;
    const post = (authorization: string, enforce_nonce: boolean) =>
      fetch(`${discord.apiUrl}/v10/channels/${channel.id}/messages`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ content: 'a', nonce: '1', enforce_nonce }),
      });
    await post(discord.directorToken, true);
    await post(discord.specialistToken, true);
    await post(discord.directorToken, false);
    await post(discord.directorToken, true);
    expect(await agency.director.read(channel.id)).toHaveLength(3);
  });

  test('is forgotten after its window and kept over a restart inside it', async () => {
    let ahead = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + ahead };
    await using agency = await startAgency({ clock, nonceWindowMs: 60_000 });
    const { channel, client, server } = agency;
    const post = { content: 'once', nonce: 'n', enforceNonce: true };
    const first = await channel.send(post);
    await client.destroy();
    const restarted = await login(await server.restart());
    const again = await restarted.channels.fetch(channel.id);
    if (!again?.isSendable()) throw new Error('the channel is gone');
    expect((await again.send(post)).id).toBe(first.id);
    ahead = 61_000;
    expect((await again.send(post)).id).not.toBe(first.id);
    await restarted.destroy();
  });
});

describe('files', () => {
  test('travel both ways, with their names and bytes', async () => {
    await using agency = await startAgency();
    const { channel, director, client } = agency;
    const bytes = Buffer.from([0, 1, 2, 250, 251, 252]);
    const sent = await channel.send({
      content: 'Results',
      embeds: [new EmbedBuilder().setTitle('Plot').setImage('attachment://plot.png')],
      files: [
        new AttachmentBuilder(bytes, { name: 'data set.bin', description: 'raw' }),
        new AttachmentBuilder(bytes, { name: 'plot.png' }),
      ],
    });
    const [seen] = await director.read(channel.id);
    const [raw, plot] = seen?.attachments ?? [];
    expect(raw).toMatchObject({ filename: 'data_set.bin', size: 6, description: 'raw' });
    expect(Buffer.from(await director.download(raw?.url ?? ''))).toEqual(bytes);
    expect(sent.embeds[0]?.image?.url).toBe(plot?.url);

    const heard = next<Message>(client, 'messageCreate');
    await director.say(channel.id, '', [{ name: 'message.txt', data: 'long text' }]);
    const attachment = (await heard).attachments.first();
    expect(attachment).toMatchObject({ name: 'message.txt', size: 9 });
    expect(await (await fetch(attachment?.url ?? '')).text()).toBe('long text');
  });

  test('can only be had by their signed link, and a page among them cannot run', async () => {
    await using agency = await startAgency();
    const { channel, director } = agency;
    const sent = await director.say(channel.id, '', [{ name: 'x.html', data: '<script>' }]);
    const url = sent.attachments[0]?.url ?? '';
    const response = await fetch(url);
    expect(response.headers.get('content-disposition')).toMatch(/^attachment/);
    expect(response.headers.get('content-security-policy')).toContain('sandbox');
    expect((await fetch(url.replace(/hm=\w/, 'hm=_'))).status).toBe(404);
    expect((await fetch(url.replace(/\?.*/, ''))).status).toBe(404);
  });

  test('can be added to a message and taken away by an edit', async () => {
    await using agency = await startAgency();
    const { channel } = agency;
    const file = (name: string) => new AttachmentBuilder(Buffer.from(name), { name });
    const sent = await channel.send({ content: 'v1', files: [file('one.txt')] });
    const attachments = [...sent.attachments.values()];
    const two = await sent.edit({ attachments, files: [file('two.txt')] });
    expect(two.attachments.map(({ name }) => name)).toEqual(['one.txt', 'two.txt']);
    const old = two.attachments.first()?.url ?? '';
    const kept = await two.edit({ attachments: [...two.attachments.values()].slice(1) });
    expect(kept.attachments.map(({ name }) => name)).toEqual(['two.txt']);
    expect((await fetch(old)).status).toBe(404);
  });
});

describe('a restart', () => {
  test('keeps ids, tokens, messages, files, commands and threads; the client comes back by itself', async () => {
    await using agency = await startAgency();
    const { channel, director, guild, client, server, discord } = agency;
    await guild.commands.set([{ name: 'ask', description: 'Asks' }]);
    const pinned = await channel.send('pinned');
    await pinned.pin();
    await pinned.react('👀');
    const thread = await pinned.startThread({ name: 'Topic' });
    const sent = await director.say(thread.id, 'in the thread', [{ name: 'a.txt', data: 'a' }]);
    const transcript = await director.readAll(channel.id);
    const back = next(client, 'shardReady');

    const again = await server.restart();
    const { url, guildId, applicationId, botToken, directorToken } = again;
    expect(discord).toMatchObject({ url, guildId, applicationId, botToken, directorToken });
    expect(await director.readAll(channel.id)).toEqual(transcript);
    const [, inThread] = await director.read(thread.id);
    expect(inThread?.id).toBe(sent.id);
    expect(await director.download(inThread?.attachments[0]?.url ?? '')).toHaveLength(1);
    expect([...(await guild.commands.fetch()).values()].map(({ name }) => name)).toEqual(['ask']);

    await back;
    const heard = next<Message>(client, 'messageCreate');
    await director.say(channel.id, 'still there?');
    expect((await heard).content).toBe('still there?');
  });

  test('an interaction can still be answered after it', async () => {
    await using agency = await startAgency();
    const { channel, director, guild, discord, server, client } = agency;
    await guild.commands.set([{ name: 'ask', description: 'Asks' }]);
    const asked = next<{
      deferReply(): Promise<unknown>;
      editReply(text: string): Promise<unknown>;
    }>(client, 'interactionCreate');
    const id = await director.slash({
      guildId: discord.guildId,
      channelId: channel.id,
      name: 'ask',
    });
    const interaction = await asked;
    await interaction.deferReply();
    await server.restart();
    await interaction.editReply('Here it is.');
    expect((await director.interactionResult(id)).message?.content).toBe('Here it is.');
  });

  test('after kill -9 in a stream of posts, everything that was answered is there once, and its nonces are known', async () => {
    await using folder = await temporaryFolder();
    const words = [process.execPath, programPath, '--folder', folder.path];
    const first = runProgram(words);
    const seen = await first.says(Where);
    const port = new URL(seen.url).port;
    const channelId = await makeChannel(seen);
    const answered = new Map<string, string>();
    // A few at a time, so that some are under way and others are not when it ends.
    const streams = Array.from({ length: 8 }, async (_, stream) => {
      for (let n = stream; n < 200; n += 8) {
        const id = await postOnce(seen, channelId, `m${n}`).catch(() => null);
        if (id !== null) answered.set(`m${n}`, id);
        if (answered.size === 60) first.send('SIGKILL');
      }
    });
    await Promise.all(streams);
    await first.end('SIGKILL');
    expect(answered.size).toBeGreaterThanOrEqual(60);
    expect(answered.size).toBeLessThan(200);

    await using revived = runProgram([...words, '--port', port]);
    expect(await revived.says(Where)).toEqual(seen);
    const director = createPerson({ apiUrl: seen.apiUrl, token: seen.directorToken });
    const before = await director.readAll(channelId);
    for (const [content, id] of answered) {
      expect(before.filter((message) => message.content === content)).toMatchObject([{ id }]);
    }
    // The bot does not know which of the others arrived, and sends all of them again.
    for (let n = 0; n < 200; n += 1) {
      const id = await postOnce(seen, channelId, `m${n}`);
      expect(id).toBe(answered.get(`m${n}`) ?? id);
    }
    expect(await director.readAll(channelId)).toHaveLength(200);
  });
});

const programPath = new URL('../../../src/embedded/discord/main.ts', import.meta.url).pathname;
const Where = z.object({
  url: z.string(),
  apiUrl: z.string(),
  guildId: z.string(),
  botToken: z.string(),
  directorToken: z.string(),
});
type Where = z.infer<typeof Where>;
const Made = z.object({ id: z.string() });

async function asBot({ apiUrl, botToken }: Where, path: string, body: object): Promise<string> {
  const response = await fetch(`${apiUrl}/v10${path}`, {
    method: 'POST',
    headers: { authorization: `Bot ${botToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`answered ${response.status}`);
  return Made.parse(await response.json()).id;
}

function makeChannel(where: Where): Promise<string> {
  return asBot(where, `/guilds/${where.guildId}/channels`, { name: 'desk' });
}

function postOnce(where: Where, channelId: string, content: string): Promise<string> {
  const body = { content, nonce: content, enforce_nonce: true };
  return asBot(where, `/channels/${channelId}/messages`, body);
}

describe('a start', () => {
  test('on a taken port names the port and what to set, and leaves the data alone', async () => {
    await using server = await startServer();
    const { port } = new URL(server.discord.url);
    const before = await readFile(join(server.folder, 'journal.jsonl'), 'utf8');
    const second = startLocalDiscord({
      folder: server.folder,
      host: '127.0.0.1',
      port: Number(port),
      clock: systemClock,
      log: silentLog,
    });
    const refused = await second.catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(EmbeddedError);
    expect(refused).toMatchObject({
      code: 'local-discord-port-taken',
      forPeople: expect.stringMatching(`Port ${port} is taken.*Set PORT`) as string, // vitest: any
    });
    expect(await readFile(join(server.folder, 'journal.jsonl'), 'utf8')).toBe(before);
  });

  test('mounts further routes of the process on the same listener', async () => {
    await using server = await startServer({
      extraRoutes: (app) => {
        app.get('/healthz', () => ({ ok: true }));
      },
    });
    const response = await fetch(`${server.discord.url}/healthz`);
    expect(await response.json()).toEqual({ ok: true });
  });
});
