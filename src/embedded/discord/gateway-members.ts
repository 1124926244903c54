// The answer to a client's request for members (op 8). Without the members intent a bot may ask for
// people by id or by a prefix of their name, but not for everybody.
import { z } from 'zod';
import { memberPayload } from './payloads/guild.ts';
import type { Member } from './records.ts';
import { userOf } from './world.ts';
import type { World } from './world.ts';

export const RequestMembers = z.looseObject({
  guild_id: z.string(),
  query: z.string().nullish(),
  limit: z.int().nullish(),
  user_ids: z.union([z.string(), z.array(z.string())]).nullish(),
  nonce: z.string().nullish(),
});
type RequestMembers = z.infer<typeof RequestMembers>;

/** @returns `undefined` for a guild that is not ours. */
export function membersChunk(
  world: World,
  asked: RequestMembers,
  seesAll: boolean,
): object | undefined {
  if (asked.guild_id !== world.settings.guildId) return undefined;
  const ids =
    asked.user_ids === null || asked.user_ids === undefined ? [] : [asked.user_ids].flat();
  const found =
    ids.length > 0
      ? ids.flatMap((id) => world.tables.member.get(id) ?? [])
      : searchMembers(world, asked.query ?? '', { limit: asked.limit ?? 0, seesAll });
  return {
    guild_id: asked.guild_id,
    members: found.map((member) => memberPayload(world, member)),
    chunk_index: 0,
    chunk_count: 1,
    not_found: ids.filter((id) => !world.tables.member.has(id)),
    ...(typeof asked.nonce === 'string' ? { nonce: asked.nonce } : {}),
  };
}

/** @param bounds a limit of 0 is no limit; an empty prefix needs `seesAll`. */
export function searchMembers(
  world: World,
  prefix: string,
  bounds: { limit: number; seesAll: boolean },
): Member[] {
  if (prefix === '' && !bounds.seesAll) return [];
  const wanted = prefix.toLowerCase();
  const found = [...world.tables.member.values()].filter(({ id }) => {
    const { username, displayName } = userOf(world, id);
    const names = [username, displayName ?? ''];
    return names.some((name) => name.toLowerCase().startsWith(wanted));
  });
  return bounds.limit === 0 ? found : found.slice(0, bounds.limit);
}
