// Carries out one turn: claims it, keeps its lease alive while the agent works, and puts the result
// through the door under the fence it was claimed with. Whoever lost the lease throws its work
// away.
import type { TurnOutput } from '../domain/turn.ts';
import { AppError, ModelError, messageOf } from '../lib/errors.ts';
import { delay } from '../lib/clock.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { isPassing, storeError } from '../store/open-store.ts';
import type { Store } from '../store/open-store.ts';
import { staleCode } from '../store/budget.ts';
import {
  attemptsOf,
  claimTurn,
  dueTurns,
  releaseTurn,
  renewLeases,
  turnUsage,
} from '../store/turns.ts';
import type { ClaimedTurn } from '../store/turns.ts';
import type { HandleEvent } from './handle-event.ts';
import type { Hints } from './hints.ts';
import { reach } from '../lib/points.ts';

export interface RunTurnDeps {
  store: Store;
  clock: Clock;
  log: Log;
  hints: Hints;
  handleEvent: HandleEvent;
  takeTurn: (
    turn: ClaimedTurn,
    signal: AbortSignal,
    onDelay: (reason: string) => Promise<void>,
  ) => Promise<TurnOutput>;
  leaseMs: number;
  renewMs: number;
}

export interface TurnRunner {
  run(turnId: string): Promise<void>;
  /** Aborts turns of this process; their leases are not released. */
  stopTurns(turnIds: readonly string[]): void;
  running(): number;
  /** Begins no turn any more. */
  drain(): void;
  /** A turn has kept all it was given: while draining it stops there and is given back. */
  checkpoint(turnId: string): void;
  /** Gives turns this long to end, then aborts them and gives them back for others to take. */
  close(graceMs: number): Promise<void>;
}

/** Claims without any progress after which a turn that never finished is given up. */
const attemptsMax = 3;
/** A turn that met a broken connection is taken again soon. */
const databasePauseMs = 500;

interface Running {
  fence: number;
  abort: AbortController;
}

export function createTurnRunner(deps: RunTurnDeps): TurnRunner {
  const running = new Map<string, Running>();
  /** Whatever is under way, claims included. */
  const runs = new Set<Promise<void>>();
  let closing = false;
  const renewal = setInterval(() => void renewAll(), deps.renewMs);

  async function renewAll(): Promise<void> {
    const held = [...running].map(([id, { fence }]) => ({ id, fence }));
    try {
      const kept = await renewLeases(deps.store.db, held, deps.leaseMs);
      const lost = held.filter(({ id }) => !kept.has(id)).map(({ id }) => id);
      stopTurns(lost);
    } catch (error) {
      deps.log.warn({ reason: messageOf(error) }, 'leases not renewed');
    }
  }

  function stopTurns(turnIds: readonly string[]): void {
    for (const id of turnIds) running.get(id)?.abort.abort(new Error('This turn was stopped.'));
  }

  function run(turnId: string): Promise<void> {
    const work = claimAndRun(turnId).finally(() => runs.delete(work));
    runs.add(work);
    return work;
  }

  async function claimAndRun(turnId: string): Promise<void> {
    if (closing || running.has(turnId)) return;
    const claimed = await claimTurn(deps.store.db, turnId, deps.leaseMs);
    if (claimed === null) return;
    reach('turn.claimed');
    if (closing) return giveBack(deps, { id: turnId, fence: claimed.fence });
    const abort = new AbortController();
    running.set(turnId, { fence: claimed.fence, abort });
    try {
      await carryOut(deps, claimed, abort.signal);
    } finally {
      running.delete(turnId);
    }
    if (closing) return;
    const { conversation } = claimed.order;
    deps.hints.turns(await dueTurns(deps.store.db, conversation));
  }

  return {
    run,
    stopTurns,
    running: () => running.size,
    drain: () => {
      closing = true;
    },
    checkpoint: (turnId) => {
      if (closing) stopTurns([turnId]);
    },
    close: async (graceMs) => {
      closing = true;
      const late = new AbortController();
      const ended = Promise.allSettled(runs);
      await Promise.race([ended, delay(graceMs, late.signal).catch(() => undefined)]);
      late.abort();
      stopTurns([...running.keys()]);
      await ended;
      clearInterval(renewal);
    },
  };
}

