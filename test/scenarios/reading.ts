// Discord as a person sees it, as plain text: channels in order, threads below their channel, every
// message with what is shown of it. Times, amounts of tokens and ids that differ from run to run
// are taken out, lines are wrapped, so that a whole story fits into a snapshot that people can
// read.
import { buttonsOf } from '../../src/demo/seen-text.ts';
import type { Person, SeenChannel, SeenMessage } from '../../src/embedded/discord/person.ts';

const category = 4;
const thread = 11;
/** Ordinary messages and replies; what Discord itself notes, such as a pin, is left out. */
const spoken = [0, 19];
const columns = 84;

export interface Reader {
  person: Person;
  guildId: string;
}

/**
 * @param names channels and threads to read, by name or by place such as `P1.S1`; all when empty
 * @param render what is shown of a message: all of it, or only its gist
 */
export async function readDiscord(
  { person, guildId }: Reader,
  names: string[],
  render: (message: SeenMessage) => string = messageText,
): Promise<string> {
  const channels = await person.channels(guildId);
  const shown = inOrder(channels).filter(
    (channel) => names.length === 0 || names.some((name) => isCalled(channel, name)),
  );
  const sections: string[] = [];
  for (const channel of shown) {
    const heading = headingOf(channel, channels);
    if (channel.type === category) {
      sections.push(heading);
      continue;
    }
    const messages = (await person.readAll(channel.id)).filter(({ type }) => spoken.includes(type));
    // The living status message has no fixed place among the others.
    const isStatus = ({ content }: SeenMessage) => /^\[Paul [^\]]*\] P\d+ · /.test(content);
    const sorted = [...messages.filter(isStatus), ...messages.filter((one) => !isStatus(one))];
    sections.push([heading, ...sorted.map((message) => render(message))].join('\n'));
  }
  return sections.join('\n\n');
}

/** By its name, or by the place that a channel's topic ends with. */
export function isCalled({ name, topic }: SeenChannel, wanted: string): boolean {
  return name === wanted || (topic ?? '').endsWith(`[ag:${wanted}]`);
}

function inOrder(channels: readonly SeenChannel[]): SeenChannel[] {
  const below = (id: string | null): SeenChannel[] =>
    channels
      .filter((channel) => (channel.parent_id ?? null) === id)
      .sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
      .flatMap((channel) => [channel, ...below(channel.id)]);
  return below(null);
}

/** Channels are made at the same time, so their place counts and not their age. */
function orderOf({ type, id, name, topic }: SeenChannel): string {
  if (type === category) return id;
  return /\[ag:([^\]]+)\]$/.exec(topic ?? '')?.[1] ?? name;
}

function headingOf(channel: SeenChannel, all: readonly SeenChannel[]): string {
  if (channel.type === category) return `== ${channel.name} ==`;
  const parent = all.find(({ id }) => id === channel.parent_id)?.name ?? '';
  return channel.type === thread ? `#${parent} › ${channel.name}` : `#${channel.name}`;
}

/** One message: who and what in the first line, the rest indented below it. */
export function messageText(message: SeenMessage): string {
  const { author, content, embeds, attachments, reactions } = message;
  const who = author.bot === true ? '' : `${author.global_name ?? author.username}: `;
  const seen = (reactions ?? []).map(({ emoji }) => ` ${emoji.name ?? ''}`).join('');
  const embedded = embeds.flatMap((embed) => [
    embed.title ?? '',
    ...(embed.description ?? '').split('\n'),
    (embed.fields ?? []).map(({ name, value }) => `${name}: ${value}`).join(' | '),
  ]);
  const files = attachments.map(({ filename }) => `[${filename}]`).join(' ');
  const buttons = buttonsOf(message)
    .map(({ label }) => `(${label})`)
    .join(' ');
  const pin = message.pinned ? '📌 ' : '';
  const [first = '', ...more] = content.split('\n');
  const lines = [`${pin}${who}${first}${seen}`, ...more, ...embedded, files, buttons];
  return lines
    .filter((line) => line.trim() !== '')
    .flatMap((line, at) => wrap(steady(line, message), at === 0 ? '- ' : '    '))
    .join('\n');
}

/** One message in a line or two: who, which commands, the titles of its cards. */
export function messageGist(message: SeenMessage): string {
  const { author, content, embeds, attachments, reactions } = message;
  const who = author.bot === true ? '' : `${author.global_name ?? author.username}: `;
  const titles = embeds.map(({ title, description }) => title ?? description?.split('\n')[0] ?? '');
  const files = attachments.map(({ filename }) => `[${filename}]`).join(' ');
  // Every output can be rated and asked about; in a gist that says nothing.
  const choices = buttonsOf(message).filter(({ label }) => !/^★|^Why/.test(label));
  const buttons = choices.map(({ label }) => `(${label})`);
  const seen = (reactions ?? []).map(({ emoji }) => emoji.name ?? '').join(' ');
  const pin = message.pinned ? '📌 ' : '';
  const parts = [`${pin}${who}${openingOf(content)}`, ...titles, files, buttons.join(' '), seen];
  const line = parts.filter((part) => part.trim() !== '').join(' | ');
  return wrap(steady(line, message), '- ').join('\n');
}

/** The first line; of an LLM's commands their names only. */
function openingOf(content: string): string {
  const [speaker = '', ...names] =
    content.match(/^\[[^\]]*\]|(?<=^\[[^\]]*\] `)\/[a-z-]+|^\/[a-z-]+/gm) ?? [];
  if (content.startsWith('[') && names.length > 0) return `${speaker} ${names.join(' ')}`;
  return content.split('\n')[0] ?? '';
}

/** Takes out what differs from run to run. */
function steady(line: string, message: SeenMessage): string {
  const named = message.mentions.reduce(
    (text, user) => text.replaceAll(`<@${user.id}>`, `@${user.global_name ?? user.username}`),
    line,
  );
  return withoutAmounts(named);
}

/** Times, tokens and sizes are a run's own. */
export function withoutAmounts(text: string): string {
  return text
    .replaceAll(/<t:\d+:R>/g, 'just now')
    .replaceAll(/Tokens: [\d,]+/g, 'Tokens: n')
    .replaceAll(/\b[\d,]+ tokens/g, 'n tokens')
    .replaceAll(/(Time|Took): [\d]+ (s|min)/g, '$1: n s')
    .replaceAll(/(P\d+\.zip\D*)[\d.]+ k?B/g, '$1n kB')
    .replaceAll(/\bP(\d+)\.turn\.\d+/g, 'P$1.turn.n')
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:port');
}

function wrap(line: string, indent: string): string[] {
  const lines: string[] = [];
  let rest = line.trimEnd();
  while (rest.length > columns) {
    const space = rest.lastIndexOf(' ', columns);
    const cut = space > columns / 2 ? space : columns;
    lines.push(rest.slice(0, cut));
    rest = rest.slice(cut).trimStart();
  }
  lines.push(rest);
  return lines.map((part, at) => `${at === 0 ? indent : '    '}${part}`);
}
