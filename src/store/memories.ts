// The rows of memory: what is remembered, its words, and which of it holds. Every query is held to
// a shelf in SQL, so that nothing of another project is read, whatever an index answers. Its
// surprise: the write path only inserts; words are read, and duplicates found, by whoever looks
// next, under a lock on the rows, so that a decision costs no more than before.
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { MemoryKind, Trust } from '../domain/memory.ts';
import type { Memory, MemoryRows, MemorySource, Remembered, Shelf } from '../domain/memory.ts';
import { sha256, storableText } from '../lib/json.ts';
import { forgetOnce } from './forget.ts';
import { readNew } from './memory-reading.ts';
import type { Executor, Store, Tx } from './open-store.ts';
import { takeIn } from './take-in.ts';
import { memories as table, texts } from './schema.ts';

/** Postings of one search; beyond, its commonest words are left out. */
const postingsMax = 200_000;

export function createMemoryRows(store: Store): MemoryRows {
  const { db } = store;
  return {
    add: (memories) => store.transact((tx) => saveMemories(tx, memories)),
    takeIn: (scopes, max) => store.transact((tx) => takeIn(tx, scopes, max)),
    readNew: (which, how) => store.transact((tx) => readNew(tx, which, how)),
    conversations: (shelf) => conversations(db, shelf),
    postings: (shelf, words) => postings(db, shelf, words),
    load: (shelf, which) => load(db, shelf, which),
    mergedSources: (shelf, ids) => mergedSources(db, shelf, ids),
    dirty: (max) => dirty(db, max),
    markClean: async (ids, as) => {
      await db.execute(sql`update memories set is_dirty = false
        where id = any(${sql.param(ids)}) and (forgotten_at is null) = ${as === 'live'}`);
    },
    markDirty: async (ids) => {
      await db.execute(sql`update memories set is_dirty = true
        where id = any(${sql.param(ids)}) and not is_dirty`);
    },
    liveCounts: async () => {
      const result = await db.execute(sql`select scope, count(*)::int as rows from memories
        where forgotten_at is null group by scope`);
      return new Map(
        result.rows.map((row) => Count.parse(row)).map((row) => [row.scope, row.rows]),
      );
    },
    liveIds: async (scope) => {
      const result = await db.execute(sql`select id from memories
        where scope = ${scope} and forgotten_at is null`);
      return result.rows.map((row) => Id.parse(row).id);
    },
    forget: async (selection, at) =>
      (await store.transact((tx) => forgetOnce(tx, { selection, at }))).erased,
  };
}

const Count = z.object({ scope: z.string(), rows: z.number() });
const Id = z.object({ id: z.string() });

/**
 * Remembers, in the transaction of the decision that wants it. What is known by its id stays as it
 * is, and a text that was forgotten is not learnt again.
 */
export async function saveMemories(tx: Tx, memories: readonly Memory[]): Promise<void> {
  for (const { source, ...memory } of memories) {
    const text = storableText(memory.text);
    const textHash = sha256(text);
    await tx.insert(texts).values({ hash: textHash, text }).onConflictDoNothing();
    const inserted = await tx.execute(sql`
      insert into memories (id, scope, kind, text_hash, subject, speaker, trust, at,
        project_id, turn_id, message_id, agent_id)
      select ${memory.id}, ${memory.scope}, ${memory.kind}, ${textHash}, ${memory.subject},
        ${memory.speaker}, ${memory.trust}, ${memory.at}::bigint,
        ${source.projectId}, ${source.turnId}, ${source.messageId}, ${source.agentId}
      where exists (select 1 from texts where hash = ${textHash} and text is not null)
      on conflict do nothing`);
    if (inserted.rowCount === 1 && memory.subject !== null) await replaceOlder(tx, memory);
  }
}

/** Of several statements about one subject the newest holds, among the best trusted. */
async function replaceOlder(
  tx: Tx,
  { scope, kind, subject }: Pick<Memory, 'scope' | 'kind' | 'subject'>,
): Promise<void> {
  await tx.execute(sql`
    with held as (
      select id, first_value(id) over (order by trust, at desc, seq desc) as holds
      from memories where scope = ${scope} and kind = ${kind} and subject = ${subject}
        and superseded_by is null and forgotten_at is null)
    update memories set superseded_by = held.holds, superseded_as = 'replaced'
    from held where memories.id = held.id and held.id <> held.holds`);
}

function onShelf({ scopes, kinds, trustMax, withSuperseded }: Shelf) {
  return sql`${table.scope} = any(${sql.param(scopes)}) and ${table.kind} = any(${sql.param(kinds)})
    and ${table.trust} <= ${trustMax} and ${table.forgottenAt} is null
    and (${withSuperseded} or ${table.supersededBy} is null)`;
}

/** Packed into text: a row each would take ten times as long to carry over. */
const Packed = z.object({ name: z.string().nullable(), pairs: z.string() });

