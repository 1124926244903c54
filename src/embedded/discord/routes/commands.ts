// Application commands, of the guild and global, and the list of them that a person's client asks
// for. Surprise: PUT replaces all, and a command that keeps its name keeps its id.
import { z } from 'zod';
import { permissionsInGuild, requireGuild } from '../access.ts';
import { parseForm } from '../form.ts';
import { withoutNulls } from '../compose.ts';
import { CommandForm } from '../forms/command.ts';
import { discordLimits } from '../limits.ts';
import { dropped, JsonObject } from '../records.ts';
import type { Command } from '../records.ts';
import { userPayload } from '../payloads/guild.ts';
import { refusal } from '../refusal.ts';
import { created, nothing, ok, route } from '../routing.ts';
import type { Answer, Call, Route } from '../routing.ts';
import { userOf } from '../world.ts';
import type { World } from '../world.ts';

const CommandForms = z.array(CommandForm);

export const commandRoutes: Route[] = [
  ...scopedRoutes('/applications/:application/commands'),
  ...scopedRoutes('/applications/:application/guilds/:guild/commands'),
  route('person', 'GET /guilds/:guild/application-command-index', listForPerson),
];

function scopedRoutes(at: `/${string}`): Route[] {
  return [
    route('bot', `GET ${at}`, list),
    route('bot', `PUT ${at}`, replaceAll),
    route('bot', `POST ${at}`, create),
    route('bot', `GET ${at}/:command`, read),
    route('bot', `PATCH ${at}/:command`, change),
    route('bot', `DELETE ${at}/:command`, remove),
  ];
}

function list(world: World, call: Call): Answer {
  const scope = scopeOf(world, call);
  return ok(commandsOf(world, scope).map((command) => commandPayload(world, command)));
}

function replaceAll(world: World, call: Call): Answer {
  const scope = scopeOf(world, call);
  const forms = parseForm(CommandForms, call.body);
  if (forms.length > discordLimits.commands) throw refusal('tooManyCommands');
  const former = commandsOf(world, scope);
  const commands = forms.map((form) => commandFrom(world, { scope, form, former }));
  const kept = new Set(commands.map(({ id }) => id));
  world.commit([
    ...former.flatMap(({ id }) => (kept.has(id) ? [] : dropped('command', id))),
    ...commands.map((value) => ({ put: 'command' as const, value })),
  ]);
  return ok(commands.map((command) => commandPayload(world, command)));
}

/** Creating one that is there already changes it. */
function create(world: World, call: Call): Answer {
  const scope = scopeOf(world, call);
  const form = parseForm(CommandForm, call.body);
  const former = commandsOf(world, scope);
  const command = commandFrom(world, { scope, form, former });
  const isNew = !world.tables.command.has(command.id);
  if (isNew && former.length >= discordLimits.commands) throw refusal('tooManyCommands');
  world.commit([{ put: 'command', value: command }]);
  return (isNew ? created : ok)(commandPayload(world, command));
}

function read(world: World, call: Call): Answer {
  return ok(commandPayload(world, commandOf(world, call)));
}

function change(world: World, call: Call): Answer {
  const command = commandOf(world, call);
  const given = parseForm(JsonObject, call.body);
  const form = parseForm(CommandForm, { ...command.definition, ...given });
  const definition = definitionOf(form);
  const changed = { ...command, definition, version: world.snowflakes.next() };
  world.commit([{ put: 'command', value: changed }]);
  return ok(commandPayload(world, changed));
}

function remove(world: World, call: Call): Answer {
  world.commit([dropped('command', commandOf(world, call).id)]);
  return nothing;
}

/** What a person may use here: the list behind the `/` of a message box. */
function listForPerson(world: World, call: Call): Answer {
  requireGuild(world, call.user.id, call.param('guild'));
  const usable = [...world.tables.command.values()].filter((command) =>
    mayUse(world, call.user.id, command),
  );
  const bot = userOf(world, world.settings.botId);
  return ok({
    applications: [{ id: bot.id, name: bot.username, icon: null, bot: userPayload(bot) }],
    application_commands: usable.map((command) => commandPayload(world, command)),
    version: usable.at(-1)?.version ?? '0',
  });
}

/** A command can ask for permissions that its user must have. */
export function mayUse(world: World, userId: string, command: Command): boolean {
  const needed = command.definition['default_member_permissions'];
  if (typeof needed !== 'string') return true;
  const granted = permissionsInGuild(world, userId);
  return userId === world.settings.ownerId || (needed !== '0' && includes(granted, needed));
}

/** A definition was stored with a name, which its form requires. */
export function commandName(command: Command): string {
  const { name } = command.definition;
  return typeof name === 'string' ? name : '';
}

function includes(granted: bigint, needed: string): boolean {
  return (granted & BigInt(needed)) === BigInt(needed);
}

/** @returns the guild's id, or `null` for global commands. */
function scopeOf(world: World, call: Call): string | null {
  if (call.param('application') !== world.settings.botId) throw refusal('unknownApplication');
  if (!call.has('guild')) return null;
  const guildId = call.param('guild');
  requireGuild(world, call.user.id, guildId);
  return guildId;
}

function commandsOf(world: World, scope: string | null): Command[] {
  return [...world.tables.command.values()].filter(({ guildId }) => guildId === scope);
}

function commandOf(world: World, call: Call): Command {
  const scope = scopeOf(world, call);
  const command = world.tables.command.get(call.param('command'));
  if (command?.guildId !== scope) throw refusal('unknownCommand');
  return command;
}

function commandFrom(
  world: World,
  given: { scope: string | null; form: CommandForm; former: Command[] },
): Command {
  const definition = definitionOf(given.form);
  const same = given.former.find(
    (one) =>
      one.definition['name'] === definition['name'] &&
      one.definition['type'] === definition['type'],
  );
  const id = same?.id ?? world.snowflakes.next();
  return { id, guildId: given.scope, version: world.snowflakes.next(), definition };
}

function definitionOf(form: CommandForm): JsonObject {
  const { id: _id, ...definition } = JsonObject.parse(withoutNulls(form));
  return { ...definition, type: definition['type'] ?? 1 };
}

/** Options that are absent stay absent: discord.js reads their presence. */
export function commandPayload(world: World, command: Command): JsonObject {
  return {
    default_member_permissions: null,
    dm_permission: true,
    nsfw: false,
    description: '',
    ...command.definition,
    id: command.id,
    application_id: world.settings.botId,
    version: command.version,
    ...(command.guildId === null ? {} : { guild_id: command.guildId }),
  };
}
