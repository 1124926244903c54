import { expect, test } from 'vitest';
import { DiscordError } from '../../src/lib/errors.ts';
import { agencyPlaces } from '../../src/domain/place.ts';
import { statusView, post } from './render/sample-posts.ts';
import { at, keepFile, readChannel, startAgency, to } from './agency.ts';

const speech = (text: string) => post({ type: 'speech', text });
const longText = Array.from({ length: 320 }, (_, n) => `Paragraph ${n} with words.`).join('\n\n');

test('the same post sent twice stands in the channel once', async () => {
  await using agency = await startAgency();
  const { discord, channelId, director } = agency;
  const first = await discord.send(speech('Hello'), to(channelId));
  const second = await discord.send(speech('Hello'), to(channelId));
  expect(second).toEqual(first);
  const [message, ...others] = await readChannel(director, channelId);
  expect(others).toEqual([]);
  expect(message).toMatchObject({
    content: '[Ada · Researcher]',
    embeds: [{ author: { name: 'Ada · Researcher' }, description: 'Hello' }],
  });
});

test('a post whose answer was lost on the way is not said twice', async () => {
  await using agency = await startAgency();
  const { discord, proxy, channelId, director } = agency;
  let losses = 0;
  proxy.rule = ({ method, path }) =>
    method === 'POST' && path.endsWith('/messages') && losses++ < 1 ? 'lose-answer' : null;
  const failure: unknown = await discord
    .send(speech('Once'), to(channelId))
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: 'DiscordError', retry: 'later' });
  await discord.send(speech('Once'), to(channelId));
  expect(await readChannel(director, channelId)).toHaveLength(1);
});

test('a long post takes several messages in order, and a repeat adds none', async () => {
  await using agency = await startAgency();
  const { discord, channelId, director } = agency;
  const ids = await discord.send(speech(longText), to(channelId));
  expect(ids.length).toBeGreaterThan(1);
  expect(await discord.send(speech(longText), to(channelId))).toEqual(ids);
  const messages = await readChannel(director, channelId);
  expect(messages.map(({ id }) => id)).toEqual(ids);
  const said = messages.flatMap(({ embeds }) => embeds.map((embed) => embed.description ?? ''));
  expect(said.join('\n\n')).toBe(longText);
});

test('only people that the post names are notified, whatever its text says', async () => {
  await using agency = await startAgency();
  const { discord, local, channelId, director } = agency;
  const text = `@everyone and <@${local.strangerId}>, look!`;
  await discord.send(
    post(
      { type: 'command', line: `/ask to:<@${local.strangerId}>`, text },
      {
        notify: [local.directorId],
        place: agencyPlaces.director,
      },
    ),
    to(channelId),
  );
  const [message] = await readChannel(director, channelId);
  expect(message?.mentions.map(({ id }) => id)).toEqual([local.directorId]);
  expect(message?.['mention_everyone']).toBe(false);
});

test('a post is edited in place, and grows and shrinks with its text', async () => {
  await using agency = await startAgency();
  const { discord, channelId, director } = agency;
  const ids = await discord.send(speech('short'), to(channelId));
  const grown = await discord.edit(speech(longText), at(channelId, ids));
  expect(grown[0]).toBe(ids[0]);
  expect(grown.length).toBeGreaterThan(1);
  expect(await discord.edit(speech(longText), at(channelId, ids))).toEqual(grown);
  expect((await readChannel(director, channelId)).map(({ id }) => id)).toEqual(grown);
  expect(await discord.edit(speech('short again'), at(channelId, grown))).toEqual(ids);
  const [message, ...others] = await readChannel(director, channelId);
  expect(others).toEqual([]);
  expect(message?.embeds[0]?.description).toBe('short again');
});

test('a status message too old to be edited is posted anew, and the pin moves', async () => {
  await using agency = await startAgency();
  const { discord, proxy, channelId, director } = agency;
  const status = post({ type: 'status', view: statusView }, { pin: true });
  const ids = await discord.send(status, to(channelId));
  expect((await director.pins(channelId)).map(({ id }) => id)).toEqual(ids);
  proxy.rule = ({ method, path }) =>
    method === 'PATCH' && path.includes('/messages/')
      ? { status: 400, body: { code: 30046, message: 'Maximum number of edits to old messages' } }
      : null;
  const anew = await discord.edit(status, at(channelId, ids));
  expect(anew).not.toEqual(ids);
  expect(await discord.edit(status, at(channelId, ids))).toEqual(anew);
  expect((await director.pins(channelId)).map(({ id }) => id)).toEqual(anew);
  expect((await readChannel(director, channelId)).map(({ id }) => id)).toEqual(anew);
});

