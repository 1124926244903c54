// The least set of permissions the bot works with, and whom a bot-made channel lets in. Never
// Administrator: overwrites would mean nothing, and a stolen token everything.
import { PermissionFlagsBits } from 'discord.js';

const required = [
  'ViewChannel',
  'SendMessages',
  'EmbedLinks',
  'AttachFiles',
  'ReadMessageHistory',
  'CreatePublicThreads',
  'SendMessagesInThreads',
  'ManageChannels',
  'ManageRoles',
] as const;

/** Without these something is missing, but the work goes on. */
const wanted = ['AddReactions', 'ManageThreads', 'ManageMessages', 'PinMessages'] as const;

type PermissionName = keyof typeof PermissionFlagsBits;

export const botPermissions: bigint = sumOf([...required, ...wanted]);

/** What a channel's overwrite gives the bot itself; it can only give what it has. */
const ownAllow = sumOf([
  'ViewChannel',
  'SendMessages',
  'EmbedLinks',
  'AttachFiles',
  'ReadMessageHistory',
  'CreatePublicThreads',
  'SendMessagesInThreads',
]);

const humanAllow = sumOf([
  'ViewChannel',
  'SendMessages',
  'AttachFiles',
  'ReadMessageHistory',
  'SendMessagesInThreads',
]);

export interface Overwrite {
  id: string;
  /** 0 a role, 1 a member. */
  type: 0 | 1;
  allow: string;
  deny: string;
}

/** Hidden from everyone but the bot and the people named. */
export function overwritesFor(who: {
  guildId: string;
  botUserId: string;
  humanIds: readonly string[];
}): Overwrite[] {
  const member = (id: string, allow: bigint): Overwrite => ({
    id,
    type: 1,
    allow: allow.toString(),
    deny: '0',
  });
  const humans = new Set(who.humanIds);
  return [
    { id: who.guildId, type: 0, allow: '0', deny: PermissionFlagsBits.ViewChannel.toString() },
    member(who.botUserId, ownAllow),
    ...[...humans].map((id) => member(id, humanAllow)),
  ];
}

export interface PermissionReport {
  isAdministrator: boolean;
  missing: PermissionName[];
  /** Missing, but not needed for the work itself. */
  missingWanted: PermissionName[];
}

export function reportOn(granted: bigint): PermissionReport {
  const lacks = (name: PermissionName): boolean => (granted & PermissionFlagsBits[name]) === 0n;
  return {
    isAdministrator: !lacks('Administrator'),
    missing: required.filter(lacks),
    missingWanted: wanted.filter(lacks),
  };
}

/** The link with which an owner brings the bot into a server. */
export function inviteUrl(applicationId: string): string {
  const url = new URL('https://discord.com/oauth2/authorize');
  url.searchParams.set('client_id', applicationId);
  url.searchParams.set('scope', 'bot applications.commands');
  url.searchParams.set('permissions', botPermissions.toString());
  return url.href;
}

function sumOf(names: readonly PermissionName[]): bigint {
  return names.reduce((sum, name) => sum | PermissionFlagsBits[name], 0n);
}
