// What was said becomes part of memory, by whoever looks next.
import { sql } from 'drizzle-orm';
import type { Tx } from './open-store.ts';

/** Human words that are kept are a Director's; see `hear-human.ts`. */
export async function takeIn(
  tx: Tx,
  scopes: readonly string[] | null,
  max: number,
): Promise<number> {
  const scope = sql`coalesce(substring(place from '^(P[0-9]+)(\\.|$)'), project_id, 'agency')`;
  const wanted = scopes === null ? sql`true` : sql`${scope} = any(${sql.param(scopes)})`;
  // The planner expects nearly all messages to be fresh, and would read every one to find none; the
  // partial index holds just those that are.
  await tx.execute(sql`set local enable_seqscan = off`);
  const result = await tx.execute(sql`
    with fresh as (
      select id, place, speaker, agent_id, text, at, project_id, ${scope} as scope from messages
      where remembered is distinct from md5(text) and ${wanted}
      order by at, length(id), id limit ${max} for update),
    taken as (
      insert into memories (id, scope, kind, text_hash, trust, project_id, message_id, agent_id,
        speaker, place, at)
      select 'message.' || id, scope, 'message', encode(sha256(convert_to(text, 'UTF8')), 'hex'),
        case when agent_id is null then 'T1' else 'T3' end, nullif(scope, 'agency'), id, agent_id,
        speaker, place, at
      from fresh where text <> '' order by at, length(id), id
      on conflict (id) do update
        set text_hash = excluded.text_hash, read_by = 0, is_dirty = true
        where memories.forgotten_at is null)
    update messages set remembered = md5(messages.text) from fresh where messages.id = fresh.id`);
  await tx.execute(sql`set local enable_seqscan = on`);
  return result.rowCount ?? 0;
}