test('files come with their post and can be downloaded as they were', async () => {
  await using agency = await startAgency({}, 'direct');
  const { discord, channelId, director } = agency;
  const file = keepFile(agency, 'Größe 1.md', '# Größe\n\nÄpfel');
  await discord.send(
    post({
      type: 'deliverable',
      title: 'Sizes',
      files: [file],
      results: [],
      criteria: [],
      author: 'Ada',
      approver: 'Bruno',
    }),
    to(channelId),
  );
  const [message] = await readChannel(director, channelId);
  const attachment = message?.attachments[0];
  expect(attachment?.size).toBe(file.bytes);
  const bytes = await discord.download(attachment?.url ?? '', 1000);
  expect(Buffer.from(bytes).toString()).toBe('# Größe\n\nÄpfel');
  await expect(discord.download(attachment?.url ?? '', 5)).rejects.toMatchObject({
    code: 'discord-attachment-too-large',
  });
});

test('a text that is too long for messages comes whole in a file', async () => {
  await using agency = await startAgency({}, 'direct');
  const { discord, channelId, director } = agency;
  const text = Array.from({ length: 900 }, (_, n) => `Line ${n} of a very long log.`).join('\n');
  await discord.send(speech(text), to(channelId));
  const messages = await readChannel(director, channelId);
  expect(messages).toHaveLength(3);
  const url = messages[2]?.attachments[0]?.url ?? '';
  expect(Buffer.from(await discord.download(url, 1e6)).toString()).toContain(text);
});

test('a reaction is put once', async () => {
  await using agency = await startAgency();
  const { discord, channelId, director } = agency;
  const { id } = await director.say(channelId, 'Plan a week of talks');
  await discord.react(channelId, id, '👀');
  await discord.react(channelId, id, '👀');
  const [message] = await readChannel(director, channelId);
  expect(message?.reactions).toMatchObject([{ count: 1, emoji: { name: '👀' } }]);
});

test('what Discord refuses for good names the cure, what passes is tried later', async () => {
  await using agency = await startAgency();
  const { discord, proxy, channelId } = agency;
  await expect(discord.send(speech('x'), to('100000000000000001'))).rejects.toMatchObject({
    code: 'discord-10003',
    retry: 'never',
  });
  proxy.rule = () => ({ status: 403, body: { code: 50013, message: 'Missing Permissions' } });
  const refused = await failureOf(discord.send(speech('x'), to(channelId)));
  expect(refused).toMatchObject({ code: 'discord-50013', retry: 'never' });
  expect(refused.forPeople).toContain('permissions of the invitation link');
  proxy.rule = () => ({ status: 502, body: {} });
  expect(await failureOf(discord.send(speech('x'), to(channelId)))).toMatchObject({
    retry: 'later',
  });
  proxy.rule = () => ({
    status: 429,
    body: { message: 'limited', retry_after: 90, global: false },
    headers: { 'retry-after': '90' },
  });
  const paused = await failureOf(discord.send(speech('x'), to(channelId)));
  expect(paused).toMatchObject({ code: 'discord-rate-limited', retry: 'later' });
  expect(paused.retryAfterMs).toBeGreaterThanOrEqual(90_000);
  proxy.rule = () => ({ status: 401, body: { code: 0, message: '401: Unauthorized' } });
  for (const attempt of ['first', 'after that']) {
    const locked = await failureOf(discord.send(speech(attempt), to(channelId)));
    expect(locked).toMatchObject({ retry: 'never' });
    expect(locked.forPeople).toContain('DISCORD_TOKEN');
  }
});

async function failureOf(call: Promise<unknown>): Promise<DiscordError> {
  const outcome: unknown = await call.catch((error: unknown) => error);
  if (outcome instanceof DiscordError) return outcome;
  throw new Error(`no DiscordError but ${String(outcome)}`);
}
