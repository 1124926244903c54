// Posts, edits and reactions over REST. Repeating any call is harmless: a new message is made by
// send-once.ts, everything else is idempotent. Mentions come from the post alone, on edits too: an
// edit without `allowed_mentions` would read them from the text. Surprise: an edit can be refused
// as too old; the message is then posted anew and the old one goes.
import { MessageFlags, Routes } from 'discord.js';
import type { REST } from 'discord.js';
import { z } from 'zod';
import { agencyPlaces } from '../domain/place.ts';
import type { Post } from '../domain/post.ts';
import { DiscordError, NotYet, messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { Sends } from '../domain/sends.ts';
import { reach } from '../lib/points.ts';
import { asDiscord, codeOf, discordCode } from './errors.ts';
import { recogniser } from './fingerprint.ts';
import type { Recognise } from './fingerprint.ts';
import { nonceOf } from './nonce.ts';
import { renderPost } from './render/render-post.ts';
import type { Rendered } from './render/rendered.ts';
import { findTried, sendOnce } from './send-once.ts';
import type { SendOnceDeps } from './send-once.ts';
import { uploadsOf } from './uploads.ts';

export interface SenderDeps extends SendOnceDeps {
  rest: REST;
  loadFile: (sha256: string) => Promise<Uint8Array>;
  log: Log;
}

/** Where a post goes, and what is remembered of its messages. */
export interface Way {
  channelId: string;
  sends: Sends;
  /** What an earlier try may have said under the same id. */
  earlier?: Post | undefined;
}

export interface Sender {
  send(post: Post, way: Way): Promise<string[]>;
  /** Says nothing. @returns the messages that earlier tries to say it have made */
  find(post: Post, way: Way): Promise<string[]>;
  edit(post: Post, way: Way & { messageIds: readonly string[] }): Promise<string[]>;
  react(channelId: string, messageId: string, emoji: string): Promise<void>;
}

export function createSender(deps: SenderDeps): Sender {
  return {
    send: (post, way) => send(deps, post, way),
    find: (post, way) => find(deps, post, way),
    edit: (post, { messageIds, ...way }) => edit(deps, { post, way, messageIds }),
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

async function send(deps: SenderDeps, post: Post, way: Way): Promise<string[]> {
  const ids: string[] = [];
  for (const [chunk, message] of renderPost(post).entries()) {
    const nonce = nonceOf(post.id, chunk);
    const id = await create(deps, { post, way, message, chunk, nonce });
    if (id !== null) ids.push(id);
  }
  if (post.pin) await pin(deps, way.channelId, ids[0]);
  return ids;
}

async function find(deps: SenderDeps, post: Post, way: Way): Promise<string[]> {
  const { channelId, sends } = way;
  const ids: string[] = [];
  for (const [chunk, message] of renderPost(post).entries()) {
    const nonce = nonceOf(post.id, chunk);
    const isIt = recogniserOf({ post, way, message, chunk });
    const id = await findTried(deps, sends, { nonce, channelId, isIt });
    if (id !== null) ids.push(id);
  }
  return ids;
}

interface Creation {
  post: Post;
  way: Way;
  message: Rendered;
  chunk: number;
  nonce: string;
}

/** @returns null when the message was made before and someone has deleted it since */
async function create(deps: SenderDeps, creation: Creation): Promise<string | null> {
  const { post, way, message, nonce } = creation;
  const { channelId, sends } = way;
  const { files, attachments } = await uploadsOf(message, deps.loadFile);
  const body = {
    ...payloadOf(message, post),
    flags: flagsOf(message) | (isQuiet(post) ? MessageFlags.SuppressNotifications : 0),
    attachments,
  };
  const isIt = recogniserOf(creation);
  const outgoing = { nonce, channelId, body, files, isIt };
  return inOpenThread(deps, channelId, () => sendOnce(deps, sends, outgoing));
}

/** What it says now, or said in an earlier try. */
function recogniserOf({ post, way, message, chunk }: Omit<Creation, 'nonce'>): Recognise {
  const { earlier } = way;
  const isThis = recogniser(post, message);
  const former = earlier === undefined ? undefined : renderPost(earlier)[chunk];
  if (earlier === undefined || former === undefined) return isThis;
  const isFormer = recogniser(earlier, former);
  return (said) => isThis(said) || isFormer(said);
}

interface Edit {
  post: Post;
  way: Way;
  messageIds: readonly string[];
}

async function edit(deps: SenderDeps, { post, way, messageIds }: Edit): Promise<string[]> {
  const { channelId } = way;
  const ids: string[] = [];
  for (const [chunk, message] of renderPost(post).entries()) {
    const old = messageIds[chunk];
    if (old !== undefined && (await amend(deps, { post, way, message, messageId: old }))) {
      ids.push(old);
      continue;
    }
    // The old ids are in the nonce, so repeating this very edit makes no second message.
    const nonce = nonceOf(post.id, `${chunk}.after.${old ?? messageIds.join('.')}`);
    const id = await create(deps, { post, way, message, chunk, nonce });
    if (id !== null) ids.push(id);
    if (post.pin && chunk === 0) await pin(deps, channelId, id ?? undefined);
  }
  for (const old of messageIds) if (!ids.includes(old)) await remove(deps, way, old);
  return ids;
}

/**
 * A change has no nonce, but must neither undo a later one nor follow a pause: this is asked right
 * before each try, and nothing tries by itself again.
 */
async function whileOurs(
  deps: SenderDeps,
  { channelId, sends }: Way,
  { doing, call }: { doing: string; call: (signal: AbortSignal) => Promise<unknown> },
): Promise<void> {
  await inOpenThread(deps, channelId, async () => {
    if (!(await sends.isOurs())) throw new NotYet('somebody else has this edit by now', 0);
    const signal = AbortSignal.timeout(deps.durations.postMs);
    await asDiscord(doing, { channelId }, () => call(signal));
  });
}

interface Change {
  post: Post;
  way: Way;
  message: Rendered;
  messageId: string;
}

/** @returns false when the message cannot be changed any more, or is gone */
async function amend(deps: SenderDeps, change: Change): Promise<boolean> {
  const { post, way, message, messageId } = change;
  const route = Routes.channelMessage(way.channelId, messageId);
  const { files, attachments } = await uploadsOf(message, deps.loadFile);
  // An empty list of attachments takes earlier ones off.
  const body = { ...payloadOf(message, post), flags: flagsOf(message), attachments };
  try {
    await whileOurs(deps, way, {
      doing: 'edit a message',
      call: (signal) => deps.restOnce.patch(route, { body, files, signal }),
    });
    reach('edit.answered');
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === discordCode.oldMessageEdited || code === discordCode.unknownMessage) return false;
    throw error;
  }
}

async function remove(deps: SenderDeps, way: Way, messageId: string): Promise<void> {
  const route = Routes.channelMessage(way.channelId, messageId);
  try {
    await whileOurs(deps, way, {
      doing: 'delete a message',
      call: (signal) => deps.restOnce.delete(route, { signal }),
    });
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
function inChannel<T>(
  deps: SenderDeps,
  { doing, channelId }: { doing: string; channelId: string },
  call: () => Promise<T>,
): Promise<T> {
  return inOpenThread(deps, channelId, () => asDiscord(doing, { channelId }, call));
}

/** A thread goes to sleep by itself and is woken; one that people have locked stays so. */
export async function inOpenThread<T>(
  { rest }: Pick<SenderDeps, 'rest'>,
  channelId: string,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const code = codeOf(error);
    if (code === discordCode.threadLocked) throw locked(channelId, error);
    if (code !== discordCode.threadArchived) throw error;
    const ids = { channelId };
    const thread = await asDiscord('look at a thread', ids, () =>
      rest.get(Routes.channel(channelId)),
    );
    if (Thread.parse(thread).thread_metadata?.locked === true) throw locked(channelId, error);
    await asDiscord('open an archived thread', ids, () =>
      rest.patch(Routes.channel(channelId), { body: { archived: false } }),
    );
  }
  return call();
}

const Thread = z.looseObject({
  thread_metadata: z.looseObject({ locked: z.boolean().nullish() }).nullish(),
});

function locked(channelId: string, cause: unknown): DiscordError {
  return new DiscordError('Discord: the thread is locked', {
    code: 'discord-thread-locked',
    retry: 'never',
    forPeople: 'The thread is locked. Unlock it, and I write there again.',
    ids: { channelId },
    cause,
  });
}

export function payloadOf({ content, embeds, components }: Rendered, { notify }: Post) {
  const users = [...new Set(notify)].filter((id) => content.includes(`<@${id}>`));
  return { content, embeds, components, allowed_mentions: { parse: [], users } };
}

/** Link previews are taken off; beside cards that would take the cards off too. */
export function flagsOf({ embeds }: Rendered): number {
  return embeds.length === 0 ? MessageFlags.SuppressEmbeds : 0;
}

/** Work among LLMs makes no sound; what is said to people, and what names one, does. */
function isQuiet({ place, notify }: Post): boolean {
  return notify.length === 0 && place !== agencyPlaces.director && place !== agencyPlaces.decisions;
}
