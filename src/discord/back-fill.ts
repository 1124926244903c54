// Reads what was written while nobody listened. The gateway replays only minutes; Discord's history
// holds everything, so a channel is read from the last message that was accepted.
import { Routes } from 'discord.js';
import type { REST } from 'discord.js';
import { z } from 'zod';
import type { HistoryPage } from '../domain/human-input.ts';
import type { Log } from '../lib/log.ts';
import { discordLimits } from './discord-limits.ts';
import { asDiscord } from './errors.ts';
import { hear } from './inbound.ts';
import type { HeardMessage } from './inbound.ts';

const RawMessage = z.looseObject({
  id: z.string(),
  type: z.int(),
  content: z.string(),
  timestamp: z.string(),
  webhook_id: z.string().nullish(),
  author: z.looseObject({
    id: z.string(),
    username: z.string(),
    global_name: z.string().nullish(),
    bot: z.boolean().nullish(),
  }),
  attachments: z
    .array(
      z.looseObject({
        id: z.string(),
        filename: z.string(),
        url: z.string(),
        size: z.int(),
        content_type: z.string().nullish(),
      }),
    )
    .nullish(),
  message_reference: z.looseObject({ message_id: z.string().nullish() }).nullish(),
});
type RawMessage = z.infer<typeof RawMessage>;

export interface BackFillDeps {
  rest: REST;
  guildId: string;
  botUserId: string;
  log: Log;
}

const Identified = z.looseObject({ id: z.string() });

/**
 * What came in a channel after a message.
 * @param afterId a message's id, or any snowflake of that time
 * @throws DiscordError
 */
export async function pageAfter(
  deps: BackFillDeps,
  channelId: string,
  afterId: string,
): Promise<HistoryPage> {
  const query = new URLSearchParams({
    after: afterId,
    limit: String(discordLimits.messagesPerPage),
  });
  const reply = await asDiscord('read what was written meanwhile', { channelId }, () =>
    deps.rest.get(Routes.channelMessages(channelId), { query }),
  );
  const page = z.array(Identified).parse(reply).sort(byId);
  const messages = page.flatMap((raw) => {
    const read = RawMessage.safeParse(raw);
    if (!read.success) {
      // Of a kind that we do not know, so nobody spoke to us in it; it must not hide the others.
      deps.log.warn({ messageId: raw.id, reason: read.error.message }, 'a message is unreadable');
      return [];
    }
    const heard = hear(heardOf(read.data, channelId, deps.guildId), deps);
    return heard.kind === 'message' ? [heard.message] : [];
  });
  const isLast = page.length < discordLimits.messagesPerPage;
  return { messages, lastId: page.at(-1)?.id ?? null, isLast };
}

function byId(a: { id: string }, b: { id: string }): number {
  return BigInt(a.id) < BigInt(b.id) ? -1 : 1;
}

function heardOf(raw: RawMessage, channelId: string, guildId: string): HeardMessage {
  const { author, message_reference: reference } = raw;
  return {
    id: raw.id,
    channelId,
    guildId,
    webhookId: raw.webhook_id ?? null,
    type: raw.type,
    content: raw.content,
    createdTimestamp: Date.parse(raw.timestamp),
    author: {
      id: author.id,
      bot: author.bot ?? false,
      displayName: author.global_name ?? author.username,
    },
    member: null,
    attachments: new Map(
      (raw.attachments ?? []).map(({ id, filename, url, size, content_type: type }) => [
        id,
        { name: filename, url, size, contentType: type ?? null },
      ]),
    ),
    reference: reference?.message_id ? { messageId: reference.message_id } : null,
  };
}
