import { expect, test } from 'vitest';
import type { Receipt } from '../../src/domain/decision.ts';
import { StoreError } from '../../src/lib/errors.ts';
import { planBody, post } from './render/sample-posts.ts';
import { readChannel, startAgency, to } from './agency.ts';
import type { Agency } from './agency.ts';

test('what people write reaches the door once, with replies and files; bots are not heard', async () => {
  await using agency = await startAgency({}, 'direct');
  const { discord, local, channelId, director } = agency;
  const [postId = ''] = await discord.send(post({ type: 'speech', text: 'Hello' }), to(channelId));
  await director.reply(channelId, postId, `<@${discord.botUserId}> more detail, please`);
  const files = [{ name: 'message.txt', data: Buffer.from('a long objective') }];
  await director.say(channelId, '', files);
  await agency.heardSoon(({ attachments }) => attachments.length === 1);
  expect(agency.heard).toMatchObject([
    {
      channelId,
      userId: local.directorId,
      text: 'more detail, please',
      repliesTo: postId,
      attachments: [],
    },
    { text: '', repliesTo: null, attachments: [{ name: 'message.txt', bytes: 16 }] },
  ]);
  const url = agency.heard[1]?.attachments[0]?.url ?? '';
  expect(Buffer.from(await discord.download(url, 100)).toString()).toBe('a long objective');
});

