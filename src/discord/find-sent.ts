// Looks in Discord's history for a message whose answer never came. Read from well before its first
// try to the present, page by page: what is not there then was not made. Surprise: without the
// permission for it Discord serves an empty history instead of a refusal, so finding nothing counts
// only when we may read.
import { Routes } from 'discord.js';
import type { REST } from 'discord.js';
import { z } from 'zod';
import { DiscordError } from '../lib/errors.ts';
import { discordLimits } from './discord-limits.ts';
import { asDiscord } from './errors.ts';
import type { Recognise } from './fingerprint.ts';

export interface HistoryDeps {
  /** Reading may be repeated, so one that does. */
  rest: REST;
  botUserId: string;
  mayReadHistory: (channelId: string) => Promise<boolean>;
}

export interface Search {
  channelId: string;
  /** Epoch ms. */
  since: number;
  isIt: Recognise;
  /** Those of some messages that are known to say something else. */
  othersOf: (messageIds: readonly string[]) => Promise<Set<string>>;
}

const SeenMessage = z.looseObject({
  id: z.string(),
  content: z.string(),
  author: z.looseObject({ id: z.string() }),
  webhook_id: z.string().nullish(),
  embeds: z
    .array(
      z.looseObject({
        type: z.string().nullish(),
        title: z.string().nullish(),
        description: z.string().nullish(),
        author: z.looseObject({ name: z.string().nullish() }).nullish(),
        footer: z.looseObject({ text: z.string().nullish() }).nullish(),
        fields: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
      }),
    )
    .nullish(),
  attachments: z.array(z.looseObject({ filename: z.string(), size: z.int() })).nullish(),
});
type SeenMessage = z.infer<typeof SeenMessage>;

/**
 * @returns the message's id; null when it was not made
 * @throws DiscordError when Discord does not serve the channel's history
 */
export async function findSent(deps: HistoryDeps, search: Search): Promise<string | null> {
  const { channelId, since, isIt, othersOf } = search;
  let after = snowflakeAt(since);
  for (;;) {
    const page = await readPage(deps, channelId, after);
    const alike = page.filter((seen) => isOwn(deps, seen) && isIt(saidBy(seen)));
    const others = await othersOf(alike.map(({ id }) => id));
    const found = alike.find(({ id }) => !others.has(id));
    if (found !== undefined) return found.id;
    after = page.at(-1)?.id ?? after;
    if (page.length < discordLimits.messagesPerPage) break;
  }
  if (!(await deps.mayReadHistory(channelId))) throw hidden(channelId);
  return null;
}

async function readPage(
  { rest }: HistoryDeps,
  channelId: string,
  after: string,
): Promise<SeenMessage[]> {
  const query = new URLSearchParams({ after, limit: String(discordLimits.messagesPerPage) });
  const reply = await asDiscord('read back what I said', { channelId }, () =>
    rest.get(Routes.channelMessages(channelId), { query }),
  );
  // Discord answers newest first, whatever was asked for.
  return z
    .array(SeenMessage)
    .parse(reply)
    .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
}

/** Answers to interactions have the bot as their author, too, but come from elsewhere. */
function isOwn({ botUserId }: HistoryDeps, { author, webhook_id: webhookId }: SeenMessage) {
  return author.id === botUserId && (webhookId ?? null) === null;
}

function saidBy({ content, embeds, attachments }: SeenMessage) {
  return {
    content,
    // Previews of links come with the others, and are not ours.
    embeds: (embeds ?? []).filter(({ type }) => (type ?? 'rich') === 'rich'),
    attachments: attachments ?? [],
  };
}

function hidden(channelId: string): DiscordError {
  return new DiscordError('Discord does not show the history of a channel', {
    code: 'discord-history-hidden',
    retry: 'never',
    forPeople:
      'A message may or may not have been said, and I may not read the channel to find out. Give ' +
      'my role "Read Message History" there.',
    ids: { channelId },
  });
}

/** Discord's epoch: 2015-01-01. */
const epochMs = 1_420_070_400_000;

function snowflakeAt(ms: number): string {
  return (BigInt(Math.max(0, Math.floor(ms) - epochMs)) << 22n).toString();
}
