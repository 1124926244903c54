// Every table. Postgres is the only truth: what is not here did not happen. Columns that a
// decision's text goes into hold prose by hash where people may ask to erase it (facts), plainly
// where the row is rebuilt from facts or is itself the record of what was said.
import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';

const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });
/** Epoch ms as the domain counts it; leases use the database's own time instead. */
const epochMs = (name: string) => bigint(name, { mode: 'number' });
const instant = (name: string) => timestamp(name, { withTimezone: true });

/** The folded state of the agency and of each project, with the head of its hash chain. */
export const aggregates = pgTable('aggregates', {
  id: text('id').primaryKey(),
  version: integer('version').notNull(),
  /** null until the first fact. */
  state: jsonb('state'),
  headHash: text('head_hash').notNull(),
});

/** The append-only record. `body` holds hashes where the fact holds prose. */
export const facts = pgTable(
  'facts',
  {
    seq: bigserial('seq', { mode: 'number' }).primaryKey(),
    aggregateId: text('aggregate_id').notNull(),
    version: integer('version').notNull(),
    eventId: text('event_id').notNull(),
    type: text('type').notNull(),
    body: jsonb('body').notNull(),
    at: epochMs('at').notNull(),
    previousHash: text('previous_hash').notNull(),
    hash: text('hash').notNull(),
  },
  (table) => [uniqueIndex('facts_of_aggregate').on(table.aggregateId, table.version)],
);

/** Prose by its hash; erasing one sets `text` to null and keeps the row as a tombstone. */
export const texts = pgTable('texts', {
  hash: text('hash').primaryKey(),
  text: text('text'),
});

/** Ids of events that were already decided over. */
export const inbox = pgTable('inbox', {
  eventId: text('event_id').primaryKey(),
  aggregateId: text('aggregate_id').notNull(),
  type: text('type').notNull(),
  acceptedAt: instant('accepted_at').notNull().defaultNow(),
});

/** `ready → running → done`, or `failed`, `cancelled`, `held`. Attempts: claims to no avail. */
export const turns = pgTable(
  'turns',
  {
    id: text('id').primaryKey(),
    seq: bigserial('seq', { mode: 'number' }).notNull(),
    aggregateId: text('aggregate_id').notNull(),
    conversation: text('conversation').notNull(),
    agentId: text('agent_id').notNull(),
    kind: text('kind').notNull(),
    tier: text('tier').notNull(),
    subject: jsonb('subject').notNull(),
    status: text('status').notNull().default('ready'),
    personaVersion: integer('persona_version').notNull().default(1),
    fence: integer('fence').notNull().default(0),
    attempts: integer('attempts').notNull().default(0),
    leaseUntil: instant('lease_until')
      .notNull()
      .default(sql`'-infinity'`),
    notBefore: instant('not_before')
      .notNull()
      .default(sql`'-infinity'`),
    createdAt: instant('created_at').notNull().defaultNow(),
    finishedAt: instant('finished_at'),
  },
  (table) => [
    index('turns_open')
      .on(table.conversation, table.seq)
      .where(sql`status in ('ready','running')`),
  ],
);