test('messages arrive in the order of writing, even when the door stumbles', async () => {
  await using agency = await startAgency();
  const { channelId, director } = agency;
  let failures = 0;
  agency.accept = () => {
    if (failures++ >= 2) return Promise.resolve();
    return Promise.reject(new StoreError('restarting', { code: 'store-away', retry: 'later' }));
  };
  for (const text of ['one', 'two', 'three']) await director.say(channelId, text);
  await agency.heardSoon(({ text }) => text === 'three');
  expect(agency.heard.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
});

test('a torn connection heals by itself and loses no message', async () => {
  await using agency = await startAgency();
  const { discord, local, channelId, director } = agency;
  expect(discord.isReady()).toBe(true);
  local.disconnect();
  for (let n = 0; n < 5; n += 1) await director.say(channelId, `while away ${n}`);
  await agency.heardSoon(({ text }) => text === 'while away 4');
  expect(agency.heard.map(({ text }) => text)).toEqual(
    Array.from({ length: 5 }, (_, n) => `while away ${n}`),
  );
  expect(discord.isReady()).toBe(true);
});

test('what was written while the bot was down can be read afterwards', async () => {
  await using agency = await startAgency();
  const { channelId, director } = agency;
  const { id } = await director.say(channelId, 'before');
  await agency.heardSoon(({ text }) => text === 'before');
  await agency.discord.close();
  expect(agency.discord.isReady()).toBe(false);
  const texts = Array.from({ length: 120 }, (_, n) => `meanwhile ${n}`);
  for (const text of texts) await director.say(channelId, text);
  await agency.reconnect();
  const first = await agency.discord.pageAfter(channelId, id);
  const second = await agency.discord.pageAfter(channelId, first.lastId ?? '');
  expect([first.isLast, second.isLast]).toEqual([false, true]);
  const missed = [...first.messages, ...second.messages];
  expect(missed.map(({ text }) => text)).toEqual(texts);
  expect(missed[0]).toMatchObject({ channelId, userId: agency.local.directorId });
  const third = await agency.discord.pageAfter(channelId, second.lastId ?? '');
  expect(third).toEqual({ messages: [], lastId: null, isLast: true });
});

test('a slash command becomes a command line, and its receipt is for that person alone', async () => {
  await using agency = await startAgency();
  const { local, channelId, director } = agency;
  agency.answer = () => Promise.resolve({ ok: true, text: 'Objective received.' });
  const id = await director.slash({
    guildId: local.guildId,
    channelId,
    name: 'objective',
    options: { text: 'Plan a "week" of talks' },
  });
  const result = await director.interactionResult(id);
  expect(result.message).toMatchObject({ content: 'Objective received.', flags: 64 });
  expect(agency.used).toMatchObject([
    {
      id,
      channelId,
      userId: local.directorId,
      line: {
        name: 'objective',
        named: { text: 'Plan a "week" of talks' },
        bare: [],
        mentions: [],
      },
    },
  ]);
  expect(await readChannel(director, channelId)).toEqual([]);
});

test('a refusal says why, and a broken door says that nothing happened', async () => {
  await using agency = await startAgency();
  const { local, channelId, director } = agency;
  const use = { guildId: local.guildId, channelId, name: 'status' };
  agency.answer = () => Promise.resolve({ ok: false, reason: 'There is no project yet.' });
  const refused = await director.interactionResult(await director.slash(use));
  expect(refused.message?.content).toBe('⚠️ There is no project yet.');
  agency.answer = () =>
    Promise.reject(new StoreError('down', { code: 'store-away', retry: 'later' }));
  const broken = await director.interactionResult(await director.slash(use));
  expect(broken.message?.content).toBe('⚠️ down Nothing has happened; please try again.');
});

test('a receipt that takes long is announced in time and follows', async () => {
  await using agency = await startAgency();
  const { local, channelId, director } = agency;
  const slow = Promise.withResolvers<Receipt>();
  agency.answer = () => slow.promise;
  const use = { guildId: local.guildId, channelId, name: 'status' };
  const id = await director.slash(use);
  const state = async () => (await director.interactionResult(id, false)).state;
  await expect.poll(state, { timeout: 10_000 }).toBe('deferred');
  slow.resolve({ ok: true, text: 'At last.' });
  const content = async () => (await director.interactionResult(id)).message?.content;
  await expect.poll(content, { timeout: 10_000 }).toBe('At last.');
  expect((await director.interactionResult(id)).message?.flags).toBe(64);
});

async function postPlan(agency: Agency): Promise<string> {
  const [id = ''] = (await agency.discord.send(post(planBody), to(agency.channelId))).slice(-1);
  return id;
}

test('a button is a command; the card stays as it is and the receipt follows privately', async () => {
  await using agency = await startAgency();
  const { channelId, director } = agency;
  const messageId = await postPlan(agency);
  const id = await director.click(channelId, messageId, '/approve decision:P1-D2');
  const { message, follow_ups: more } = await director.interactionResult(id);
  expect([message, ...more]).toMatchObject([{ content: 'Received.', flags: 64 }]);
  expect(agency.used).toMatchObject([
    { id, line: { name: 'approve', named: { decision: 'P1-D2' } } },
  ]);
  const [, ...others] = await readChannel(director, channelId);
  expect(others).toEqual([]);
});

test('a click is acknowledged when it is decided, and never before', async () => {
  await using agency = await startAgency();
  const { channelId, director } = agency;
  const messageId = await postPlan(agency);
  const decided = Promise.withResolvers<Receipt>();
  const asked = Promise.withResolvers<void>();
  agency.answer = () => {
    asked.resolve();
    return decided.promise;
  };
  const id = await director.click(channelId, messageId, '/approve decision:P1-D2');
  await asked.promise;
  expect((await director.interactionResult(id, false)).state).toBe('pending');
  decided.resolve({ ok: true, text: 'Approved.' });
  expect((await director.interactionResult(id)).message?.content).toBe('Approved.');
});

test('a button that needs words opens a modal, and the words become an argument', async () => {
  await using agency = await startAgency();
  const { channelId, director } = agency;
  const messageId = await postPlan(agency);
  const click = await director.click(channelId, messageId, 'modal /revise decision:P1-D2');
  const { modal } = await director.interactionResult(click);
  expect(modal).toMatchObject({ title: 'Revise…', custom_id: '/revise decision:P1-D2' });
  const id = await director.submitModal(click, { text: 'Cheaper,\nplease' });
  expect((await director.interactionResult(id)).message?.content).toBe('Received.');
  expect(agency.used).toMatchObject([
    { id, line: { name: 'revise', named: { decision: 'P1-D2', text: 'Cheaper,\nplease' } } },
  ]);
});

test('reasons for changes are one per line in the modal', async () => {
  await using agency = await startAgency();
  const { channelId, director } = agency;
  const decision = {
    id: 'P1-D3',
    kind: 'output' as const,
    title: 'Accept the programme?',
    why: '',
    options: ['Accept', 'Request changes'],
    task: 'T2',
    openedAt: 0,
  };
  const body = { type: 'decision' as const, decision, outcome: null };
  const [messageId = ''] = await agency.discord.send(post(body), to(channelId));
  const click = await director.click(channelId, messageId, 'modal /changes task:T2 project:P1');
  const id = await director.submitModal(click, { reasons: 'Too short.\n\nFriday, lacks a talk. ' });
  await director.interactionResult(id);
  expect(agency.used[0]?.line.named).toEqual({
    task: 'T2',
    project: 'P1',
    reasons: ['Too short.', 'Friday, lacks a talk.'],
  });
  const changes = (await import('../../commands/changes.ts')).default;
  const line = agency.used[0]?.line ?? { name: '', mentions: [], bare: [], named: {} };
  expect(changes.readLine(line)).toMatchObject({ ok: true });
});
