// Threads: from a message (the thread's id is the message's), or on their own (then Discord also
// posts a system message of type 18 in the parent). Archived ones wake when somebody posts.
import { z } from 'zod';
import { canAt, canView, findPlace, requireAt, requireGuild, visiblePlace } from '../access.ts';
import type { Place } from '../access.ts';
import {
  messageCreated,
  messageUpdated,
  personally,
  threadCreated,
  threadMembersChanged,
  threadUpdated,
} from '../events.ts';
import { parseForm, text } from '../form.ts';
import { discordLimits } from '../limits.ts';
import {
  activeThreads,
  memberPayload,
  threadMemberPayload,
  threadPayload,
} from '../payloads/guild.ts';
import { messageFlag, messageType } from '../payloads/message.ts';
import { newMessage, postMessage } from '../post-message.ts';
import type { PermissionName } from '../permissions.ts';
import type { Change, Message, Thread } from '../records.ts';
import { refusal } from '../refusal.ts';
import { created, nothing, ok, route } from '../routing.ts';
import type { Answer, Call, Route } from '../routing.ts';
import { compareIds } from '../snowflake.ts';
import type { World } from '../world.ts';
import { messageOf } from './messages.ts';

const AutoArchive = z.union([z.literal(60), z.literal(1_440), z.literal(4_320), z.literal(10_080)]);
const NewThread = z.looseObject({
  name: text(discordLimits.channelName, 1),
  auto_archive_duration: AutoArchive.nullish(),
  rate_limit_per_user: z.int().min(0).max(21_600).nullish(),
  type: z.union([z.literal(11), z.literal(12)]).nullish(),
  invitable: z.boolean().nullish(),
});
const ChangedThread = z.looseObject({
  name: text(discordLimits.channelName, 1).optional(),
  archived: z.boolean().optional(),
  locked: z.boolean().optional(),
  auto_archive_duration: AutoArchive.optional(),
  rate_limit_per_user: z.int().min(0).max(21_600).nullish(),
  invitable: z.boolean().optional(),
});

const members = '/channels/:channel/thread-members';

export const threadRoutes: Route[] = [
  route('anyone', 'POST /channels/:channel/threads', startThread),
  route('anyone', 'POST /channels/:channel/messages/:message/threads', startThreadFromMessage),
  route('anyone', `GET ${members}`, listMembers),
  route('anyone', `GET ${members}/:user`, readMember),
  route('anyone', `PUT ${members}/:user`, addMember),
  route('anyone', `DELETE ${members}/:user`, removeMember),
  route('anyone', 'GET /guilds/:guild/threads/active', listActive),
  route('anyone', 'GET /channels/:channel/threads/archived/public', listArchivedPublic),
  route('anyone', 'GET /channels/:channel/threads/archived/private', listArchivedPrivate),
  route('anyone', 'GET /channels/:channel/users/@me/threads/archived/private', listArchivedPrivate),
];

function startThread(world: World, call: Call): Answer {
  const place = visiblePlace(world, call.user.id, call.param('channel'));
  const form = parseForm(NewThread, call.body);
  const type = form.type ?? 12;
  requireMayStart(world, call, { place, type });
  const thread = newThread(world, call, { form, place, type, id: world.snowflakes.next() });
  const changes: Change[] = [{ put: 'thread', value: thread }];
  // A public thread and its notice in the parent are one story, hence one batch.
  const notice = type === 11 ? noticeOf(world, place, thread) : undefined;
  if (notice) changes.push({ put: 'message', value: notice });
  world.commit(changes);
  threadCreated(world, thread);
  if (notice) messageCreated(world, notice);
  return created(threadPayload(world, thread, call.user.id));
}

function noticeOf(world: World, place: Place, thread: Thread): Message {
  return newMessage(world, {
    place,
    authorId: thread.ownerId,
    type: messageType.threadCreated,
    content: thread.name,
    reference: { channelId: thread.id, messageId: null },
  });
}

function startThreadFromMessage(world: World, call: Call): Answer {
  const { place, message } = messageOf(world, call);
  const form = parseForm(NewThread, call.body);
  requireMayStart(world, call, { place, type: 11 });
  requireAt(world, call.user.id, { place, names: ['READ_MESSAGE_HISTORY'] });
  if (world.tables.thread.has(message.id)) throw refusal('threadExists');
  const thread = newThread(world, call, { form, place, type: 11, id: message.id });
  const marked = { ...message, flags: message.flags | messageFlag.hasThread };
  world.commit([
    { put: 'thread', value: thread },
    { put: 'message', value: marked },
  ]);
  threadCreated(world, thread);
  messageUpdated(world, marked);
  postMessage(world, {
    place: { id: thread.id, channel: place.channel, thread },
    authorId: call.user.id,
    type: messageType.threadStarter,
    reference: { channelId: message.channelId, messageId: message.id },
  });
  return created(threadPayload(world, thread, call.user.id));
}

