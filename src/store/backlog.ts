// How much waits to be done, and for how long the oldest of it is due: what operators look at first
// when nothing seems to happen.
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Executor } from './open-store.ts';

export interface Backlog {
  /** Turns that could be taken now and are not. */
  turns: number;
  /** How long the oldest of them has been due, ms; 0 when there is none. */
  turnsAgeMs: number;
  /** Effects that could be carried out now and are not. */
  deliveries: number;
  deliveriesAgeMs: number;
}

const Row = z.object({
  turns: z.number(),
  turnsAgeMs: z.number(),
  deliveries: z.number(),
  deliveriesAgeMs: z.number(),
});

export async function readBacklog(db: Executor): Promise<Backlog> {
  const age = sql`coalesce(max(extract(epoch from now() - greatest(
    waiting.created_at, waiting.not_before, waiting.lease_until))) * 1000, 0)::float`;
  const isDue = sql`waiting.status in ('ready', 'running') and waiting.lease_until < now()
    and waiting.not_before <= now()`;
  const result = await db.execute(sql`
    select turns.*, deliveries.* from
      (select count(*)::int as "turns", ${age} as "turnsAgeMs" from turns waiting
        where ${isDue} and not exists (select 1 from turns earlier
          where earlier.conversation = waiting.conversation and earlier.seq < waiting.seq
            and earlier.status in ('ready', 'running'))) turns,
      (select count(*)::int as "deliveries", ${age} as "deliveriesAgeMs" from outbox waiting
        where ${isDue}) deliveries`);
  return Row.parse(result.rows[0]);
}
