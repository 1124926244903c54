// Takes words out of Discord: our messages are changed, those of people are deleted where we may,
// and channels get names without them. Repeating any of it is harmless. What Discord refuses is no
// failure but an outcome: the proof says what remains, and why.
import { Routes } from 'discord.js';
import type { REST } from 'discord.js';
import type { PlaceOrder } from '../domain/place.ts';
import type { Post } from '../domain/post.ts';
import { erasedText } from '../domain/prose.ts';
import { DiscordError } from '../lib/errors.ts';
import { topicOf } from './channels.ts';
import { asDiscord, codeOf, discordCode } from './errors.ts';
import { renderPost } from './render/render-post.ts';
import type { Rendered } from './render/rendered.ts';
import { flagsOf, inOpenThread, payloadOf } from './sender.ts';
import { uploadsOf } from './uploads.ts';

export interface Erasion {
  channelId: string | null;
  messageId: string;
  outcome: 'changed' | 'deleted' | 'gone' | 'remains';
  /** Why it remains. */
  reason: string | null;
}

/** Where messages are, the likeliest channel first. */
export interface Whereabouts {
  channelIds: readonly string[];
  messageId: string;
}

export interface Eraser {
  /** Changes the messages of a post to what it says by now. */
  rewrite(
    post: Post,
    where: { channelIds: readonly string[]; messageIds: readonly string[] },
  ): Promise<Erasion[]>;
  /** Changes one of our messages whose post nobody knows any more. */
  blank(where: Whereabouts, speaker: string): Promise<Erasion>;
  remove(where: Whereabouts): Promise<Erasion>;
  rename(order: PlaceOrder, channelId: string): Promise<Erasion['outcome']>;
}

export interface EraserDeps {
  rest: REST;
  loadFile: (sha256: string) => Promise<Uint8Array>;
}

export function createEraser(deps: EraserDeps): Eraser {
  const { rest } = deps;
  const remove = (where: Whereabouts) =>
    tryEach(deps, where, {
      doing: 'delete a message',
      outcome: 'deleted',
      call: (channelId) => rest.delete(Routes.channelMessage(channelId, where.messageId)),
    });
  return {
    remove,
    blank: (where, speaker) => {
      const content = `${speaker} ${erasedText}`.trim();
      return amend(deps, where, { body: { ...blankBody, content } });
    },
    rewrite: async (post, { channelIds, messageIds }) => {
      const rendered = renderPost(post);
      const done: Erasion[] = [];
      for (const [chunk, messageId] of messageIds.entries()) {
        const message = rendered[chunk];
        const where = { channelIds, messageId };
        done.push(
          message === undefined
            ? await remove(where)
            : await change(deps, where, { post, message, remove }),
        );
      }
      return done;
    },
    rename: async (order, channelId) => {
      const topic = order.kind === 'channel' ? { topic: topicOf(order) } : {};
      try {
        await asDiscord('rename a channel', { channelId }, () =>
          rest.patch(Routes.channel(channelId), { body: { name: order.name, ...topic } }),
        );
        return 'changed';
      } catch (error) {
        const refused = refusalOf(error);
        if (refused === null) throw error;
        return refused.outcome;
      }
    },
  };
}

const blankBody = { embeds: [], components: [], attachments: [], allowed_mentions: { parse: [] } };

interface Change {
  post: Post;
  message: Rendered;
  remove: (where: Whereabouts) => Promise<Erasion>;
}

/** A message that is too old to be changed is deleted: it is ours. */
async function change(
  deps: EraserDeps,
  where: Whereabouts,
  { post, message, remove }: Change,
): Promise<Erasion> {
  const { files, attachments } = await uploadsOf(message, deps.loadFile);
  const body = { ...payloadOf(message, post), flags: flagsOf(message), attachments };
  try {
    return await amend(deps, where, { body, files });
  } catch (error) {
    if (codeOf(error) !== discordCode.oldMessageEdited) throw error;
    return remove(where);
  }
}

interface Amendment {
  body: object;
  files?: Awaited<ReturnType<typeof uploadsOf>>['files'];
}

function amend(
  deps: EraserDeps,
  where: Whereabouts,
  { body, files = [] }: Amendment,
): Promise<Erasion> {
  const { messageId } = where;
  return tryEach(deps, where, {
    doing: 'change a message',
    outcome: 'changed',
    call: (channelId) =>
      deps.rest.patch(Routes.channelMessage(channelId, messageId), { body, files }),
  });
}

interface Try {
  doing: string;
  outcome: 'changed' | 'deleted';
  call: (channelId: string) => Promise<unknown>;
}

/** In the first channel that has it; a thread's words may have gone to its channel. */
async function tryEach(
  { rest }: EraserDeps,
  { channelIds, messageId }: Whereabouts,
  { doing, outcome, call }: Try,
): Promise<Erasion> {
  let last: Erasion = {
    channelId: channelIds[0] ?? null,
    messageId,
    outcome: 'gone',
    reason: null,
  };
  for (const channelId of channelIds) {
    try {
      await inOpenThread({ rest }, channelId, () =>
        asDiscord(doing, { channelId, messageId }, () => call(channelId)),
      );
      return { channelId, messageId, outcome, reason: null };
    } catch (error) {
      const refused = refusalOf(error);
      if (refused === null) throw error;
      if (refused.outcome === 'remains') last = { channelId, messageId, ...refused };
    }
  }
  return last;
}

const goneCodes: readonly number[] = [discordCode.unknownChannel, discordCode.unknownMessage];
const forbiddenCodes: readonly number[] = [
  discordCode.missingAccess,
  discordCode.missingPermissions,
  discordCode.threadLocked,
  discordCode.notTheAuthor,
  discordCode.systemMessage,
];

/** @returns null when it may succeed another time, or is a fault of ours */
function refusalOf(error: unknown): { outcome: 'gone' | 'remains'; reason: string | null } | null {
  const code = codeOf(error);
  if (code !== null && goneCodes.includes(code)) return { outcome: 'gone', reason: null };
  const isForbidden = code !== null && forbiddenCodes.includes(code);
  if (!(error instanceof DiscordError)) return null;
  if (!isForbidden && error.code !== 'discord-thread-locked') return null;
  return { outcome: 'remains', reason: error.forPeople.slice(0, 300) };
}