/** PATCH of a thread, called by the channel's route. */
export function changeThread(world: World, call: Call, thread: Thread): Answer {
  const place = visiblePlace(world, call.user.id, thread.id);
  const form = parseForm(ChangedThread, call.body);
  requireMayChange(world, call, { place, thread, form });
  const archived = form.archived ?? thread.archived;
  const isSwitched = archived !== thread.archived;
  if (isSwitched && !archived) requireRoom(world);
  const changed: Thread = {
    ...thread,
    name: form.name ?? thread.name,
    archived,
    archiveChangedAt: isSwitched ? world.clock.now() : thread.archiveChangedAt,
    locked: form.locked ?? thread.locked,
    autoArchiveMinutes: form.auto_archive_duration ?? thread.autoArchiveMinutes,
    slowmodeSeconds: form.rate_limit_per_user ?? thread.slowmodeSeconds,
    invitable: form.invitable ?? thread.invitable,
  };
  if (changed.name !== thread.name) world.renames.count(thread.id);
  saveThread(world, changed);
  return ok(threadPayload(world, changed, call.user.id));
}

/** Managers may do all, owners all but lock, writers only wake what is not locked. */
function requireMayChange(
  world: World,
  call: Call,
  { place, thread, form }: { place: Place; thread: Thread; form: z.infer<typeof ChangedThread> },
): void {
  const may = (name: PermissionName): boolean => canAt(world, call.user.id, { place, name });
  const asked = Object.keys(form);
  const onlyWakes = form.archived === false && !thread.locked && asked.length === 1;
  const isOwn = thread.ownerId === call.user.id && form.locked === undefined;
  const mayWake = onlyWakes && may('SEND_MESSAGES_IN_THREADS');
  if (!may('MANAGE_THREADS') && !isOwn && !mayWake) throw refusal('missingPermissions');
  // A lock may be set while archived; everything else needs the thread awake.
  const staysArchived = thread.archived && form.archived !== false;
  const onlyLocks = asked.every((key) => key === 'locked' || key === 'archived');
  if (staysArchived && !onlyLocks) throw refusal('threadArchived');
}

/** Archives what has been silent for as long as its thread says; called now and then. */
export function archiveIdleThreads(world: World, lastActivity: (thread: Thread) => number): void {
  const now = world.clock.now();
  for (const thread of world.tables.thread.values()) {
    if (thread.archived) continue;
    const silentMs = now - Math.max(lastActivity(thread), thread.archiveChangedAt);
    if (silentMs < thread.autoArchiveMinutes * 60_000) continue;
    saveThread(world, { ...thread, archived: true, archiveChangedAt: now });
  }
}

function listMembers(world: World, call: Call): Answer {
  const { thread } = threadPlace(world, call);
  return ok(
    thread.members.map((member) => {
      const joined = world.tables.member.get(member.userId);
      const withMember = call.query['with_member'] === 'true' && joined;
      return {
        ...threadMemberPayload(thread, member),
        ...(withMember ? { member: memberPayload(world, joined) } : {}),
      };
    }),
  );
}

function readMember(world: World, call: Call): Answer {
  const { thread } = threadPlace(world, call);
  const userId = targetOf(call);
  const member = thread.members.find((one) => one.userId === userId);
  if (!member) throw refusal('unknownMember');
  return ok(threadMemberPayload(thread, member));
}

function addMember(world: World, call: Call): Answer {
  const { place, thread } = threadPlace(world, call);
  const userId = targetOf(call);
  if (thread.archived) throw refusal('threadArchived');
  if (userId !== call.user.id) {
    requireAt(world, call.user.id, { place, names: ['SEND_MESSAGES_IN_THREADS'] });
  }
  if (!world.tables.member.has(userId)) throw refusal('unknownMember');
  const parent = { id: place.channel.id, channel: place.channel, thread: null };
  if (!canView(world, userId, parent)) throw refusal('missingAccess');
  if (thread.members.some((member) => member.userId === userId)) return nothing;
  const joined = { userId, joinedAt: world.clock.now() };
  const changed = { ...thread, members: [...thread.members, joined] };
  world.commit([{ put: 'thread', value: changed }]);
  // To somebody who could not see it before the thread is new.
  const payload = threadPayload(world, changed, userId);
  if (!canView(world, userId, place)) personally(world, { name: 'THREAD_CREATE', userId, payload });
  threadMembersChanged(world, changed, { added: [userId], removed: [] });
  return nothing;
}

