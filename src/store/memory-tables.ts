// The tables of memory; part of the schema. Rows here are derived from facts and messages but for
// what was forgotten: a tombstone is the only trace of that.
import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core';

/** Epoch ms as the domain counts it. */
const epochMs = (name: string) => bigint(name, { mode: 'number' });

/**
 * What is remembered: the text is in `texts` by its hash, or in `messages`. Rows stay for ever;
 * `forgotten_at` makes one a tombstone that keeps ids and hashes alone.
 */
export const memories = pgTable(
  'memories',
  {
    id: text('id').primaryKey(),
    seq: bigserial('seq', { mode: 'number' }).notNull().unique(),
    /** The aggregate whose people may see it. */
    scope: text('scope').notNull(),
    kind: text('kind').notNull(),
    textHash: text('text_hash').notNull(),
    /** What it is about, where only one statement can hold at a time. */
    subject: text('subject'),
    /** `T0` to `T4`. */
    trust: text('trust').notNull(),
    projectId: text('project_id'),
    turnId: text('turn_id'),
    messageId: text('message_id'),
    agentId: text('agent_id'),
    /** Who said it, as people see it. */
    speaker: text('speaker'),
    /** Where a message was said: its neighbours there are its context. */
    place: text('place'),
    at: epochMs('at').notNull(),
    supersededBy: text('superseded_by'),
    /** `merged`: says the same; `replaced`: holds no more. */
    supersededAs: text('superseded_as'),
    /** The version of the reading whose words are in `memory_words`; 0 before the first. */
    readBy: integer('read_by').notNull().default(0),
    words: integer('words').notNull().default(0),
    distinctWords: integer('distinct_words').notNull().default(0),
    /** Chroma does not hold it as it is here: it is missing there, or shall be. */
    isDirty: boolean('is_dirty').notNull().default(true),
    forgottenAt: epochMs('forgotten_at'),
  },
  (table) => [
    index('memories_of_scope').on(table.scope, table.kind),
    index('memories_unread').on(table.readBy, table.scope),
    index('memories_of_text').on(table.textHash),
    index('memories_dirty')
      .on(table.seq)
      .where(sql`is_dirty`),
  ],
);

/** Postings: how often a word, as the reading in `src/memory` sees words, stands in a memory. */
export const memoryWords = pgTable(
  'memory_words',
  {
    scope: text('scope').notNull(),
    kind: text('kind').notNull(),
    word: text('word').notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    times: integer('times').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.scope, table.kind, table.word, table.seq] }),
    index('memory_words_of_memory').on(table.seq),
  ],
);
