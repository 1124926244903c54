// Places become categories, channels and threads. Creating one is the only call of Discord that
// cannot be repeated, so each is looked for first: a channel by our mark in its topic, a category
// and a thread by name. Hence the REST client given here must not repeat requests by itself, and
// after a try without an answer nothing is made while that one may still arrive. One
// that was there and is gone is not made again: people have deleted it. They may make another one
// and mark it. Surprise: what we may not see is missing from every list, so missing is not gone.
import { ChannelType, Routes } from 'discord.js';
import type { REST } from 'discord.js';
import { z } from 'zod';
import type { PlaceOrder } from '../domain/place.ts';
import type { Clock } from '../lib/clock.ts';
import { DiscordError, NotYet } from '../lib/errors.ts';
import { discordLimits } from './discord-limits.ts';
import { asDiscord, codeOf, discordCode, isRefusal } from './errors.ts';
import { overwritesFor } from './permissions.ts';
import type { Overwrite } from './permissions.ts';

export interface PlaceContext {
  /** The category of a channel, the channel of a thread. */
  parentChannelId: string | null;
  directorIds: readonly string[];
  /** The channel or thread it had; another one is not made in its stead. */
  channelId?: string | null;
}

export interface ChannelDeps {
  /** With no retries of its own. */
  rest: REST;
  guildId: string;
  botUserId: string;
  clock: Clock;
  /** After this a try to make a channel or thread, whose answer never came, has arrived or not. */
  quietMs: number;
  /** A try ends after this, answered or not. */
  postMs: number;
}

/** Tries without an answer, by place: when each ended, monotonic ms. */
type Unanswered = Map<string, number>;

type Making = ChannelDeps & { unanswered: Unanswered };

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