async function conversations(db: Executor, shelf: Shelf) {
  const result = await db.execute(sql`
    select place as name, string_agg(seq || ':' || words, ' ' order by at, seq) as pairs
    from memories where ${onShelf(shelf)} group by place`);
  return result.rows.flatMap((row) => {
    const { name, pairs } = Packed.parse(row);
    const members = unpack(pairs).map(([seq, words]) => ({ seq, words }));
    // What was not said anywhere has no neighbours.
    return name === null ? members.map((member) => [member]) : [members];
  });
}

async function postings(db: Executor, shelf: Shelf, words: readonly string[]) {
  const ours = sql`scope = any(${sql.param(shelf.scopes)})
    and kind = any(${sql.param(shelf.kinds)}) and word = any(${sql.param(words)})`;
  const result = await db.execute(sql`
    with counted as (select word, count(*) as rows from memory_words where ${ours} group by word),
    summed as (select word, sum(rows) over (order by rows, word) as upto from counted)
    select word as name, string_agg(seq || ':' || times, ' ') as pairs from memory_words
    where ${ours} and word in (select word from summed where upto <= ${postingsMax})
    group by word`);
  return result.rows.map((row) => {
    const { name, pairs } = Packed.parse(row);
    return { word: name ?? '', in: unpack(pairs).map(([seq, times]) => ({ seq, times })) };
  });
}

function unpack(pairs: string): [number, number][] {
  return pairs.split(' ').map((pair) => {
    const at = pair.indexOf(':');
    return [Number(pair.slice(0, at)), Number(pair.slice(at + 1))];
  });
}

/** A memory with its text; messages have theirs in their own table. */
const remembered = sql`
  select memories.id, memories.seq, memories.scope, memories.kind, memories.speaker,
    memories.trust, memories.place, memories.at, memories.project_id, memories.turn_id,
    memories.message_id, memories.agent_id, memories.superseded_by, memories.superseded_as,
    coalesce(case when memories.kind = 'message' then messages.text else texts.text end, '') as text
  from memories left join texts on texts.hash = memories.text_hash
    left join messages on messages.id = memories.message_id`;

const SourceRow = z.object({
  project_id: z.string().nullable(),
  turn_id: z.string().nullable(),
  message_id: z.string().nullable(),
  agent_id: z.string().nullable(),
});
const Row = SourceRow.extend({
  id: z.string(),
  seq: z.coerce.number(),
  scope: z.string(),
  kind: MemoryKind,
  speaker: z.string().nullable(),
  trust: Trust,
  place: z.string().nullable(),
  at: z.coerce.number(),
  superseded_by: z.string().nullable(),
  superseded_as: z.enum(['merged', 'replaced']).nullable(),
  text: z.string(),
});

function sourceOf(row: z.infer<typeof SourceRow>): MemorySource {
  const { project_id: projectId, turn_id: turnId, message_id: messageId, agent_id: agentId } = row;
  return { projectId, turnId, messageId, agentId };
}

function rememberedOf(raw: unknown): Remembered {
  const row = Row.parse(raw);
  const { id, seq, scope, kind, text, speaker, trust, place, at } = row;
  const { superseded_by: by, superseded_as: as } = row;
  const superseded = by === null || as === null ? null : { by, as };
  return {
    id,
    seq,
    scope,
    kind,
    text,
    speaker,
    trust,
    source: sourceOf(row),
    place,
    at,
    superseded,
  };
}

async function load(
  db: Executor,
  shelf: Shelf,
  which: { seqs: readonly number[] } | { ids: readonly string[] },
): Promise<Remembered[]> {
  const chosen =
    'seqs' in which
      ? sql`memories.seq = any(${sql.param(which.seqs)})`
      : sql`memories.id = any(${sql.param(which.ids)})`;
  const result = await db.execute(sql`${remembered} where ${chosen} and ${onShelf(shelf)}`);
  return result.rows.map(rememberedOf);
}

const MergedRow = SourceRow.extend({ holds: z.string() });

async function mergedSources(
  db: Executor,
  shelf: Shelf,
  ids: readonly string[],
): Promise<Map<string, MemorySource[]>> {
  const result = await db.execute(sql`
    with recursive older as (
      select * from memories where ${onShelf({ ...shelf, withSuperseded: true })}
        and superseded_as = 'merged'),
    merged as (
      select id, superseded_by as holds from older where superseded_by = any(${sql.param(ids)})
      union
      select older.id, merged.holds from older join merged on older.superseded_by = merged.id)
    select merged.holds, project_id, turn_id, message_id, agent_id
    from merged join older using (id) order by older.seq`);
  const rows = result.rows.map((row) => MergedRow.parse(row));
  const groups = Map.groupBy(rows, (row) => row.holds);
  return new Map([...groups].map(([id, group]) => [id, group.map(sourceOf)]));
}

const Gone = z.object({ id: z.string(), scope: z.string() });

async function dirty(db: Executor, max: number) {
  const live = await db.execute(sql`${remembered}
    where is_dirty and forgotten_at is null order by memories.seq limit ${max}`);
  const gone = await db.execute(sql`
    select id, scope from memories where is_dirty and forgotten_at is not null limit ${max}`);
  return {
    live: live.rows.map(rememberedOf),
    gone: gone.rows.map((row) => Gone.parse(row)),
  };
}