function removeMember(world: World, call: Call): Answer {
  const { place, thread } = threadPlace(world, call);
  const userId = targetOf(call);
  if (thread.archived) throw refusal('threadArchived');
  const isOwn = thread.type === 12 && thread.ownerId === call.user.id;
  if (userId !== call.user.id && !isOwn) {
    requireAt(world, call.user.id, { place, names: ['MANAGE_THREADS'] });
  }
  if (!thread.members.some((member) => member.userId === userId)) return nothing;
  const changed = { ...thread, members: thread.members.filter((one) => one.userId !== userId) };
  world.commit([{ put: 'thread', value: changed }]);
  threadMembersChanged(world, changed, { added: [], removed: [userId] });
  return nothing;
}

function listActive(world: World, call: Call): Answer {
  requireGuild(world, call.user.id, call.param('guild'));
  return ok(threadList(world, call, activeThreads(world, call.user.id)));
}

function listArchivedPublic(world: World, call: Call): Answer {
  return ok(archivedList(world, call, 11));
}

function listArchivedPrivate(world: World, call: Call): Answer {
  return ok(archivedList(world, call, 12));
}

function archivedList(world: World, call: Call, type: Thread['type']): object {
  const place = visiblePlace(world, call.user.id, call.param('channel'));
  requireAt(world, call.user.id, { place, names: ['READ_MESSAGE_HISTORY'] });
  const before = Date.parse(call.query['before'] ?? '');
  const limit = Number(call.query['limit'] ?? 50) || 50;
  const archived = [...world.tables.thread.values()]
    .filter((thread) => thread.parentId === place.id && thread.archived && thread.type === type)
    .filter((thread) => {
      const at = findPlace(world, thread.id);
      return at !== undefined && canView(world, call.user.id, at);
    })
    .filter(({ archiveChangedAt }) => Number.isNaN(before) || archiveChangedAt < before)
    .sort((a, b) => b.archiveChangedAt - a.archiveChangedAt || compareIds(b.id, a.id));
  const shown = archived.slice(0, limit);
  return { ...threadList(world, call, shown), has_more: archived.length > limit };
}

function threadList(world: World, call: Call, threads: Thread[]) {
  const own = threads.flatMap((thread) => {
    const member = thread.members.find(({ userId }) => userId === call.user.id);
    return member ? threadMemberPayload(thread, member) : [];
  });
  return {
    threads: threads.map((thread) => threadPayload(world, thread, call.user.id)),
    members: own,
  };
}

function saveThread(world: World, thread: Thread): void {
  world.commit([{ put: 'thread', value: thread }]);
  threadUpdated(world, thread);
}

function requireMayStart(
  world: World,
  call: Call,
  { place, type }: { place: Place; type: Thread['type'] },
): void {
  if (place.thread || place.channel.type !== 0) throw refusal('wrongChannelType');
  const needed = type === 12 ? 'CREATE_PRIVATE_THREADS' : 'CREATE_PUBLIC_THREADS';
  requireAt(world, call.user.id, { place, names: [needed] });
  requireRoom(world);
}

function requireRoom(world: World): void {
  const active = [...world.tables.thread.values()].filter(({ archived }) => !archived);
  if (active.length >= discordLimits.activeThreads) throw refusal('tooManyThreads');
}

function newThread(
  world: World,
  call: Call,
  given: { form: z.infer<typeof NewThread>; place: Place; type: Thread['type']; id: string },
): Thread {
  const now = world.clock.now();
  return {
    id: given.id,
    type: given.type,
    name: given.form.name,
    parentId: given.place.id,
    ownerId: call.user.id,
    archived: false,
    archiveChangedAt: now,
    autoArchiveMinutes: given.form.auto_archive_duration ?? 1_440,
    locked: false,
    invitable: given.form.invitable ?? true,
    slowmodeSeconds: given.form.rate_limit_per_user ?? 0,
    createdAt: now,
    members: [{ userId: call.user.id, joinedAt: now }],
  };
}

function threadPlace(world: World, call: Call): { place: Place; thread: Thread } {
  const place = visiblePlace(world, call.user.id, call.param('channel'));
  if (!place.thread) throw refusal('wrongChannelType');
  return { place, thread: place.thread };
}

function targetOf(call: Call): string {
  const user = call.param('user');
  return user === '@me' ? call.user.id : user;
}
