// Channels and categories: create, read, change, delete, permission overwrites, typing. Threads are
// changed through the same paths; what is theirs is in threads.ts.
import { z } from 'zod';
import { permissionsInGuild, requireAt, requireGuild, visiblePlace } from '../access.ts';
import type { Place } from '../access.ts';
import {
  channelCreated,
  channelDeleted,
  channelUpdated,
  threadDeleted,
  typingStarted,
} from '../events.ts';
import { Id, parseForm, text } from '../form.ts';
import { discordLimits } from '../limits.ts';
import { channelPayload, threadPayload, visibleChannels } from '../payloads/guild.ts';
import { everyPermission, has, permission } from '../permissions.ts';
import { dropped } from '../records.ts';
import type { Change, Channel, Overwrite } from '../records.ts';
import { invalidForm, refusal } from '../refusal.ts';
import { created, nothing, ok, route } from '../routing.ts';
import type { Answer, Call, Route } from '../routing.ts';
import type { World } from '../world.ts';
import { changeThread } from './threads.ts';

const Bits = z.union([z.string().regex(/^\d{1,20}$/), z.int().min(0)]).transform(String);
const OverwriteForm = z.looseObject({
  id: Id,
  type: z.union([z.literal(0), z.literal(1)]),
  allow: Bits.nullish(),
  deny: Bits.nullish(),
});
const ChannelFields = {
  topic: text(discordLimits.topic).nullish(),
  parent_id: Id.nullish(),
  position: z.int().min(0).nullish(),
  rate_limit_per_user: z.int().min(0).max(21_600).nullish(),
  permission_overwrites: z.array(OverwriteForm).nullish(),
};
const NewChannel = z.looseObject({
  ...ChannelFields,
  name: text(discordLimits.channelName, 1),
  type: z.union([z.literal(0), z.literal(4)]).nullish(),
});
const ChangedChannel = z.looseObject({
  ...ChannelFields,
  name: text(discordLimits.channelName, 1).optional(),
});

const Moves = z.array(
  z.looseObject({ id: Id, position: z.int().min(0).nullish(), parent_id: Id.nullish() }),
);

export const channelRoutes: Route[] = [
  route('anyone', 'GET /guilds/:guild/channels', listChannels),
  route('anyone', 'POST /guilds/:guild/channels', createChannel),
  route('anyone', 'PATCH /guilds/:guild/channels', moveChannels),
  route('anyone', 'GET /channels/:channel', readChannel),
  route('anyone', 'PATCH /channels/:channel', changeChannel),
  route('anyone', 'DELETE /channels/:channel', deleteChannel),
  route('anyone', 'PUT /channels/:channel/permissions/:target', putOverwrite),
  route('anyone', 'DELETE /channels/:channel/permissions/:target', deleteOverwrite),
  route('anyone', 'POST /channels/:channel/typing', startTyping),
];

function listChannels(world: World, call: Call): Answer {
  requireGuild(world, call.user.id, call.param('guild'));
  const visible = visibleChannels(world, call.user.id);
  return ok(visible.map((channel) => channelPayload(world, channel)));
}

function createChannel(world: World, call: Call): Answer {
  requireGuild(world, call.user.id, call.param('guild'));
  const granted = permissionsInGuild(world, call.user.id);
  if (!has(granted, 'MANAGE_CHANNELS')) throw refusal('missingPermissions');
  const form = parseForm(NewChannel, call.body);
  if (world.tables.channel.size >= discordLimits.channelsPerGuild) {
    throw refusal('tooManyChannels');
  }
  const type = form.type ?? 0;
  const parent = parentOf(world, type === 4 ? null : form.parent_id);
  if (parent) requireRoomIn(world, parent);
  const overwrites = (form.permission_overwrites ?? []).map(overwriteOf);
  requireMaySet(granted, { asked: overwrites, present: [] });
  const channel: Channel = {
    id: world.snowflakes.next(),
    type,
    name: channelName(form.name, type),
    topic: form.topic ?? null,
    parentId: parent?.id ?? null,
    position: form.position ?? nextPosition(world),
    // Without overwrites of its own a channel starts in step with its category.
    overwrites: form.permission_overwrites ? overwrites : (parent?.overwrites ?? []),
    slowmodeSeconds: form.rate_limit_per_user ?? 0,
  };
  world.commit([{ put: 'channel', value: channel }]);
  channelCreated(world, channel);
  return created(channelPayload(world, channel));
}

