// The rule of send-once.ts against every way in which a try can end without an answer. Discord
// forgets a nonce after three minutes here, and the sender trusts it for half a minute.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { NotYet } from '../../src/lib/errors.ts';
import { pointsChannel } from '../../src/lib/points.ts';
import { agencyPlaces } from '../../src/domain/place.ts';
import type { Post } from '../../src/domain/post.ts';
import { readChannel } from './agency.ts';
import { post, statusView } from './render/sample-posts.ts';
import { failureOf, minute, startSending } from './sending.ts';

function speech(text: string, id = 'P1.turn.1.post.1'): Post {
  return post({ type: 'speech', text }, { id });
}

test('a post that arrived without an answer is found, however long Discord was away', async () => {
  await using sending = await startSending();
  const { agency, way, meets, passTime } = sending;
  meets('lose-answer');
  await failureOf(agency.discord.send(speech('Once'), way));
  await passTime(5 * minute);
  const [id] = await agency.discord.send(speech('Once'), way);
  expect(sending.tries()).toBe(1);
  expect((await readChannel(agency.director, way.channelId)).map((seen) => seen.id)).toEqual([id]);
});

test('a post that never arrived is said when Discord is back', async () => {
  await using sending = await startSending();
  const { agency, way, meets, passTime } = sending;
  for (let outage = 0; outage < 3; outage += 1) {
    meets('lose-request');
    await failureOf(agency.discord.send(speech('Once'), way));
    await passTime(5 * minute);
  }
  await agency.discord.send(speech('Once'), way);
  expect(await sending.texts()).toEqual(['Once']);
});

test('nothing is looked up or said while an earlier try may still arrive', async () => {
  await using sending = await startSending();
  const { agency, way, meets, passTime } = sending;
  const late = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  meets('lose-request', { until: late.promise, onArrived: arrived.resolve });
  await failureOf(agency.discord.send(speech('Once'), way));
  await passTime(minute / 3);
  // Inside half a minute the nonce is trusted, so this one is tried, and stuck on its way.
  await failureOf(agency.discord.send(speech('Once'), way));
  await passTime(minute / 3);
  const asked = agency.proxy.seen.length;
  const waiting = await failureOf(agency.discord.send(speech('Once'), way));
  expect(waiting).toBeInstanceOf(NotYet);
  expect(waiting.retryAfterMs).toBeGreaterThan(0.6 * minute);
  expect(waiting.retryAfterMs).toBeLessThanOrEqual((2 / 3) * minute);
  expect(agency.proxy.seen).toHaveLength(asked);
  late.resolve();
  await arrived.promise;
  await passTime(minute);
  await agency.discord.send(speech('Once'), way);
  expect(await sending.texts()).toEqual(['Once']);
});

test('a server that fails, or does not answer, is asked once, and not for long', async () => {
  await using sending = await startSending();
  const { agency, way, meets } = sending;
  meets({ status: 502, body: {} }, 'withhold-request');
  await failureOf(agency.discord.send(speech('Once'), way));
  expect(sending.tries()).toBe(1);
  const begun = systemClock.monotonic();
  const failure = await failureOf(agency.discord.send(speech('Once'), way));
  expect(failure).toMatchObject({ code: 'discord-unreachable', retry: 'later' });
  expect(systemClock.monotonic() - begun).toBeLessThan(5000);
  expect(sending.tries()).toBe(2);
});

test('whoever lost the post to another process does not post it', async () => {
  await using sending = await startSending();
  const { agency, way } = sending;
  await sending.claimAgain();
  await expect(agency.discord.send(speech('Once'), way)).rejects.toThrow(NotYet);
  expect(sending.tries()).toBe(0);
});

test('whoever lost an edit to another process changes nothing', async () => {
  await using sending = await startSending();
  const { agency, way } = sending;
  const messageIds = await agency.discord.send(speech('As it was'), way);
  await sending.claimAgain();
  const edit = agency.discord.edit(speech('Too late'), { ...way, messageIds });
  await expect(edit).rejects.toThrow(NotYet);
  expect(await sending.texts()).toEqual(['As it was']);
});

