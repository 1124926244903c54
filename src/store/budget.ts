// Hard ceilings. What a model call may cost at most is reserved before it is made and settled
// after; the database itself refuses `spent + reserved > ceiling`, so no race can overshoot. A
// call that was never settled, because the process died or the turn was stopped, may have been
// paid: its reservation stands while its turn may repeat it, and is spent when the turn is over.
import { eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { StoreError } from '../lib/errors.ts';
import { storeError } from './open-store.ts';
import type { Store, Tx } from './open-store.ts';
import { budgets, reservations } from './schema.ts';
import { isClaimed } from './turns.ts';

/**
 * Something with a ceiling: a task `P1.T3`, a project `P1`, the agency's day `agency.2026-11-20`.
 */
export interface Scope {
  id: string;
  ceilingMicroUsd: number;
  ceilingTokens: number;
}

export interface Amount {
  microUsd: number;
  tokens: number;
}

interface Reserving extends Amount {
  /** The call's name; reserving it twice is reserving it once. */
  id: string;
  scopes: readonly Scope[];
  /** The claim it is made under: whoever lost the turn makes no call for it any more. */
  turn?: { id: string; fence: number };
}

/**
 * @returns null when reserved, else the id of a scope whose ceiling would be passed
 * @throws StoreError `turn-stale` when the turn was held, called off or taken over
 */
export async function reserve(store: Store, reserving: Reserving): Promise<string | null> {
  // Always in one order, so that two reservations never wait for each other.
  const scopes = [...reserving.scopes].sort((a, b) => (a.id < b.id ? -1 : 1));
  return store
    .transact(async (tx) => {
      const { id, microUsd, tokens, turn } = reserving;
      if (turn !== undefined && !(await isClaimed(tx, turn))) throw staleTurn(turn.id);
      await openScopes(tx, scopes);
      const values = { scopes: scopes.map((scope) => scope.id), microUsd, tokens };
      const isNew = await tx
        .insert(reservations)
        .values({ id, ...values })
        // The same call is made again after it was settled: it costs once more.
        .onConflictDoUpdate({
          target: reservations.id,
          set: { ...values, isSettled: false },
          setWhere: eq(reservations.isSettled, true),
        })
        .returning({ id: reservations.id });
      if (isNew.length === 0) return null;
      for (const scope of scopes) {
        if (await add(tx, scope.id, reserving)) continue;
        // What was added to earlier scopes goes with the transaction.
        throw new Exhausted(scope.id);
      }
      return null;
    })
    .catch((error: unknown) => {
      if (error instanceof Exhausted) return error.scope;
      throw storeError(error);
    });
}

function staleTurn(turnId: string): StoreError {
  return new StoreError(`${turnId} is not this process's any more.`, {
    code: staleCode,
    retry: 'never',
    ids: { turn: turnId },
  });
}

/** The code of the error that says a turn was lost. */
export const staleCode = 'turn-stale';

/** Leaves the transaction; never leaves this file. */
class Exhausted extends Error {
  readonly scope: string;

  constructor(scope: string) {
    super(`${scope} is exhausted`);
    this.scope = scope;
  }
}

/**
 * A ceiling that was raised counts from now on; one that was lowered does not undo what was
 * spent.
 */
async function openScopes(tx: Tx, scopes: readonly Scope[]): Promise<void> {
  await tx
    .insert(budgets)
    .values([...scopes])
    .onConflictDoUpdate({
      target: budgets.id,
      set: {
        ceilingMicroUsd: sql`greatest(excluded.ceiling_micro_usd,
          ${budgets.spentMicroUsd} + ${budgets.reservedMicroUsd})`,
        ceilingTokens: sql`greatest(excluded.ceiling_tokens,
          ${budgets.spentTokens} + ${budgets.reservedTokens})`,
      },
    });
}

async function add(tx: Tx, id: string, { microUsd, tokens }: Amount): Promise<boolean> {
  const rows = await tx
    .update(budgets)
    .set({
      reservedMicroUsd: sql`${budgets.reservedMicroUsd} + ${microUsd}`,
      reservedTokens: sql`${budgets.reservedTokens} + ${tokens}`,
    })
    .where(
      sql`${budgets.id} = ${id}
        and ${budgets.spentMicroUsd} + ${budgets.reservedMicroUsd} + ${budgets.overdraftMicroUsd}
          + ${microUsd} <= ${budgets.ceilingMicroUsd}
        and ${budgets.spentTokens} + ${budgets.reservedTokens} + ${budgets.overdraftTokens}
          + ${tokens} <= ${budgets.ceilingTokens}`,
    )
    .returning({ id: budgets.id });
  return rows.length > 0;
}

const Reservation = z.object({
  scopes: z.array(z.string()),
  micro_usd: z.coerce.number(),
  tokens: z.coerce.number(),
});

/**
 * Replaces what was reserved by what it cost; a call that was refused cost nothing. Where a server
 * counted more than was reserved the rest is an overdraft: it cannot be undone, and the next
 * reservation meets it.
 */
export async function settle(tx: Tx, id: string, cost: Amount): Promise<void> {
  const result = await tx.execute(sql`
    update reservations set is_settled = true where id = ${id} and not is_settled
    returning scopes, micro_usd, tokens`);
  for (const row of result.rows) await book(tx, Reservation.parse(row), cost);
}

/**
 * The turns are over, so nobody will repeat the calls that they left unanswered. Each may have been
 * paid up to what was reserved for it, and a ceiling that forgot it could be passed: it counts as
 * spent. What an endpoint refused was given back before and is not among them.
 */
export async function spendUnanswered(tx: Tx, turnIds: readonly string[]): Promise<void> {
  if (turnIds.length === 0) return;
  const result = await tx.execute(sql`
    update reservations set is_settled = true
    where not is_settled and id like any(${sql.param(turnIds.map((id) => `${id}.%`))})
    returning scopes, micro_usd, tokens`);
  for (const row of result.rows) {
    const reserved = Reservation.parse(row);
    await book(tx, reserved, { microUsd: reserved.micro_usd, tokens: reserved.tokens });
  }
}

async function book(tx: Tx, reserved: z.infer<typeof Reservation>, cost: Amount): Promise<void> {
  const { scopes, micro_usd: microUsd, tokens } = reserved;
  const over = {
    microUsd: Math.max(0, cost.microUsd - microUsd),
    tokens: Math.max(0, cost.tokens - tokens),
  };
  for (const scope of scopes.toSorted()) {
    await tx
      .update(budgets)
      .set({
        reservedMicroUsd: sql`${budgets.reservedMicroUsd} - ${microUsd}`,
        reservedTokens: sql`${budgets.reservedTokens} - ${tokens}`,
        spentMicroUsd: sql`${budgets.spentMicroUsd} + ${cost.microUsd - over.microUsd}`,
        spentTokens: sql`${budgets.spentTokens} + ${cost.tokens - over.tokens}`,
        overdraftMicroUsd: sql`${budgets.overdraftMicroUsd} + ${over.microUsd}`,
        overdraftTokens: sql`${budgets.overdraftTokens} + ${over.tokens}`,
      })
      .where(eq(budgets.id, scope));
  }
}
