// What an aggregate has decided to say and nobody has said yet: held while it is paused, said in
// order when it goes on, withdrawn when it is called off. Raising the fence takes a row from
// whoever carries it out; should that have been too late, saying it again later is saying it once.
import { sql } from 'drizzle-orm';
import type { Tx } from './open-store.ts';

/** Effects that people see as an agent's own; receipts, reactions, events and places are not. */
const spoken = sql`kind in ('post', 'edit', 'bundle')`;
/** What was given up is tried again at the next start, so it is not over either. */
const open = sql`status in ('ready', 'running', 'parked')`;

/** Nothing that was decided before this transaction is said from its commit on. */
export async function holdSpeech(tx: Tx, aggregateId: string): Promise<void> {
  await tx.execute(sql`
    update outbox set status = 'held', fence = fence + 1
    where aggregate_id = ${aggregateId} and ${open} and ${spoken}`);
}

/** These were decided while the aggregate must be silent. */
export async function withholdSpeech(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.execute(sql`
    update outbox set status = 'held', fence = fence + 1 where id in ${[...ids]} and ${open}`);
}

/**
 * A change of a post that is held waits with it: changing what was never said would say it. One of
 * a post that is called off is made if the post got out all the same, so that its buttons go.
 */
export async function withholdEdits(tx: Tx, aggregateId: string): Promise<void> {
  await tx.execute(sql`
    update outbox as edit set status = 'held', fence = edit.fence + 1
    from outbox as post
    where edit.aggregate_id = ${aggregateId} and edit.kind = 'edit'
      and edit.status in ('ready', 'running', 'parked')
      and post.id = edit.payload ->> 'id' and post.kind = 'post' and post.status = 'held'`);
  await tx.execute(sql`
    update outbox as edit set lane = edit.id
    from outbox as post
    where edit.aggregate_id = ${aggregateId} and edit.kind = 'edit' and edit.status = 'ready'
      and post.id = edit.payload ->> 'id' and post.kind = 'post' and post.status = 'cancelled'`);
}

/** Goes on behind what was said meanwhile, in the order it was decided. */
export async function releaseSpeech(tx: Tx, aggregateId: string): Promise<void> {
  await tx.execute(sql`
    update outbox set status = 'ready', attempts = 0, seq = later.seq,
      lease_until = '-infinity', not_before = '-infinity'
    from (
      select id, nextval(pg_get_serial_sequence('outbox', 'seq')) as seq
      from (select id from outbox where aggregate_id = ${aggregateId} and status = 'held'
        order by seq) as held
    ) as later
    where outbox.id = later.id`);
}

/**
 * Nothing that was decided before this transaction, held or not, is ever said; whatever was in its
 * way is in nobody's. Changes of what was said are made all the same, and each in a lane of its
 * own: to find out whether a post got out may take a minute, and nobody is to wait for that.
 */
export async function withdrawSpeech(tx: Tx, aggregateId: string): Promise<void> {
  await tx.execute(sql`
    update outbox set status = 'cancelled', fence = fence + 1, last_error = null
    where aggregate_id = ${aggregateId} and kind in ('post', 'bundle')
      and (${open} or status = 'held')`);
  await tx.execute(sql`
    update outbox set status = 'ready', lane = id, fence = fence + 1, lease_until = '-infinity'
    where aggregate_id = ${aggregateId} and kind = 'edit'
      and status in ('ready', 'running', 'held')`);
}