test('a change is tried once, and its next try asks whether it is still ours', async () => {
  await using sending = await startSending();
  const { agency, way } = sending;
  const messageIds = await agency.discord.send(speech('As it was'), way);
  let changes = 0;
  agency.proxy.rule = ({ method }) => {
    if (method !== 'PATCH') return null;
    changes += 1;
    return { status: 502, body: {} };
  };
  const edit = () => failureOf(agency.discord.edit(speech('New'), { ...way, messageIds }));
  expect(await edit()).toMatchObject({ code: 'discord-502', retry: 'later' });
  expect(changes).toBe(1);
  await sending.claimAgain();
  expect(await edit()).toBeInstanceOf(NotYet);
  expect(changes).toBe(1);
});

test('what was tried in a channel that is gone since is said where it belongs now', async () => {
  await using sending = await startSending();
  const { agency, way, meets, passTime } = sending;
  const gone = '1100000000000000999';
  meets('lose-request');
  await failureOf(agency.discord.send(speech('Once'), { ...way, channelId: gone }));
  await passTime(5 * minute);
  const [id] = await agency.discord.send(speech('Once'), way);
  expect((await readChannel(agency.director, way.channelId)).map((seen) => seen.id)).toEqual([id]);
});

test('a process that dies before it notes the answer leaves one message behind', async () => {
  await using sending = await startSending();
  const { agency, way, passTime } = sending;
  const killed = new Error('killed');
  const dying = { ...way.sends, mark: () => Promise.reject(killed) };
  await expect(agency.discord.send(speech('Once'), { ...way, sends: dying })).rejects.toThrow(
    killed,
  );
  const successor = { ...way, sends: await sending.claimAgain() };
  const [id] = await agency.discord.send(speech('Once'), successor);
  expect(await sending.texts()).toEqual(['Once']);
  // Noted now, it is not asked for again, and neither is it looked for.
  await passTime(5 * minute);
  const asked = agency.proxy.seen.length;
  expect(await agency.discord.send(speech('Once'), successor)).toEqual([id]);
  expect(agency.proxy.seen).toHaveLength(asked);
});

test('a process that stood still between its decision and the try does not try', async () => {
  let ms = 0;
  const stopped = (point: unknown): void => {
    if (point === 'send.armed') ms += 6000;
  };
  await using sending = await startSending({ ...systemClock, monotonic: () => ms });
  subscribe(pointsChannel, stopped);
  using _end = { [Symbol.dispose]: () => void unsubscribe(pointsChannel, stopped) };
  await expect(sending.agency.discord.send(speech('Once'), sending.way)).rejects.toThrow(NotYet);
  expect(sending.tries()).toBe(0);
});

test('the instants of a try can be stopped at, in their order', async () => {
  await using sending = await startSending();
  const passed: unknown[] = [];
  const note = (point: unknown): void => void passed.push(point);
  subscribe(pointsChannel, note);
  using _end = { [Symbol.dispose]: () => void unsubscribe(pointsChannel, note) };
  await sending.agency.discord.send(speech('Once'), sending.way);
  expect(passed).toEqual(['send.armed', 'send.begun', 'send.answered']);
});

test('where the history is hidden nothing is guessed', async () => {
  await using sending = await startSending();
  const { agency, way, meets, passTime } = sending;
  meets('lose-answer');
  await failureOf(agency.discord.send(speech('Once'), way));
  await passTime(5 * minute);
  await overwrite(sending, { deny: readHistory });
  await expect
    .poll(() => failureOf(agency.discord.send(speech('Once'), way)))
    .toMatchObject({ code: 'discord-history-hidden', retry: 'never' });
  expect(sending.tries()).toBe(1);
  await overwrite(sending, { deny: '0' });
  await agency.discord.send(speech('Once'), way);
  expect(await sending.texts()).toEqual(['Once']);
});