export function createOpenPlace(given: ChannelDeps): OpenPlace {
  const deps = { ...given, unanswered: new Map<string, number>() };
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

async function openPlace(deps: Making, order: PlaceOrder, context: PlaceContext): Promise<string> {
  const knownId = context.channelId ?? null;
  if (order.kind === 'thread') {
    const parentId = parentOf(order, context);
    return knownId === null ? openThread(deps, order, parentId) : stillThere(deps, order, knownId);
  }
  const overwrites = overwritesFor({
    guildId: deps.guildId,
    botUserId: deps.botUserId,
    humanIds: [...context.directorIds, ...order.humans],
  });
  const parentId = order.kind === 'category' ? null : parentOf(order, context);
  const about = aboutOpening(order);
  const lookedAt = deps.clock.monotonic();
  const reply = await asDiscord(about.doing, about.ids, () =>
    deps.rest.get(Routes.guildChannels(deps.guildId)),
  );
  const listed = z.array(Channel).parse(reply);
  const found =
    knownId === null
      ? listed.find((channel) => isMarked(channel, order) && isInside(channel, parentId))
      : (listed.find(({ id }) => id === knownId) ?? successorIn(listed, order, knownId));
  if (found !== undefined) {
    await letIn(deps, found, overwrites);
    return found.id;
  }
  if (knownId !== null) return stillThere(deps, order, knownId);
  if (parentId !== null && !listed.some(({ id }) => id === parentId)) {
    await requireParent(deps, order, parentId);
  }
  const body = {
    name: order.name,
    type: order.kind === 'category' ? categoryType : textType,
    permission_overwrites: overwrites,
    ...(parentId === null ? {} : { parent_id: parentId, topic: topicOf(order) }),
  };
  return make(deps, order, { route: Routes.guildChannels(deps.guildId), body, lookedAt });
}

interface Missing {
  route: `/${string}`;
  body: object;
  /** When looking for it began, monotonic ms. */
  lookedAt: number;
}

/** Called when the place was looked for and is not there. */
async function make(deps: Making, order: PlaceOrder, { route, body, lookedAt }: Missing) {
  const { clock, quietMs, postMs, rest, unanswered } = deps;
  const { doing, ids } = aboutOpening(order);
  const waitMs = (unanswered.get(order.key) ?? -Infinity) + quietMs - lookedAt;
  if (waitMs > 0) throw new NotYet('an earlier try to make it may still arrive', waitMs);
  const signal = AbortSignal.timeout(postMs);
  try {
    const reply = await asDiscord(doing, ids, () => rest.post(route, { body, signal }));
    const made = Channel.parse(reply);
    unanswered.delete(order.key);
    return made.id;
  } catch (error) {
    if (!isRefusal(error)) unanswered.set(order.key, clock.monotonic());
    throw error;
  }
}

function aboutOpening(order: PlaceOrder) {
  const name = {
    category: order.name,
    channel: `#${order.name}`,
    thread: `the thread ${order.name}`,
  };
  return { doing: `open ${name[order.kind]}`, ids: { place: order.key } };
}

function parentOf(order: PlaceOrder, { parentChannelId }: PlaceContext): string {
  if (parentChannelId !== null) return parentChannelId;
  throw new DiscordError(`the place ${order.key} has no parent yet`, {
    code: 'discord-no-parent',
    retry: 'later',
    ids: { place: order.key },
  });
}

function isMarked(channel: Channel, order: PlaceOrder): boolean {
  if (order.kind === 'category') {
    return channel.type === categoryType && channel.name === order.name;
  }
  return channel.type === textType && (channel.topic ?? '').includes(markOf(order));
}

/** An earlier agency of this server may have used the same marks in categories of its own. */
function isInside(channel: Channel, parentId: string | null): boolean {
  return parentId === null || channel.parent_id === parentId;
}

/** Made by people after the one that is gone; where they put it is theirs to say. */
function successorIn(
  listed: readonly Channel[],
  order: PlaceOrder,
  goneId: string,
): Channel | undefined {
  return listed.find((one) => isMarked(one, order) && BigInt(one.id) > BigInt(goneId));
}

/** @throws DiscordError saying that it is gone, or that we may not see it */
async function stillThere(deps: ChannelDeps, order: PlaceOrder, knownId: string): Promise<string> {
  try {
    await lookAt(deps, order, knownId);
    return knownId;
  } catch (error) {
    if (codeOf(error) !== discordCode.unknownChannel) throw error;
    throw new DiscordError(`Discord: the channel of ${order.key} is gone`, {
      code: 'discord-place-gone',
      retry: 'never',
      forPeople: goneWords(order),
      ids: { place: order.key, channelId: knownId },
      cause: error,
    });
  }
}

function goneWords(order: PlaceOrder): string {
  const never = 'What people delete I do not make again by myself.';
  if (order.kind === 'thread') return `The thread “${order.name}” was deleted. ${never}`;
  if (order.kind === 'category') {
    return (
      `The category “${order.name}” was deleted. ${never} To have new channels in one, make a ` +
      `category with exactly this name: ${order.name}`
    );
  }
  return (
    `#${order.name} was deleted. ${never} To go on there, make a text channel, called as you ` +
    `like, and put this into its topic: ${markOf(order)}`
  );
}

async function requireParent(
  deps: ChannelDeps,
  order: PlaceOrder,
  parentId: string,
): Promise<void> {
  try {
    await lookAt(deps, order, parentId);
  } catch (error) {
    if (codeOf(error) !== discordCode.unknownChannel) throw error;
    throw new DiscordError(`Discord: what ${order.key} belongs in is gone`, {
      code: 'discord-parent-gone',
      retry: 'never',
      ids: { place: order.key, parentId },
      cause: error,
    });
  }
}

function lookAt(deps: ChannelDeps, order: PlaceOrder, channelId: string): Promise<unknown> {
  const { doing, ids } = aboutOpening(order);
  return asDiscord(doing, { ...ids, channelId }, () => deps.rest.get(Routes.channel(channelId)));
}

function markOf({ key }: PlaceOrder): string {
  return `[ag:${key}]`;
}

/** The place that a channel's topic names as ours; null when none. */
export function keyInTopic(topic: string): string | null {
  return /\[ag:([\w.-]+)\]/.exec(topic)?.[1] ?? null;
}

export function topicOf(order: PlaceOrder): string {
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
  const missing = overwrites.filter((overwrite) => !known.has(overwrite.id));
  // Ourselves first: in a channel that people made, shutting everyone out would shut us out, too.
  const isOwn = ({ id }: Overwrite): number => (id === deps.botUserId ? 0 : 1);
  for (const { id, ...body } of missing.sort((a, b) => isOwn(a) - isOwn(b))) {
    await asDiscord('let somebody into a channel', { channelId: channel.id, userId: id }, () =>
      deps.rest.put(Routes.channelPermission(channel.id, id), { body }),
    );
  }
}

async function openThread(deps: Making, order: PlaceOrder, parentId: string): Promise<string> {
  const isSame = (thread: Channel): boolean =>
    thread.name === order.name &&
    thread.parent_id === parentId &&
    thread.owner_id === deps.botUserId;
  const { doing, ids } = aboutOpening(order);
  const lookedAt = deps.clock.monotonic();
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
  return make(deps, order, { route: Routes.threads(parentId), body, lookedAt });
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
