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
  const hoisted = new Map<string, string>();
  let previousHash = aggregate.headHash;
  const rows = appending.facts.map((fact, index) => {
    const body = hoist(fact, hoisted);
    const version = aggregate.version + index + 1;
    const link = { aggregateId: aggregate.id, version, eventId, type: fact.type, body, at };
    const hash = sha256(previousHash + canonicalJson(link));
    const row = { ...link, previousHash, hash };
    previousHash = hash;
    return row;
  });
  if (hoisted.size > 0) {
    const values = [...hoisted].map(([hash, text]) => ({ hash, text }));
    await tx.insert(texts).values(values).onConflictDoNothing();
  }
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

/** Replaces prose by its hash; short of that the body is the fact itself. */
function hoist(fact: Fact, into: Map<string, string>): unknown {
  return mapProse(factSchema(fact.type), fact, (text) => {
    const storable = storableText(text);
    const hash = sha256(storable);
    into.set(hash, storable);
    return hash;
  });
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
    const whole = mapProse(schema, body, (found) => words.get(found) ?? erasedText);
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
