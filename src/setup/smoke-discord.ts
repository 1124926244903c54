// A trial on a real server: makes a category, a channel, a thread and a message as the agency does,
// and looks whether Discord does what the agency relies on. Whatever was made is removed, also
// when a step fails or its answer was lost: what to remove is looked up by name, not remembered.
import { z } from 'zod';
import { createOpenPlace } from '../discord/channels.ts';
import { sendDurations } from '../discord/discord-limits.ts';
import { nonceOf } from '../discord/nonce.ts';
import type { RestClient } from '../discord/rest-client.ts';
import type { PlaceOrder } from '../domain/place.ts';
import { systemClock } from '../lib/clock.ts';
import { AppError, DiscordError, messageOf } from '../lib/errors.ts';

export interface SmokeDeps {
  client: RestClient;
  guildId: string;
  /** Of the category; nothing else in the server may be called so. */
  name: string;
  say: (line: string) => void;
  signal: AbortSignal;
}

const Id = z.looseObject({ id: z.string() });
const Channel = z.looseObject({
  id: z.string(),
  name: z.string().nullish(),
  parent_id: z.string().nullish(),
  permission_overwrites: z.array(z.looseObject({ id: z.string(), deny: z.string() })).nullish(),
});
const Message = z.looseObject({
  id: z.string(),
  content: z.string(),
  reactions: z
    .array(z.looseObject({ me: z.boolean(), emoji: z.looseObject({ name: z.string().nullish() }) }))
    .nullish(),
});

/** @returns whether every step went well and nothing is left behind */
export async function smokeDiscord(deps: SmokeDeps): Promise<boolean> {
  const { say } = deps;
  let isWell = true;
  try {
    await tryOut(deps);
  } catch (error) {
    isWell = false;
    say(`  ✗ ${messageOf(error)}`);
    if (error instanceof AppError) say(`      → ${error.forPeople}`);
  }
  const left = await removeAll(deps);
  say(left.length === 0 ? '  ✓ all of it is removed' : `  ✗ left behind: ${left.join(', ')}`);
  return isWell && left.length === 0;
}

async function tryOut(deps: SmokeDeps): Promise<void> {
  const { client, guildId, name } = deps;
  const { id: botUserId } = await step(deps, 'the token is accepted', () =>
    client.ask('ask who I am', { schema: Id, send: (rest) => rest.get('/users/@me') }),
  );
  const openPlace = createOpenPlace({
    rest: client.rest,
    guildId,
    botUserId,
    clock: systemClock,
    quietMs: sendDurations.openQuietMs,
    postMs: sendDurations.postMs,
  });
  const open = (order: PlaceOrder, parentChannelId: string | null) =>
    openPlace(order, { parentChannelId, directorIds: [] });
  const category = await step(deps, 'a category is made', () => open(placeOf(0, name), null));
  const channel = await step(deps, 'a channel in it is made', () =>
    open(placeOf(1, 'trial'), category),
  );
  await step(deps, 'the channel is found again and not made twice', async () =>
    same(await open(placeOf(1, 'trial'), category), channel),
  );
  await step(deps, 'it is hidden from everyone else', () => expectHidden(deps, channel));
  const thread = await step(deps, 'a thread is made', () => open(placeOf(2, 'trial'), channel));
  await tryMessage(deps, thread);
}

const places = [
  { key: 'P1', kind: 'category', parent: null },
  { key: 'P1.S1', kind: 'channel', parent: 'P1' },
  { key: 'P1.S1.trial', kind: 'thread', parent: 'P1.S1' },
] as const;

function placeOf(level: 0 | 1 | 2, name: string): PlaceOrder {
  return { ...places[level], name, topic: 'A trial, removed in a moment.', humans: [] };
}

const viewChannel = 1n << 10n;

