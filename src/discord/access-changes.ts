// What the gateway tells of channels, threads, roles and ourselves, as far as it may open what was
// closed to us. A change after which we still may not speak somewhere is none.
import { ChannelType, Events } from 'discord.js';
import type { Client } from 'discord.js';
import type { AccessChange } from '../domain/access-change.ts';
import { maySpeak } from './channel-rights.ts';
import { keyInTopic } from './channels.ts';

export function listenForAccess(client: Client, onChange: (change: AccessChange) => void): void {
  const onChannel = (channel: Parameters<typeof maySpeak>[0]): void => {
    if (!maySpeak(channel)) return;
    if (channel.type === ChannelType.GuildCategory) {
      return onChange({ about: 'category', name: channel.name });
    }
    const topic = 'topic' in channel ? channel.topic : null;
    onChange({ about: 'place', channelId: channel.id, key: keyInTopic(topic ?? '') });
  };
  client.on(Events.ChannelCreate, onChannel);
  client.on(Events.ChannelUpdate, (_before, channel) => {
    if (!channel.isDMBased()) onChannel(channel);
  });
  client.on(Events.ThreadUpdate, (_before, thread) => {
    if (thread.locked !== true) onChannel(thread);
  });
  client.on(Events.ChannelDelete, () => onChange({ about: 'room' }));
  client.on(Events.ThreadDelete, () => onChange({ about: 'room' }));
  // A new session brings no word of what changed before it.
  client.on(Events.ShardReady, () => onChange({ about: 'everything' }));
  client.on(Events.GuildRoleUpdate, () => onChange({ about: 'everything' }));
  client.on(Events.GuildMemberUpdate, (_before, member) => {
    if (member.id === client.user?.id) onChange({ about: 'everything' });
  });
}
