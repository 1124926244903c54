// Erases passages from every table there is. The columns are asked of the database, so that a table
// of tomorrow is searched too; zips are opened. Ids and hashes stay as tombstones. What is folded
// from facts is folded again from what is left of them, so the record stays whole. Its surprise:
// Postgres finds the rows that may hold a passage, and the passage itself decides.
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Erased } from '../domain/memory.ts';
import { erase, eraseDeep, eraseFromName } from '../domain/passage.ts';
import type { Passage } from '../domain/passage.ts';
import { StoreError } from '../lib/errors.ts';
import { canonicalJson, parseJson } from '../lib/json.ts';
import { cleanFile } from './clean-file.ts';
import type { Tx } from './open-store.ts';
import { refold } from './record.ts';

export interface Sweep {
  passages: readonly Passage[];
  proof: Erased;
  /** The effect that erases keeps what it looks for until it has ended. */
  effectId: string | null;
}

/** @returns hashes of the texts that lost some of their words, and the messages that did */
export async function sweep(
  tx: Tx,
  sweeping: Sweep,
): Promise<{ changed: string[]; touched: Touched[] }> {
  let changed: string[] = [];
  let touched: Touched[] = [];
  for (const column of await textColumns(tx)) {
    // Folded again below, out of what is left of the texts.
    if (column.table === 'aggregates' && column.column === 'state') continue;
    const keys = await sweepColumn(tx, column, sweeping);
    if (column.table === 'texts') changed = keys;
    const isSaid = column.table === 'messages' && column.column === 'text';
    if (isSaid) touched = await takeInAgain(tx, keys);
  }
  await sweepFiles(tx, sweeping);
  return { changed, touched };
}

const Column = z.object({
  table: z.string(),
  column: z.string(),
  type: z.enum(['text', 'jsonb', 'ARRAY']),
  key: z.string(),
});
type Column = z.infer<typeof Column>;

/** Every column that can hold text, but for keys, which do not hold any. */
async function textColumns(tx: Tx): Promise<Column[]> {
  const result = await tx.execute(sql`
    with keys as (
      select k.table_name, k.column_name, k.ordinal_position as place
      from information_schema.table_constraints c join information_schema.key_column_usage k
        using (constraint_schema, constraint_name, table_name)
      where c.constraint_type = 'PRIMARY KEY' and c.table_schema = 'public')
    select c.table_name as "table", c.column_name as "column", c.data_type as type,
      (select string_agg(format('%I::text', keys.column_name), ' || ''.'' || ' order by place)
        from keys where keys.table_name = c.table_name) as key
    from information_schema.columns c join information_schema.tables t
      using (table_schema, table_name)
    where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
      and (c.data_type in ('text', 'jsonb') or (c.data_type = 'ARRAY' and c.udt_name = '_text'))
      and c.is_generated = 'NEVER' and not exists (select 1 from keys
        where keys.table_name = c.table_name and keys.column_name = c.column_name)
      and c.table_name in (select table_name from keys)
    order by 1, 2`);
  return result.rows.map((row) => Column.parse(row));
}

const Hit = z.object({ key: z.string(), value: z.string() });

/** @returns the keys of the rows that held a passage */
async function sweepColumn(tx: Tx, found: Column, sweeping: Sweep): Promise<string[]> {
  const { table, column, type } = found;
  const { passages, proof, effectId } = sweeping;
  const [name, key, value] = [sql.identifier(column), sql.raw(found.key), sql.raw(valueOf(found))];
  const isOwn = table === 'outbox' && effectId !== null ? sql`${key} = ${effectId}` : sql`false`;
  const hits = await tx.execute(sql`
    select ${key} as key, ${value} as value from ${sql.identifier(table)}
    where ${name} is not null and not ${isOwn} and ${mayHold(value, passages)} for update`);
  const keys: string[] = [];
  for (const raw of hits.rows) {
    const row = Hit.parse(raw);
    const clean = withoutName(cleanValue(type, row.value, passages), passages);
    if (clean === row.value) continue;
    keys.push(row.key);
    // The body of a fact is what the chain is made of; its prose stands in `texts`.
    if (table === 'facts') continue;
    await tx.execute(sql`update ${sql.identifier(table)}
      set ${name} = ${fromText(type, clean)} where ${key} = ${row.key}`);
  }
  note(proof, { table, column, isKept: table === 'facts' }, keys);
  return keys;
}

/** Rows without a passage's anchor cannot hold it. */
function mayHold(value: ReturnType<typeof sql.raw>, passages: readonly Passage[]) {
  const anchors = [...new Set(passages.map(({ anchor }) => anchor))];
  if (anchors.includes('')) return sql`true`;
  return sql`exists (select 1 from unnest(${sql.param(anchors)}::text[]) as anchor
    where position(anchor in lower(${value})) > 0)`;
}

function cleanValue(type: Column['type'], text: string, passages: readonly Passage[]): string {
  if (type === 'text') return erase(text, passages);
  const parsed = parseJson(z.json(), text);
  if (!parsed.ok) return erase(text, passages);
  const clean = eraseDeep(parsed.value, passages);
  return canonicalJson(clean) === canonicalJson(parsed.value) ? text : JSON.stringify(clean);
}

/** The order to open a place, as it stands in `places` and in the outbox. */
const Named = z.looseObject({
  kind: z.enum(['category', 'channel', 'thread']),
  parent: z.string().nullable(),
  name: z.string(),
});

