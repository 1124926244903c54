// Messages over REST: read, create (with nonce and files), edit, delete. The same routes serve the
// bot and people; a person's embeds and components are dropped, as Discord drops them.
import { z } from 'zod';
import { canAt, requireAt, visiblePlace } from '../access.ts';
import type { Place } from '../access.ts';
import { composeEdit, composeMessage, mentionsOf, requireMayCarry } from '../compose.ts';
import { Id, parseForm } from '../form.ts';
import { EditedMessage, NewMessage } from '../forms/message.ts';
import { discordLimits } from '../limits.ts';
import { messageFlag, messagePayload, messageType } from '../payloads/message.ts';
import {
  editedWith,
  postMessage,
  removeMessages,
  requireWritable,
  saveMessage,
} from '../post-message.ts';
import type { Message } from '../records.ts';
import { invalidForm, refusal } from '../refusal.ts';
import { nothing, ok, route } from '../routing.ts';
import type { Answer, Call, Route } from '../routing.ts';
import { positionOf } from '../tables.ts';
import type { World } from '../world.ts';

const BulkDelete = z.looseObject({ messages: z.array(Id).min(2).max(discordLimits.bulkDelete) });
const ReadQuery = z.looseObject({
  before: Id.optional(),
  after: Id.optional(),
  around: Id.optional(),
  limit: z.coerce.number().int().min(1).max(discordLimits.messagesPerPage).default(50),
});
type ReadQuery = z.infer<typeof ReadQuery>;

const at = '/channels/:channel/messages';

export const messageRoutes: Route[] = [
  route('anyone', `GET ${at}`, readMessages),
  route('anyone', `POST ${at}`, createMessage),
  route('anyone', `GET ${at}/:message`, readMessage),
  route('anyone', `PATCH ${at}/:message`, editMessage),
  route('anyone', `DELETE ${at}/:message`, deleteMessage),
  route('bot', `POST ${at}/bulk-delete`, deleteMany),
];

/** The message that a path names. @throws Refusal 10003, 50001, 10008. */
export function messageOf(world: World, call: Call): { place: Place; message: Message } {
  const place = visiblePlace(world, call.user.id, call.param('channel'));
  const message = world.tables.message.get(call.param('message'));
  if (message?.channelId !== place.id) throw refusal('unknownMessage');
  return { place, message };
}

/** Newest first, whatever was asked for; nothing at all without READ_MESSAGE_HISTORY. */
function readMessages(world: World, call: Call): Answer {
  const place = visiblePlace(world, call.user.id, call.param('channel'));
  const query = parseForm(ReadQuery, call.query);
  if (!canAt(world, call.user.id, { place, name: 'READ_MESSAGE_HISTORY' })) return ok([]);
  const timeline = world.tables.timeline.get(place.id) ?? [];
  const page = pageOf(timeline, query)
    .reverse()
    .flatMap((id) => world.tables.message.get(id) ?? []);
  return ok(page.map((message) => messagePayload(world, message, call.user.id)));
}

function readMessage(world: World, call: Call): Answer {
  const { place, message } = messageOf(world, call);
  requireAt(world, call.user.id, { place, names: ['READ_MESSAGE_HISTORY'] });
  return ok(messagePayload(world, message, call.user.id));
}

function deleteMessage(world: World, call: Call): Answer {
  const { place, message } = messageOf(world, call);
  if (message.authorId !== call.user.id) {
    requireAt(world, call.user.id, { place, names: ['MANAGE_MESSAGES'] });
  }
  removeMessages(world, place, [message.id]);
  return nothing;
}

function deleteMany(world: World, call: Call): Answer {
  const place = visiblePlace(world, call.user.id, call.param('channel'));
  requireAt(world, call.user.id, { place, names: ['MANAGE_MESSAGES'] });
  const { messages } = parseForm(BulkDelete, call.body);
  const here = messages.filter((id) => world.tables.message.get(id)?.channelId === place.id);
  removeMessages(world, place, here);
  return nothing;
}

