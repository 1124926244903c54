// What is remembered, in whose sight and how far it is to be trusted; and the ports through which
// memory reaches its rows and its vectors. Its invariant: an item is seen in its own scope only,
// and its trust is set by the code that loads it, never by a model. The surprise: trust is a limit
// downwards as well, for a less trusted statement never takes the place of a better trusted one.
import { z } from 'zod';
import { AgentId, AggregateId, EffectId, ProjectId, TurnId } from './ids.ts';
import { prose } from './prose.ts';

export const MemoryKind = z.enum([
  /** What somebody thought of an output. */
  'feedback',
  /** A role or an expertise, as it is defined. */
  'definition',
  /** A figure on a Specialist's performance. */
  'performance',
  /** What the Project Manager noticed. */
  'observation',
  /** Who works well together, and how. */
  'pattern',
  'lesson',
  'decision',
  /** What an output is about. */
  'summary',
  /** Something that was said in Discord; taken in from the record of messages, never added. */
  'message',
]);
export type MemoryKind = z.infer<typeof MemoryKind>;

/** All but what was said: what `recall` looks at unless it is told otherwise. */
export const lastingKinds: readonly MemoryKind[] = MemoryKind.exclude(['message']).options;

/**
 * T0 code and policy, T1 the Director, T2 a named human specialist, T3 an agent, T4 whatever came
 * from outside. Text order is order of trust, in Postgres too.
 */
export const Trust = z.enum(['T0', 'T1', 'T2', 'T3', 'T4']);
export type Trust = z.infer<typeof Trust>;

export const MemorySource = z.strictObject({
  projectId: ProjectId.nullable(),
  turnId: TurnId.nullable(),
  messageId: z.string().max(40).nullable(),
  agentId: AgentId.nullable(),
});
export type MemorySource = z.infer<typeof MemorySource>;

export const memoryTextCharsMax = 2_000;
/** Shorter texts, or single words, cannot be told from words that stand everywhere. */
export const passageCharsMin = 12;

/** Something to remember. The same id is remembered once. */
export const Memory = z.strictObject({
  id: EffectId,
  /** Who may see it: the agency, or the people and agents of one project. */
  scope: AggregateId,
  kind: MemoryKind.exclude(['message']),
  text: prose(memoryTextCharsMax).refine(isPassage, 'needs several words'),
  /**
   * What it is about when only one statement about that can hold, such as `A12.acceptance`: the
   * newer one replaces the older.
   */
  subject: z.string().max(200).nullable(),
  /** Who said it, as people see it. */
  speaker: z.string().max(120).nullable(),
  trust: Trust,
  source: MemorySource,
  /** Epoch ms. */
  at: z.int(),
});
export type Memory = z.infer<typeof Memory>;

/** Whether a text is long enough to be looked for, and erased, wherever it stands. */
export function isPassage(text: string): boolean {
  return text.length >= passageCharsMin && /[^\x21-\x7e]/.test(text);
}

/** A memory as it is found again. */
export interface Remembered {
  id: string;
  seq: number;
  scope: string;
  kind: MemoryKind;
  text: string;
  speaker: string | null;
  trust: Trust;
  source: MemorySource;
  /** Where it was said, if it was. */
  place: string | null;
  at: number;
  /** The id of what took its place, and why; null while it holds. */
  superseded: { by: string; as: 'merged' | 'replaced' } | null;
}

/** A part of memory to look at; every query on rows is held to it. */
export interface Shelf {
  scopes: readonly string[];
  kinds: readonly MemoryKind[];
  trustMax: Trust;
  withSuperseded: boolean;
}

/** Neighbours of one conversation, oldest first: the seq and the number of words of each. */
export type Conversation = readonly { seq: number; words: number }[];

/** How often a word stands in each memory that has it. */
export interface Posting {
  word: string;
  in: readonly { seq: number; times: number }[];
}

/** A text as memory reads it. */
export interface ReadText {
  words: ReadonlyMap<string, number>;
  length: number;
}

export interface Unread {
  seq: number;
  kind: MemoryKind;
  text: string;
  speaker: string | null;
  at: number;
}

/** How texts are read. Another `version` has every text read again. */
export interface Reading {
  version: number;
  read(memory: Unread): ReadText;
  /** The share of all their words that two texts have in common when they say the same. */
  twinJaccard: number;
  saysTheSame(one: ReadText, other: ReadText): boolean;
}

/** Which memories to forget: all that fit every given field. */
export interface Selection {
  ids?: readonly string[];
  scope?: string;
  kinds?: readonly MemoryKind[];
  messageIds?: readonly string[];
  /** Where they came from. */
  source?: Partial<MemorySource>;
  /** Trusted so far or less; `T4` is all that came from outside. */
  trustFrom?: Trust;
  /** A passage that they contain. */
  words?: string;
}

/** What was erased: the proof holds ids and hashes, never the text. */
export interface Erased {
  memories: { id: string; scope: string; textHash: string }[];
  /** Rows that held the text, by table and column, each by its key. */
  rows: { table: string; column: string; keys: string[] }[];
  /** Where it still stands, because changing it would break the record's chain. */
  kept: { table: string; column: string; keys: string[] }[];
  /** Discord messages that show it; Discord is not ours to erase from here. */
  messageIds: string[];
  /** Files by hash, zips among them; copies on disk are to be written again. */
  files: string[];
}

/** Postgres, as memory needs it; `src/store/memories.ts` is the real one. */
export interface MemoryRows {
  add(memories: readonly Memory[]): Promise<void>;
  /** Takes in messages of these scopes, all when null, that were said or changed since. */
  takeIn(scopes: readonly string[] | null, max: number): Promise<number>;
  /** Reads what was not read yet, oldest first, and merges what says the same. */
  readNew(which: { scopes: readonly string[] | null; max: number }, how: Reading): Promise<number>;
  conversations(shelf: Shelf): Promise<Conversation[]>;
  /** Of the rarest words first, until there are too many to look at. */
  postings(shelf: Shelf, words: readonly string[]): Promise<Posting[]>;
  load(
    shelf: Shelf,
    which: { seqs: readonly number[] } | { ids: readonly string[] },
  ): Promise<Remembered[]>;
  /** Sources of what was merged into these, by the id of what stands for it. */
  mergedSources(shelf: Shelf, ids: readonly string[]): Promise<Map<string, MemorySource[]>>;
  /** Rows that Chroma does not hold as they are; those forgotten have no text. */
  dirty(max: number): Promise<{ live: Remembered[]; gone: { id: string; scope: string }[] }>;
  /** A row forgotten in the meantime stays dirty unless `gone` says that it was removed. */
  markClean(ids: readonly string[], as: 'live' | 'gone'): Promise<void>;
  markDirty(ids: readonly string[]): Promise<void>;
  /** How many rows each scope's collection shall hold. */
  liveCounts(): Promise<Map<string, number>>;
  liveIds(scope: string): Promise<string[]>;
  forget(selection: Selection, at: number): Promise<Erased>;
}

/** Makes vectors of texts. */
export interface Embedder {
  /** Names the model; vectors of different ids are never compared. */
  readonly id: string;
  /** Whether nearness means anything: not for feature hashing, which only fills the index. */
  readonly ranks: boolean;
  embed(texts: readonly string[]): Promise<number[][]>;
}
