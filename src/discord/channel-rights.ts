// What the bot may do in one channel, as the client knows it from the gateway.
import { PermissionFlagsBits } from 'discord.js';
import type { Client, GuildBasedChannel } from 'discord.js';
import { asDiscord } from './errors.ts';

/** Discord serves nothing, and says nothing, where this permission is missing. */
export async function mayReadHistory(client: Client<true>, channelId: string): Promise<boolean> {
  const channel = await asDiscord('look at a channel', { channelId }, () =>
    client.channels.fetch(channelId),
  );
  if (channel === null || channel.isDMBased()) return false;
  return channel.permissionsFor(client.user)?.has(PermissionFlagsBits.ReadMessageHistory) ?? false;
}

/** A category is not spoken in; there, seeing it is enough. */
export function maySpeak(channel: GuildBasedChannel): boolean {
  const rights = channel.permissionsFor(channel.client.user);
  const { ViewChannel, SendMessages, SendMessagesInThreads } = PermissionFlagsBits;
  if (rights?.has(ViewChannel) !== true) return false;
  if (channel.isThread()) return rights.has(SendMessagesInThreads);
  return !channel.isTextBased() || rights.has(SendMessages);
}
