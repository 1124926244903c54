// Effects still to be carried out. Rows of one lane run in the order they were decided; a claim is
// a lease by the database's clock, and every later write names the fence it was made under. A row
// that cannot be carried out is parked, and its lane goes on; one that waits for people is held,
// and its lane with it: it is ready, at a time that never comes.
import { and, eq, or, sql } from 'drizzle-orm';
import { z } from 'zod';
import { storeError } from './open-store.ts';
import type { Executor, Tx } from './open-store.ts';
import { outbox } from './schema.ts';

export const OutboxKind = z.enum([
  'event',
  'post',
  'edit',
  'place',
  'react',
  'status',
  'timer',
  'bundle',
  'forget',
]);
export type OutboxKind = z.infer<typeof OutboxKind>;

export interface OutboxEntry {
  id: string;
  kind: OutboxKind;
  lane: string;
  payload: unknown;
  /** Whose decision it is from. */
  aggregateId?: string;
  /** Epoch ms; absent: at once. */
  notBefore?: number;
}

/** A row under lease. */
export interface Delivery {
  id: string;
  kind: OutboxKind;
  lane: string;
  payload: unknown;
  aggregateId: string | null;
  fence: number;
  revision: number;
  attempts: number;
}

/** Adds effects; one that is asked for again under the same id is carried out once more. */
export async function enqueue(tx: Tx, entries: readonly OutboxEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const values = entries.map(({ notBefore, ...entry }) => ({
    ...entry,
    ...(notBefore === undefined ? {} : { notBefore: new Date(notBefore) }),
  }));
  await tx
    .insert(outbox)
    .values(values)
    .onConflictDoUpdate({
      target: outbox.id,
      set: {
        revision: sql`${outbox.revision} + 1`,
        payload: sql`excluded.payload`,
        aggregateId: sql`excluded.aggregate_id`,
        status: sql`case when ${outbox.status} = 'running' then 'running' else 'ready' end`,
        attempts: 0,
      },
    });
}

const Claimed = z.object({
  id: z.string(),
  seq: z.number(),
  kind: OutboxKind,
  lane: z.string(),
  payload: z.unknown(),
  aggregateId: z.string().nullable(),
  fence: z.number(),
  revision: z.number(),
  attempts: z.number(),
});

interface Claiming {
  max: number;
  leaseMs: number;
  kinds: readonly OutboxKind[];
}

/** Takes the due heads of up to `max` lanes. */
export async function claimDeliveries(db: Executor, claiming: Claiming): Promise<Delivery[]> {
  const { max, leaseMs } = claiming;
  const kinds = sql.join(
    claiming.kinds.map((kind) => sql`${kind}`),
    sql`, `,
  );
  try {
    const result = await db.execute(sql`
      update outbox set status = 'running', fence = fence + 1, attempts = attempts + 1,
        lease_until = now() + ${leaseMs} * interval '1 ms'
      where id in (
        select head.id from outbox head
        where head.status in ('ready', 'running') and head.lease_until < now()
          and head.not_before <= now() and head.kind in (${kinds})
          and not exists (select 1 from outbox earlier where earlier.lane = head.lane
            and earlier.seq < head.seq and earlier.status in ('ready', 'running'))
        order by head.seq limit ${max} for update skip locked)
      returning id, seq::int as seq, kind, lane, payload, aggregate_id as "aggregateId", fence,
        revision, attempts`);
    return result.rows.map((row) => Claimed.parse(row)).sort((a, b) => a.seq - b.seq);
  } catch (error) {
    throw storeError(error);
  }
}

/** Done, unless it was asked for again meanwhile: then it is ready once more. */
export async function finishDelivery(db: Executor, delivery: Delivery): Promise<boolean> {
  const rows = await db
    .update(outbox)
    .set({
      status: sql`case when ${outbox.revision} = ${delivery.revision} then 'done' else 'ready' end`,
      leaseUntil: sql`'-infinity'`,
      attempts: 0,
      lastError: null,
    })
    .where(and(eq(outbox.id, delivery.id), eq(outbox.fence, delivery.fence)))
    .returning({ id: outbox.id });
  return rows.length > 0;
}

/** Later, after a failure; the lane waits with it, so that order is kept. */
export async function postponeDelivery(
  db: Executor,
  delivery: Delivery,
  failure: { delayMs: number; reason: string; countsAttempt: boolean },
): Promise<void> {
  await db
    .update(outbox)
    .set({
      status: 'ready',
      leaseUntil: sql`'-infinity'`,
      notBefore: sql`now() + ${failure.delayMs} * interval '1 ms'`,
      lastError: failure.reason,
      attempts: failure.countsAttempt ? delivery.attempts : delivery.attempts - 1,
    })
    .where(and(eq(outbox.id, delivery.id), eq(outbox.fence, delivery.fence)));
}

/** It cannot be carried out; the lane goes on without it and the operator is told. */
export async function parkDelivery(
  db: Executor,
  delivery: Delivery,
  reason: string,
): Promise<void> {
  await db
    .update(outbox)
    .set({ status: 'parked', lastError: reason })
    .where(and(eq(outbox.id, delivery.id), eq(outbox.fence, delivery.fence)));
}

/** It waits until people have put something right, and its lane with it. */
export async function holdDelivery(
  db: Executor,
  delivery: Delivery,
  { where, reason }: { where: string; reason: string },
): Promise<void> {
  await db
    .update(outbox)
    .set({
      status: 'ready',
      leaseUntil: past,
      notBefore: sql`'infinity'`,
      lastError: `${where}: ${reason}`,
      attempts: delivery.attempts - 1,
    })
    .where(and(eq(outbox.id, delivery.id), eq(outbox.fence, delivery.fence)));
}

