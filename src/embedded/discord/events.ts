// The gateway events of this server, each with who may see it. Built where something was committed
// and sent before the HTTP reply, so that a client's cache is there when its request resolves.
// Surprise: a channel that becomes hidden arrives as a deletion, one that appears as a creation.
import { canView, findPlace } from './access.ts';
import type { Place } from './access.ts';
import { everyIntent, hasIntent, intent } from './dispatch.ts';
import type { Dispatch, Viewer } from './dispatch.ts';
import {
  channelPayload,
  memberPayload,
  threadMemberPayload,
  threadPayload,
} from './payloads/guild.ts';
import { emojiPayload, messageEvent } from './payloads/message.ts';
import type { Channel, Message, Reaction, Thread } from './records.ts';
import type { World } from './world.ts';

export function messageCreated(world: World, message: Message): void {
  emitMessage(world, 'MESSAGE_CREATE', message);
}

export function messageUpdated(world: World, message: Message): void {
  emitMessage(world, 'MESSAGE_UPDATE', message);
}

/** To the one person who sees an ephemeral message. */
export function ephemeralChanged(
  world: World,
  { name, message, userId }: { name: string; message: Message; userId: string },
): void {
  const viewer = { userId, isBot: false, intents: everyIntent };
  personally(world, { name, userId, payload: messageEvent(world, message, viewer) });
}

export function messagesDeleted(world: World, place: Place, ids: string[]): void {
  const where = { channel_id: place.id, guild_id: world.settings.guildId };
  const [only] = ids;
  if (only === undefined) return;
  const isBulk = ids.length > 1;
  emitAt(world, place, {
    name: isBulk ? 'MESSAGE_DELETE_BULK' : 'MESSAGE_DELETE',
    intents: intent.guildMessages,
    payload: isBulk ? { ids, ...where } : { id: only, ...where },
  });
}

export function reactionChanged(
  world: World,
  event: { name: string; message: Message; userId: string; emoji: Reaction },
): void {
  const { name, message, userId, emoji } = event;
  const member = world.tables.member.get(userId);
  const isAdded = name === 'MESSAGE_REACTION_ADD';
  emitIn(world, message.channelId, {
    name,
    intents: intent.guildMessageReactions,
    payload: {
      user_id: userId,
      channel_id: message.channelId,
      message_id: message.id,
      guild_id: world.settings.guildId,
      emoji: emojiPayload(emoji),
      burst: false,
      type: 0,
      ...(isAdded && member ? { member: memberPayload(world, member) } : {}),
      ...(isAdded ? { message_author_id: message.authorId } : {}),
    },
  });
}

export function reactionsCleared(world: World, message: Message, emoji?: Reaction): void {
  emitIn(world, message.channelId, {
    name: emoji ? 'MESSAGE_REACTION_REMOVE_EMOJI' : 'MESSAGE_REACTION_REMOVE_ALL',
    intents: intent.guildMessageReactions,
    payload: {
      channel_id: message.channelId,
      message_id: message.id,
      guild_id: world.settings.guildId,
      ...(emoji ? { emoji: emojiPayload(emoji) } : {}),
    },
  });
}

export function pinsChanged(world: World, channelId: string, lastPinnedAt: number | null): void {
  emitIn(world, channelId, {
    name: 'CHANNEL_PINS_UPDATE',
    intents: intent.guilds,
    payload: {
      guild_id: world.settings.guildId,
      channel_id: channelId,
      last_pin_timestamp: lastPinnedAt === null ? null : new Date(lastPinnedAt).toISOString(),
    },
  });
}

export function typingStarted(world: World, place: Place, userId: string): void {
  const member = world.tables.member.get(userId);
  emitAt(world, place, {
    name: 'TYPING_START',
    intents: intent.guildMessageTyping,
    payload: {
      channel_id: place.id,
      guild_id: world.settings.guildId,
      user_id: userId,
      timestamp: Math.floor(world.clock.now() / 1000),
      ...(member ? { member: memberPayload(world, member) } : {}),
    },
  });
}

export function channelCreated(world: World, channel: Channel): void {
  emitIn(world, channel.id, {
    name: 'CHANNEL_CREATE',
    intents: intent.guilds,
    payload: channelPayload(world, channel),
  });
}

