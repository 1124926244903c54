// Facts in, state out. Appends facts with prose hoisted into the table of texts and a hash chain
// over what remains, and can fold them again to prove that the stored state is what they say.
import { asc, eq, inArray, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { Agency, evolveAgency, newAgency } from '../domain/agency.ts';
import { evolveProject } from '../domain/evolve-project.ts';
import { AgencyFact, ProjectFact } from '../domain/fact.ts';
import type { Fact } from '../domain/fact.ts';
import { Project } from '../domain/project.ts';
import { erasedText, mapProse } from '../domain/prose.ts';
import { StoreError } from '../lib/errors.ts';
import { canonicalJson, parseValue, sha256, storableText } from '../lib/json.ts';
import type { Executor, Tx } from './open-store.ts';
import { aggregates, facts, texts } from './schema.ts';

/** An aggregate as it stands; `state` is null before its first fact. */
export interface Aggregate {
  id: string;
  version: number;
  headHash: string;
  state: unknown;
}

const genesis = '0'.repeat(64);

/** Locks the aggregate's row for the rest of the transaction; makes it when it is new. */
export async function lockAggregate(tx: Tx, id: string): Promise<Aggregate> {
  await tx
    .insert(aggregates)
    .values({ id, version: 0, state: null, headHash: genesis })
    .onConflictDoNothing();
  const rows = await tx.select().from(aggregates).where(eq(aggregates.id, id)).for('update');
  const row = rows[0];
  if (row === undefined) throw new StoreError(`No row for ${id}`, { code: 'lost', retry: 'later' });
  return row;
}

/** Reads the agency's state; the empty agency before its first fact. */
export async function readAgency(db: Executor): Promise<Agency> {
  const state = await readState(db, 'agency');
  return state === null ? newAgency : parseState(Agency, state, 'agency');
}

/** @returns null when the project was never opened */
export async function readProject(db: Executor, id: string): Promise<Project | null> {
  const state = await readState(db, id);
  return state === null ? null : parseState(Project, state, id);
}

async function readState(db: Executor, id: string): Promise<unknown> {
  const rows = await db
    .select({ state: aggregates.state })
    .from(aggregates)
    .where(eq(aggregates.id, id));
  return rows[0]?.state ?? null;
}

export function parseState<S extends z.ZodType>(schema: S, state: unknown, id: string) {
  const parsed = parseValue(schema, state);
  if (parsed.ok) return parsed.value;
  throw new StoreError(`The stored state of ${id} does not fit: ${parsed.reason}`, {
    code: 'state-unreadable',
    retry: 'never',
    ids: { aggregate: id },
  });
}

interface Appending {
  aggregate: Aggregate;
  eventId: string;
  at: number;
  facts: readonly Fact[];
  state: unknown;
}

/** Appends facts and saves the state they fold to. */
export async function append(tx: Tx, appending: Appending): Promise<void> {
  const { aggregate, eventId, at } = appending;
  if (appending.facts.length === 0) return;
  const hashes = await saveTexts(tx, appending);
  let previousHash = aggregate.headHash;
  const rows = appending.facts.map((fact, index) => {
    const schema = factSchema(fact.type);
    const body = mapProse(schema, fact, (text) => hashes.get(storableText(text)) ?? text);
    const version = aggregate.version + index + 1;
    const link = { aggregateId: aggregate.id, version, eventId, type: fact.type, body, at };
    const hash = sha256(previousHash + canonicalJson(link));
    const row = { ...link, previousHash, hash };
    previousHash = hash;
    return row;
  });
  await tx.insert(facts).values(rows);
  await tx
    .update(aggregates)
    .set({
      version: aggregate.version + rows.length,
      state: appending.state,
      headHash: previousHash,
    })
    .where(eq(aggregates.id, aggregate.id));
}

/**
 * Keeps the prose of facts. A text that was erased stays erased where it stood; said once more it
 * is another text, so its hash is taken over the event too.
 * @returns the hash that stands for each text
 */
async function saveTexts(tx: Tx, appending: Appending): Promise<Map<string, string>> {
  const said = new Set<string>();
  for (const fact of appending.facts) {
    mapProse(factSchema(fact.type), fact, (text) => {
      said.add(storableText(text));
      return text;
    });
  }
  const hashes = new Map([...said].map((text) => [text, sha256(text)]));
  if (hashes.size === 0) return hashes;
  const values = [...hashes].map(([text, hash]) => ({ hash, text }));
  const fresh = await tx
    .insert(texts)
    .values(values)
    .onConflictDoNothing()
    .returning({ hash: texts.hash });
  const added = new Set(fresh.map(({ hash }) => hash));
  const known = values.filter(({ hash }) => !added.has(hash));
  const kept = await textsOf(
    tx,
    known.map(({ hash }) => hash),
  );
  const again = known
    .filter(({ hash, text }) => kept.get(hash) !== text)
    .map(({ text }) => ({ hash: sha256(`${appending.eventId}\n${text}`), text }));
  if (again.length > 0) await tx.insert(texts).values(again).onConflictDoNothing();
  for (const { hash, text } of again) hashes.set(text, hash);
  return hashes;
}

function factSchema(type: string): z.ZodType {
  const all = [...AgencyFact.options, ...ProjectFact.options];
  const schema = all.find((option) => option.shape.type.value === type);
  if (schema === undefined) throw new Error(`No fact is called ${type}.`);
  return schema;
}

export interface Refolded {
  state: unknown;
  /** Whether every link of the hash chain holds. */
  chainHolds: boolean;
  facts: number;
}

/** Folds an aggregate's facts again from the beginning, checking the chain on the way. */
export async function refold(db: Executor, aggregateId: string): Promise<Refolded> {
  const rows = await db
    .select()
    .from(facts)
    .where(eq(facts.aggregateId, aggregateId))
    .orderBy(asc(facts.version));
  const words = await textsOf(db, rows.map((row) => hashesIn(row.type, row.body)).flat());
  let state: unknown = aggregateId === 'agency' ? newAgency : null;
  let previousHash = genesis;
  let chainHolds = true;
  for (const row of rows) {
    const { version, eventId, type, body, at } = row;
    const link = { aggregateId, version, eventId, type, body, at };
    const hash = sha256(previousHash + canonicalJson(link));
    chainHolds &&= hash === row.hash && row.previousHash === previousHash;
    previousHash = row.hash;
    const schema = factSchema(type);
    const whole = mapProse(schema, body, (found) => words.get(found) ?? proseOf(found));
    const fact = parseState(schema, whole, aggregateId);
    state =
      aggregateId === 'agency'
        ? evolveAgency(parseState(Agency, state, aggregateId), AgencyFact.parse(fact))
        : evolveProject(
            state === null ? null : parseState(Project, state, aggregateId),
            ProjectFact.parse(fact),
          );
  }
  return { state, chainHolds, facts: rows.length };
}

/** In facts of earlier versions some of what is prose now stands as it is. */
function proseOf(found: string): string {
  return /^[0-9a-f]{64}$/.test(found) ? erasedText : found;
}

function hashesIn(type: string, body: unknown): string[] {
  const found: string[] = [];
  mapProse(factSchema(type), body, (hash) => {
    found.push(hash);
    return hash;
  });
  return found;
}

async function textsOf(db: Executor, hashes: string[]): Promise<Map<string, string>> {
  const wanted = [...new Set(hashes)];
  if (wanted.length === 0) return new Map();
  const rows = await db.select().from(texts).where(inArray(texts.hash, wanted));
  return new Map(rows.map((row) => [row.hash, row.text ?? erasedText]));
}

/** Ids of all aggregates that have facts. */
export async function aggregateIds(db: Executor): Promise<string[]> {
  const rows = await db
    .select({ id: aggregates.id })
    .from(aggregates)
    .where(sql`${aggregates.version} > 0`)
    .orderBy(asc(aggregates.id));
  return rows.map((row) => row.id);
}
