// Posts, edits and reactions over REST. Repeating any call is harmless: a create carries the nonce
// of its post and chunk, so Discord answers a repeat with the message it already made. Mentions
// come from the post alone, on edits too: an edit without `allowed_mentions` would read them from
// the text. Surprise: an edit can be refused as too old; the message is then posted anew and the
// old one goes.
import { MessageFlags, Routes } from 'discord.js';
import type { REST } from 'discord.js';
import { z } from 'zod';
import { agencyPlaces } from '../domain/place.ts';
import type { Post } from '../domain/post.ts';
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { asDiscord, codeOf, discordCode } from './errors.ts';
import { nonceOf } from './nonce.ts';
import { renderPost } from './render/render-post.ts';
import type { Rendered } from './render/rendered.ts';
import { uploadsOf } from './uploads.ts';
import { reach } from '../lib/points.ts';

export interface SenderDeps {
  rest: REST;
  loadFile: (sha256: string) => Promise<Uint8Array>;
  log: Log;
}

export interface Sender {
  send(post: Post, channelId: string): Promise<string[]>;
  edit(post: Post, channelId: string, messageIds: readonly string[]): Promise<string[]>;
  react(channelId: string, messageId: string, emoji: string): Promise<void>;
}

const Created = z.looseObject({ id: z.string() });

export function createSender(deps: SenderDeps): Sender {
  return {
    send: (post, channelId) => send(deps, post, channelId),
    edit: (post, channelId, messageIds) => edit(deps, { post, channelId, messageIds }),
    async react(channelId, messageId, emoji) {
      const route = Routes.channelMessageOwnReaction(
        channelId,
        messageId,
        encodeURIComponent(emoji),
      );
      await inChannel(deps, { doing: `react with ${emoji}`, channelId }, () =>
        deps.rest.put(route),
      );
      reach('reaction.answered');
    },
  };
}

async function send(deps: SenderDeps, post: Post, channelId: string): Promise<string[]> {
  const ids: string[] = [];
  for (const [chunk, message] of renderPost(post).entries()) {
    const id = await create(deps, { post, channelId, message, nonce: nonceOf(post.id, chunk) });
    if (id !== null) ids.push(id);
  }
  if (post.pin) await pin(deps, channelId, ids[0]);
  return ids;
}

interface Creation {
  post: Post;
  channelId: string;
  message: Rendered;
  nonce: string;
}

/** @returns null when the message was made before and someone has deleted it since */
async function create(deps: SenderDeps, creation: Creation): Promise<string | null> {
  const { post, channelId, message, nonce } = creation;
  const { files, attachments } = await uploadsOf(message, deps.loadFile);
  const body = {
    ...payloadOf(message, post),
    flags: flagsOf(message) | (isQuiet(post) ? MessageFlags.SuppressNotifications : 0),
    attachments,
    nonce,
    enforce_nonce: true,
  };
  try {
    const reply = await inChannel(deps, { doing: 'post a message', channelId }, () =>
      deps.rest.post(Routes.channelMessages(channelId), { body, files }),
    );
    reach('send.answered');
    return Created.parse(reply).id;
  } catch (error) {
    if (codeOf(error) === discordCode.unknownMessage) return null;
    throw error;
  }
}

interface Edit {
  post: Post;
  channelId: string;
  messageIds: readonly string[];
}

async function edit(deps: SenderDeps, { post, channelId, messageIds }: Edit): Promise<string[]> {
  const ids: string[] = [];
  for (const [at, message] of renderPost(post).entries()) {
    const old = messageIds[at];
    if (old !== undefined && (await amend(deps, { post, channelId, message, messageId: old }))) {
      ids.push(old);
      continue;
    }
    // The old ids are in the nonce, so repeating this very edit makes no second message.
    const nonce = nonceOf(post.id, `${at}.after.${old ?? messageIds.join('.')}`);
    const id = await create(deps, { post, channelId, message, nonce });
    if (id !== null) ids.push(id);
    if (post.pin && at === 0) await pin(deps, channelId, id ?? undefined);
  }
  for (const old of messageIds) if (!ids.includes(old)) await remove(deps, channelId, old);
  return ids;
}

interface Change {
  post: Post;
  channelId: string;
  message: Rendered;
  messageId: string;
}

/** @returns false when the message cannot be changed any more, or is gone */
async function amend(deps: SenderDeps, change: Change): Promise<boolean> {
  const { post, channelId, message, messageId } = change;
  const { files, attachments } = await uploadsOf(message, deps.loadFile);
  // An empty list of attachments takes earlier ones off.
  const body = { ...payloadOf(message, post), flags: flagsOf(message), attachments };
  try {
    await inChannel(deps, { doing: 'edit a message', channelId }, () =>
      deps.rest.patch(Routes.channelMessage(channelId, messageId), { body, files }),
    );
    reach('edit.answered');
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === discordCode.oldMessageEdited || code === discordCode.unknownMessage) return false;
    throw error;
  }
}

async function remove(deps: SenderDeps, channelId: string, messageId: string): Promise<void> {
  try {
    await inChannel(deps, { doing: 'delete a message', channelId }, () =>
      deps.rest.delete(Routes.channelMessage(channelId, messageId)),
    );
  } catch (error) {
    if (codeOf(error) !== discordCode.unknownMessage) throw error;
  }
}

/** A pin is a courtesy: what Discord will never allow is reported and does not fail the post. */
async function pin(
  deps: SenderDeps,
  channelId: string,
  messageId: string | undefined,
): Promise<void> {
  if (messageId === undefined) return;
  try {
    await inChannel(deps, { doing: 'pin a message', channelId }, () =>
      deps.rest.put(Routes.channelMessagesPin(channelId, messageId)),
    );
  } catch (error) {
    const code = codeOf(error);
    if (code !== discordCode.missingPermissions && code !== discordCode.tooManyPins) throw error;
    deps.log.warn({ channelId, messageId, reason: messageOf(error) }, 'a message is not pinned');
  }
}

/** One call about a channel; an archived thread is opened first when Discord asks for it. */
async function inChannel<T>(
  deps: SenderDeps,
  { doing, channelId }: { doing: string; channelId: string },
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await asDiscord(doing, { channelId }, call);
  } catch (error) {
    if (codeOf(error) !== discordCode.threadArchived) throw error;
  }
  await asDiscord('open an archived thread', { channelId }, () =>
    deps.rest.patch(Routes.channel(channelId), { body: { archived: false, locked: false } }),
  );
  return asDiscord(doing, { channelId }, call);
}

function payloadOf({ content, embeds, components }: Rendered, { notify }: Post) {
  const users = [...new Set(notify)].filter((id) => content.includes(`<@${id}>`));
  return { content, embeds, components, allowed_mentions: { parse: [], users } };
}

/** Link previews are taken off; beside cards that would take the cards off too. */
function flagsOf({ embeds }: Rendered): number {
  return embeds.length === 0 ? MessageFlags.SuppressEmbeds : 0;
}

/** Work among LLMs makes no sound; what is said to people, and what names one, does. */
function isQuiet({ place, notify }: Post): boolean {
  return notify.length === 0 && place !== agencyPlaces.director && place !== agencyPlaces.decisions;
}
