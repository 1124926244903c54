// What the database tells at the end of a run about what was said, heard and done.
import type { Pool } from 'pg';
import { z } from 'zod';

const Row = z.object({
  id: z.string(),
  seq: z.coerce.number(),
  /** Before a pause put it behind what was said meanwhile. */
  firstSeq: z.coerce.number(),
  kind: z.string(),
  lane: z.string(),
  payload: z.unknown(),
  status: z.string(),
  aggregateId: z.string().nullable(),
  isDue: z.boolean(),
  lastError: z.string().nullable(),
});
type Row = z.infer<typeof Row>;

export interface Told {
  /** Posts in the order they were decided in. */
  said: Row[];
  /** Ids of posts that were changed later. */
  edited: string[];
  /** Effects that are not done, though they should be. */
  open: Row[];
  /** Discord's messages of each post. */
  messageIds: Map<string, string[]>;
  /** Channels that are places of ours. */
  places: Set<string>;
  /** Ids of people's messages that were heard to the end. */
  heard: Set<string>;
  inbox: Set<string>;
  /** Turns that nobody finished. */
  openTurns: string[];
  turns: number;
}

const Ids = z.array(z.object({ id: z.string() }));

export async function readTold(pool: Pool): Promise<Told> {
  const rowsOf = async (text: string): Promise<unknown> => (await pool.query(text)).rows;
  const idsOf = async (text: string) => Ids.parse(await rowsOf(text)).map(({ id }) => id);
  const outbox = z.array(Row).parse(
    await rowsOf(`select id, outbox.seq, coalesce(decided.seq, outbox.seq) as "firstSeq",
      kind, lane, payload, status, aggregate_id as "aggregateId",
      not_before <= now() as "isDue", last_error as "lastError"
      from outbox left join faults.decided using (id) order by outbox.seq`),
  );
  const posts = z
    .array(z.object({ id: z.string(), ids: z.array(z.string()) }))
    .parse(await rowsOf('select id, message_ids as ids from posts'));
  const edits = outbox.filter(({ kind }) => kind === 'edit');
  return {
    said: outbox.filter(({ kind }) => kind === 'post'),
    edited: edits.flatMap(({ payload }) => {
      const post = z.looseObject({ id: z.string() }).safeParse(payload);
      return post.success ? [post.data.id] : [];
    }),
    open: outbox.filter(
      ({ status, kind, isDue }) =>
        status !== 'done' && status !== 'cancelled' && (kind !== 'timer' || isDue),
    ),
    messageIds: new Map(posts.map(({ id, ids }) => [id, ids])),
    places: new Set(
      await idsOf('select channel_id as id from places where channel_id is not null'),
    ),
    heard: new Set(await idsOf('select id from messages')),
    inbox: new Set(await idsOf('select event_id as id from inbox')),
    openTurns: await idsOf(`select id from turns where status in ('ready', 'running')`),
    turns: Number((await idsOf('select count(*)::text as id from turns'))[0] ?? 0),
  };
}
