// What the bot may do in one channel, as the client knows it from the gateway.
import { PermissionFlagsBits } from 'discord.js';
import type { Client } from 'discord.js';
import { asDiscord } from './errors.ts';

/** Discord serves nothing, and says nothing, where this permission is missing. */
export async function mayReadHistory(client: Client<true>, channelId: string): Promise<boolean> {
  const channel = await asDiscord('look at a channel', { channelId }, () =>
    client.channels.fetch(channelId),
  );
  if (channel === null || channel.isDMBased()) return false;
  return channel.permissionsFor(client.user)?.has(PermissionFlagsBits.ReadMessageHistory) ?? false;
}
