// Who am I, where is the gateway, what is this application: what a client asks before it connects.
import { permissionsInGuild, requireGuild } from '../access.ts';
import { gatewayUrl } from '../gateway.ts';
import { serverLimits } from '../limits.ts';
import { guildPayload, userPayload } from '../payloads/guild.ts';
import { refusal } from '../refusal.ts';
import { ok, route } from '../routing.ts';
import type { Answer, Call, Route } from '../routing.ts';
import { userOf } from '../world.ts';
import type { World } from '../world.ts';

/** The message-content intent is switched on for an application of less than 100 guilds. */
const messageContentLimited = 1 << 19;
const guildMembersLimited = 1 << 15;

/** How many sessions a bot may open in a day, and how many are left of them. */
export interface StartLimit {
  total: number;
  remaining: number;
}

export function sessionRoutes(startLimit: () => StartLimit): Route[] {
  return [
    route('public', 'GET /gateway', (world) => ok({ url: gatewayUrl(world) })),
    route('bot', 'GET /gateway/bot', (world) =>
      ok({
        url: gatewayUrl(world),
        shards: 1,
        session_start_limit: {
          ...startLimit(),
          reset_after: 24 * 3_600_000,
          max_concurrency: serverLimits.identifiesAtOnce,
        },
      }),
    ),
    route('anyone', 'GET /users/@me', (_world, call) =>
      ok({ ...userPayload(call.user), flags: 0, mfa_enabled: false, locale: 'en-US' }),
    ),
    route('anyone', 'GET /users/@me/guilds', listGuilds),
    route('anyone', 'POST /users/@me/channels', () => {
      throw refusal('noDirectMessages');
    }),
    route('anyone', 'GET /users/:user', readUser),
    route('bot', 'GET /applications/@me', readApplication),
    route('bot', 'GET /oauth2/applications/@me', readApplication),
    route('anyone', 'GET /guilds/:guild', readGuild),
  ];
}

function listGuilds(world: World, call: Call): Answer {
  const { guildId, guildName, ownerId } = world.settings;
  const guild = { id: guildId, name: guildName, icon: null, owner: ownerId === call.user.id };
  const permissions = permissionsInGuild(world, call.user.id).toString();
  return ok([{ ...guild, permissions, features: [] }]);
}

function readUser(world: World, call: Call): Answer {
  const user = world.tables.user.get(call.param('user'));
  if (!user) throw refusal('unknownUser');
  return ok(userPayload(user));
}

function readApplication(world: World): Answer {
  const { botId, ownerId } = world.settings;
  const bot = userOf(world, botId);
  return ok({
    id: botId,
    name: bot.username,
    icon: null,
    description: '',
    bot_public: false,
    bot_require_code_grant: false,
    verify_key: '',
    team: null,
    summary: '',
    flags: messageContentLimited | guildMembersLimited,
    bot: userPayload(bot),
    owner: userPayload(userOf(world, ownerId)),
    approximate_guild_count: 1,
  });
}

function readGuild(world: World, call: Call): Answer {
  requireGuild(world, call.user.id, call.param('guild'));
  const count = world.tables.member.size;
  const counts =
    call.query['with_counts'] === 'true'
      ? { approximate_member_count: count, approximate_presence_count: count }
      : {};
  return ok({ ...guildPayload(world), ...counts });
}
