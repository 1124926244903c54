// The whole Discord as one Markdown file: every channel and thread in order, speaker and time.
import type { Person, SeenChannel, SeenMessage } from '../embedded/discord/person.ts';
import { textOf } from './seen-text.ts';

const category = 4;

export async function discordTranscript(person: Person, guildId: string): Promise<string> {
  const channels = await person.channels(guildId);
  const sections: string[] = [];
  for (const channel of inOrder(channels)) {
    if (channel.type === category) {
      sections.push(`\n# ${channel.name ?? ''}`);
      continue;
    }
    const messages = (await person.readAll(channel.id)).filter((message) => textOf(message) !== '');
    const parent = channels.find((one) => one.id === channel.parent_id);
    const isThread = parent !== undefined && parent.type !== category;
    const heading = isThread
      ? `### ${parent.name ?? ''} › ${channel.name ?? ''}`
      : `## #${channel.name ?? ''}`;
    sections.push([`\n${heading}`, ...messages.map(entry)].join('\n\n'));
  }
  return `${sections.join('\n').trim()}\n`;
}

/** Categories, their channels, and each channel's threads below it. */
function inOrder(channels: readonly SeenChannel[]): SeenChannel[] {
  const below = (id: string | null): SeenChannel[] =>
    channels
      .filter((channel) => (channel.parent_id ?? null) === id)
      .flatMap((channel) => [channel, ...below(channel.id)]);
  return below(null);
}

function entry(message: SeenMessage): string {
  const name = message.author.global_name ?? message.author.username;
  const who = message.embeds[0]?.author?.name ?? name;
  return `**${who}** · ${message.timestamp.slice(11, 19)}\n\n${textOf(message)}`;
}
