// Ids of events already decided over: the insert's conflict decides that seeing one twice is seeing
// it once, whoever delivers it and however often.
import { eq } from 'drizzle-orm';
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
