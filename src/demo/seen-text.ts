// A Discord message as plain text, the way a transcript or a terminal shows it.
import type { SeenMessage } from '../embedded/discord/person.ts';

/** Everything a reader would see, in the order it is shown. */
export function textOf(message: SeenMessage): string {
  const embeds = message.embeds.flatMap((embed) => [
    embed.title ?? '',
    embed.description ?? '',
    ...(embed.fields ?? []).map((field) => `${field.name}: ${field.value}`),
    embed.footer?.text ?? '',
  ]);
  const files = message.attachments.map((file) => `[${file.filename}]`);
  const buttons = buttonsOf(message).map(({ label }) => `(${label})`);
  return [message.content, ...embeds, files.join(' '), buttons.join(' ')]
    .filter((part) => part !== '')
    .join('\n');
}

export interface SeenButton {
  customId: string;
  label: string;
}

export function buttonsOf(message: SeenMessage): SeenButton[] {
  return message.components
    .flatMap((row) => row.components ?? [])
    .flatMap(({ custom_id: customId, label }) =>
      typeof customId === 'string' ? [{ customId, label: label ?? '' }] : [],
    );
}

/** One line for the terminal: the first words that say something. */
export function headlineOf(message: SeenMessage, width: number): string {
  const line = textOf(message)
    .replaceAll(/<@!?\d+>/g, '')
    .replaceAll(/[*`#_]+/g, '')
    .split('\n')
    .map((part) => part.replace(/^\s*>\s?/, '').trim())
    .filter((part) => part !== '')
    .join(' · ');
  return line.length <= width ? line : `${line.slice(0, width - 1).trimEnd()}…`;
}
