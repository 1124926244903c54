// What Discord would send for users, members, roles, channels, threads and the guild. Surprise:
// discord.js tests for the presence of some fields, so what Discord leaves out is left out here,
// never sent as null.
import { canView, findPlace, permissionsAt } from '../access.ts';
import type { Channel, Member, Role, Thread, User } from '../records.ts';
import { pinnedIn } from '../tables.ts';
import { userOf } from '../world.ts';
import type { World } from '../world.ts';

export function userPayload(user: User) {
  return {
    id: user.id,
    username: user.username,
    discriminator: user.bot ? '0001' : '0',
    global_name: user.displayName,
    avatar: null,
    public_flags: 0,
    ...(user.bot ? { bot: true } : {}),
  };
}

/** A member as it stands beside a user: in messages and interactions. */
export function memberFields(member: Member) {
  return {
    nick: null,
    avatar: null,
    roles: member.roles,
    joined_at: new Date(member.joinedAt).toISOString(),
    premium_since: null,
    communication_disabled_until: null,
    deaf: false,
    mute: false,
    pending: false,
    flags: 0,
  };
}

export function memberPayload(world: World, member: Member) {
  return { user: userPayload(userOf(world, member.id)), ...memberFields(member) };
}

export function rolePayload(role: Role) {
  return {
    id: role.id,
    name: role.name,
    color: role.color,
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position: role.position,
    permissions: role.permissions,
    managed: role.botId !== null,
    mentionable: false,
    flags: 0,
    ...(role.botId === null ? {} : { tags: { bot_id: role.botId } }),
  };
}

export function channelPayload(world: World, channel: Channel) {
  const shared = {
    id: channel.id,
    type: channel.type,
    guild_id: world.settings.guildId,
    name: channel.name,
    position: channel.position,
    flags: 0,
    permission_overwrites: channel.overwrites,
  };
  if (channel.type === 4) return { ...shared, parent_id: null };
  return {
    ...shared,
    parent_id: channel.parentId,
    topic: channel.topic,
    nsfw: false,
    rate_limit_per_user: channel.slowmodeSeconds,
    last_message_id: lastMessageId(world, channel.id),
    last_pin_timestamp: lastPin(world, channel.id),
  };
}

/** @param viewerId whose own membership is in `member`, as in the reply that creates a thread. */
export function threadPayload(world: World, thread: Thread, viewerId?: string) {
  const posted = postedIn(world, thread.id);
  const own = thread.members.find(({ userId }) => userId === viewerId);
  return {
    id: thread.id,
    type: thread.type,
    guild_id: world.settings.guildId,
    parent_id: thread.parentId,
    owner_id: thread.ownerId,
    name: thread.name,
    last_message_id: lastMessageId(world, thread.id),
    message_count: posted,
    total_message_sent: posted,
    member_count: thread.members.length,
    rate_limit_per_user: thread.slowmodeSeconds,
    flags: 0,
    thread_metadata: {
      archived: thread.archived,
      archive_timestamp: new Date(thread.archiveChangedAt).toISOString(),
      auto_archive_duration: thread.autoArchiveMinutes,
      locked: thread.locked,
      create_timestamp: new Date(thread.createdAt).toISOString(),
      ...(thread.type === 12 ? { invitable: thread.invitable } : {}),
    },
    ...(own ? { member: threadMemberPayload(thread, own) } : {}),
  };
}

export function threadMemberPayload(thread: Thread, member: Thread['members'][number]) {
  return {
    id: thread.id,
    user_id: member.userId,
    join_timestamp: new Date(member.joinedAt).toISOString(),
    flags: 0,
  };
}

/** A channel or thread by id, with the viewer's permissions as interactions carry them. */
export function placePayload(world: World, id: string, viewerId: string) {
  const place = findPlace(world, id);
  if (!place) return undefined;
  const permissions = permissionsAt(world, viewerId, place).toString();
  const body = place.thread
    ? threadPayload(world, place.thread, viewerId)
    : channelPayload(world, place.channel);
  return { ...body, permissions };
}

export function guildPayload(world: World) {
  const { guildId, guildName, ownerId } = world.settings;
  return {
    id: guildId,
    name: guildName,
    icon: null,
    splash: null,
    discovery_splash: null,
    description: null,
    banner: null,
    owner_id: ownerId,
    region: null,
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: 0,
    default_message_notifications: 1,
    explicit_content_filter: 0,
    roles: [...world.tables.role.values()].map(rolePayload),
    emojis: [],
    stickers: [],
    features: [],
    mfa_level: 0,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    public_updates_channel_id: null,
    safety_alerts_channel_id: null,
    vanity_url_code: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    premium_progress_bar_enabled: false,
    preferred_locale: 'en-US',
    nsfw_level: 0,
    max_members: 500_000,
  };
}

/** GUILD_CREATE for a viewer. A bot without the members intent gets only its own member. */
export function guildCreatePayload(
  world: World,
  { userId, seesMembers }: { userId: string; seesMembers: boolean },
) {
  const members = [...world.tables.member.values()];
  const shown = seesMembers ? members : members.filter(({ id }) => id === userId);
  return {
    ...guildPayload(world),
    unavailable: false,
    large: false,
    joined_at: new Date(world.tables.member.get(userId)?.joinedAt ?? 0).toISOString(),
    member_count: members.length,
    members: shown.map((member) => memberPayload(world, member)),
    channels: visibleChannels(world, userId).map((channel) => channelPayload(world, channel)),
    threads: activeThreads(world, userId).map((thread) => threadPayload(world, thread, userId)),
    voice_states: [],
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}

export function visibleChannels(world: World, userId: string): Channel[] {
  return [...world.tables.channel.values()].filter((channel) =>
    canView(world, userId, { id: channel.id, channel, thread: null }),
  );
}

export function activeThreads(world: World, userId: string): Thread[] {
  return [...world.tables.thread.values()].filter((thread) => {
    const place = thread.archived ? undefined : findPlace(world, thread.id);
    return place !== undefined && canView(world, userId, place);
  });
}

/** The quoted start of a thread does not count as a message of it. */
function postedIn(world: World, threadId: string): number {
  const timeline = world.tables.timeline.get(threadId) ?? [];
  const [first] = timeline;
  const isStart = world.tables.message.get(first ?? '')?.type === 21;
  return timeline.length - (isStart ? 1 : 0);
}

function lastMessageId(world: World, channelId: string): string | null {
  return world.tables.timeline.get(channelId)?.at(-1) ?? null;
}

function lastPin(world: World, channelId: string): string | null {
  const pinnedAt = pinnedIn(world.tables, channelId)[0]?.pinnedAt ?? null;
  return pinnedAt === null ? null : new Date(pinnedAt).toISOString();
}