test('what says the same as another message is not taken for it', async () => {
  await using sending = await startSending();
  const { agency, way, meets, passTime } = sending;
  await agency.discord.send(speech('Yes.', 'P1.turn.1.post.1'), way);
  meets('lose-request');
  await failureOf(agency.discord.send(speech('Yes.', 'P1.turn.2.post.1'), way));
  await passTime(5 * minute);
  await agency.discord.send(speech('Yes.', 'P1.turn.2.post.1'), way);
  expect(await sending.texts()).toEqual(['Yes.', 'Yes.']);
});

test('what people wrote meanwhile is no reason to miss it, nor what they say alike', async () => {
  await using sending = await startSending();
  const { agency, way, meets, passTime } = sending;
  const { channelId } = way;
  meets('lose-answer');
  await agency.director.say(channelId, '[Ada · Researcher]');
  for (let n = 0; n < 105; n += 1) await agency.director.say(channelId, `Note ${n}`);
  await failureOf(agency.discord.send(speech('Once'), way));
  for (let n = 0; n < 105; n += 1) await agency.director.say(channelId, `Note ${n}`);
  await passTime(5 * minute);
  await agency.discord.send(speech('Once'), way);
  const texts = await sending.texts();
  expect(texts.filter((text) => text === 'Once')).toHaveLength(1);
});

test('what people have deleted is not said again', async () => {
  await using sending = await startSending();
  const { agency, way, meets, passTime } = sending;
  meets('lose-answer');
  await failureOf(agency.discord.send(speech('Once'), way));
  const [seen] = await readChannel(agency.director, way.channelId);
  const { local } = agency;
  await fetch(`${local.apiUrl}/v10/channels/${way.channelId}/messages/${seen?.id ?? ''}`, {
    method: 'DELETE',
    headers: { authorization: local.directorToken },
  });
  expect(await agency.discord.send(speech('Once'), way)).toEqual([]);
  await passTime(5 * minute);
  expect(await agency.discord.send(speech('Once'), way)).toEqual([]);
  expect(sending.tries()).toBe(2);
  expect(await sending.texts()).toEqual([]);
});

test('what Discord refused did not happen, so it is tried anew without waiting', async () => {
  await using sending = await startSending();
  const { agency, way, meets, passTime } = sending;
  const limited = { message: 'limited', retry_after: 90, global: false };
  meets({ status: 429, body: limited, headers: { 'retry-after': '90' } });
  const paused = await failureOf(agency.discord.send(speech('Once'), way));
  expect(paused.retryAfterMs).toBeGreaterThanOrEqual(90_000);
  await passTime(1.5 * minute);
  // The client would keep the pause by its own clock.
  await agency.reconnect();
  const history = `GET /channels/${way.channelId}/messages`;
  await agency.discord.send(speech('Once'), way);
  const looked = agency.proxy.seen.filter(({ method, path }) => `${method} ${path}` === history);
  expect(looked).toEqual([]);
  expect(await sending.texts()).toEqual(['Once']);
});

test('a refusal says nothing about the tries before it', async () => {
  await using sending = await startSending();
  const { agency, way, meets, passTime } = sending;
  meets('lose-answer', { status: 403, body: { code: 50013, message: 'Missing Permissions' } });
  await failureOf(agency.discord.send(speech('Once'), way));
  await failureOf(agency.discord.send(speech('Once'), way));
  await passTime(5 * minute);
  await agency.discord.send(speech('Once'), way);
  expect(await sending.texts()).toEqual(['Once']);
});

test('a long post is whole and in order, whichever part was lost on the way', async () => {
  await using sending = await startSending();
  const { agency, way, meets, passTime } = sending;
  const text = Array.from({ length: 400 }, (_, n) => `Paragraph ${n} with words.`).join('\n\n');
  // The second of three arrives unanswered, the third not at all.
  meets(null, 'lose-answer');
  await failureOf(agency.discord.send(speech(text), way));
  await passTime(5 * minute);
  meets('lose-request');
  await failureOf(agency.discord.send(speech(text), way));
  await passTime(5 * minute);
  await agency.discord.send(speech(text), way);
  const texts = await sending.texts();
  expect(texts.length).toBeGreaterThan(2);
  expect(texts.join('\n\n')).toBe(text);
});