/**
 * Whether something that is still to be done was held for this: then people know. It need not wait
 * now: a start tries all once more, and what is held again is nothing new.
 */
export async function isHeldFor(db: Executor, where: string): Promise<boolean> {
  const result = await db.execute(sql`
    select 1 from outbox where status in ('ready', 'running', 'held')
      and starts_with(last_error, ${`${where}: `}) limit 1`);
  return result.rows.length > 0;
}

/** @returns what is waited for: the beginnings of what `releaseHeld` takes */
export async function heldFor(db: Executor): Promise<string[]> {
  const result = await db.execute(sql`
    select distinct split_part(last_error, ': ', 1) as where from outbox
    where status in ('ready', 'held') and not_before = 'infinity'`);
  return result.rows.map((row) => z.object({ where: z.string() }).parse(row).where);
}

/**
 * What was held for this is tried again, or when its project goes on; till then it says no more
 * that people know. @returns how many effects
 */
export async function releaseHeld(db: Executor, where: string): Promise<number> {
  const result = await db.execute(sql`
    update outbox set not_before = '-infinity',
      last_error = case when status = 'held' then null else last_error end
    where status in ('ready', 'held') and not_before = 'infinity'
      and starts_with(last_error, ${`${where}: `})`);
  return result.rowCount ?? 0;
}

/** What was given up or held is tried again from the beginning. @returns how many effects */
export async function retryParked(db: Executor): Promise<number> {
  const rows = await db
    .update(outbox)
    .set({ status: 'ready', attempts: 0, leaseUntil: past, notBefore: past })
    .where(or(eq(outbox.status, 'parked'), isHeld))
    .returning({ id: outbox.id });
  return rows.length;
}

const past = sql`'-infinity'`;
const isHeld = and(eq(outbox.status, 'ready'), eq(outbox.notBefore, sql`'infinity'`));

export interface Unsaid {
  reason: string;
  effects: number;
}

/** What is parked, held or waits behind what is held, by its reason, the most first. */
export async function readUnsaid(db: Executor): Promise<Unsaid[]> {
  const result = await db.execute(sql`
    select reason, count(*)::int as effects from (
      select last_error as reason from outbox where status = 'parked'
      union all
      select substr(held.last_error, strpos(held.last_error, ': ') + 2)
        from outbox held join outbox behind on behind.lane = held.lane
          and behind.seq >= held.seq and behind.status = 'ready'
        where held.status = 'ready' and held.not_before = 'infinity') as unsaid
    group by reason order by effects desc, reason`);
  return z.array(z.object({ reason: z.string(), effects: z.number() })).parse(result.rows);
}

/** Whether a row, known by this name, is held or waits behind one that is. */
function isHeldUp(name: string) {
  const row = sql.identifier(name);
  return sql`exists (select 1 from outbox held where held.lane = ${row}.lane
    and held.seq <= ${row}.seq and held.status = 'ready' and held.not_before = 'infinity')`;
}

/** Prolongs the leases of this process's effects. */
export async function renewDeliveries(
  db: Executor,
  held: readonly Pick<Delivery, 'id' | 'fence'>[],
  leaseMs: number,
): Promise<void> {
  if (held.length === 0) return;
  const pairs = sql.join(
    held.map(({ id, fence }) => sql`(${id}, ${fence}::int)`),
    sql`, `,
  );
  await db.execute(sql`
    update outbox set lease_until = now() + ${leaseMs} * interval '1 ms'
    where status = 'running' and (id, fence) in (${pairs})`);
}

/** Rows that are due and not under lease. */
export async function countDue(db: Executor): Promise<number> {
  const result = await db.execute(sql`
    select count(*)::int as due from outbox
    where status in ('ready', 'running') and lease_until < now() and not_before <= now()`);
  return z.object({ due: z.number() }).parse(result.rows[0]).due;
}

/**
 * Whether something that was decided before this row is still to be said in a project, and can be
 * without people putting something right.
 */
export async function hasEarlierPosts(
  db: Executor,
  { id, projectId }: { id: string; projectId: string },
): Promise<boolean> {
  const result = await db.execute(sql`
    select 1 from outbox earlier join outbox here on here.id = ${id}
    where earlier.kind in ('post', 'edit') and earlier.seq < here.seq
      and earlier.status in ('ready', 'running') and not ${isHeldUp('earlier')}
      and (earlier.lane like ${`${projectId}.%`} or earlier.lane like 'agency.%') limit 1`);
  return result.rows.length > 0;
}

/** What an effect carries, in whatever state it is; null when there is none of this id. */
export async function effectOf(
  db: Executor,
  id: string,
): Promise<{ payload: unknown; isWithdrawn: boolean } | null> {
  const { payload, status } = outbox;
  const [row] = await db.select({ payload, status }).from(outbox).where(eq(outbox.id, id));
  return row === undefined
    ? null
    : { payload: row.payload, isWithdrawn: row.status === 'cancelled' };
}

/** The project that the agency sent a message of the Director on to; null when to none. */
export async function projectToldOf(db: Executor, eventId: string): Promise<string | null> {
  const result = await db.execute(sql`
    select payload ->> 'projectId' as project from outbox
    where kind = 'event' and id in (${`${eventId}.told`}, ${`${eventId}.opened`}) limit 1`);
  const row = result.rows[0];
  return row === undefined ? null : z.object({ project: z.string() }).parse(row).project;
}

/** Rows that are due, postponed or under way; neither timers that lie ahead nor what is held up. */
export async function countOpen(db: Executor): Promise<number> {
  const result = await db.execute(sql`
    select count(*)::int as open from outbox
    where status in ('ready', 'running') and not ${isHeldUp('outbox')}
      and (kind <> 'timer' or not_before <= now())`);
  return z.object({ open: z.number() }).parse(result.rows[0]).open;
}