/** The journal of a turn: every model answer and tool result under its name. */
export const steps = pgTable(
  'steps',
  {
    turnId: text('turn_id').notNull(),
    key: text('key').notNull(),
    result: jsonb('result').notNull(),
    at: instant('at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.turnId, table.key] })],
);

/** Effects to carry out; those of one lane in order. `revision` counts requests of the same one. */
export const outbox = pgTable(
  'outbox',
  {
    id: text('id').primaryKey(),
    seq: bigserial('seq', { mode: 'number' }).notNull(),
    kind: text('kind').notNull(),
    lane: text('lane').notNull(),
    payload: jsonb('payload').notNull(),
    /** Whose decision it is from; null in rows of earlier versions. */
    aggregateId: text('aggregate_id'),
    status: text('status').notNull().default('ready'),
    revision: integer('revision').notNull().default(1),
    fence: integer('fence').notNull().default(0),
    attempts: integer('attempts').notNull().default(0),
    leaseUntil: instant('lease_until')
      .notNull()
      .default(sql`'-infinity'`),
    notBefore: instant('not_before')
      .notNull()
      .default(sql`'-infinity'`),
    lastError: text('last_error'),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [
    index('outbox_open')
      .on(table.lane, table.seq)
      .where(sql`status in ('ready','running')`),
  ],
);

/**
 * Messages on their way to Discord, by nonce: since when Discord is known to remember the nonce,
 * when it was last asked, and which message came of it.
 */
export const sends = pgTable('sends', {
  nonce: text('nonce').primaryKey(),
  channelId: text('channel_id').notNull(),
  firstAt: instant('first_at').notNull(),
  windowAt: instant('window_at').notNull(),
  lastAt: instant('last_at').notNull(),
  /** null until Discord is known to have made it. */
  messageId: text('message_id'),
});

/** When a session was opened at Discord's gateway: too many a day cost the token. */
export const identifies = pgTable('identifies', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  at: instant('at').notNull().defaultNow(),
});

/** Places that shall exist, and the Discord channel of each once it does. */
export const places = pgTable('places', {
  key: text('key').primaryKey(),
  placeOrder: jsonb('place_order').notNull(),
  channelId: text('channel_id').unique(),
  /** Everything up to this message was heard; what came later is read again. */
  cursor: text('cursor'),
});

/** Posts as sent: which Discord messages show them. */
export const posts = pgTable('posts', {
  id: text('id').primaryKey(),
  place: text('place').notNull(),
  agentId: text('agent_id').notNull(),
  messageIds: text('message_ids').array().notNull(),
});

/** What was said in Discord, by people and by us, in the order of Discord's ids. */
export const messages = pgTable(
  'messages',
  {
    id: text('id').primaryKey(),
    place: text('place').notNull(),
    speaker: text('speaker').notNull(),
    agentId: text('agent_id'),
    text: text('text').notNull(),
    at: epochMs('at').notNull(),
    /** The project it is about, wherever it was said; null when it is about none. */
    projectId: text('project_id'),
    /** Which version of which output it shows; null when it shows none. */
    shows: jsonb('shows'),
    /** The md5 of the text as memory took it in; another, or null, when it has yet to. */
    remembered: text('remembered'),
  },
  (table) => [
    index('messages_of_place').on(table.place, table.at),
    index('messages_untaken')
      .on(table.projectId)
      .where(sql`${table.remembered} is distinct from md5(${table.text})`),
  ],
);

/** Content-addressed files. */
export const files = pgTable('files', {
  sha256: text('sha256').primaryKey(),
  bytes: integer('bytes').notNull(),
  content: bytea('content').notNull(),
});

/** Every model call, whether its turn succeeded or not. */
export const ledger = pgTable(
  'ledger',
  {
    /** `<turn>.<step>.<attempts>` */
    id: text('id').primaryKey(),
    aggregateId: text('aggregate_id').notNull(),
    turnId: text('turn_id').notNull(),
    agentId: text('agent_id').notNull(),
    tier: text('tier').notNull(),
    model: text('model').notNull(),
    inputTokens: integer('input_tokens').notNull(),
    cachedTokens: integer('cached_tokens').notNull(),
    outputTokens: integer('output_tokens').notNull(),
    estimated: boolean('estimated').notNull(),
    microUsd: bigint('micro_usd', { mode: 'number' }).notNull(),
    latencyMs: integer('latency_ms').notNull(),
    at: instant('at').notNull().defaultNow(),
  },
  (table) => [index('ledger_of_turn').on(table.turnId)],
);

const amount = (name: string) => bigint(name, { mode: 'number' }).notNull();

/** Ceilings and what stands against them; the checks are the promise. */
export const budgets = pgTable(
  'budgets',
  {
    id: text('id').primaryKey(),
    ceilingMicroUsd: amount('ceiling_micro_usd'),
    ceilingTokens: amount('ceiling_tokens'),
    spentMicroUsd: amount('spent_micro_usd').default(0),
    reservedMicroUsd: amount('reserved_micro_usd').default(0),
    overdraftMicroUsd: amount('overdraft_micro_usd').default(0),
    spentTokens: amount('spent_tokens').default(0),
    reservedTokens: amount('reserved_tokens').default(0),
    overdraftTokens: amount('overdraft_tokens').default(0),
  },
  (table) => [
    check(
      'budgets_money',
      sql`${table.spentMicroUsd} + ${table.reservedMicroUsd} <= ${table.ceilingMicroUsd}`,
    ),
    check(
      'budgets_tokens',
      sql`${table.spentTokens} + ${table.reservedTokens} <= ${table.ceilingTokens}`,
    ),
  ],
);

/** What one model call may cost at most, until it is settled. */
export const reservations = pgTable('reservations', {
  id: text('id').primaryKey(),
  scopes: text('scopes').array().notNull(),
  microUsd: amount('micro_usd'),
  tokens: amount('tokens'),
  isSettled: boolean('is_settled').notNull().default(false),
});

/** The roster, for queries; rebuilt from the agency's state. */
export const specialists = pgTable('specialists', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  title: text('title').notNull(),
  skills: jsonb('skills').notNull(),
  personaVersion: integer('persona_version').notNull(),
  reservedBy: text('reserved_by'),
  projects: integer('projects').notNull(),
  accepted: integer('accepted').notNull(),
  rejections: integer('rejections').notNull(),
});

/** Every version of every Specialist's own system message. */
export const personas = pgTable(
  'personas',
  {
    agentId: text('agent_id').notNull(),
    version: integer('version').notNull(),
    persona: jsonb('persona').notNull(),
    at: instant('at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.agentId, table.version] })],
);

export const tasks = pgTable(
  'tasks',
  {
    projectId: text('project_id').notNull(),
    id: text('id').notNull(),
    title: text('title').notNull(),
    state: text('state').notNull(),
    tier: text('tier').notNull(),
    rejections: integer('rejections').notNull(),
    startedAt: epochMs('started_at'),
    acceptedAt: epochMs('accepted_at'),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.id] })],
);