async function expectHidden({ client, guildId }: SmokeDeps, channelId: string): Promise<void> {
  const { permission_overwrites: overwrites } = await client.ask('read the channel', {
    schema: Channel,
    send: (rest) => rest.get(`/channels/${channelId}`),
  });
  const everyone = overwrites?.find(({ id }) => id === guildId);
  same((BigInt(everyone?.deny ?? '0') & viewChannel) !== 0n, true);
}

async function tryMessage(deps: SmokeDeps, thread: string): Promise<void> {
  const { client } = deps;
  const nonce = nonceOf(deps.name, 0);
  const body = { content: 'Trial', nonce, enforce_nonce: true, allowed_mentions: { parse: [] } };
  const messages = `/channels/${thread}/messages` as const;
  const post = async (): Promise<string> => {
    const send = () => client.rest.post(messages, { body });
    return (await client.ask('post a message', { schema: Message, send })).id;
  };
  const message = await step(deps, 'a message is posted', post);
  await step(deps, 'posted again with the same nonce it is the same message', async () =>
    same(await post(), message),
  );
  const emoji = '👀';
  await step(deps, 'a reaction is added', () =>
    client.ask('react', {
      schema: z.unknown(),
      send: (rest) => rest.put(`${messages}/${message}/reactions/${encodeURIComponent(emoji)}/@me`),
    }),
  );
  await step(deps, 'the message is edited', () =>
    client.ask('edit a message', {
      schema: Message,
      send: (rest) => rest.patch(`${messages}/${message}`, { body: { content: 'Trial, edited' } }),
    }),
  );
  await step(deps, 'the message is pinned', () =>
    client.ask('pin a message', {
      schema: z.unknown(),
      send: (rest) => rest.put(`/channels/${thread}/messages/pins/${message}`),
    }),
  );
  await step(deps, 'looked up it is there once, edited, with its reaction', async () => {
    const send = () => client.rest.get(messages);
    const all = await client.ask('read messages', { schema: z.array(Message), send });
    const trials = all.filter(({ content }) => content.startsWith('Trial'));
    same(trials.map(({ id, content }) => `${id} ${content}`).join(), `${message} Trial, edited`);
    same(
      trials[0]?.reactions?.some((one) => one.me && one.emoji.name === emoji),
      true,
    );
  });
}

async function step<T>(deps: SmokeDeps, name: string, work: () => Promise<T>): Promise<T> {
  deps.signal.throwIfAborted();
  try {
    const result = await work();
    deps.say(`  ✓ ${name}`);
    return result;
  } catch (error) {
    if (error instanceof DiscordError) throw error;
    throw new DiscordError(`${name}: ${messageOf(error)}`, {
      code: 'smoke',
      retry: 'never',
      forPeople: 'Discord does not do what the agency relies on. Please report it.',
      cause: error,
    });
  }
}

function same<T>(found: T, wanted: T): void {
  if (found !== wanted) throw new Error(`found ${String(found)}, not ${String(wanted)}`);
}

/** Children first. @returns the names of what could not be removed */
async function removeAll({ client, guildId, name, say }: SmokeDeps): Promise<string[]> {
  const list = () =>
    client.ask('list the channels', {
      schema: z.array(Channel),
      send: (rest) => rest.get(`/guilds/${guildId}/channels`),
    });
  const ours = async () => {
    const all = await list();
    const categories = all.filter((channel) => channel.name === name);
    const ids = new Set(categories.map(({ id }) => id));
    return [...all.filter(({ parent_id: parent }) => ids.has(parent ?? '')), ...categories];
  };
  try {
    for (const { id } of await ours()) {
      const send = () => client.rest.delete(`/channels/${id}`);
      await client
        .ask('remove a channel', { schema: z.unknown(), send })
        .catch((error: unknown) => say(`  ✗ ${messageOf(error)}`));
    }
    return (await ours()).map((channel) => `${channel.name ?? ''} (${channel.id})`);
  } catch (error) {
    say(`  ✗ ${messageOf(error)}`);
    return [`perhaps “${name}”`];
  }
}
