// Reads all of the local Discord as the Director sees it, and hands over what is new. Polling is
// enough for a demo on the same machine, and needs nothing a person could not do.
import type { Person, SeenChannel, SeenMessage } from '../embedded/discord/person.ts';

export interface Seen {
  channel: SeenChannel;
  message: SeenMessage;
}

export interface Watch {
  /** Messages since the last call, oldest first. */
  news(): Promise<Seen[]>;
  channels(): readonly SeenChannel[];
}

const textChannel = 0;
const publicThread = 11;

/** @param fromNow leaves out what was said before the first call */
export async function watchDiscord(
  person: Person,
  guildId: string,
  fromNow: boolean,
): Promise<Watch> {
  const newest = new Map<string, string>();
  let channels: SeenChannel[] = [];
  async function news(): Promise<Seen[]> {
    channels = await person.channels(guildId);
    const readable = channels.filter(({ type }) => type === textChannel || type === publicThread);
    const seen: Seen[] = [];
    for (const channel of readable) {
      const after = newest.get(channel.id) ?? '0';
      const messages = await person.read(channel.id, { after, limit: 100 });
      for (const message of messages) seen.push({ channel, message });
      const last = messages.at(-1);
      if (last !== undefined) newest.set(channel.id, last.id);
    }
    return seen.sort((a, b) => (BigInt(a.message.id) < BigInt(b.message.id) ? -1 : 1));
  }
  if (fromNow) await news();
  return { news, channels: () => channels };
}