function pageOf(timeline: string[], { before, after, around, limit }: ReadQuery): string[] {
  if (around !== undefined) {
    const middle = positionOf(timeline, around);
    const start = Math.max(0, middle - Math.floor(limit / 2));
    return timeline.slice(start, start + limit);
  }
  if (after !== undefined) {
    const position = positionOf(timeline, after);
    const start = timeline[position] === after ? position + 1 : position;
    return timeline.slice(start, start + limit);
  }
  const end = before === undefined ? timeline.length : positionOf(timeline, before);
  return timeline.slice(Math.max(0, end - limit), end);
}

function createMessage(world: World, call: Call): Answer {
  const place = visiblePlace(world, call.user.id, call.param('channel'));
  requireWritable(world, call.user.id, place);
  const writing = place.thread ? 'SEND_MESSAGES_IN_THREADS' : 'SEND_MESSAGES';
  requireAt(world, call.user.id, { place, names: [writing] });
  const form = parseForm(NewMessage, call.body ?? {});
  const twin = form.enforce_nonce === true ? earlierTwin(world, call.user.id, form) : undefined;
  if (twin) return ok(messagePayload(world, twin, call.user.id));

  const replied = repliedMessage(world, call, { place, form });
  const draft = composeMessage(world, { form, files: call.files, author: call.user });
  requireMayCarry(world, draft, { author: call.user, place });
  const message = postMessage(world, {
    place,
    authorId: call.user.id,
    type: replied ? messageType.reply : messageType.default,
    draft: { ...draft, flags: draft.flags & ~messageFlag.ephemeral },
    mentions: mentionsOf(
      world,
      { content: draft.content, allowed: form.allowed_mentions },
      { author: call.user, place, replied },
    ),
    nonce: form.nonce ?? null,
    reference: replied ? { channelId: replied.channelId, messageId: replied.id } : null,
  });
  return ok(messagePayload(world, message, call.user.id));
}

/**
 * The message that the same author made with the same nonce.
 * @throws Refusal 10008 when it was deleted: so a repeat does not bring it back
 */
function earlierTwin(world: World, authorId: string, form: NewMessage): Message | undefined {
  if (form.nonce === null || form.nonce === undefined) return undefined;
  const id = world.nonces.find(authorId, form.nonce);
  if (id === undefined) return undefined;
  const twin = world.tables.message.get(id);
  if (!twin) throw refusal('unknownMessage');
  return twin;
}

function repliedMessage(
  world: World,
  call: Call,
  { place, form }: { place: Place; form: NewMessage },
): Message | undefined {
  const asked = form.message_reference;
  if (!asked) return undefined;
  requireAt(world, call.user.id, { place, names: ['READ_MESSAGE_HISTORY'] });
  const replied = world.tables.message.get(asked.message_id);
  if (replied?.channelId === place.id) return replied;
  if (asked.fail_if_not_exists === false) return undefined;
  const code = 'REPLIES_UNKNOWN_MESSAGE';
  throw invalidForm([{ path: ['message_reference'], code, message: 'Unknown message' }]);
}

function editMessage(world: World, call: Call): Answer {
  const { place, message } = messageOf(world, call);
  if (message.authorId !== call.user.id) throw refusal('notTheAuthor');
  if (message.type === messageType.pinned || message.type === messageType.threadCreated) {
    throw refusal('wrongMessageType');
  }
  if (place.thread?.archived === true) throw refusal('threadArchived');
  const form = parseForm(EditedMessage, call.body ?? {});
  const own = call.user.bot ? form : { ...form, embeds: undefined, components: undefined };
  const draft = composeEdit(world, { form: own, files: call.files, message });
  requireMayCarry(world, draft, { author: call.user, place });
  const replied = world.tables.message.get(message.reference?.messageId ?? '');
  const mentions = mentionsOf(
    world,
    { content: draft.content, allowed: form.allowed_mentions },
    { author: call.user, place, replied },
  );
  const edited = editedWith(world, message, { draft, mentions });
  saveMessage(world, edited);
  return ok(messagePayload(world, edited, call.user.id));
}
