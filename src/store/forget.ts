// Erases what was remembered from every table there is. The columns are asked of the database, so
// that a table of tomorrow is searched too; zips are opened. Ids and hashes stay as tombstones, and
// the chain of facts holds, because facts refer to prose by hash. Its surprise: a text of one short
// word is erased where it is known to stand and nowhere else, for it stands everywhere.
import { sql } from 'drizzle-orm';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { z } from 'zod';
import { isPassage } from '../domain/memory.ts';
import type { Erased, Selection } from '../domain/memory.ts';
import { erasedText } from '../domain/prose.ts';
import type { Tx } from './open-store.ts';

const Chosen = z.object({
  id: z.string(),
  seq: z.coerce.number(),
  scope: z.string(),
  text_hash: z.string(),
  message_id: z.string().nullable(),
  kind: z.string(),
  text: z.string().nullable(),
});
type Chosen = z.infer<typeof Chosen>;

/** @returns the proof; empty when nothing fits the selection, or it says nothing */
export async function forget(tx: Tx, selection: Selection, at: number): Promise<Erased> {
  const chosen = await choose(tx, selection);
  const passages = [...new Set(chosen.flatMap(({ text }) => (text === null ? [] : [text])))]
    .filter((text) => isPassage(text))
    .sort((a, b) => b.length - a.length);
  const proof: Erased = {
    memories: chosen.map(({ id, scope, text_hash: textHash }) => ({ id, scope, textHash })),
    rows: [],
    kept: [],
    messageIds: [],
    files: [],
  };
  if (chosen.length === 0) return proof;
  await eraseOwn(tx, { chosen, at, proof });
  if (passages.length > 0) {
    await eraseEverywhere(tx, passages, proof);
    await eraseInFiles(tx, passages, proof);
  }
  const shown = proof.rows.filter(({ table }) => table === 'messages').flatMap(({ keys }) => keys);
  proof.messageIds = [...new Set(shown)].sort();
  return proof;
}

/** With what says the same: it would answer in place of what was forgotten. */
async function choose(tx: Tx, selection: Selection): Promise<Chosen[]> {
  const { ids, scope, messageIds, source = {}, trustFrom, words } = selection;
  const tests = [
    ids === undefined ? null : sql`memories.id = any(${sql.param(ids)})`,
    scope === undefined ? null : sql`memories.scope = ${scope}`,
    messageIds === undefined ? null : sql`memories.message_id = any(${sql.param(messageIds)})`,
    trustFrom === undefined ? null : sql`memories.trust >= ${trustFrom}`,
    source.projectId === undefined ? null : sql`memories.project_id = ${source.projectId}`,
    source.turnId === undefined ? null : sql`memories.turn_id = ${source.turnId}`,
    source.messageId === undefined ? null : sql`memories.message_id = ${source.messageId}`,
    source.agentId === undefined ? null : sql`memories.agent_id = ${source.agentId}`,
    words === undefined ? null : sql`position(${words} in coalesce(texts.text, messages.text)) > 0`,
  ].filter((test) => test !== null);
  if (tests.length === 0) return [];
  const joined = sql`memories left join texts on texts.hash = memories.text_hash
    and memories.kind <> 'message'
    left join messages on messages.id = memories.message_id and memories.kind = 'message'`;
  const result = await tx.execute(sql`
    with recursive chosen as (
      select memories.id, memories.kind, superseded_by, superseded_as, text_hash from ${joined}
      where forgotten_at is null and ${sql.join(tests, sql` and `)}
      union
      select other.id, other.kind, other.superseded_by, other.superseded_as, other.text_hash
      from memories other join chosen on other.kind <> 'message' and chosen.kind <> 'message'
        and (other.text_hash = chosen.text_hash
        or (other.superseded_by = chosen.id and other.superseded_as = 'merged')
        or (other.id = chosen.superseded_by and chosen.superseded_as = 'merged')))
    select memories.id, seq, scope, memories.text_hash, message_id, memories.kind,
      case when memories.kind = 'message' then messages.text else texts.text end as text
    from ${joined}
    where memories.id in (select id from chosen) and forgotten_at is null
    order by seq for update of memories`);
  return result.rows.map((row) => Chosen.parse(row));
}

interface Erasing {
  chosen: readonly Chosen[];
  at: number;
  proof: Erased;
}