/** @param before as it was: whoever sees it newly or no longer gets a creation or a deletion. */
export function channelUpdated(world: World, before: Channel, after: Channel): void {
  const payload = channelPayload(world, after);
  const sees = (viewer: Viewer, channel: Channel): boolean =>
    canView(world, viewer.userId, { id: channel.id, channel, thread: null });
  const sendTo = (name: string, saw: boolean, sawNow: boolean): void =>
    world.emit({
      name,
      intents: intent.guilds,
      payloadFor: (viewer) =>
        sees(viewer, before) === saw && sees(viewer, after) === sawNow ? payload : undefined,
    });
  sendTo('CHANNEL_UPDATE', true, true);
  sendTo('CHANNEL_CREATE', false, true);
  sendTo('CHANNEL_DELETE', true, false);
}

/** @param place taken before the records were dropped. */
export function channelDeleted(world: World, place: Place): void {
  emitAt(world, place, {
    name: 'CHANNEL_DELETE',
    intents: intent.guilds,
    payload: channelPayload(world, place.channel),
  });
}

export function threadCreated(world: World, thread: Thread): void {
  const place = findPlace(world, thread.id);
  if (!place) return;
  world.emit({
    name: 'THREAD_CREATE',
    intents: intent.guilds,
    payloadFor: (viewer) =>
      canView(world, viewer.userId, place)
        ? { ...threadPayload(world, thread, viewer.userId), newly_created: true }
        : undefined,
  });
}

export function threadUpdated(world: World, thread: Thread): void {
  emitIn(world, thread.id, {
    name: 'THREAD_UPDATE',
    intents: intent.guilds,
    payload: threadPayload(world, thread),
  });
}

export function threadDeleted(world: World, place: Place): void {
  emitAt(world, place, {
    name: 'THREAD_DELETE',
    intents: intent.guilds,
    payload: {
      id: place.id,
      guild_id: world.settings.guildId,
      parent_id: place.channel.id,
      type: place.thread?.type ?? 11,
    },
  });
}

export function threadMembersChanged(
  world: World,
  thread: Thread,
  change: { added: string[]; removed: string[] },
): void {
  const place = findPlace(world, thread.id);
  if (!place) return;
  const concerned = [...change.added, ...change.removed];
  world.emit({
    name: 'THREAD_MEMBERS_UPDATE',
    intents: 0,
    payloadFor: (viewer) => {
      const isConcerned = concerned.includes(viewer.userId);
      const mayKnow =
        hasIntent(viewer, intent.guildMembers) && canView(world, viewer.userId, place);
      if (!isConcerned && !mayKnow) return undefined;
      return {
        id: thread.id,
        guild_id: world.settings.guildId,
        member_count: thread.members.length,
        added_members: thread.members
          .filter(({ userId }) => change.added.includes(userId))
          .map((member) => threadMemberPayload(thread, member)),
        removed_member_ids: change.removed,
      };
    },
  });
}

/** An event for one person or bot alone, whatever the intents. */
export function personally(
  world: World,
  { name, userId, payload }: { name: string; userId: string; payload: object },
): void {
  world.emit({
    name,
    intents: 0,
    payloadFor: (viewer) => (viewer.userId === userId ? payload : undefined),
  });
}

function emitMessage(world: World, name: string, message: Message): void {
  const place = findPlace(world, message.channelId);
  if (!place) return;
  world.emit({
    name,
    intents: intent.guildMessages,
    payloadFor: (viewer) =>
      canView(world, viewer.userId, place) ? messageEvent(world, message, viewer) : undefined,
  });
}

interface PlainEvent extends Pick<Dispatch, 'name' | 'intents'> {
  payload: object;
}

function emitIn(world: World, channelId: string, event: PlainEvent): void {
  const place = findPlace(world, channelId);
  if (place) emitAt(world, place, event);
}

function emitAt(world: World, place: Place, { name, intents, payload }: PlainEvent): void {
  world.emit({
    name,
    intents,
    payloadFor: (viewer) => (canView(world, viewer.userId, place) ? payload : undefined),
  });
}
