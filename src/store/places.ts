// Where places are in Discord, what we posted there and what was said.
import { and, asc, eq, inArray, like, or, sql } from 'drizzle-orm';
import { z } from 'zod';
import { PlaceOrder } from '../domain/place.ts';
import { ShownOutput } from '../domain/shown-output.ts';
import { parseState } from './record.ts';
import type { Executor, Tx } from './open-store.ts';
import { messages, places, posts } from './schema.ts';

export interface PlaceRow {
  order: PlaceOrder;
  /** null until it was opened in Discord. */
  channelId: string | null;
}

export async function savePlaces(tx: Tx, orders: readonly PlaceOrder[]): Promise<void> {
  for (const order of orders) {
    await tx
      .insert(places)
      .values({ key: order.key, placeOrder: order })
      .onConflictDoUpdate({ target: places.key, set: { placeOrder: order } });
  }
}

export async function readPlace(db: Executor, key: string): Promise<PlaceRow | null> {
  const rows = await db.select().from(places).where(eq(places.key, key));
  const row = rows[0];
  if (row === undefined) return null;
  return { order: parseState(PlaceOrder, row.placeOrder, key), channelId: row.channelId };
}

/** Every category and channel there shall be; threads are as visible as their channel. */
export async function readChannelOrders(db: Executor): Promise<PlaceOrder[]> {
  const rows = await db.select().from(places).orderBy(asc(places.key));
  const orders = rows.map((row) => parseState(PlaceOrder, row.placeOrder, row.key));
  return orders.filter((order) => order.kind !== 'thread');
}

export async function placeOfChannel(db: Executor, channelId: string): Promise<string | null> {
  const rows = await db
    .select({ key: places.key })
    .from(places)
    .where(eq(places.channelId, channelId));
  return rows[0]?.key ?? null;
}

/** The channel or thread of each place that has one. */
export async function channelsOfPlaces(
  db: Executor,
  keys: readonly string[],
): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map();
  const rows = await db
    .select({ key: places.key, channelId: places.channelId })
    .from(places)
    .where(inArray(places.key, [...keys]));
  return new Map(
    rows.flatMap(({ key, channelId }) => (channelId === null ? [] : [[key, channelId] as const])),
  );
}

/** The newest that shall be called so. */
export async function categoryOfName(db: Executor, name: string): Promise<string | null> {
  const result = await db.execute(sql`select key from places
    where place_order ->> 'kind' = 'category' and place_order ->> 'name' = ${name}
    order by length(key) desc, key desc limit 1`);
  const row = result.rows[0];
  return row === undefined ? null : z.object({ key: z.string() }).parse(row).key;
}

export interface Watched {
  key: string;
  channelId: string;
  cursor: string | null;
}

/** Channels and threads that exist in Discord, the newest first. */
export async function watchedPlaces(db: Executor, max: number): Promise<Watched[]> {
  const result = await db.execute(sql`
    select key, channel_id, cursor from places
    where channel_id is not null and place_order ->> 'kind' <> 'category'
    order by (key like 'agency%') desc, channel_id::numeric desc limit ${max}`);
  return result.rows.map((row) => {
    const { key, channel_id: channelId, cursor } = WatchedRow.parse(row);
    return { key, channelId, cursor };
  });
}

const WatchedRow = z.object({
  key: z.string(),
  channel_id: z.string(),
  cursor: z.string().nullable(),
});

/** The place that a channel or thread is; null when it is none of ours. */
export async function watchedPlace(db: Executor, channelId: string): Promise<Watched | null> {
  const rows = await db
    .select({ key: places.key, cursor: places.cursor })
    .from(places)
    .where(eq(places.channelId, channelId));
  const row = rows[0];
  return row === undefined ? null : { ...row, channelId };
}

/** Only ever forward: two who read the same channel may end in either order. */
export async function moveCursor(db: Executor, key: string, messageId: string): Promise<void> {
  await db.execute(sql`update places set cursor = ${messageId} where key = ${key}
    and (cursor is null or cursor::numeric < ${messageId}::numeric)`);
}

/** Whether a message was heard to the end before. */
export async function isKnownMessage(db: Executor, messageId: string): Promise<boolean> {
  const rows = await db
    .select({ id: messages.id })
    .from(messages)
    .where(eq(messages.id, messageId));
  return rows.length > 0;
}

export async function recordChannel(db: Executor, key: string, channelId: string): Promise<void> {
  await db.update(places).set({ channelId }).where(eq(places.key, key));
}

export type MessageRow = typeof messages.$inferInsert;

/** Keeps a message; seeing it twice changes nothing. */
export async function saveMessages(db: Executor, rows: readonly MessageRow[]): Promise<void> {
  if (rows.length === 0) return;
  await db
    .insert(messages)
    .values([...rows])
    .onConflictDoUpdate({ target: messages.id, set: { text: sql`excluded.text` } });
}

export interface SentPost {
  id: string;
  place: string;
  agentId: string;
  messageIds: string[];
}

export async function saveSentPost(db: Executor, post: SentPost): Promise<void> {
  await db
    .insert(posts)
    .values(post)
    .onConflictDoUpdate({ target: posts.id, set: { messageIds: post.messageIds } });
}

export async function messageIdsOf(db: Executor, postId: string): Promise<string[] | null> {
  const rows = await db
    .select({ messageIds: posts.messageIds })
    .from(posts)
    .where(eq(posts.id, postId));
  return rows[0]?.messageIds ?? null;
}

/** Where a message was said; null when it is not known. */
export async function placeOfMessage(db: Executor, messageId: string): Promise<string | null> {
  const rows = await db
    .select({ place: messages.place })
    .from(messages)
    .where(eq(messages.id, messageId));
  return rows[0]?.place ?? null;
}

/** The agent whose post a message is; null when it is not one of ours. */
export async function speakerOfMessage(db: Executor, messageId: string): Promise<string | null> {
  const rows = await db
    .select({ agentId: messages.agentId })
    .from(messages)
    .where(eq(messages.id, messageId));
  return rows[0]?.agentId ?? null;
}

/** Which output a message shows; null when it shows none. */
export async function outputShownIn(db: Executor, messageId: string): Promise<ShownOutput | null> {
  const rows = await db
    .select({ shows: messages.shows })
    .from(messages)
    .where(eq(messages.id, messageId));
  const shows = rows[0]?.shows ?? null;
  return shows === null ? null : parseState(ShownOutput, shows, messageId);
}

/**
 * Everything said in a project's places, and about it in the agency's, in order of place and of
 * Discord's ids: our clock and Discord's need not agree.
 */
export async function transcriptRows(db: Executor, projectId: string) {
  const inAgency = and(like(messages.place, 'agency.%'), eq(messages.projectId, projectId));
  const ours = or(like(messages.place, `${projectId}.%`), inAgency);
  const { place, id } = messages;
  return db
    .select()
    .from(messages)
    .where(ours)
    .orderBy(asc(place), sql`length(${id})`, asc(id));
}

/** Names of places, as people see them. */
export async function placeNames(db: Executor, keys: string[]): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map();
  const rows = await db.select().from(places).where(inArray(places.key, keys));
  return new Map(
    rows.map((row) => [row.key, parseState(PlaceOrder, row.placeOrder, row.key).name]),
  );
}
