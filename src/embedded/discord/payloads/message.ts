// What Discord would send for a message: to whom matters, because `me` of a reaction is the
// reader's own and text needs the MESSAGE_CONTENT intent unless the bot wrote it or is mentioned.
import { hasIntent, intent } from '../dispatch.ts';
import type { Viewer } from '../dispatch.ts';
import type { Attachment, JsonObject, Message, Reaction } from '../records.ts';
import { instantOf } from '../snowflake.ts';
import { userOf } from '../world.ts';
import type { World } from '../world.ts';
import { memberFields, threadPayload, userPayload } from './guild.ts';

export const messageFlag = {
  hasThread: 1 << 5,
  ephemeral: 1 << 6,
  loading: 1 << 7,
  suppressEmbeds: 1 << 2,
  suppressNotifications: 1 << 12,
  componentsV2: 1 << 15,
} as const;

export const messageType = {
  default: 0,
  pinned: 6,
  threadCreated: 18,
  reply: 19,
  slashAnswer: 20,
  threadStarter: 21,
} as const;

/** As REST replies carry it. */
export function messagePayload(world: World, message: Message, viewerId: string) {
  return { ...messageBody(world, message, viewerId), ...referenceOf(world, message, viewerId) };
}

/** As the gateway carries it, with the guild and the author's membership. */
export function messageEvent(world: World, message: Message, viewer: Viewer) {
  const member = world.tables.member.get(message.authorId);
  const payload = {
    ...messagePayload(world, message, viewer.userId),
    guild_id: world.settings.guildId,
    ...(member ? { member: memberFields(member) } : {}),
  };
  if (mayReadText(message, viewer)) return payload;
  return { ...payload, content: '', embeds: [], attachments: [], components: [] };
}

export function attachmentPayload(world: World, channelId: string, attachment: Attachment) {
  const url = attachmentUrl(world, channelId, attachment);
  return {
    id: attachment.id,
    filename: attachment.filename,
    size: attachment.bytes,
    url,
    proxy_url: url,
    content_type: attachment.contentType,
    ...(attachment.description === null ? {} : { description: attachment.description }),
  };
}

export function emojiPayload(reaction: Pick<Reaction, 'emojiId' | 'emojiName'>) {
  return { id: reaction.emojiId, name: reaction.emojiName };
}

function messageBody(world: World, message: Message, viewerId: string) {
  const { answers } = message;
  const thread = world.tables.thread.get(message.id);
  const { botId } = world.settings;
  return {
    id: message.id,
    channel_id: message.channelId,
    author: userPayload(userOf(world, message.authorId)),
    content: message.content,
    timestamp: new Date(instantOf(message.id)).toISOString(),
    edited_timestamp: message.editedAt === null ? null : new Date(message.editedAt).toISOString(),
    tts: false,
    mention_everyone: message.mentionEveryone,
    mentions: message.mentions.map((id) => userPayload(userOf(world, id))),
    mention_roles: message.mentionRoles,
    attachments: message.attachments.map((attachment) =>
      attachmentPayload(world, message.channelId, attachment),
    ),
    embeds: message.embeds.map((embed) => embedPayload(world, message, embed)),
    components: message.components,
    pinned: message.pinnedAt !== null,
    type: message.type,
    flags: message.flags,
    ...(message.nonce === null ? {} : { nonce: message.nonce }),
    ...(message.reactions.length === 0
      ? {}
      : { reactions: message.reactions.map((reaction) => reactionPayload(reaction, viewerId)) }),
    ...(thread ? { thread: threadPayload(world, thread) } : {}),
    ...(message.authorId === botId && answers !== null
      ? {
          application_id: botId,
          webhook_id: botId,
          interaction_metadata: {
            id: answers.id,
            type: answers.type,
            user: userPayload(userOf(world, answers.userId)),
            authorizing_integration_owners: { 0: world.settings.guildId },
            ...(answers.name === null ? {} : { name: answers.name }),
          },
        }
      : {}),
  };
}

function referenceOf(world: World, message: Message, viewerId: string) {
  if (message.reference === null) return {};
  const { channelId, messageId } = message.reference;
  const message_reference = {
    type: 0,
    channel_id: channelId,
    guild_id: world.settings.guildId,
    ...(messageId === null ? {} : { message_id: messageId }),
  };
  const isQuoted = message.type === messageType.reply || message.type === messageType.threadStarter;
  if (!isQuoted) return { message_reference };
  const referenced = messageId === null ? undefined : world.tables.message.get(messageId);
  const referenced_message = referenced ? messageBody(world, referenced, viewerId) : null;
  return { message_reference, referenced_message };
}

function reactionPayload(reaction: Reaction, viewerId: string) {
  const count = reaction.userIds.length;
  return {
    emoji: emojiPayload(reaction),
    count,
    count_details: { normal: count, burst: 0 },
    burst_colors: [],
    me: reaction.userIds.includes(viewerId),
    me_burst: false,
  };
}

/** `attachment://name` becomes the link of the message's own file, as Discord answers it. */
function embedPayload(world: World, message: Message, embed: JsonObject): JsonObject {
  const resolved: JsonObject = { ...embed };
  for (const key of ['image', 'thumbnail']) {
    const media = resolved[key];
    if (typeof media !== 'object' || media === null || Array.isArray(media)) continue;
    const { url } = media;
    const named = typeof url === 'string' ? /^attachment:\/\/(.+)$/.exec(url)?.[1] : undefined;
    const file = message.attachments.find(({ filename }) => filename === named);
    if (file) resolved[key] = { ...media, url: attachmentUrl(world, message.channelId, file) };
  }
  return resolved;
}

function attachmentUrl(world: World, channelId: string, { id, filename }: Attachment): string {
  const path = `/attachments/${channelId}/${id}/${encodeURIComponent(filename)}`;
  return `${world.baseUrl}${world.links.sign(path)}`;
}

function mayReadText(message: Message, viewer: Viewer): boolean {
  return (
    hasIntent(viewer, intent.messageContent) ||
    message.authorId === viewer.userId ||
    message.mentions.includes(viewer.userId)
  );
}