/** Positions of several channels at once, and the category of at most one. */
function moveChannels(world: World, call: Call): Answer {
  requireGuild(world, call.user.id, call.param('guild'));
  for (const { id, position, parent_id } of parseForm(Moves, call.body)) {
    const place = visiblePlace(world, call.user.id, id);
    requireAt(world, call.user.id, { place, names: ['MANAGE_CHANNELS'] });
    const { channel } = place;
    const parent = parent_id === undefined ? undefined : parentOf(world, parent_id);
    if (parent && parent.id !== channel.parentId) requireRoomIn(world, parent);
    saveChannel(world, channel, {
      ...channel,
      position: position ?? channel.position,
      parentId: parent_id === undefined ? channel.parentId : (parent?.id ?? null),
    });
  }
  return nothing;
}

function readChannel(world: World, call: Call): Answer {
  return ok(placeBody(world, visiblePlace(world, call.user.id, call.param('channel')), call));
}

function changeChannel(world: World, call: Call): Answer {
  const place = visiblePlace(world, call.user.id, call.param('channel'));
  if (place.thread) return changeThread(world, call, place.thread);
  requireAt(world, call.user.id, { place, names: ['MANAGE_CHANNELS'] });
  const form = parseForm(ChangedChannel, call.body);
  const before = place.channel;
  const parent = form.parent_id === undefined ? undefined : parentOf(world, form.parent_id);
  if (parent && parent.id !== before.parentId) requireRoomIn(world, parent);
  const overwrites = form.permission_overwrites?.map(overwriteOf);
  if (overwrites) {
    requireAt(world, call.user.id, { place, names: ['MANAGE_ROLES'] });
    const granted = permissionsInGuild(world, call.user.id);
    requireMaySet(granted, { asked: overwrites, present: before.overwrites });
  }
  const after: Channel = {
    ...before,
    name: form.name === undefined ? before.name : channelName(form.name, before.type),
    topic: form.topic === undefined ? before.topic : form.topic,
    parentId: form.parent_id === undefined ? before.parentId : (parent?.id ?? null),
    position: form.position ?? before.position,
    overwrites: overwrites ?? before.overwrites,
    slowmodeSeconds: form.rate_limit_per_user ?? before.slowmodeSeconds,
  };
  const isRenamed = after.name !== before.name || after.topic !== before.topic;
  if (isRenamed) world.renames.count(before.id);
  saveChannel(world, before, after);
  return ok(channelPayload(world, after));
}

function deleteChannel(world: World, call: Call): Answer {
  const place = visiblePlace(world, call.user.id, call.param('channel'));
  const needed = place.thread ? 'MANAGE_THREADS' : 'MANAGE_CHANNELS';
  requireAt(world, call.user.id, { place, names: [needed] });
  const body = placeBody(world, place, call);
  if (place.thread) {
    dropPlaces(world, [place.id]);
    threadDeleted(world, place);
    return ok(body);
  }
  const threads = [...world.tables.thread.values()].filter(({ parentId }) => parentId === place.id);
  const orphans = [...world.tables.channel.values()].filter(
    ({ parentId }) => parentId === place.id,
  );
  for (const orphan of orphans) saveChannel(world, orphan, { ...orphan, parentId: null });
  dropPlaces(world, [...threads.map(({ id }) => id), place.id]);
  channelDeleted(world, place);
  return ok(body);
}

function putOverwrite(world: World, call: Call): Answer {
  const place = manageableRoles(world, call);
  const target = call.param('target');
  const form = parseForm(OverwriteForm.omit({ id: true }), call.body);
  const known = form.type === 0 ? world.tables.role : world.tables.member;
  if (!known.has(target)) throw refusal('unknownOverwrite');
  const asked = overwriteOf({ ...form, id: target });
  const before = place.channel;
  const granted = permissionsInGuild(world, call.user.id);
  requireMaySet(granted, { asked: [asked], present: before.overwrites });
  const others = before.overwrites.filter(({ id }) => id !== target);
  saveChannel(world, before, { ...before, overwrites: [...others, asked] });
  return nothing;
}

function deleteOverwrite(world: World, call: Call): Answer {
  const { channel } = manageableRoles(world, call);
  const target = call.param('target');
  if (!channel.overwrites.some(({ id }) => id === target)) throw refusal('unknownOverwrite');
  const overwrites = channel.overwrites.filter(({ id }) => id !== target);
  saveChannel(world, channel, { ...channel, overwrites });
  return nothing;
}