/** Which agent has which task, and why. */
export const assignments = pgTable(
  'assignments',
  {
    projectId: text('project_id').notNull(),
    taskId: text('task_id').notNull(),
    agentId: text('agent_id').notNull(),
    why: text('why').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.taskId] })],
);

/**
 * Every version of every output that was submitted, with who made it in which turn and how it
 * fared; its turn and the ledger know the rest. Rebuilt from facts.
 */
export const outputs = pgTable(
  'outputs',
  {
    projectId: text('project_id').notNull(),
    taskId: text('task_id').notNull(),
    revision: integer('revision').notNull(),
    summary: text('summary').notNull(),
    files: jsonb('files').notNull(),
    checks: jsonb('checks').notNull(),
    /** null in rows of earlier versions whose doer is not known any more. */
    agentId: text('agent_id'),
    turnId: text('turn_id'),
    /** Of the task when it was submitted; its turn may have gone higher. */
    tier: text('tier'),
    domains: text('domains').array().notNull().default([]),
    asked: integer('asked').notNull().default(0),
    submittedAt: epochMs('submitted_at'),
    /** null while nobody has judged it. */
    accepted: boolean('accepted'),
    judgedBy: text('judged_by'),
    reasons: text('reasons').array().notNull().default([]),
    blocked: boolean('blocked').notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.taskId, table.revision] }),
    index('outputs_of_agent').on(table.agentId),
  ],
);

/** What people think of versions of outputs, and have not taken back. Rebuilt from facts. */
export const feedback = pgTable(
  'feedback',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    projectId: text('project_id').notNull(),
    taskId: text('task_id').notNull(),
    revision: integer('revision').notNull(),
    agentId: text('agent_id').notNull(),
    turnId: text('turn_id'),
    kind: text('kind').notNull(),
    rating: integer('rating'),
    text: text('text'),
    by: text('by').notNull(),
    userId: text('user_id').notNull(),
    standing: text('standing').notNull(),
    at: epochMs('at').notNull(),
  },
  (table) => [index('feedback_of_output').on(table.projectId, table.taskId, table.revision)],
);

/** What waits, or waited, for a human. */
export const pendingDecisions = pgTable('pending_decisions', {
  id: text('id').primaryKey(),
  projectId: text('project_id').notNull(),
  kind: text('kind').notNull(),
  title: text('title').notNull(),
  openedAt: epochMs('opened_at').notNull(),
  outcome: text('outcome'),
  by: text('by'),
});

export { memories, memoryWords } from './memory-tables.ts';
