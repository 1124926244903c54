// What nobody will ask for again goes: work that was carried out, and what guarded it against being
// done twice. Facts, messages, files, outputs and the ledger stay for ever; they are the record.
import { sql } from 'drizzle-orm';
import type { Store } from './open-store.ts';

/** How long each is kept, by the database's clock. */
const keptDays = {
  /** Effects that were carried out, or withdrawn. */
  outbox: 7,
  /** Messages on their way, unless a post of their time is still to be said. */
  sends: 7,
  /** The journal of a turn, counted from its end. */
  steps: 30,
  /** Ids of events; whoever delivers one again does so within minutes. */
  inbox: 90,
};

export interface Removed {
  outbox: number;
  sends: number;
  steps: number;
  inbox: number;
}

/** @returns how many rows went */
export function removeOld(store: Store): Promise<Removed> {
  return store.transact(async (tx) => {
    const remove = async (statement: ReturnType<typeof sql>) =>
      (await tx.execute(statement)).rowCount ?? 0;
    return {
      outbox: await remove(sql`delete from outbox
        where status in ('done', 'cancelled') and created_at < ${daysAgo(keptDays.outbox)}`),
      sends: await remove(sql`delete from sends
        where last_at < ${daysAgo(keptDays.sends)} and not exists (select 1 from outbox
          where status not in ('done', 'cancelled') and kind in ('post', 'edit', 'status')
            and created_at < sends.last_at)`),
      steps: await remove(sql`delete from steps using turns
        where turns.id = steps.turn_id and turns.status not in ('ready', 'running', 'held')
          and turns.finished_at < ${daysAgo(keptDays.steps)}`),
      inbox: await remove(sql`delete from inbox
        where accepted_at < ${daysAgo(keptDays.inbox)}`),
    };
  });
}

function daysAgo(days: number) {
  return sql`now() - ${days} * interval '1 day'`;
}
