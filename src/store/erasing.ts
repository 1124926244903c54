// One pass of erasing as the effect that carries it out needs it: what to change outside, who may
// still be at work with what was erased, and where all of it is kept until it is done. A pass and
// its traces are one transaction, so that a process may die anywhere and nothing is done unproven.
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Findings } from '../domain/forgetting.ts';
import type { Selection } from '../domain/memory.ts';
import { NotYet, messageOf } from '../lib/errors.ts';
import { forgetOnce } from './forget.ts';
import type { Forgetting, Pass } from './forget.ts';
import type { Executor, Store, Tx } from './open-store.ts';

/** What shows the text outside of the database. */
export interface ShownOutside {
  /** Ids of our posts. */
  posts: string[];
  /** Messages of people, and of ours that belong to no post. */
  messages: { id: string; place: string; isOurs: boolean; speaker: string }[];
  places: string[];
  /** Projects whose status message may have shown it. */
  projects: string[];
}

/** Work that began before the pass and may know what it erased. */
export interface AtWork {
  deliveries: { id: string; fence: number }[];
  /** Taken from whoever had them: they go on from what is left. */
  turns: string[];
}

export interface PassWithTraces extends Pass {
  outside: ShownOutside;
  atWork: AtWork;
  /** Nothing was found, so nothing is left. */
  isClean: boolean;
}

export async function erasePass(tx: Tx, forgetting: Forgetting): Promise<PassWithTraces> {
  const pass = await forgetOnce(tx, forgetting);
  const { rows, memories } = pass.erased;
  const isClean = rows.length === 0 && memories.length === 0;
  const outside = await shownOutside(tx, pass);
  const nobody: AtWork = { deliveries: [], turns: [] };
  const atWork = isClean ? nobody : await interrupt(tx, forgetting.effectId ?? '');
  return { ...pass, outside, atWork, isClean };
}

const Message = z.object({
  id: z.string(),
  place: z.string(),
  speaker: z.string(),
  agent: z.string().nullable(),
});
const Id = z.object({ id: z.string() });

async function shownOutside(tx: Tx, { erased, folded }: Pass): Promise<ShownOutside> {
  const keysOf = (table: string) =>
    erased.rows.filter((one) => one.table === table).flatMap(({ keys }) => keys);
  const found = await tx.execute(sql`
    select id, place, speaker, agent_id as agent from messages
    where id = any(${sql.param(erased.messageIds)}) order by length(id), id`);
  const messages = found.rows.map((row) => Message.parse(row));
  // A post shows what its text says, what its payload says and what its files hold.
  const posts = await tx.execute(sql`
    select distinct id from (
      select id from posts where message_ids && ${sql.param(erased.messageIds)}::text[]
      union all
      select payload ->> 'id' as id from outbox where kind in ('post', 'edit')
        and (id = any(${sql.param(keysOf('outbox'))}) or exists (
          select 1 from unnest(${sql.param(erased.files)}::text[]) as sha256
          where position(sha256 in payload::text) > 0))) as shown
    where id in (select id from posts) order by id`);
  const postIds = posts.rows.map((row) => Id.parse(row).id);
  const owned = await tx.execute(sql`
    select unnest(message_ids) as id from posts where id = any(${sql.param(postIds)})`);
  const ownedIds = new Set(owned.rows.map((row) => Id.parse(row).id));
  return {
    posts: postIds,
    messages: messages
      .filter(({ id }) => !ownedIds.has(id))
      .map(({ id, place, speaker, agent }) => ({ id, place, speaker, isOurs: agent !== null })),
    places: keysOf('places'),
    projects: folded.filter((id) => id !== 'agency'),
  };
}

const Fenced = z.object({ id: z.string(), fence: z.number() });

/** Who has begun before cannot end any more, or is waited for. */
async function interrupt(tx: Tx, effectId: string): Promise<AtWork> {
  const turns = await tx.execute(sql`
    update turns set status = 'ready', fence = fence + 1, attempts = greatest(0, attempts - 1),
      lease_until = '-infinity'
    where status = 'running' returning id`);
  const deliveries = await tx.execute(sql`
    select id, fence from outbox
    where status = 'running' and lease_until > now() and id <> ${effectId}`);
  return {
    turns: turns.rows.map((row) => Id.parse(row).id),
    deliveries: deliveries.rows.map((row) => Fenced.parse(row)),
  };
}

