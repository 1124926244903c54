// Turns still to be taken. One runs in a conversation at a time, in order; a claim is a lease by
// the database's clock with a fence, and attempts are counted at the claim, so that a turn which
// kills its process is noticed too. A held turn keeps its journal and goes on behind whatever was
// ordered in its conversation meanwhile.
import { and, eq, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import { TurnOrder, TurnUsage } from '../domain/turn.ts';
import { parseValue } from '../lib/json.ts';
import { storeError } from './open-store.ts';
import type { Executor, Tx } from './open-store.ts';
import { ledger, steps, turns } from './schema.ts';

/** A turn under lease. */
export interface ClaimedTurn {
  order: TurnOrder;
  aggregateId: string;
  fence: number;
  attempts: number;
}

/** Orders turns, and takes up those that were held under the same id. */
export async function insertTurns(
  tx: Tx,
  aggregateId: string,
  orders: readonly TurnOrder[],
): Promise<void> {
  if (orders.length === 0) return;
  await tx
    .insert(turns)
    .values(orders.map((order) => ({ ...order, aggregateId })))
    .onConflictDoUpdate({
      target: turns.id,
      set: {
        status: 'ready',
        seq: sql`excluded.seq`,
        attempts: 0,
        leaseUntil: past,
        notBefore: past,
        finishedAt: null,
      },
      setWhere: eq(turns.status, 'held'),
    });
}

const past = sql`'-infinity'`;

/** Nobody takes these, or goes on with them, until they are ordered again. */
export async function holdTurns(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .update(turns)
    .set({ status: 'held', fence: sql`${turns.fence} + 1` })
    // Its result may have just ended it: a call that its budget refused.
    .where(and(inArray(turns.id, [...ids]), inArray(turns.status, ['ready', 'running', 'failed'])));
}

export async function cancelTurns(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .update(turns)
    .set({ status: 'cancelled', fence: sql`${turns.fence} + 1`, finishedAt: sql`now()` })
    .where(and(inArray(turns.id, [...ids]), inArray(turns.status, ['ready', 'running', 'held'])));
}

const Row = z.object({
  id: z.string(),
  aggregate_id: z.string(),
  conversation: z.string(),
  agent_id: z.string(),
  kind: z.string(),
  tier: z.string(),
  subject: z.unknown(),
  fence: z.number(),
  attempts: z.number(),
});

/**
 * Takes one turn if it is due, not under lease, and first in its conversation.
 * @returns null when somebody else has it, or it is not its time
 */
export async function claimTurn(
  db: Executor,
  turnId: string,
  leaseMs: number,
): Promise<ClaimedTurn | null> {
  try {
    const result = await db.execute(sql`
      update turns set status = 'running', fence = fence + 1, attempts = attempts + 1,
        lease_until = now() + ${leaseMs} * interval '1 ms'
      where id = (
        select head.id from turns head
        where head.id = ${turnId} and head.status in ('ready', 'running')
          and head.lease_until < now() and head.not_before <= now()
          and not exists (select 1 from turns earlier
            where earlier.conversation = head.conversation and earlier.seq < head.seq
              and earlier.status in ('ready', 'running'))
        for update skip locked)
      returning id, aggregate_id, conversation, agent_id, kind, tier, subject, fence, attempts`);
    const raw = result.rows[0];
    if (raw === undefined) return null;
    const row = Row.parse(raw);
    const order = parseValue(TurnOrder, {
      id: row.id,
      kind: row.kind,
      agentId: row.agent_id,
      conversation: row.conversation,
      tier: row.tier,
      subject: row.subject,
    });
    if (!order.ok) throw new Error(`Turn ${turnId} is unreadable: ${order.reason}`);
    const { fence, attempts, aggregate_id: aggregateId } = row;
    return { order: order.value, aggregateId, fence, attempts };
  } catch (error) {
    throw storeError(error);
  }
}

/** Prolongs the leases of this worker's turns. @returns the ids that are still its own */
export async function renewLeases(
  db: Executor,
  held: readonly { id: string; fence: number }[],
  leaseMs: number,
): Promise<Set<string>> {
  if (held.length === 0) return new Set();
  const pairs = sql.join(
    held.map(({ id, fence }) => sql`(${id}, ${fence}::int)`),
    sql`, `,
  );
  const result = await db.execute(sql`
    update turns set lease_until = now() + ${leaseMs} * interval '1 ms'
    where status = 'running' and (id, fence) in (${pairs}) returning id`);
  return new Set(result.rows.map((row) => z.object({ id: z.string() }).parse(row).id));
}

/**
 * Ends a turn inside the transaction that applies its result.
 * @returns false when the fence is stale: somebody else has the turn, or it was cancelled
 */
export async function endTurn(
  tx: Tx,
  turn: { id: string; fence: number },
  status: 'done' | 'failed',
): Promise<boolean> {
  const rows = await tx
    .update(turns)
    .set({ status, finishedAt: sql`now()` })
    .where(isCurrent(turn))
    .returning({ id: turns.id });
  return rows.length > 0;
}

interface GivingBack {
  delayMs: number;
  /** false when the turn is not to blame: whoever had it was stopped. */
  countsAttempt: boolean;
}

/**
 * The turn got further under this claim: what ended it before does not count against it any more.
 * Comes first in its transaction, as everybody locks turns before budgets.
 */
export async function noteProgress(tx: Tx, turn: { id: string; fence: number }): Promise<void> {
  await tx.update(turns).set({ attempts: 0 }).where(isCurrent(turn));
}

/** Locks the turn until the transaction ends. @returns false when the claim is not current */
export async function isClaimed(tx: Tx, turn: { id: string; fence: number }): Promise<boolean> {
  const rows = await tx.select({ id: turns.id }).from(turns).where(isCurrent(turn)).for('share');
  return rows.length > 0;
}

function isCurrent({ id, fence }: { id: string; fence: number }) {
  return and(eq(turns.id, id), eq(turns.fence, fence), eq(turns.status, 'running'));
}

/** How often it was claimed without getting further, the current claim included. */
export async function attemptsOf(db: Executor, turnId: string): Promise<number> {
  const rows = await db.select({ made: turns.attempts }).from(turns).where(eq(turns.id, turnId));
  return rows[0]?.made ?? 0;
}

/** Gives a turn back: to be taken again after `delayMs`. */
export async function releaseTurn(
  db: Executor,
  turn: { id: string; fence: number },
  { delayMs, countsAttempt }: GivingBack,
): Promise<void> {
  await db
    .update(turns)
    .set({
      status: 'ready',
      attempts: sql`greatest(0, ${turns.attempts} - ${countsAttempt ? 0 : 1})`,
      leaseUntil: past,
      notBefore: sql`now() + ${delayMs} * interval '1 ms'`,
    })
    .where(isCurrent(turn));
}

/**
 * Turns that wait after a failure are due now: whoever starts again may have mended the cause. Not
 * those that an endpoint told to slow down: no start mends that, and a worker that crashes again
 * and again would ask at each.
 */
export async function retryWaiting(db: Executor): Promise<void> {
  await db.execute(sql`
    update turns set not_before = '-infinity'
    where status = 'ready' and not_before > now() and not exists (
      select 1 from aggregates project where project.id = turns.aggregate_id
        and project.state #>> array['turns', turns.id, 'wait', 'code'] = 'rate-limited')`);
}

/** Until when turns of a project wait, in epoch ms; those that do not are not among them. */
export async function waitingUntil(
  db: Executor,
  aggregateId: string,
): Promise<Map<string, number>> {
  const result = await db.execute(sql`
    select id, (extract(epoch from not_before) * 1000)::float8 as until from turns
    where aggregate_id = ${aggregateId} and status = 'ready' and not_before > now()`);
  const Wait = z.object({ id: z.string(), until: z.number() });
  return new Map(result.rows.map((row) => Wait.parse(row)).map(({ id, until }) => [id, until]));
}

/** Turns that could be claimed now; at most one per conversation. */
/** What kind of turn that is or was; null when there is none. */
export async function turnKind(db: Executor, turnId: string): Promise<string | null> {
  const [row] = await db.select({ kind: turns.kind }).from(turns).where(eq(turns.id, turnId));
  return row?.kind ?? null;
}

export async function dueTurns(db: Executor, conversation: string | null): Promise<string[]> {
  const where = conversation === null ? sql`true` : sql`head.conversation = ${conversation}`;
  const result = await db.execute(sql`
    select head.id from turns head
    where head.status in ('ready', 'running') and head.lease_until < now()
      and head.not_before <= now() and ${where}
      and not exists (select 1 from turns earlier
        where earlier.conversation = head.conversation and earlier.seq < head.seq
          and earlier.status in ('ready', 'running'))
    order by head.seq limit 500`);
  return result.rows.map((row) => z.object({ id: z.string() }).parse(row).id);
}

/** What was journaled under a turn so far, by key. */
export async function readSteps(db: Executor, turnId: string): Promise<Map<string, unknown>> {
  const rows = await db.select().from(steps).where(eq(steps.turnId, turnId));
  return new Map(rows.map((row) => [row.key, row.result]));
}

const UsedTools = z.object({ name: z.string(), times: z.number() });

/**
 * What a turn called, commands among it, most used first; empty for a turn so old that its journal
 * is gone.
 */
export async function callsOf(db: Executor, turnId: string): Promise<z.infer<typeof UsedTools>[]> {
  const result = await db.execute(sql`
    select call ->> 'name' as name, count(*)::int as times
    from steps, jsonb_array_elements(result -> 'toolCalls') as call
    where turn_id = ${turnId} and call ->> 'name' is not null
    group by 1 order by 2 desc, 1`);
  return result.rows.map((row) => UsedTools.parse(row));
}

export type LedgerEntry = typeof ledger.$inferInsert;

/** Journals a step, and what it cost, in one transaction. The first writer wins. */
export async function writeStep(
  tx: Tx,
  step: { turnId: string; key: string; result: unknown },
  costs: readonly LedgerEntry[],
): Promise<void> {
  await tx.insert(steps).values(step).onConflictDoNothing();
  await addToLedger(tx, costs);
}

/** A call that is on record stays as it is. */
export async function addToLedger(tx: Tx, calls: readonly LedgerEntry[]): Promise<void> {
  if (calls.length === 0) return;
  await tx
    .insert(ledger)
    .values([...calls])
    .onConflictDoNothing();
}

/** What a turn has cost so far, whether or not it came to anything. */
export async function turnUsage(db: Executor, turnId: string): Promise<TurnUsage> {
  const result = await db.execute(sql`
    select count(*)::int as calls, coalesce(sum(input_tokens), 0)::int as "inputTokens",
      coalesce(sum(output_tokens), 0)::int as "outputTokens",
      coalesce(sum(micro_usd), 0)::int as "microUsd",
      coalesce(sum(latency_ms), 0)::int as "modelMs", coalesce(max(model), '') as model
    from ledger where turn_id = ${turnId}`);
  return TurnUsage.parse(result.rows[0]);
}

/** Which version of the agent's own system message a turn runs with, when it is not the first. */
export async function recordPersona(db: Executor, turnId: string, version: number): Promise<void> {
  await db.update(turns).set({ personaVersion: version }).where(eq(turns.id, turnId));
}
