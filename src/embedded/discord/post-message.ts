// How messages come to be, change and go: one batch per story, then the events. Posting in a thread
// also joins its author and those it mentions, and wakes the thread when it was archived. A message
// that only one person sees lives in its interaction; `saveMessage` knows where a message lives.
import { canAt, findPlace } from './access.ts';
import type { Place } from './access.ts';
import type { Draft, Mentions } from './compose.ts';
import {
  ephemeralChanged,
  messageCreated,
  messagesDeleted,
  messageUpdated,
  threadMembersChanged,
  threadUpdated,
} from './events.ts';
import { messageType } from './payloads/message.ts';
import { dropped } from './records.ts';
import type { Change, Interaction, Message, Thread } from './records.ts';
import { refusal } from './refusal.ts';
import type { World } from './world.ts';

export interface NewPost {
  place: Place;
  authorId: string;
  type?: number;
  content?: string;
  draft?: Draft;
  mentions?: Mentions;
  nonce?: string | number | null;
  reference?: Message['reference'];
  answers?: Message['answers'];
  /** Extra flags, such as "loading". */
  flags?: number;
}

/** Builds the record without storing it. */
export function newMessage(world: World, post: NewPost): Message {
  const { place, authorId, draft, mentions } = post;
  const { content = post.content ?? '', flags = 0 } = draft ?? {};
  return {
    id: world.snowflakes.next(),
    channelId: place.id,
    authorId,
    type: post.type ?? messageType.default,
    content,
    editedAt: null,
    pinnedAt: null,
    flags: flags | (post.flags ?? 0),
    nonce: post.nonce ?? null,
    embeds: draft?.embeds ?? [],
    components: draft?.components ?? [],
    attachments: draft?.attachments ?? [],
    reactions: [],
    ...(mentions ?? nobody),
    reference: post.reference ?? null,
    answers: post.answers ?? null,
  };
}

const nobody: Mentions = { mentions: [], mentionRoles: [], mentionEveryone: false };

/** Stores and announces a message that everybody in the channel sees. */
export function postMessage(
  world: World,
  post: NewPost,
  alsoChanged: (message: Message) => Change[] = () => [],
): Message {
  const message = newMessage(world, post);
  saveUploads(world, post.draft?.uploads);
  const { thread } = post.place;
  const woken = thread && touchedThread(world, thread, message);
  const changes: Change[] = [{ put: 'message', value: message }, ...alsoChanged(message)];
  if (woken && woken !== thread) changes.push({ put: 'thread', value: woken });
  world.commit(changes);
  world.nonces.remember(message);
  if (thread && woken && woken !== thread) announceTouched(world, thread, woken);
  messageCreated(world, message);
  return message;
}

/** @throws Refusal 50083 when the thread is locked for this author. */
export function requireWritable(world: World, authorId: string, place: Place): void {
  if (place.channel.type === 4) throw refusal('notATextChannel');
  const { thread } = place;
  if (!thread) return;
  const mayManage = canAt(world, authorId, { place, name: 'MANAGE_THREADS' });
  if (thread.archived && thread.locked && !mayManage) throw refusal('threadArchived');
}

export function saveUploads(world: World, uploads: Draft['uploads'] = []): void {
  for (const { id, data } of uploads) world.files.save(id, data);
}

/** Stores a changed message where it lives and tells those who see it. */
export function saveMessage(world: World, message: Message): void {
  const isStored = world.tables.message.has(message.id);
  const home = isStored ? undefined : ephemeralHome(world, message.id);
  if (!home) {
    world.commit([{ put: 'message', value: message }]);
    messageUpdated(world, message);
    return;
  }
  const ephemeral = home.ephemeral.map((one) => (one.id === message.id ? message : one));
  world.commit([{ put: 'interaction', value: { ...home, ephemeral } }]);
  ephemeralChanged(world, { name: 'MESSAGE_UPDATE', message, userId: home.userId });
}

/** The message with a draft's parts; files that it no longer has are deleted. */
export function editedWith(
  world: World,
  message: Message,
  { draft, mentions }: { draft: Draft; mentions: Mentions },
): Message {
  saveUploads(world, draft.uploads);
  const kept = new Set(draft.attachments.map(({ id }) => id));
  world.files.remove(message.attachments.flatMap(({ id }) => (kept.has(id) ? [] : id)));
  const { content, embeds, components, flags, attachments } = draft;
  return {
    ...message,
    content,
    embeds,
    components,
    flags,
    attachments,
    ...mentions,
    editedAt: world.clock.now(),
  };
}

/** Deletes messages of one place together with their files. */
export function removeMessages(world: World, place: Place, ids: string[]): void {
  const messages = ids.flatMap((id) => world.tables.message.get(id) ?? []);
  world.commit(messages.map(({ id }) => dropped('message', id)));
  world.files.remove(messages.flatMap(({ attachments }) => attachments.map(({ id }) => id)));
  messagesDeleted(
    world,
    place,
    messages.map(({ id }) => id),
  );
}

/** The interaction whose person alone sees this message. */
export function ephemeralHome(world: World, messageId: string): Interaction | undefined {
  for (const interaction of world.tables.interaction.values()) {
    if (interaction.ephemeral.some(({ id }) => id === messageId)) return interaction;
  }
  return undefined;
}

/** The thread after a post in it: awake, and with its author and the mentioned as members. */
function touchedThread(world: World, thread: Thread, message: Message): Thread {
  const place = findPlace(world, thread.id);
  const joined = [message.authorId, ...message.mentions].filter(
    (userId) =>
      place !== undefined &&
      canAt(world, userId, { place, name: 'VIEW_CHANNEL' }) &&
      !thread.members.some((member) => member.userId === userId),
  );
  if (joined.length === 0 && !thread.archived) return thread;
  const joinedAt = world.clock.now();
  const members = [...new Set(joined)].map((userId) => ({ userId, joinedAt }));
  return {
    ...thread,
    archived: false,
    archiveChangedAt: thread.archived ? joinedAt : thread.archiveChangedAt,
    members: [...thread.members, ...members],
  };
}

function announceTouched(world: World, before: Thread, after: Thread): void {
  if (before.archived) threadUpdated(world, after);
  const known = new Set(before.members.map(({ userId }) => userId));
  const added = after.members.flatMap(({ userId }) => (known.has(userId) ? [] : userId));
  if (added.length > 0) threadMembersChanged(world, after, { added, removed: [] });
}
