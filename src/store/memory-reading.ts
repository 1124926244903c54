// Words of what is remembered, kept as postings, and statements that say the same made into one.
// How a text is read is the caller's business; here is what must happen in one transaction.
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { MemoryKind } from '../domain/memory.ts';
import type { Reading, ReadText } from '../domain/memory.ts';
import type { Tx } from './open-store.ts';

const Row = z.object({
  seq: z.coerce.number(),
  scope: z.string(),
  kind: MemoryKind,
  text: z.string(),
  speaker: z.string().nullable(),
  at: z.coerce.number(),
});

interface Read extends z.infer<typeof Row> {
  reading: ReadText;
}

/**
 * Whoever comes second waits for the rows and then finds them read.
 * @returns how many rows were read
 */
export async function readNew(
  tx: Tx,
  which: { scopes: readonly string[] | null; max: number },
  how: Reading,
): Promise<number> {
  const wanted = which.scopes === null ? sql`true` : sql`scope = any(${sql.param(which.scopes)})`;
  const result = await tx.execute(sql`
    select seq, scope, memories.kind, memories.speaker, memories.at, coalesce(
      case when memories.kind = 'message' then messages.text else texts.text end, '') as text
    from memories left join texts on texts.hash = memories.text_hash
      left join messages on messages.id = memories.message_id
    where read_by < ${how.version} and forgotten_at is null and ${wanted}
    order by seq limit ${which.max} for update of memories`);
  const rows = result.rows.map((raw) => {
    const row = Row.parse(raw);
    return { ...row, reading: how.read(row) };
  });
  if (rows.length === 0) return 0;
  await saveWords(tx, rows, how.version);
  await mergeTwins(
    tx,
    rows.filter((row) => row.kind !== 'message'),
    how,
  );
  return rows.length;
}

async function saveWords(tx: Tx, rows: readonly Read[], version: number): Promise<void> {
  const postings = rows.flatMap(({ seq, scope, kind, reading }) =>
    [...reading.words].map(([word, times]) => ({ scope, kind, word, seq, times })),
  );
  const column = <K extends keyof (typeof postings)[number]>(key: K) =>
    sql.param(postings.map((posting) => posting[key]));
  const of = (value: (row: Read) => number) => sql.param(rows.map(value));
  await tx.execute(sql`delete from memory_words where seq = any(${of((row) => row.seq)})`);
  await tx.execute(sql`
    insert into memory_words (scope, kind, word, seq, times)
    select * from unnest(${column('scope')}::text[], ${column('kind')}::text[],
      ${column('word')}::text[], ${column('seq')}::bigint[], ${column('times')}::int[])`);
  await tx.execute(sql`
    update memories set read_by = ${version}, words = new.words, distinct_words = new.distinct_words
    from unnest(${of((row) => row.seq)}::bigint[], ${of((row) => row.reading.length)}::int[],
      ${of((row) => row.reading.words.size)}::int[]) as new(seq, words, distinct_words)
    where memories.seq = new.seq`);
}

const Pair = z.object({
  mine: z.coerce.number(),
  theirs: z.coerce.number(),
  text: z.string(),
});

/**
 * Whatever shares the given part of all words with a text has at least one of this many of its
 * words, so the rarest of them bring every candidate; the reading decides. The better trusted
 * stays, else the newer; sources of both stay with their rows.
 */
async function mergeTwins(tx: Tx, rows: readonly Read[], how: Reading): Promise<void> {
  if (rows.length === 0) return;
  const bySeq = new Map(rows.map((row) => [row.seq, row]));
  const found = await tx.execute(sql`
    with mine as (select * from memory_words where seq = any(${sql.param([...bySeq.keys()])})),
    counted as (
      select scope, kind, word, count(*) as rows from memory_words
      where (scope, kind, word) in (select scope, kind, word from mine)
      group by scope, kind, word),
    ordered as (
      select mine.*, row_number() over (partition by seq order by rows, word) as rarity
      from mine join counted using (scope, kind, word)),
    pairs as (
      select distinct one.seq as mine, other.seq as theirs
      from ordered join memories one using (seq)
        join memory_words other on other.scope = ordered.scope and other.kind = ordered.kind
          and other.word = ordered.word and other.seq <> one.seq
      where rarity <= floor(${1 - how.twinJaccard}::float * one.distinct_words) + 1)
    select mine, theirs, text
    from pairs join memories one on one.seq = mine join memories other on other.seq = theirs
      join texts on texts.hash = other.text_hash
    where other.superseded_by is null and other.forgotten_at is null and text is not null
      and least(one.distinct_words, other.distinct_words)
        >= floor(${how.twinJaccard}::float * greatest(one.distinct_words, other.distinct_words))
    order by mine, theirs`);
  for (const raw of found.rows) {
    const { mine, theirs, text } = Pair.parse(raw);
    const row = bySeq.get(mine);
    if (row === undefined) continue;
    const other = how.read({ ...row, seq: theirs, text });
    if (how.saysTheSame(row.reading, other)) await merge(tx, mine, theirs);
  }
}

async function merge(tx: Tx, one: number, other: number): Promise<void> {
  await tx.execute(sql`
    with pair as (
      select id, first_value(id) over (order by trust, at desc, seq desc) as stays
      from memories where seq in (${one}, ${other}) and superseded_by is null)
    update memories set superseded_by = pair.stays, superseded_as = 'merged'
    from pair where memories.id = pair.id and pair.id <> pair.stays`);
}
