// Discord's permission arithmetic, pure: guild-wide from roles, then the channel's overwrites for
// everyone, for roles together, for the member. Surprise: not seeing a channel takes everything
// else away with it, and not writing takes what writing carries.
import type { Member, Overwrite, Role } from './records.ts';

export const permission = {
  CREATE_INSTANT_INVITE: 1n << 0n,
  ADMINISTRATOR: 1n << 3n,
  MANAGE_CHANNELS: 1n << 4n,
  MANAGE_GUILD: 1n << 5n,
  ADD_REACTIONS: 1n << 6n,
  VIEW_CHANNEL: 1n << 10n,
  SEND_MESSAGES: 1n << 11n,
  MANAGE_MESSAGES: 1n << 13n,
  EMBED_LINKS: 1n << 14n,
  ATTACH_FILES: 1n << 15n,
  READ_MESSAGE_HISTORY: 1n << 16n,
  MENTION_EVERYONE: 1n << 17n,
  CHANGE_NICKNAME: 1n << 26n,
  MANAGE_ROLES: 1n << 28n,
  USE_APPLICATION_COMMANDS: 1n << 31n,
  MANAGE_THREADS: 1n << 34n,
  CREATE_PUBLIC_THREADS: 1n << 35n,
  CREATE_PRIVATE_THREADS: 1n << 36n,
  SEND_MESSAGES_IN_THREADS: 1n << 38n,
  PIN_MESSAGES: 1n << 51n,
} as const;
export type PermissionName = keyof typeof permission;

export const everyPermission = (1n << 53n) - 1n;

/** What a guild's owner gives everyone when the guild is new. */
export const everyonePermissions = sumOf([
  'CREATE_INSTANT_INVITE',
  'ADD_REACTIONS',
  'VIEW_CHANNEL',
  'SEND_MESSAGES',
  'EMBED_LINKS',
  'ATTACH_FILES',
  'READ_MESSAGE_HISTORY',
  'CHANGE_NICKNAME',
  'USE_APPLICATION_COMMANDS',
  'CREATE_PUBLIC_THREADS',
  'CREATE_PRIVATE_THREADS',
  'SEND_MESSAGES_IN_THREADS',
]);

/** The least set the bot is invited with. */
export const botPermissions = sumOf([
  'VIEW_CHANNEL',
  'SEND_MESSAGES',
  'EMBED_LINKS',
  'ATTACH_FILES',
  'READ_MESSAGE_HISTORY',
  'CREATE_PUBLIC_THREADS',
  'SEND_MESSAGES_IN_THREADS',
  'ADD_REACTIONS',
  'MANAGE_CHANNELS',
  'MANAGE_ROLES',
  'MANAGE_THREADS',
  'MANAGE_MESSAGES',
  'PIN_MESSAGES',
]);

export interface Standing {
  guildId: string;
  ownerId: string;
  roles: ReadonlyMap<string, Role>;
  member: Member;
}

/** @returns permissions in the guild, before any channel. */
export function guildPermissions(standing: Standing): bigint {
  if (standing.member.id === standing.ownerId) return everyPermission;
  let granted = BigInt(standing.roles.get(standing.guildId)?.permissions ?? '0');
  for (const roleId of standing.member.roles) {
    granted |= BigInt(standing.roles.get(roleId)?.permissions ?? '0');
  }
  return has(granted, 'ADMINISTRATOR') ? everyPermission : granted;
}

/** @param overwrites of the channel; a thread has its parent's. */
export function channelPermissions(standing: Standing, overwrites: Overwrite[]): bigint {
  let granted = guildPermissions(standing);
  if (granted === everyPermission) return granted;
  const apply = (chosen: Overwrite[]): void => {
    const deny = chosen.reduce((sum, overwrite) => sum | BigInt(overwrite.deny), 0n);
    const allow = chosen.reduce((sum, overwrite) => sum | BigInt(overwrite.allow), 0n);
    granted = (granted & ~deny) | allow;
  };
  const { member, guildId } = standing;
  apply(overwrites.filter(({ id }) => id === guildId));
  apply(overwrites.filter(({ type, id }) => type === 0 && member.roles.includes(id)));
  apply(overwrites.filter(({ type, id }) => type === 1 && id === member.id));
  return withImplied(granted);
}

export function has(granted: bigint, name: PermissionName): boolean {
  return (granted & permission[name]) === permission[name];
}

export function sumOf(names: PermissionName[]): bigint {
  return names.reduce((sum, name) => sum | permission[name], 0n);
}

function withImplied(granted: bigint): bigint {
  if (!has(granted, 'VIEW_CHANNEL')) return 0n;
  if (has(granted, 'SEND_MESSAGES')) return granted;
  return granted & ~sumOf(['MENTION_EVERYONE', 'ATTACH_FILES', 'EMBED_LINKS']);
}