async function carryOut(
  deps: RunTurnDeps,
  claimed: ClaimedTurn,
  signal: AbortSignal,
): Promise<void> {
  const { id } = claimed.order;
  const turn = { id, fence: claimed.fence };
  const at = deps.clock.now();
  try {
    if (claimed.attempts > attemptsMax) {
      throw new AppError(
        `The turn was begun ${attemptsMax} times and never finished: the program ended each time ` +
          'before it got any further.',
        { code: 'turn-attempts', retry: 'never' },
      );
    }
    const output = await deps.takeTurn(claimed, signal, (reason) => saySlow(deps, id, reason));
    const event = { type: 'turn-finished' as const, id: `turn.${id}.finished`, at };
    await deps.handleEvent({ ...event, turnId: id, output }, { ...turn, status: 'done' });
    reach('turn.finished');
  } catch (error) {
    if (signal.aborted || isStale(error)) return giveBack(deps, turn);
    await giveUp(deps, claimed, error);
  }
}

/** It was held, called off or taken over, and whoever has it now knows. */
function isStale(error: unknown): boolean {
  return error instanceof AppError && error.code === staleCode;
}

/** Said once for a turn, however often it is begun: the people who wait see that it goes on. */
async function saySlow(deps: RunTurnDeps, turnId: string, reason: string): Promise<void> {
  const event = { type: 'turn-delayed' as const, id: `turn.${turnId}.slow`, at: deps.clock.now() };
  await deps.handleEvent({ ...event, turnId, reason: reason.slice(0, 1000) });
}

/**
 * Whoever had it was stopped, which is not the turn's fault. A lost lease makes this do nothing.
 */
function giveBack({ store }: RunTurnDeps, turn: { id: string; fence: number }): Promise<void> {
  return releaseTurn(store.db, turn, { delayMs: 0, countsAttempt: false });
}

/** A server that asks us to slow down says nothing about the turn. */
function isPaced(error: unknown): boolean {
  if (!(error instanceof ModelError) || error.retry !== 'later') return false;
  return error.code === 'rate-limited' || error.retryAfterMs !== undefined;
}

/** Later: the turn goes back and waits. Never: the domain decides what follows. */
async function giveUp(deps: RunTurnDeps, claimed: ClaimedTurn, thrown: unknown): Promise<void> {
  const { id } = claimed.order;
  const turn = { id, fence: claimed.fence };
  const error = storeError(thrown);
  const known = error instanceof AppError ? error : null;
  const level = known === null ? 'error' : 'warn';
  deps.log[level]({ turn: id, code: known?.code, err: error }, 'a turn failed');
  if (isPassing(error)) {
    // Nobody needs to hear of it: without the database nothing else goes on either.
    const giving = { delayMs: databasePauseMs, countsAttempt: false };
    return deps.store.transact((tx) => releaseTurn(tx, turn, giving));
  }
  const countsAttempt = !isPaced(error);
  const attempts = await attemptsOf(deps.store.db, id);
  if (known?.retry === 'later' && (!countsAttempt || attempts < attemptsMax)) {
    const delayMs = known.retryAfterMs ?? 1000 * 2 ** attempts;
    const at = deps.clock.now();
    await deps.handleEvent({
      type: 'turn-delayed',
      id: `turn.${id}.delayed.${claimed.fence}`,
      at,
      turnId: id,
      reason: known.forPeople.slice(0, 1000),
      wait: { code: known.code, until: Math.ceil(at + delayMs) },
    });
    return releaseTurn(deps.store.db, turn, { delayMs, countsAttempt });
  }
  const reason = known?.forPeople ?? `An unexpected error: ${messageOf(error)}`;
  await deps.handleEvent(
    {
      type: 'turn-failed',
      // It may go on after this, when its budget is raised, and fail once more.
      id: `turn.${id}.failed.${claimed.fence}`,
      at: deps.clock.now(),
      turnId: id,
      code: known?.code ?? 'bug',
      reason: reason.slice(0, 1000),
      usage: await turnUsage(deps.store.db, id),
    },
    { ...turn, status: 'failed' },
  );
}
