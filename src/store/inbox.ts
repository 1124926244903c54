// Ids of events already decided over: the insert's conflict decides that seeing one twice is seeing
// it once, whoever delivers it and however often.
import { eq, like } from 'drizzle-orm';
import type { Executor, Tx } from './open-store.ts';
import { inbox } from './schema.ts';

/** The aggregate that decided over an event; null when none did. */
export async function aggregateOf(db: Executor, eventId: string): Promise<string | null> {
  const rows = await db
    .select({ aggregateId: inbox.aggregateId })
    .from(inbox)
    .where(eq(inbox.eventId, eventId));
  return rows[0]?.aggregateId ?? null;
}

/** Parts of an event that were decided over one by one, such as `discord.message.7.P1`: `P1`. */
export async function partsHeard(db: Executor, eventId: string): Promise<string[]> {
  const prefix = `${eventId}.`;
  const rows = await db
    .select({ id: inbox.eventId })
    .from(inbox)
    .where(like(inbox.eventId, `${prefix}%`))
    .orderBy(inbox.eventId);
  return rows.map(({ id }) => id.slice(prefix.length));
}

/** @returns false when the event was accepted before */
export async function acceptEvent(
  tx: Tx,
  event: { id: string; type: string },
  aggregateId: string,
): Promise<boolean> {
  const rows = await tx
    .insert(inbox)
    .values({ eventId: event.id, aggregateId, type: event.type })
    .onConflictDoNothing()
    .returning({ id: inbox.eventId });
  return rows.length > 0;
}
