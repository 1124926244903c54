// What Discord delivers, in our words, and whether it concerns us at all. Pure. Only people speak
// to us: whatever a bot, a webhook or Discord itself posts causes nothing, or our own posts would
// wake us for ever.
import type { CommandLine } from '../domain/command-language.ts';
import type { HumanAttachment, HumanCommand, HumanMessage } from '../domain/human-input.ts';

/** The part of a message of discord.js that we read. */
export interface HeardMessage {
  id: string;
  channelId: string;
  guildId: string | null;
  webhookId: string | null;
  type: number;
  content: string;
  createdTimestamp: number;
  author: { id: string; bot: boolean; displayName: string };
  member: { displayName: string } | null;
  attachments: ReadonlyMap<string, HeardAttachment>;
  reference: { messageId?: string | undefined } | null;
}

export interface HeardAttachment {
  name: string;
  url: string;
  size: number;
  contentType: string | null;
}

/** `direct`: somebody writes to us alone, which we refuse. `nothing`: not for us. */
export type Heard =
  | { kind: 'message'; message: HumanMessage }
  | { kind: 'direct' }
  | { kind: 'nothing' };

/** A message someone wrote, and an answer to another; all other types are notes of Discord's. */
const spokenTypes = [0, 19];

export function hear(heard: HeardMessage, self: { guildId: string; botUserId: string }): Heard {
  const isSpoken = spokenTypes.includes(heard.type) && heard.webhookId === null;
  if (!isSpoken || heard.author.bot) return { kind: 'nothing' };
  if (heard.guildId === null) return { kind: 'direct' };
  if (heard.guildId !== self.guildId) return { kind: 'nothing' };
  const message: HumanMessage = {
    messageId: heard.id,
    channelId: heard.channelId,
    userId: heard.author.id,
    userName: heard.member?.displayName ?? heard.author.displayName,
    text: withoutOwnMention(heard.content, self.botUserId),
    attachments: [...heard.attachments.values()].map(attachmentOf),
    repliesTo: heard.reference?.messageId ?? null,
    at: heard.createdTimestamp,
  };
  const isEmpty = message.text === '' && message.attachments.length === 0;
  return isEmpty ? { kind: 'nothing' } : { kind: 'message', message };
}

/** Calling the bot by name adds nothing to what is said. */
export function withoutOwnMention(text: string, botUserId: string): string {
  return text.replaceAll(new RegExp(`<@!?${botUserId}>`, 'g'), '').trim();
}

function attachmentOf({ name, url, size, contentType }: HeardAttachment): HumanAttachment {
  return { name, url, bytes: size, contentType };
}

/** The part of an interaction of discord.js that we read. */
export interface HeardInteraction {
  id: string;
  channelId: string | null;
  guildId: string | null;
  user: { id: string; displayName: string };
}

/** @returns null when it comes from somewhere else than our guild */
export function commandOf(
  heard: HeardInteraction,
  line: CommandLine,
  guildId: string,
): HumanCommand | null {
  if (heard.guildId !== guildId || heard.channelId === null) return null;
  return {
    id: heard.id,
    channelId: heard.channelId,
    userId: heard.user.id,
    userName: heard.user.displayName,
    line,
  };
}