test('the living status is recognised though it says something else by now', async () => {
  await using sending = await startSending();
  const { agency, way, meets, passTime } = sending;
  const status = (phase: 'running' | 'done'): Post =>
    post({ type: 'status', view: { ...statusView, phase } }, { id: 'P1.status', pin: true });
  meets('lose-answer');
  await failureOf(agency.discord.send(status('running'), way));
  await passTime(5 * minute);
  const messageIds = await agency.discord.send(status('done'), way);
  await agency.discord.edit(status('done'), { ...way, messageIds });
  const [message, ...others] = await readChannel(agency.director, way.channelId);
  expect(others).toEqual([]);
  expect(message?.content).toContain('🏁 done');
});

test('a post whose change comes first is recognised by what it said before', async () => {
  await using sending = await startSending();
  const { agency, way, meets, passTime } = sending;
  meets('lose-answer');
  await failureOf(agency.discord.send(speech('It is open.'), way));
  await passTime(5 * minute);
  const decided = speech('It is decided.');
  const earlier = speech('It is open.');
  const messageIds = await agency.discord.send(decided, { ...way, earlier });
  await agency.discord.edit(decided, { ...way, messageIds });
  expect(await sending.texts()).toEqual(['It is decided.']);
});

test('a message that replaces one too old to be edited is made once', async () => {
  await using sending = await startSending();
  const { agency, way, meets, passTime } = sending;
  const messageIds = await agency.discord.send(speech('Before'), way);
  meets('lose-answer');
  const { rule } = agency.proxy;
  agency.proxy.rule = (request) =>
    request.method === 'PATCH'
      ? { status: 400, body: { code: 30046, message: 'Maximum number of edits' } }
      : rule(request);
  await failureOf(agency.discord.edit(speech('After'), { ...way, messageIds }));
  await passTime(5 * minute);
  const anew = await agency.discord.edit(speech('After'), { ...way, messageIds });
  expect(anew).not.toEqual(messageIds);
  expect(await sending.texts()).toEqual(['After']);
});

test('a post that goes elsewhere now is looked for where it went before', async () => {
  await using sending = await startSending();
  const { agency, way, meets, passTime } = sending;
  const { discord, local } = agency;
  const elsewhere = await discord.openPlace(
    {
      key: 'P1.S1.A1',
      kind: 'thread',
      parent: agencyPlaces.director,
      name: 'Ada · Researcher',
      topic: null,
      humans: [],
    },
    { parentChannelId: way.channelId, directorIds: [local.directorId] },
  );
  meets('lose-answer');
  await failureOf(discord.send(speech('Once'), { ...way, channelId: elsewhere }));
  await expect(discord.send(speech('Once'), way)).rejects.toThrow(NotYet);
  await passTime(minute);
  const ids = await discord.send(speech('Once'), way);
  expect(await sending.texts()).toEqual([]);
  const inThread = await readChannel(agency.director, elsewhere);
  expect(inThread.map(({ id }) => id)).toEqual(ids);
});

const readHistory = String(1 << 16);

/** What the bot itself may do in the channel, as a person with rights would set it. */
async function overwrite(
  { agency, way }: Awaited<ReturnType<typeof startSending>>,
  { deny }: { deny: string },
): Promise<void> {
  const { local } = agency;
  const url = `${local.apiUrl}/v10/channels/${way.channelId}/permissions/${local.applicationId}`;
  const answer = await fetch(url, {
    method: 'PUT',
    headers: { authorization: local.directorToken, 'content-type': 'application/json' },
    body: JSON.stringify({ type: 1, allow: String((1 << 10) | (1 << 11) | (1 << 14)), deny }),
  });
  expect(answer.status).toBe(204);
}
