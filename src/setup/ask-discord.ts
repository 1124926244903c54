// Discord, in the order in which an owner has to go: application and token, intent, invitation,
// server, Director. Each step is looked at over REST, and looked at again as often as it takes.
import { inviteUrl } from '../discord/permissions.ts';
import type { GuildName } from '../discord/look.ts';
import type { CheckId } from '../doctor/check.ts';
import type { Diagnosis } from '../doctor/examine.ts';
import { discordPatient } from '../doctor/patient.ts';
import type { DiscordPatient } from '../doctor/patient.ts';
import { findingText } from '../doctor/report.ts';
import { readConfig } from '../config.ts';
import { unusable } from '../doctor/check-config.ts';
import { messageOf } from '../lib/errors.ts';
import { askFor, lookAt } from './session.ts';
import type { Session } from './session.ts';

export async function askDiscord(session: Session): Promise<void> {
  const { terminal, draft } = session;
  terminal.say(`
Discord
  For a server of your own: https://discord.com/developers/applications, New Application, then
  “Reset Token” on its page Bot. Without a token Discord is a web page on this machine.`);
  const token = await askToken(session);
  if (token === null) {
    for (const name of variables) draft.set(name, null);
    return;
  }
  draft.set('DISCORD_TOKEN', token);
  await untilIntent(session);
  draft.set('DISCORD_GUILD_ID', await askGuild(session));
  draft.set('DIRECTOR_USER_IDS', await askDirector(session));
}

const variables = ['DISCORD_TOKEN', 'DISCORD_GUILD_ID', 'DISCORD_API_URL', 'DIRECTOR_USER_IDS'];

interface Wanted {
  token?: string;
  guildId?: string | null;
  directorIds?: readonly string[] | null;
}

/** A fresh look at Discord: what was not there a minute ago may be there now. */
function discordOf({ draft }: Session, wanted: Wanted = {}): DiscordPatient {
  const { token = draft.get('DISCORD_TOKEN') ?? '', guildId = null, directorIds = null } = wanted;
  return discordPatient({ token, apiUrl: draft.get('DISCORD_API_URL'), guildId }, directorIds);
}

function look(session: Session, wanted: Wanted, ids: readonly CheckId[]): Promise<Diagnosis[]> {
  return lookAt(session, { ids, discord: discordOf(session, wanted) });
}

function askToken(session: Session): Promise<string | null> {
  const before = session.draft.get('DISCORD_TOKEN');
  return askFor(session, {
    text: 'Bot token (not shown)',
    preset: { value: before, words: before === null ? 'the local Discord' : 'keep the one set' },
    isSecret: true,
    look: async (token) => (token === null ? [] : look(session, { token }, ['discord.token'])),
  });
}

async function untilIntent(session: Session): Promise<void> {
  const { terminal } = session;
  for (;;) {
    const found = await look(session, {}, ['discord.intent', 'discord.invitations']);
    for (const diagnosis of found) terminal.say(findingText(diagnosis));
    if (found.every(({ state }) => state !== 'fault')) return;
    const answer = await terminal.ask('Press Enter when it is switched on [skip: go on without]: ');
    if (answer === 'skip') return;
  }
}

const listedMax = 20;

async function askGuild(session: Session): Promise<string | null> {
  const { terminal, draft } = session;
  const guilds = await untilInvited(session);
  const shown = guilds.slice(0, listedMax);
  for (const [at, { id, name }] of shown.entries()) terminal.say(`  ${at + 1}. ${name} (${id})`);
  const before = draft.get('DISCORD_GUILD_ID');
  const preset = guilds.find(({ id }) => id === before) ?? guilds[0];
  return askFor(session, {
    text: 'Server (number or id)',
    isNeeded: true,
    preset: { value: preset?.id ?? before, words: preset?.name ?? 'none' },
    meant: (typed) => shown[Number(typed) - 1]?.id ?? typed,
    look: (guildId) =>
      look(session, { guildId }, ['discord.guild', 'discord.permissions', 'discord.role']),
  });
}

/** @returns the servers that the bot is in, at least one unless that cannot be seen */
async function untilInvited(session: Session): Promise<GuildName[]> {
  const { terminal } = session;
  for (;;) {
    try {
      const { look: eyes } = discordOf(session);
      const [{ id }, guilds] = await Promise.all([eyes.application(), eyes.guilds()]);
      terminal.say(`
  Let the bot into your server, with just the permissions it needs:
  ${inviteUrl(id)}`);
      if (guilds.length > 0) return guilds;
    } catch (error) {
      terminal.say(`  Your servers cannot be seen: ${messageOf(error)}`);
      return [];
    }
    await terminal.ask('Press Enter when the bot is in your server: ');
  }
}

function askDirector(session: Session): Promise<string | null> {
  const before = session.draft.get('DIRECTOR_USER_IDS');
  const guildId = session.draft.get('DISCORD_GUILD_ID');
  return askFor(session, {
    text: 'Director (user ids, separated by commas)',
    preset: { value: before, words: before === null ? 'the server’s owner' : before },
    meant: (typed) => typed.replaceAll(/\s/g, ''),
    look: async (ids) => {
      const read = readConfig({ DIRECTOR_USER_IDS: ids ?? '' });
      if (!read.ok) return read.faults.map(unusable);
      const { directorUserIds: directorIds } = read.config;
      const found = await look(session, { guildId, directorIds }, [
        'discord.guild',
        'discord.director',
      ]);
      // What is wrong with the server was said when it was chosen.
      return found.filter(({ id }) => id === 'discord.director');
    },
  });
}