/** A channel is called by its words joined with hyphens, which elsewhere is an identifier. */
function withoutName(text: string, passages: readonly Passage[]): string {
  if (!text.startsWith('{')) return text;
  const order = parseJson(Named, text);
  if (!order.ok) return text;
  const name = eraseFromName(order.value.name, passages);
  return name === order.value.name ? text : JSON.stringify({ ...order.value, name });
}

/** A column's value as one text that can be searched and put back. */
function valueOf({ column, type }: Column): string {
  const name = `"${column.replaceAll('"', '""')}"`;
  if (type === 'text') return name;
  return type === 'jsonb' ? `${name}::text` : `to_jsonb(${name})::text`;
}

function fromText(type: Column['type'], text: string) {
  switch (type) {
    case 'text':
      return sql`${text}`;
    case 'jsonb':
      return sql`${text}::jsonb`;
    case 'ARRAY':
      return sql`array(select jsonb_array_elements_text(${text}::jsonb))`;
  }
}

/** A memory whose place in the index is another now, or none. */
export interface Touched {
  id: string;
  scope: string;
}

const TouchedRow = z.object({ id: z.string(), scope: z.string() });

/** Messages that lost some of their words: their own words are no postings any more. */
async function takeInAgain(tx: Tx, ids: readonly string[]): Promise<Touched[]> {
  if (ids.length === 0) return [];
  const changed = await tx.execute(sql`
    with changed as (update memories set read_by = 0, is_dirty = true, text_hash =
        encode(sha256(convert_to(messages.text, 'UTF8')), 'hex')
      from messages where messages.id = memories.message_id and memories.kind = 'message'
        and messages.id = any(${sql.param(ids)}) and forgotten_at is null
      returning memories.seq, memories.id, memories.scope),
    gone as (delete from memory_words using changed where memory_words.seq = changed.seq)
    select id, scope from changed`);
  await tx.execute(sql`
    update messages set remembered = md5(text) where id = any(${sql.param(ids)})
      and remembered is not null`);
  return changed.rows.map((row) => TouchedRow.parse(row));
}

const Folded = z.object({ id: z.string(), state: z.unknown() });

/**
 * Aggregates whose facts lost text are folded again. What is still there is no prose: a name, or a
 * title of somebody, that the chain holds.
 * @returns the ids of those that are another now
 */
export async function foldAgain(
  tx: Tx,
  hashes: readonly string[],
  { passages, proof }: Pick<Sweep, 'passages' | 'proof'>,
): Promise<string[]> {
  const affected = await tx.execute(sql`
    select id, state from aggregates where state is not null and id in (
      select distinct aggregate_id from facts where exists (
        select 1 from unnest(${sql.param(hashes)}::text[]) as hash
        where position(hash in body::text) > 0))
    order by id`);
  const changed: string[] = [];
  for (const { id, state } of affected.rows.map((row) => Folded.parse(row))) {
    const folded = await refold(tx, id);
    if (!folded.chainHolds) throw brokenChain(id);
    if (canonicalJson(folded.state) === canonicalJson(state)) continue;
    changed.push(id);
    await tx.execute(sql`update aggregates
      set state = ${JSON.stringify(folded.state)}::jsonb where id = ${id}`);
  }
  note(proof, { table: 'aggregates', column: 'state' }, changed);
  const value = sql.raw('state::text');
  const left = await tx.execute(sql`select id as key, state::text as value from aggregates
    where state is not null and ${mayHold(value, passages)}`);
  const kept = left.rows
    .map((row) => Hit.parse(row))
    .filter((row) => cleanValue('jsonb', row.value, passages) !== row.value);
  const keys = kept.map(({ key }) => key);
  note(proof, { table: 'aggregates', column: 'state', isKept: true }, keys);
  return changed;
}

/** Erasing would hide who changed it. */
function brokenChain(id: string): StoreError {
  return new StoreError(`The hash chain of ${id} is broken`, {
    code: 'chain-broken',
    retry: 'never',
    forPeople: `The record of ${id} was changed by somebody, so I do not change it any more.`,
    ids: { aggregate: id },
  });
}

const File = z.object({ key: z.string(), content: z.instanceof(Buffer) });

/** A file keeps its name, which is the hash of what it was, as a text keeps its hash. */
async function sweepFiles(tx: Tx, { passages, proof }: Sweep): Promise<void> {
  const Key = z.object({ key: z.string() });
  const all = await tx.execute(sql`select sha256 as key from files order by 1`);
  const keys: string[] = [];
  // One at a time: together they may be more than memory holds.
  for (const { key } of all.rows.map((row) => Key.parse(row))) {
    const result = await tx.execute(sql`
      select sha256 as key, content from files where sha256 = ${key} for update`);
    const { content } = File.parse(result.rows[0]);
    const clean = cleanFile(content, passages);
    if (clean === null) continue;
    await tx.execute(sql`update files set content = ${clean} where sha256 = ${key}`);
    keys.push(key);
  }
  proof.files.push(...keys);
  note(proof, { table: 'files', column: 'content' }, keys);
}

/** Adds keys to the proof, each once. */
export function note(
  proof: Erased,
  { table, column, isKept }: { table: string; column: string; isKept?: boolean },
  keys: readonly string[],
): void {
  if (keys.length === 0) return;
  const list = isKept === true ? proof.kept : proof.rows;
  const known = list.find((one) => one.table === table && one.column === column);
  if (known === undefined) list.push({ table, column, keys: [...keys] });
  else known.keys = [...new Set([...known.keys, ...keys])];
}
