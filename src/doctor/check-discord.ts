// Discord, as far as it can be seen without a session: may the bot come in, hear, speak and make
// places, and is whoever decides there to be asked?
import { inviteUrl } from '../discord/permissions.ts';
import { DiscordError } from '../lib/errors.ts';
import { fault, ok, warn } from './check.ts';
import type { Check, Finding } from './check.ts';
import type { DiscordPatient, Patient } from './patient.ts';

const portal = 'https://discord.com/developers/applications';

export const discordChecks: readonly Check[] = [
  { id: 'discord.token', name: 'Bot token', needs: [], look: ofRemote(checkToken) },
  {
    id: 'discord.intent',
    name: 'Message content intent',
    needs: ['discord.token'],
    look: ofRemote(checkIntent),
  },
  {
    id: 'discord.invitations',
    name: 'Invitations',
    needs: ['discord.token'],
    look: ofRemote(checkInvitations),
  },
  { id: 'discord.guild', name: 'Server', needs: ['discord.token'], look: ofGuild(checkGuild) },
  {
    id: 'discord.permissions',
    name: 'Permissions',
    needs: ['discord.guild'],
    look: ofGuild(checkPermissions),
  },
  { id: 'discord.role', name: 'Role', needs: ['discord.guild'], look: ofGuild(checkRole) },
  {
    id: 'discord.director',
    name: 'Director',
    needs: ['discord.guild'],
    look: ofGuild(checkDirector),
  },
];

type GuildPatient = DiscordPatient & { guildId: string };

function ofRemote(look: (discord: DiscordPatient) => Promise<Finding>): Check['look'] {
  return async ({ discord }: Patient) => {
    if (discord === null) return ok('local Discord');
    try {
      return await look(discord);
    } catch (error) {
      if (error instanceof DiscordError) return findingOf(error);
      throw error;
    }
  };
}

function ofGuild(look: (discord: GuildPatient) => Promise<Finding>): Check['look'] {
  return ofRemote(async (discord) => {
    const { guildId } = discord;
    if (guildId !== null) return look({ ...discord, guildId });
    return fault('no server is chosen', 'Set `DISCORD_GUILD_ID` to the id of your server.');
  });
}

const newToken =
  `Open ${portal}, choose your application, press “Reset Token” on its page Bot, and ` +
  'set `DISCORD_TOKEN` to what it shows.';

function findingOf({ code, message, forPeople }: DiscordError): Finding {
  if (code === 'discord-401') return fault('Discord does not know this token', newToken);
  if (code === 'discord-rate-limited') {
    return fault('Discord asks for a pause', 'Wait a minute and look again.');
  }
  if (code === 'discord-unreachable') {
    const cure =
      'Check that this machine reaches the internet, a proxy or firewall included; with ' +
      '`DISCORD_API_URL` set, that it is right.';
    return fault(message.replace(/^Discord: /, ''), cure);
  }
  return fault(message.replace(/^Discord: /, ''), forPeople);
}

async function checkToken({ token, look }: DiscordPatient): Promise<Finding> {
  if (!/^[\w.-]+$/.test(token)) {
    return fault('it holds characters that are in no token', newToken);
  }
  const me = await look.me();
  if (me.bot === true) return ok(`accepted, as ${me.username} (${me.id})`);
  return fault('it is the token of a person and not of a bot', newToken);
}

async function checkIntent({ look }: DiscordPatient): Promise<Finding> {
  const { id, hasMessageContent } = await look.application();
  if (hasMessageContent) return ok('switched on');
  return fault(
    'switched off: the bot would not be let in, for it could not read what people write',
    `Open ${portal}/${id}/bot, switch on “Message Content Intent” and save.`,
  );
}

async function checkInvitations({ look }: DiscordPatient): Promise<Finding> {
  const { id, isPublic } = await look.application();
  if (!isPublic) return ok('only you can invite the bot');
  return warn(
    'anybody can invite the bot, which then leaves again',
    `Open ${portal}/${id}/installation and set the install link to None, then switch off ` +
      '“Public Bot” on the page Bot.',
  );
}

async function checkGuild({ look, guildId }: GuildPatient): Promise<Finding> {
  const guild = await look.guild(guildId);
  if (guild !== null) return ok(`${guild.name} (${guild.id})`);
  const [{ id }, guilds] = await Promise.all([look.application(), look.guilds()]);
  const known = guilds.slice(0, 5).map((one) => `${one.name} (${one.id})`);
  const others =
    known.length === 0
      ? 'It is in no server yet.'
      : `It is in ${known.join(', ')}: if you meant that one, set \`DISCORD_GUILD_ID\` to its id.`;
  return fault(
    `the bot is not in the server ${guildId}`,
    `Let it in as the server's owner: ${inviteUrl(id)}\n${others}`,
  );
}

async function checkPermissions({ look, guildId }: GuildPatient): Promise<Finding> {
  const [{ id }, report] = await Promise.all([look.application(), look.standing(guildId)]);
  const { isAdministrator, missing, missingWanted } = report;
  if (isAdministrator) {
    return fault(
      'the bot is Administrator: private channels would be open to whoever steals its token',
      'Take Administrator away from its roles in the server settings. With it the agency refuses ' +
        'to start.',
    );
  }
  const again = `Invite it again, which adds them: ${inviteUrl(id)}`;
  if (missing.length > 0) return fault(`missing: ${missing.map(inWords).join(', ')}`, again);
  if (missingWanted.length === 0) return ok('all there, and not Administrator');
  return warn(
    `missing, though not needed for the work itself: ${missingWanted.map(inWords).join(', ')}`,
    again,
  );
}

/** `ViewChannel` as Discord's settings say it. */
function inWords(permission: string): string {
  return permission.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ');
}

/** The bot sets who may see its channels, for which a role above everyone's is enough. */
async function checkRole({ look, guildId }: GuildPatient): Promise<Finding> {
  const [{ id }, { ownRole, rolesInGuild }] = await Promise.all([
    look.application(),
    look.standing(guildId),
  ]);
  if (ownRole === null) {
    return warn(
      'the bot has no role of its own: what it may do hangs on roles that others share',
      `Invite it again, which makes one: ${inviteUrl(id)}`,
    );
  }
  const { name, position } = ownRole;
  if (position > 0) return ok(`“${name}”, ${position} of ${rolesInGuild - 1} from below; enough`);
  return fault(`“${name}” is not above @everyone`, 'Move it up in the server settings, Roles.');
}

async function checkDirector(discord: GuildPatient): Promise<Finding> {
  const { look, guildId, directorUserIds } = discord;
  const guild = await look.guild(guildId);
  const ids = directorUserIds ?? (guild === null ? [] : [guild.ownerId]);
  const found = await Promise.all(
    ids.map(async (id) => ({ id, user: await look.member(guildId, id) })),
  );
  const away = found.filter(({ user }) => user === null).map(({ id }) => id);
  const bots = found.filter(({ user }) => user?.bot === true).map(({ id }) => id);
  const cure =
    'Set `DIRECTOR_USER_IDS` to people who are in the server (right-click a name, Copy User ID), ' +
    'or leave it out: then its owner decides.';
  if (away.length > 0) return fault(`not in the server: ${away.join(', ')}`, cure);
  if (bots.length > 0) return fault(`a bot cannot decide: ${bots.join(', ')}`, cure);
  const names = found.map(({ user }) => user?.username ?? '').join(', ');
  return ok(directorUserIds === null ? `${names}, who owns the server` : names);
}
