// How long turns waited to be begun: from the moment a turn was the first of its conversation to
// its first question to the model. Taken from the database and from the model's own log.
import { asc } from 'drizzle-orm';
import { turns } from '../../src/store/schema.ts';
import type { Store } from '../../src/store/open-store.ts';

export interface FirstAsked {
  /** Epoch ms by turn. */
  at: ReadonlyMap<string, number>;
}

/** Milliseconds of every turn that asked, ascending. */
export async function turnDelays({ db }: Store, asked: FirstAsked): Promise<number[]> {
  const rows = await db.select().from(turns).orderBy(asc(turns.seq));
  const freeAt = new Map<string, number>();
  const delays: number[] = [];
  for (const { id, conversation, createdAt, finishedAt } of rows) {
    const at = asked.at.get(id);
    const dueAt = Math.max(createdAt.getTime(), freeAt.get(conversation) ?? 0);
    if (at !== undefined) delays.push(at - dueAt);
    if (finishedAt !== null) freeAt.set(conversation, finishedAt.getTime());
  }
  return delays.sort((a, b) => a - b);
}

/** The value that the given share of the sorted values does not exceed. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
