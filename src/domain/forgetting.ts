// What people ask to be forgotten, and the proof of what was erased for it. Words that are asked
// for are prose like any other, so they are erased with the rest; the proof holds ids, hashes and
// counts, never a text. Asked → begun → done, or dropped.
import { z } from 'zod';
import { AggregateId, AgentId, ProjectId, Sha256, Snowflake, TurnId } from './ids.ts';
import { lastingKinds, memoryTextCharsMax } from './memory.ts';
import type { Erased, Selection } from './memory.ts';
import { PlaceKey } from './place.ts';
import { prose } from './prose.ts';

/** `E3`, counted by the agency. */
export const ErasureId = z.string().regex(/^E[1-9]\d{0,6}$/);

/** What it is that people mean: the first of these that is given. */
export const ErasureTarget = z.strictObject({
  /** Ids of memories, as `/memory search` shows them. */
  memories: z.array(z.string().min(1).max(300)).max(20),
  words: prose(memoryTextCharsMax).nullable(),
  message: Snowflake.nullable(),
  /** Everything that was remembered in it. */
  project: ProjectId.nullable(),
  /** A turn or an agent: everything that was remembered from it. */
  source: z.union([TurnId, AgentId]).nullable(),
});
export type ErasureTarget = z.infer<typeof ErasureTarget>;

/** Where a text was found, in numbers. */
export const Findings = z.strictObject({
  /** Ids of memories. */
  memories: z.array(z.string()),
  /** What people wrote in Discord, and what we did. */
  messagesOfPeople: z.int().nonnegative(),
  messagesOfOurs: z.int().nonnegative(),
  files: z.int().nonnegative(),
  rows: z.int().nonnegative(),
  tables: z.int().nonnegative(),
});
export type Findings = z.infer<typeof Findings>;

/** Keys of rows are ids and hashes; of many only the first are named. */
const Rows = z.strictObject({
  table: z.string(),
  column: z.string(),
  count: z.int().nonnegative(),
  keys: z.array(z.string()),
});

/** What became of a message, a channel or a file that showed the text. */
export const Outcome = z.enum(['changed', 'deleted', 'gone', 'remains']);

const Shown = z.strictObject({
  place: PlaceKey.nullable(),
  channelId: Snowflake.nullable(),
  messageId: Snowflake,
  outcome: Outcome,
  /** Why it remains. */
  reason: z.string().max(300).nullable(),
});

export const ErasureProof = z.strictObject({
  memories: z.array(z.strictObject({ id: z.string(), scope: AggregateId, textHash: Sha256 })),
  rows: z.array(Rows),
  /** Where it stands still, because changing it would break the record's chain. */
  kept: z.array(Rows),
  messages: z.array(Shown),
  /** Channels and threads whose name or topic held it. */
  places: z.array(z.strictObject({ place: PlaceKey, outcome: Outcome })),
  /** By the hash of what they were. */
  files: z.array(z.string()),
  /** In the data folder, such as `handover/P1/transcript.md`. */
  paths: z.array(z.string()),
  index: z.enum(['erased', 'later', 'none']),
  /** Whether the database's own files hold no copy any more, except its write-ahead log. */
  database: z.enum(['rewritten', 'later']),
  /** Times that everything was looked through; the last one found nothing. */
  passes: z.int().positive(),
});
export type ErasureProof = z.infer<typeof ErasureProof>;

export const Erasure = z.strictObject({
  id: ErasureId,
  target: ErasureTarget,
  by: z.string().max(100),
  /** The message that asked for it, which may hold the words; null for a slash command. */
  asking: z.strictObject({ place: PlaceKey, messageId: Snowflake }).nullable(),
  state: z.enum(['asked', 'begun', 'done', 'dropped']),
  at: z.int().nonnegative(),
  proof: ErasureProof.nullable(),
});
export type Erasure = z.infer<typeof Erasure>;

/** The order to erase; carried out to the end, however often it is broken off. */
export const ErasureOrder = z.strictObject({
  /** `forget.E3` */
  id: z.string(),
  erasure: ErasureId,
  target: ErasureTarget,
  asking: Erasure.shape.asking,
});
export type ErasureOrder = z.infer<typeof ErasureOrder>;

/** @returns null when nothing is named */
export function selectionOf(target: ErasureTarget): Selection | null {
  const { memories, words, message, project, source } = target;
  if (memories.length > 0) return { ids: memories };
  // Wherever they stand: words know no project.
  if (words !== null && words !== '') return { words };
  if (message !== null) return { messageIds: [message] };
  if (source !== null) {
    const from = TurnId.safeParse(source).success ? { turnId: source } : { agentId: source };
    return { kinds: lastingKinds, source: from };
  }
  return project === null ? null : { kinds: lastingKinds, source: { projectId: project } };
}

const keysShownMax = 50;

/** Both lists of a proof, with what another pass found added. */
export function addRows(known: ErasureProof['rows'], found: Erased['rows']): ErasureProof['rows'] {
  const sum = known.map((one) => ({ ...one }));
  for (const { table, column, keys } of found) {
    const same = sum.find((one) => one.table === table && one.column === column);
    if (same === undefined) {
      sum.push({ table, column, count: keys.length, keys: keys.slice(0, keysShownMax) });
      continue;
    }
    const fresh = keys.filter((key) => !same.keys.includes(key));
    same.count += same.count > same.keys.length ? 0 : fresh.length;
    same.keys = [...same.keys, ...fresh].slice(0, keysShownMax);
  }
  return sum;
}

export function isEmpty(found: Findings): boolean {
  const { memories, messagesOfPeople, messagesOfOurs, files, rows } = found;
  return memories.length + messagesOfPeople + messagesOfOurs + files + rows === 0;
}
