// Forgets what was remembered: its rows become tombstones of ids and hashes, and its words go from
// every table there is (sweep.ts). Whoever names words has those erased and the rest left; who
// names memories or messages has them erased whole. The surprise: a text of one short word is
// erased where it is known to stand and nowhere else, for it stands everywhere.
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { isPassage } from '../domain/memory.ts';
import type { Erased, Selection } from '../domain/memory.ts';
import { passageOf } from '../domain/passage.ts';
import { erasedText } from '../domain/prose.ts';
import type { Tx } from './open-store.ts';
import { foldAgain, note, sweep } from './sweep.ts';
import type { Touched } from './sweep.ts';
import { takeIn } from './take-in.ts';

const newMax = 500;

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

export interface Forgetting {
  selection: Selection;
  at: number;
  /** Texts to look for besides: those that an earlier pass found and that stand here no more. */
  passages?: readonly string[];
  /** The effect that carries it out, whose own payload stays. */
  effectId?: string | null;
}

/** The proof of one pass, and what it looked for. */
export interface Pass {
  erased: Erased;
  passages: string[];
  /** Aggregates whose state is another now. */
  folded: string[];
  /** Memories that lost words and stay; their vectors are of what they said before. */
  touched: Touched[];
}

/** Nobody decides anything until this transaction has ended. */
export async function forgetOnce(tx: Tx, forgetting: Forgetting): Promise<Pass> {
  const { selection, at, effectId = null } = forgetting;
  await tx.execute(sql`select id from aggregates order by id for update`);
  // A message of a moment ago is known by its id alone until somebody looks.
  if (selection.messageIds !== undefined) while ((await takeIn(tx, null, newMax)) === newMax);
  const chosen = await choose(tx, selection);
  const passages = passagesOf(chosen, forgetting);
  const erased: Erased = {
    memories: chosen.map(({ id, scope, text_hash: textHash }) => ({ id, scope, textHash })),
    rows: [],
    kept: [],
    messageIds: [],
    files: [],
  };
  const nothing: Pass = { erased, passages, folded: [], touched: [] };
  if (chosen.length === 0 && passages.length === 0) return nothing;
  const own = await eraseOwn(tx, { chosen, at, proof: erased, selection });
  const looking = { passages: passages.map(passageOf), proof: erased, effectId };
  const swept = passages.length === 0 ? null : await sweep(tx, looking);
  const changed = swept?.changed ?? [];
  const touched = [...(swept?.touched ?? []), ...(await readAgain(tx, changed))];
  const folded = await foldAgain(tx, [...own, ...changed], looking);
  const shown = erased.rows.filter(({ table }) => table === 'messages');
  erased.messageIds = [...new Set(shown.flatMap(({ keys }) => keys))].sort();
  return { ...nothing, folded, touched };
}

/** The longest first, so that a part of one is not taken for the whole of another. */
function passagesOf(chosen: readonly Chosen[], { selection, passages = [] }: Forgetting): string[] {
  const { words } = selection;
  const whole = chosen.flatMap(({ text }) => (text === null || !isPassage(text) ? [] : [text]));
  const said = words === undefined ? whole : [words];
  return [...new Set([...passages, ...said])].sort((a, b) => b.length - a.length);
}