function startTyping(world: World, call: Call): Answer {
  const place = visiblePlace(world, call.user.id, call.param('channel'));
  const writing = place.thread ? 'SEND_MESSAGES_IN_THREADS' : 'SEND_MESSAGES';
  requireAt(world, call.user.id, { place, names: [writing] });
  typingStarted(world, place, call.user.id);
  return nothing;
}

function saveChannel(world: World, before: Channel, after: Channel): void {
  world.commit([{ put: 'channel', value: after }]);
  channelUpdated(world, before, after);
}

/** Drops channels or threads with their messages and files, as one batch. */
function dropPlaces(world: World, ids: string[]): void {
  const messages = ids
    .flatMap((id) => world.tables.timeline.get(id) ?? [])
    .flatMap((id) => world.tables.message.get(id) ?? []);
  const changes: Change[] = messages.map(({ id }) => dropped('message', id));
  for (const id of ids) {
    changes.push(dropped(world.tables.thread.has(id) ? 'thread' : 'channel', id));
  }
  world.commit(changes);
  world.files.remove(messages.flatMap(({ attachments }) => attachments.map(({ id }) => id)));
}

function manageableRoles(world: World, call: Call): Place {
  const place = visiblePlace(world, call.user.id, call.param('channel'));
  if (place.thread) throw refusal('wrongChannelType');
  requireAt(world, call.user.id, { place, names: ['MANAGE_ROLES'] });
  return place;
}

/**
 * Only permissions that one has oneself can be allowed or denied, and MANAGE_ROLES in a channel
 * only by an administrator. What was already set may stay.
 */
function requireMaySet(
  granted: bigint,
  { asked, present }: { asked: Overwrite[]; present: Overwrite[] },
): void {
  if (granted === everyPermission) return;
  const settable = granted & ~permission.MANAGE_ROLES;
  for (const { id, allow, deny } of asked) {
    const former = present.find((overwrite) => overwrite.id === id);
    const changedAllow = BigInt(allow) ^ BigInt(former?.allow ?? '0');
    const changedDeny = BigInt(deny) ^ BigInt(former?.deny ?? '0');
    if (((changedAllow | changedDeny) & ~settable) !== 0n) throw refusal('missingPermissions');
  }
}

function overwriteOf(form: z.infer<typeof OverwriteForm>): Overwrite {
  return { id: form.id, type: form.type, allow: form.allow ?? '0', deny: form.deny ?? '0' };
}

/** @throws Refusal 50035 for a parent that is no category of this guild. */
function parentOf(world: World, parentId: string | null | undefined): Channel | undefined {
  if (parentId === null || parentId === undefined) return undefined;
  const parent = world.tables.channel.get(parentId);
  if (parent?.type === 4) return parent;
  const code = 'CHANNEL_PARENT_INVALID';
  throw invalidForm([{ path: ['parent_id'], code, message: 'Category does not exist' }]);
}

function requireRoomIn(world: World, parent: Channel): void {
  const children = [...world.tables.channel.values()].filter(
    ({ parentId }) => parentId === parent.id,
  );
  const { channelsPerCategory } = discordLimits;
  if (children.length < channelsPerCategory) return;
  const code = 'CHANNEL_PARENT_MAX_CHANNELS';
  const message = `Maximum number of channels in category reached (${channelsPerCategory})`;
  throw invalidForm([{ path: ['parent_id'], code, message }]);
}

/** Text channels are named in lower case with hyphens; Discord rewrites, it does not refuse. */
function channelName(name: string, type: number): string {
  if (type === 4) return name.trim();
  const plain = name
    .trim()
    .toLowerCase()
    .replaceAll(/\s+/g, '-')
    .replaceAll(/[!"#$%&'()*+,./:;<=>?@[\\\]^`{|}~]/g, '');
  if (plain !== '') return plain;
  const code = 'BASE_TYPE_BAD_LENGTH';
  const message = `Must be between 1 and ${discordLimits.channelName} in length.`;
  throw invalidForm([{ path: ['name'], code, message }]);
}

function nextPosition(world: World): number {
  const positions = [...world.tables.channel.values()].map(({ position }) => position);
  return Math.max(-1, ...positions) + 1;
}

function placeBody(world: World, place: Place, call: Call): object {
  return place.thread
    ? threadPayload(world, place.thread, call.user.id)
    : channelPayload(world, place.channel);
}
