// Members and roles of the guild, for reading: the guild's people are made at the first start.
import { z } from 'zod';
import { requireGuild } from '../access.ts';
import { parseForm } from '../form.ts';
import { searchMembers } from '../gateway-members.ts';
import { memberPayload, rolePayload } from '../payloads/guild.ts';
import { refusal } from '../refusal.ts';
import { ok, route } from '../routing.ts';
import type { Answer, Call, Route } from '../routing.ts';
import { compareIds } from '../snowflake.ts';
import type { World } from '../world.ts';

const ListQuery = z.looseObject({
  limit: z.coerce.number().int().min(1).max(1000).default(1),
  after: z.string().default('0'),
});
const SearchQuery = z.looseObject({
  query: z.string(),
  limit: z.coerce.number().int().min(1).max(1000).default(1),
});

export const memberRoutes: Route[] = [
  route('anyone', 'GET /guilds/:guild/members', listMembers),
  route('anyone', 'GET /guilds/:guild/members/search', findMembers),
  route('anyone', 'GET /guilds/:guild/members/:user', readMember),
  route('anyone', 'GET /guilds/:guild/roles', listRoles),
  route('anyone', 'GET /guilds/:guild/roles/:role', readRole),
];

function listMembers(world: World, call: Call): Answer {
  requireGuild(world, call.user.id, call.param('guild'));
  const { limit, after } = parseForm(ListQuery, call.query);
  const members = [...world.tables.member.values()]
    .filter(({ id }) => compareIds(id, after) > 0)
    .sort((a, b) => compareIds(a.id, b.id));
  return ok(members.slice(0, limit).map((member) => memberPayload(world, member)));
}

function findMembers(world: World, call: Call): Answer {
  requireGuild(world, call.user.id, call.param('guild'));
  const { query, limit } = parseForm(SearchQuery, call.query);
  const found = searchMembers(world, query, { limit, seesAll: false });
  return ok(found.map((member) => memberPayload(world, member)));
}

function readMember(world: World, call: Call): Answer {
  requireGuild(world, call.user.id, call.param('guild'));
  const wanted = call.param('user');
  const member = world.tables.member.get(wanted === '@me' ? call.user.id : wanted);
  if (!member) throw refusal('unknownMember');
  return ok(memberPayload(world, member));
}

function listRoles(world: World, call: Call): Answer {
  requireGuild(world, call.user.id, call.param('guild'));
  return ok([...world.tables.role.values()].map(rolePayload));
}

function readRole(world: World, call: Call): Answer {
  requireGuild(world, call.user.id, call.param('guild'));
  const role = world.tables.role.get(call.param('role'));
  if (!role) throw refusal('unknownRole');
  return ok(rolePayload(role));
}
