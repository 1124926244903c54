// What a token may see of Discord, read over REST: no session is opened, so looking disturbs no
// bot that runs with the same token and costs none of its identifies. Each thing is read once; for
// another look make another one.
import { ApplicationFlagsBitField, PermissionFlagsBits, Routes } from 'discord.js';
import { z } from 'zod';
import { codeOf } from './errors.ts';
import { reportOn } from './permissions.ts';
import type { PermissionReport } from './permissions.ts';
import { createRestClient } from './rest-client.ts';
import type { RestAddress } from './rest-client.ts';

const User = z.looseObject({ id: z.string(), username: z.string(), bot: z.boolean().nullish() });
export type LookUser = z.infer<typeof User>;

const Application = z.looseObject({
  id: z.string(),
  name: z.string(),
  flags: z.int().nullish(),
  bot_public: z.boolean().nullish(),
});

const GuildName = z.looseObject({ id: z.string(), name: z.string() });
export type GuildName = z.infer<typeof GuildName>;

const Role = z.looseObject({
  id: z.string(),
  name: z.string(),
  position: z.int(),
  permissions: z.string(),
  tags: z.looseObject({ bot_id: z.string().nullish() }).nullish(),
});

const Guild = GuildName.extend({ owner_id: z.string(), roles: z.array(Role) });
const Member = z.looseObject({ user: User, roles: z.array(z.string()) });

export interface Standing extends PermissionReport {
  /** The role that Discord made when the bot was invited; null when it was invited without any. */
  ownRole: { name: string; position: number } | null;
  rolesInGuild: number;
}

/** Every function throws DiscordError; `null` is for what is not there. */
export interface DiscordLook {
  me(): Promise<LookUser>;
  application(): Promise<{ id: string; hasMessageContent: boolean; isPublic: boolean }>;
  /** The first two hundred servers that the bot is in. */
  guilds(): Promise<GuildName[]>;
  guild(id: string): Promise<(GuildName & { ownerId: string }) | null>;
  member(guildId: string, userId: string): Promise<LookUser | null>;
  /** The bot's own, guild-wide. */
  standing(guildId: string): Promise<Standing>;
}

const unknownGuild = 10004;
const unknownMember = 10007;
const unknownUser = 10013;
const missingAccess = 50001;
const invalidForm = 50035;

/** Either is enough: the second is for a bot in less than a hundred servers. */
const messageContent =
  ApplicationFlagsBitField.Flags.GatewayMessageContent |
  ApplicationFlagsBitField.Flags.GatewayMessageContentLimited;

export function createDiscordLook(address: RestAddress): DiscordLook {
  const client = createRestClient(address, false);
  const seen = new Map<string, Promise<unknown>>();
  const read = <S extends z.ZodType>(doing: string, route: Route<S>): Promise<z.infer<S>> =>
    client.ask(doing, {
      schema: route.schema,
      send: (rest) => {
        const reply = seen.get(route.path) ?? rest.get(route.path);
        seen.set(route.path, reply);
        return reply;
      },
    });
  const me = () => read('ask who I am', { path: Routes.user(), schema: User });
  const fullGuild = (id: string) =>
    read('see the server', { path: Routes.guild(id), schema: Guild });
  const fullMember = (guildId: string, userId: string) =>
    read('see a member', { path: Routes.guildMember(guildId, userId), schema: Member });
  return {
    me,
    async application() {
      const path = Routes.currentApplication();
      const found = await read('read the application', { path, schema: Application });
      const hasMessageContent = ((found.flags ?? 0) & messageContent) !== 0;
      return { id: found.id, hasMessageContent, isPublic: found.bot_public ?? false };
    },
    guilds: () =>
      read('list my servers', { path: Routes.userGuilds(), schema: z.array(GuildName) }),
    guild: (id) =>
      unless([unknownGuild, missingAccess, invalidForm], async () => {
        const { name, owner_id: ownerId } = await fullGuild(id);
        return { id, name, ownerId };
      }),
    member: (guildId, userId) =>
      unless([unknownMember, unknownUser, invalidForm], async () => {
        const { user } = await fullMember(guildId, userId);
        return user;
      }),
    async standing(guildId) {
      const { id } = await me();
      const [{ roles }, member] = await Promise.all([fullGuild(guildId), fullMember(guildId, id)]);
      // The role of everyone has the guild's own id, and nobody is listed as having it.
      const own = roles.filter((role) => role.id === guildId || member.roles.includes(role.id));
      const granted = own.reduce((sum, role) => sum | BigInt(role.permissions), 0n);
      const ownRole = own.find((role) => role.tags?.bot_id === id) ?? null;
      return {
        ...reportOn(withoutDoubt(granted)),
        ownRole: ownRole && { name: ownRole.name, position: ownRole.position },
        rolesInGuild: roles.length,
      };
    },
  };
}

interface Route<S> {
  path: `/${string}`;
  schema: S;
}

async function unless<T>(codes: readonly number[], look: () => Promise<T>): Promise<T | null> {
  try {
    return await look();
  } catch (error) {
    if (codes.includes(codeOf(error) ?? 0)) return null;
    throw error;
  }
}

/** An administrator may do everything, whatever else its roles say. */
function withoutDoubt(granted: bigint): bigint {
  const isAdministrator = (granted & PermissionFlagsBits.Administrator) !== 0n;
  return isAdministrator ? ~0n : granted;
}