/** Whether any of these is still under way. */
export async function isAtWork(db: Executor, deliveries: AtWork['deliveries']): Promise<boolean> {
  const ids = deliveries.map(({ id }) => id);
  const running = await db.execute(sql`
    select id, fence from outbox where id = any(${sql.param(ids)})
      and status = 'running' and lease_until > now()`);
  return running.rows
    .map((row) => Fenced.parse(row))
    .some(({ id, fence }) => deliveries.some((one) => one.id === id && one.fence === fence));
}

/** What would be erased; nothing is. */
export function lookFor(store: Store, selection: Selection, at: number): Promise<Findings> {
  return store.transact(async (tx) => {
    await tx.execute(sql`savepoint looking`);
    const { erased } = await forgetOnce(tx, { selection, at });
    const people = await tx.execute(sql`select id from messages
      where id = any(${sql.param(erased.messageIds)}) and agent_id is null`);
    await tx.execute(sql`rollback to savepoint looking`);
    const messagesOfPeople = people.rows.length;
    return {
      memories: erased.memories.map(({ id }) => id),
      messagesOfPeople,
      messagesOfOurs: erased.messageIds.length - messagesOfPeople,
      files: erased.files.length,
      rows: erased.rows.reduce((sum, { keys }) => sum + keys.length, 0),
      tables: new Set(erased.rows.map(({ table }) => table)).size,
    };
  });
}

/**
 * Keeps how far an effect has come.
 * @throws NotYet when somebody else has it by now: nothing of the transaction around it counts, or
 * what it erased would be proven by nobody
 */
export async function keepPayload(
  db: Executor,
  { id, fence }: { id: string; fence: number },
  payload: unknown,
): Promise<void> {
  const kept = await db.execute(sql`update outbox set payload = ${JSON.stringify(payload)}::jsonb
    where id = ${id} and fence = ${fence}`);
  if (kept.rowCount === 0) throw new NotYet('somebody else forgets this by now', 0);
}

/** What people see of a post, not what is held back or called off; null when nobody knows. */
export async function newestPayload(db: Executor, postId: string): Promise<unknown> {
  const result = await db.execute(sql`
    select payload from outbox where kind in ('post', 'edit') and payload ->> 'id' = ${postId}
      and status not in ('held', 'cancelled')
    order by (status = 'done') desc, seq desc limit 1`);
  const row = result.rows[0];
  return row === undefined ? null : z.object({ payload: z.unknown() }).parse(row).payload;
}

/** Larger tables are left to the database's own tidying, or everybody would wait. */
const rewriteBytesMax = 128 * 1024 * 1024;
const tooLarge = 'it is too large to be written anew while people wait';

const Size = z.object({ bytes: z.coerce.number(), name: z.string() });

/**
 * Postgres keeps old versions of rows in a table's file; only writing the table anew drops them.
 * @returns why, for each table that was not
 */
export async function rewriteTables(
  store: Store,
  tables: readonly string[],
): Promise<Map<string, string>> {
  const left = new Map<string, string>();
  for (const table of tables) {
    const size = await store.db.execute(sql`select pg_total_relation_size(to_regclass(${table}))
      as bytes, format('%I', ${table}::text) as name`);
    const { bytes, name } = Size.parse(size.rows[0]);
    const why = bytes > rewriteBytesMax ? tooLarge : await rewrite(store, name);
    if (why !== null) left.set(table, why);
  }
  return left;
}

/** Not every role may, and somebody may be reading for long. @returns why not; null when done */
async function rewrite(store: Store, name: string): Promise<string | null> {
  const client = await store.pool.connect();
  try {
    // Whoever comes meanwhile waits behind us.
    await client.query(`set lock_timeout = '1s'`);
    await client.query(`vacuum (full) ${name}`);
    return null;
  } catch (error) {
    return messageOf(error);
  } finally {
    // A connection with another setting than the rest must not go back to them.
    client.release(true);
  }
}