/** What is memory's own, and the messages it was taken from. */
async function eraseOwn(tx: Tx, { chosen, at, proof }: Erasing): Promise<void> {
  const seqs = sql.param(chosen.map(({ seq }) => seq));
  const hashes = sql.param(chosen.map((row) => row.text_hash));
  const said = chosen.filter(({ kind }) => kind === 'message').map((row) => row.message_id);
  const words = await tx.execute(sql`
    with gone as (delete from memory_words where seq = any(${seqs}) returning seq)
    select distinct id as key from gone join memories using (seq)`);
  note(proof, { table: 'memory_words', column: 'word' }, keysOf(words.rows));
  await tx.execute(sql`update memories set forgotten_at = ${at}::bigint, speaker = null,
    subject = null, is_dirty = true where seq = any(${seqs})`);
  const erased = await tx.execute(sql`update texts set text = null
    where hash = any(${hashes}) and text is not null returning hash as key`);
  note(proof, { table: 'texts', column: 'text' }, keysOf(erased.rows));
  const messages = await tx.execute(sql`
    update messages set text = ${erasedText}, remembered = md5(${erasedText})
    where id = any(${sql.param(said)}) returning id as key`);
  note(proof, { table: 'messages', column: 'text' }, keysOf(messages.rows));
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

async function eraseEverywhere(tx: Tx, passages: readonly string[], proof: Erased): Promise<void> {
  for (const found of await textColumns(tx)) {
    const { table, column, type } = found;
    const spoken = passages.map((text) => (type === 'text' ? text : inJson(text)));
    const value = sql.raw(valueOf(found));
    const key = sql.raw(found.key);
    const hits = await tx.execute(sql`
      select ${key} as key, ${value} as value from ${sql.identifier(table)}
      where ${sql.identifier(column)} is not null and exists (
        select 1 from unnest(${sql.param(spoken)}::text[]) as passage
        where position(passage in ${value}) > 0) for update`);
    const rows = hits.rows.map((row) => Hit.parse(row));
    // The body of a fact is what the chain is made of; its prose stands in `texts`.
    if (table === 'facts') {
      note(
        proof,
        { table, column, isKept: true },
        rows.map((row) => row.key),
      );
      continue;
    }
    for (const row of rows) {
      const clean = spoken.reduce((text, one) => text.replaceAll(one, erasedText), row.value);
      await tx.execute(sql`update ${sql.identifier(table)}
        set ${sql.identifier(column)} = ${fromText(type, clean)} where ${key} = ${row.key}`);
    }
    note(
      proof,
      found,
      rows.map((row) => row.key),
    );
    if (table === 'texts') await readAgain(tx, rows);
  }
}

/** Memories that lost some of their words; messages that did are taken in again by themselves. */
async function readAgain(tx: Tx, rows: readonly { key: string }[]): Promise<void> {
  await tx.execute(sql`update memories set read_by = 0, is_dirty = true
    where text_hash = any(${sql.param(rows.map(({ key }) => key))}) and forgotten_at is null`);
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

/** As Postgres writes it inside a JSON string. */
function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

const File = z.object({ key: z.string(), content: z.instanceof(Buffer) });

/** A file keeps its name, which is the hash of what it was, as a text keeps its hash. */
async function eraseInFiles(tx: Tx, passages: readonly string[], proof: Erased): Promise<void> {
  const spoken = [...new Set(passages.flatMap((text) => [text, inJson(text)]))];
  const plain = spoken.map((text) => Buffer.from(text));
  const result = await tx.execute(sql`
    select sha256 as key, content from files
    where substring(content from 1 for 4) = '\\x504b0304'::bytea or exists (
      select 1 from unnest(${sql.param(plain)}::bytea[]) as passage
      where position(passage in content) > 0) for update`);
  for (const raw of result.rows) {
    const { key, content } = File.parse(raw);
    const clean = cleanFile(content, spoken);
    if (clean === null) continue;
    await tx.execute(sql`update files set content = ${clean} where sha256 = ${key}`);
    proof.files.push(key);
  }
  note(proof, { table: 'files', column: 'content' }, proof.files);
}

/** @returns null when nothing of it has to go */
function cleanFile(content: Buffer, passages: readonly string[]): Buffer | null {
  if (!isZip(content)) return cleanText(content, passages);
  const entries = Object.entries(unzipSync(content));
  const cleaned = entries.map(
    ([name, bytes]) => [name, cleanFile(Buffer.from(bytes), passages)] as const,
  );
  if (cleaned.every(([, bytes]) => bytes === null)) return null;
  const whole = entries.map(([name, bytes], at) => [name, cleaned[at]?.[1] ?? bytes] as const);
  // The same time as the bundle's own, so that the same contents stay the same bytes.
  return Buffer.from(zipSync(Object.fromEntries(whole), { mtime: new Date(2000, 0, 1), level: 6 }));
}

function isZip(content: Buffer): boolean {
  return content.length > 4 && content.readUInt32BE(0) === 0x504b0304;
}

/** Byte by byte, so that what is no text stays as it is. */
function cleanText(content: Buffer, passages: readonly string[]): Buffer | null {
  const text = strFromU8(content, true);
  const clean = passages.reduce(
    (left, one) => left.replaceAll(strFromU8(strToU8(one), true), erasedText),
    text,
  );
  return clean === text ? null : Buffer.from(strToU8(clean, true));
}

const Key = z.object({ key: z.string() });

function keysOf(rows: readonly unknown[]): string[] {
  return rows.map((row) => Key.parse(row).key);
}

function note(
  proof: Erased,
  { table, column, isKept }: { table: string; column: string; isKept?: boolean },
  keys: readonly string[],
): void {
  if (keys.length === 0) return;
  const list = isKept === true ? proof.kept : proof.rows;
  const known = list.find((one) => one.table === table && one.column === column);
  if (known === undefined) list.push({ table, column, keys: [...keys] });
  else known.keys.push(...keys);
}
