// Who may see and do what, asked of the world. A thread has its parent's permissions; a private one
// is also hidden from those who are not in it. Invariant: every route goes through here before it
// reads or writes a channel, bots and people alike.
import { channelPermissions, guildPermissions, has } from './permissions.ts';
import type { PermissionName, Standing } from './permissions.ts';
import type { Channel, Thread } from './records.ts';
import { refusal } from './refusal.ts';
import type { World } from './world.ts';

/** Somewhere messages can be: a guild channel, or a thread with the channel it belongs to. */
export interface Place {
  id: string;
  channel: Channel;
  thread: Thread | null;
}

export function findPlace(world: World, id: string): Place | undefined {
  const channel = world.tables.channel.get(id);
  if (channel) return { id, channel, thread: null };
  const thread = world.tables.thread.get(id);
  const parent = thread && world.tables.channel.get(thread.parentId);
  return thread && parent ? { id, channel: parent, thread } : undefined;
}

export function permissionsInGuild(world: World, userId: string): bigint {
  const standing = standingOf(world, userId);
  return standing ? guildPermissions(standing) : 0n;
}

export function permissionsAt(world: World, userId: string, place: Place): bigint {
  const standing = standingOf(world, userId);
  return standing ? channelPermissions(standing, place.channel.overwrites) : 0n;
}

export function canView(world: World, userId: string, place: Place): boolean {
  const granted = permissionsAt(world, userId, place);
  if (!has(granted, 'VIEW_CHANNEL')) return false;
  if (place.thread?.type !== 12 || has(granted, 'MANAGE_THREADS')) return true;
  return place.thread.members.some((member) => member.userId === userId);
}

/** @throws Refusal 10003 for no such channel, 50001 when the caller cannot see it. */
export function visiblePlace(world: World, userId: string, id: string): Place {
  const place = findPlace(world, id);
  if (!place) throw refusal('unknownChannel');
  if (!canView(world, userId, place)) throw refusal('missingAccess');
  return place;
}

/** @throws Refusal 50013 unless the caller has every one of `names` there. */
export function requireAt(
  world: World,
  userId: string,
  { place, names }: { place: Place; names: PermissionName[] },
): void {
  const granted = permissionsAt(world, userId, place);
  if (!names.every((name) => has(granted, name))) throw refusal('missingPermissions');
}

export function canAt(
  world: World,
  userId: string,
  { place, name }: { place: Place; name: PermissionName },
): boolean {
  return has(permissionsAt(world, userId, place), name);
}

/** @throws Refusal 10004 for another guild, 50001 for somebody who is not in it. */
export function requireGuild(world: World, userId: string, guildId: string): void {
  if (guildId !== world.settings.guildId) throw refusal('unknownGuild');
  if (!world.tables.member.has(userId)) throw refusal('missingAccess');
}

function standingOf(world: World, userId: string): Standing | undefined {
  const member = world.tables.member.get(userId);
  if (!member) return undefined;
  const { guildId, ownerId } = world.settings;
  return { guildId, ownerId, roles: world.tables.role, member };
}