/** With what says the same: it would answer in place of what was forgotten. */
async function choose(tx: Tx, selection: Selection): Promise<Chosen[]> {
  const { ids, scope, kinds, messageIds, source = {}, trustFrom, words } = selection;
  const text = sql`coalesce(texts.text, messages.text)`;
  const tests = [
    ids === undefined ? null : sql`memories.id = any(${sql.param(ids)})`,
    scope === undefined ? null : sql`memories.scope = ${scope}`,
    kinds === undefined ? null : sql`memories.kind = any(${sql.param(kinds)})`,
    messageIds === undefined ? null : sql`memories.message_id = any(${sql.param(messageIds)})`,
    trustFrom === undefined ? null : sql`memories.trust >= ${trustFrom}`,
    source.projectId === undefined ? null : sql`memories.project_id = ${source.projectId}`,
    source.turnId === undefined ? null : sql`memories.turn_id = ${source.turnId}`,
    source.messageId === undefined ? null : sql`memories.message_id = ${source.messageId}`,
    source.agentId === undefined ? null : sql`memories.agent_id = ${source.agentId}`,
    // A message loses the words and stays; see sweep.ts.
    words === undefined
      ? null
      : sql`memories.kind <> 'message'
          and position(${passageOf(words).anchor} in lower(${text})) > 0`,
  ].filter((test) => test !== null);
  if (tests.length === 0) return [];
  const joined = sql`memories left join texts on texts.hash = memories.text_hash
    and memories.kind <> 'message'
    left join messages on messages.id = memories.message_id and memories.kind = 'message'`;
  const fitting = await tx.execute(sql`
    select memories.id, ${text} as text from ${joined}
    where forgotten_at is null and ${sql.join(tests, sql` and `)}`);
  const passage = words === undefined ? null : passageOf(words);
  const wanted = fitting.rows
    .map((row) => Fitting.parse(row))
    .filter((row) => passage === null || passage.find(row.text ?? '').length > 0)
    .map(({ id }) => id);
  const result = await tx.execute(sql`
    with recursive chosen as (
      select memories.id, memories.kind, superseded_by, superseded_as, text_hash from memories
      where id = any(${sql.param(wanted)})
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

const Fitting = z.object({ id: z.string(), text: z.string().nullable() });

interface Erasing {
  chosen: readonly Chosen[];
  at: number;
  proof: Erased;
  selection: Selection;
}

/**
 * What is memory's own, and the messages it was taken from.
 * @returns hashes of the texts that are gone
 */
async function eraseOwn(tx: Tx, { chosen, at, proof, selection }: Erasing): Promise<string[]> {
  const seqs = sql.param(chosen.map(({ seq }) => seq));
  const said = chosen.filter(({ kind }) => kind === 'message').map((row) => row.message_id);
  const words = await tx.execute(sql`
    with gone as (delete from memory_words where seq = any(${seqs}) returning seq)
    select distinct id as key from gone join memories using (seq)`);
  note(proof, { table: 'memory_words', column: 'word' }, keysOf(words.rows));
  await tx.execute(sql`update memories set forgotten_at = ${at}::bigint, speaker = null,
    subject = null, is_dirty = true where seq = any(${seqs})`);
  // Of a text with other words in it those stay: facts may tell of them.
  const isWhole = selection.words === undefined;
  const hashes = isWhole ? chosen.map((row) => row.text_hash) : [];
  const erased = await tx.execute(sql`update texts set text = null
    where hash = any(${sql.param(hashes)}) and text is not null returning hash as key`);
  note(proof, { table: 'texts', column: 'text' }, keysOf(erased.rows));
  const messages = await tx.execute(sql`
    update messages set text = ${erasedText}, remembered = md5(${erasedText})
    where id = any(${sql.param(said)}) and text <> ${erasedText} returning id as key`);
  note(proof, { table: 'messages', column: 'text' }, keysOf(messages.rows));
  return keysOf(erased.rows);
}

/** Memories that lost some of their words are read once more. */
async function readAgain(tx: Tx, hashes: readonly string[]): Promise<Touched[]> {
  const result = await tx.execute(sql`update memories set read_by = 0, is_dirty = true
    where text_hash = any(${sql.param(hashes)}) and kind <> 'message' and forgotten_at is null
    returning id, scope`);
  return result.rows.map((row) => TouchedRow.parse(row));
}

const TouchedRow = z.object({ id: z.string(), scope: z.string() });

const Key = z.object({ key: z.string() });

function keysOf(rows: readonly unknown[]): string[] {
  return rows.map((row) => Key.parse(row).key);
}
