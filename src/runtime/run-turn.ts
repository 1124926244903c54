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
import { readProject } from '../store/record.ts';
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
import type { HeldTurn } from './turn-taker.ts';
import type { Hints } from './hints.ts';
import { reach } from '../lib/points.ts';

/** What a turn under way lets people know. */
export interface TurnSigns {
  /** The model gives no sign for long. */
  onDelay: (reason: string) => Promise<void>;
  /** It was put off before, and now it got an answer. */
  onGoingOn: () => Promise<void>;
}

export interface RunTurnDeps {
  store: Store;
  clock: Clock;
  log: Log;
  hints: Hints;
  handleEvent: HandleEvent;
  takeTurn: (turn: HeldTurn, signal: AbortSignal, told: TurnSigns) => Promise<TurnOutput>;
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
  /** When the lease was last asked for with success, monotonic ms: it lasts from a little later. */
  provenAt: number;
}

export function createTurnRunner(deps: RunTurnDeps): TurnRunner {
  const running = new Map<string, Running>();
  /** Whatever is under way, claims included. */
  const runs = new Set<Promise<void>>();
  let closing = false;
  const renew = async () => stopTurns(await renewAll(deps, running));
  const renewal = setInterval(() => void renew(), deps.renewMs);

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
    const provenAt = deps.clock.monotonic();
    const claimed = await claimTurn(deps.store.db, turnId, deps.leaseMs);
    if (claimed === null) return;
    reach('turn.claimed');
    if (closing) return giveBack(deps, { id: turnId, fence: claimed.fence });
    const abort = new AbortController();
    const own: Running = { fence: claimed.fence, abort, provenAt };
    running.set(turnId, own);
    // A process that stood still wakes up in the middle of things, before its timers tell it.
    const isCurrent = () => deps.clock.monotonic() - own.provenAt < deps.leaseMs;
    try {
      await carryOut(deps, { ...claimed, isCurrent }, abort.signal);
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

/** Never rejects. @returns the turns that are somebody else's by now */
async function renewAll(
  { store, clock, log, leaseMs }: RunTurnDeps,
  running: ReadonlyMap<string, Running>,
): Promise<string[]> {
  const held = [...running].map(([id, { fence }]) => ({ id, fence }));
  const askedAt = clock.monotonic();
  try {
    const kept = await renewLeases(store.db, held, leaseMs);
    for (const id of kept) {
      const own = running.get(id);
      if (own !== undefined) own.provenAt = askedAt;
    }
    return held.filter(({ id }) => !kept.has(id)).map(({ id }) => id);
  } catch (error) {
    log.warn({ reason: messageOf(error) }, 'leases not renewed');
    return [];
  }
}

async function carryOut(deps: RunTurnDeps, claimed: HeldTurn, signal: AbortSignal): Promise<void> {
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
    const output = await deps.takeTurn(claimed, signal, signsOf(deps, turn));
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
  return error instanceof AppError && (error.code === staleCode || error.code === 'aborted');
}

function signsOf(deps: RunTurnDeps, { id, fence }: { id: string; fence: number }): TurnSigns {
  return {
    onDelay: (reason) => saySlow(deps, id, reason),
    onGoingOn: async () => {
      const at = deps.clock.now();
      await deps.handleEvent({
        type: 'turn-went-on',
        id: `turn.${id}.on.${fence}`,
        at,
        turnId: id,
      });
    },
  };
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
    await sayWait(deps, claimed, { error: known, delayMs });
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

interface Waiting {
  error: AppError;
  delayMs: number;
}

/** A turn that waits for days is taken up all the while, and each time is not a thing to record. */
async function sayWait(deps: RunTurnDeps, claimed: ClaimedTurn, { error, delayMs }: Waiting) {
  const { order, aggregateId, fence } = claimed;
  const project = await readProject(deps.store.db, aggregateId);
  if (project?.turns[order.id]?.wait?.code === error.code) return;
  const at = deps.clock.now();
  await deps.handleEvent({
    type: 'turn-delayed',
    id: `turn.${order.id}.delayed.${fence}`,
    at,
    turnId: order.id,
    reason: error.forPeople.slice(0, 1000),
    wait: { code: error.code, until: Math.ceil(at + delayMs) },
  });
}
