// Fits a sheet into messages that keep every limit of Discord, and loses no text: what is too long
// is split, and what would take too many messages is attached whole as `message.md` below its
// beginning. Each message starts with the speaker's prefix, because each can be seen alone.
import { prefixOf } from '../../domain/agent.ts';
import { discordLimits, renderLimits } from '../discord-limits.ts';
import { colourOf } from './palette.ts';
import type { Embed, EmbedField, Rendered } from './rendered.ts';
import type { Card, Fact, Sheet, Speaker } from './sheet.ts';
import { calm, splitText } from './split-text.ts';

export interface Layout {
  speaker: Speaker;
  /** Users whose mention stands in the first message. */
  notify: readonly string[];
  sheet: Sheet;
}

/** @returns the messages in order: at least one, and buttons only on the last that has cards */
export function layOut(layout: Layout): Rendered[] {
  const messages = layOutText(layout);
  const { sheet, speaker } = layout;
  if (messages.length > renderLimits.messagesPerPost) {
    const text = asMarkdown(layout);
    messages.splice(renderLimits.messagesPerPost - 1);
    messages.push({
      ...message(`${openingOf(speaker)} *The whole text is in the attached file.*`),
      texts: [{ name: 'message.md', text }],
    });
  }
  const last = messages.at(-1);
  if (last !== undefined) last.components = sheet.rows;
  attachFiles(messages, layout);
  return messages;
}

function layOutText({ speaker, notify, sheet }: Layout): Rendered[] {
  const mentions = [...new Set(notify)].map((id) => `<@${id}>`);
  const opening = [prefixOf(speaker), ...mentions, sheet.headline].join(' ');
  const contents = splitText(calm(opening), discordLimits.contentChars);
  const messages = contents.map((content) => message(content));
  const colour = colourOf(speaker);
  const author = { name: calm(`${speaker.name} · ${speaker.title}`) };
  const embeds = sheet.cards.flatMap((card) => embedsOf(card, card.colour ?? colour));
  for (const embed of embeds) {
    const current = messages.at(-1);
    if (current !== undefined && hasRoom(current.embeds, embed)) {
      current.embeds.push(current.embeds.length === 0 ? { author, ...embed } : embed);
    } else messages.push({ ...message(openingOf(speaker)), embeds: [{ author, ...embed }] });
  }
  return messages;
}

function openingOf(speaker: Speaker): string {
  return calm(prefixOf(speaker));
}

function message(content: string): Rendered {
  return { content, embeds: [], components: [], files: [], texts: [] };
}

function hasRoom(embeds: readonly Embed[], next: Embed): boolean {
  if (embeds.length >= discordLimits.embedsPerMessage) return false;
  // The author's line is added to a message's first embed after this, so its room is kept free.
  const chars = [...embeds, next].reduce((sum, embed) => sum + charsOf(embed), 0);
  return chars + renderLimits.embedTextRoomChars <= discordLimits.embedCharsSum;
}

/** What Discord counts against the sum of a message's embeds. */
export function charsOf(embed: Embed): number {
  const fields = (embed.fields ?? []).reduce(
    (sum, field) => sum + field.name.length + field.value.length,
    0,
  );
  return (
    (embed.title ?? '').length +
    (embed.description ?? '').length +
    (embed.author?.name ?? '').length +
    fields
  );
}

function embedsOf(card: Card, color: number): Embed[] {
  const title = calm(card.title.trim());
  const fitsTitle = title.length <= discordLimits.embedTitleChars;
  const isShort = (fact: Fact): boolean =>
    fact.name.length <= renderLimits.factNameChars &&
    fact.value.length <= renderLimits.factValueChars;
  const facts = card.facts.filter(({ name, value }) => name.trim() !== '' && value.trim() !== '');
  const inFields = facts.filter(isShort).slice(0, renderLimits.factsPerCard);
  const inText = facts.filter((fact) => !inFields.includes(fact));
  const text = [
    fitsTitle ? '' : `**${title}**`,
    calm(card.text.trim()),
    ...inText.map((fact) => calm(`**${fact.name}** ${fact.value}`)),
  ].filter((part) => part !== '');
  const pieces = splitText(text.join('\n\n'), renderLimits.cardTextChars);
  if (pieces.length === 0 && (title !== '' || inFields.length > 0)) pieces.push('');
  return pieces.map((description, at) => ({
    ...(at === 0 && fitsTitle && title !== '' ? { title } : {}),
    ...(description === '' ? {} : { description }),
    color,
    ...(at === pieces.length - 1 && inFields.length > 0 ? { fields: fieldsOf(inFields) } : {}),
  }));
}

function fieldsOf(facts: readonly Fact[]): EmbedField[] {
  return facts.map(({ name, value }) => ({
    name: calm(name.trim()),
    value: calm(value.trim()),
    inline: true,
  }));
}

function attachFiles(messages: Rendered[], { sheet, speaker }: Layout): void {
  for (const file of sheet.files) {
    const current = messages.at(-1);
    if (current !== undefined && hasFileRoom(current, file.bytes)) current.files.push(file);
    else messages.push({ ...message(openingOf(speaker)), files: [file] });
  }
}

function hasFileRoom({ files, texts }: Rendered, bytes: number): boolean {
  if (files.length + texts.length >= discordLimits.filesPerMessage) return false;
  // Half of what a request may weigh: an inline text and the payload need room too.
  const sum = files.reduce((all, file) => all + file.bytes, bytes);
  return sum <= discordLimits.requestBytes / 2;
}

function asMarkdown({ speaker, sheet }: Layout): string {
  const cards = sheet.cards.flatMap((card) => [
    card.title === '' ? '' : `## ${card.title}`,
    card.text,
    ...card.facts.map((fact) => `**${fact.name}:** ${fact.value}`),
  ]);
  const parts = [prefixOf(speaker), sheet.headline, ...cards];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
