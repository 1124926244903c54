// Ids of events already decided over: the insert's conflict decides that seeing one twice is seeing
// it once, whoever delivers it and however often.
import type { Tx } from './open-store.ts';
import { inbox } from './schema.ts';

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
