// Places become categories, channels and threads. Creating one is the only call of Discord that
// cannot be repeated, so each is looked for first: a channel by our mark in its topic, a category
// and a thread by name. Hence the REST client given here must not repeat requests by itself.
import { ChannelType, Routes } from 'discord.js';
import type { REST } from 'discord.js';
import { z } from 'zod';
import type { PlaceOrder } from '../domain/place.ts';
import { DiscordError } from '../lib/errors.ts';
import { discordLimits } from './discord-limits.ts';
import { asDiscord } from './errors.ts';
import { overwritesFor } from './permissions.ts';
import type { Overwrite } from './permissions.ts';

export interface PlaceContext {
  /** The category of a channel, the channel of a thread. */
  parentChannelId: string | null;
  directorIds: readonly string[];
}

export interface ChannelDeps {
  /** With no retries of its own. */
  rest: REST;
  guildId: string;
  botUserId: string;
}

export type OpenPlace = (order: PlaceOrder, context: PlaceContext) => Promise<string>;

const Channel = z.looseObject({
  id: z.string(),
  type: z.int(),
  name: z.string().nullish(),
  topic: z.string().nullish(),
  parent_id: z.string().nullish(),
  owner_id: z.string().nullish(),
  permission_overwrites: z.array(z.looseObject({ id: z.string() })).nullish(),
  thread_metadata: z.looseObject({ archive_timestamp: z.string() }).nullish(),
});
type Channel = z.infer<typeof Channel>;

const Threads = z.looseObject({ threads: z.array(Channel), has_more: z.boolean().nullish() });

const weekMinutes = 10_080;
/** As numbers, because a reply may hold kinds that this library does not know. */
const categoryType: number = ChannelType.GuildCategory;
const textType: number = ChannelType.GuildText;

export function createOpenPlace(deps: ChannelDeps): OpenPlace {
  // Two orders for one place at the same time must not both find nothing.
  const opening = new Map<string, Promise<string>>();
  return async (order, context) => {
    const before = opening.get(order.key);
    const opened = (async () => {
      if (before !== undefined) await Promise.allSettled([before]);
      return openPlace(deps, order, context);
    })();
    opening.set(order.key, opened);
    try {
      return await opened;
    } finally {
      if (opening.get(order.key) === opened) opening.delete(order.key);
    }
  };
}

async function openPlace(
  deps: ChannelDeps,
  order: PlaceOrder,
  context: PlaceContext,
): Promise<string> {
  if (order.kind === 'thread') return openThread(deps, order, parentOf(order, context));
  const overwrites = overwritesFor({
    guildId: deps.guildId,
    botUserId: deps.botUserId,
    humanIds: [...context.directorIds, ...order.humans],
  });
  const isCategory = order.kind === 'category';
  const parentId = isCategory ? null : parentOf(order, context);
  const doing = `open ${isCategory ? order.name : `#${order.name}`}`;
  const ids = { place: order.key };
  const listed = await asDiscord(doing, ids, () =>
    deps.rest.get(Routes.guildChannels(deps.guildId)),
  );
  const found = z
    .array(Channel)
    .parse(listed)
    .find((channel) => (isCategory ? isSameCategory : isSameChannel)(channel, order, parentId));
  if (found !== undefined) {
    await letIn(deps, found, overwrites);
    return found.id;
  }
  const body = {
    name: order.name,
    type: isCategory ? categoryType : textType,
    permission_overwrites: overwrites,
    ...(parentId === null ? {} : { parent_id: parentId, topic: topicOf(order) }),
  };
  const made = await asDiscord(doing, ids, () =>
    deps.rest.post(Routes.guildChannels(deps.guildId), { body }),
  );
  return Channel.parse(made).id;
}

function parentOf(order: PlaceOrder, { parentChannelId }: PlaceContext): string {
  if (parentChannelId !== null) return parentChannelId;
  throw new DiscordError(`the place ${order.key} has no parent yet`, {
    code: 'discord-no-parent',
    retry: 'later',
    ids: { place: order.key },
  });
}

function isSameCategory(channel: Channel, order: PlaceOrder): boolean {
  return channel.type === categoryType && channel.name === order.name;
}

function isSameChannel(channel: Channel, order: PlaceOrder, parentId: string | null): boolean {
  if (channel.type !== textType || channel.parent_id !== parentId) return false;
  return (channel.topic ?? '').includes(markOf(order));
}

function markOf(order: PlaceOrder): string {
  return `[ag:${order.key}]`;
}

function topicOf(order: PlaceOrder): string {
  const mark = markOf(order);
  const topic = (order.topic ?? '').slice(0, discordLimits.topicChars - mark.length - 1);
  return `${topic} ${mark}`.trim();
}

/** People who were added since the channel was made; opening a place again shuts nobody out. */
async function letIn(
  deps: ChannelDeps,
  channel: Channel,
  overwrites: readonly Overwrite[],
): Promise<void> {
  const known = new Set((channel.permission_overwrites ?? []).map(({ id }) => id));
  for (const { id, ...body } of overwrites.filter((overwrite) => !known.has(overwrite.id))) {
    await asDiscord('let somebody into a channel', { channelId: channel.id, userId: id }, () =>
      deps.rest.put(Routes.channelPermission(channel.id, id), { body }),
    );
  }
}

async function openThread(deps: ChannelDeps, order: PlaceOrder, parentId: string): Promise<string> {
  const isSame = (thread: Channel): boolean =>
    thread.name === order.name &&
    thread.parent_id === parentId &&
    thread.owner_id === deps.botUserId;
  const doing = `open the thread ${order.name}`;
  const ids = { place: order.key };
  const active = await asDiscord(doing, ids, () =>
    deps.rest.get(Routes.guildActiveThreads(deps.guildId)),
  );
  const found =
    Threads.parse(active).threads.find(isSame) ??
    (await asDiscord(doing, ids, () => findArchived(deps, parentId, isSame)));
  if (found !== undefined) return found.id;
  const body = {
    name: order.name,
    type: ChannelType.PublicThread,
    auto_archive_duration: weekMinutes,
  };
  const made = await asDiscord(doing, ids, () =>
    deps.rest.post(Routes.threads(parentId), { body }),
  );
  return Channel.parse(made).id;
}

async function findArchived(
  deps: ChannelDeps,
  parentId: string,
  isSame: (thread: Channel) => boolean,
): Promise<Channel | undefined> {
  let before: string | undefined;
  for (;;) {
    const query = new URLSearchParams({
      limit: '100',
      ...(before === undefined ? {} : { before }),
    });
    const page = Threads.parse(
      await deps.rest.get(Routes.channelThreads(parentId, 'public'), { query }),
    );
    const found = page.threads.find(isSame);
    if (found !== undefined || page.has_more !== true) return found;
    const oldest = page.threads.at(-1)?.thread_metadata?.archive_timestamp;
    if (oldest === undefined || oldest === before) return undefined;
    before = oldest;
  }
}
