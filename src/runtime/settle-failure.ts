// What becomes of an effect that failed. Only what says itself that it never will succeed is given
// up at once: whatever else goes wrong, a full disk as much as a bug, may be gone the next time.
// What people have to put right is held, with its lane, and told once for all that wait for it.
// Surprise: while Discord answers nobody, a failure is Discord's and counts against no effect.
import { AppError, Blocked, DiscordError, NotYet, messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { enduring, isPassing } from '../store/open-store.ts';
import type { Store } from '../store/open-store.ts';
import { holdDelivery, isHeldFor, parkDelivery, postponeDelivery } from '../store/outbox.ts';
import type { Delivery, OutboxKind } from '../store/outbox.ts';

export interface Trouble {
  /** The same trouble of the same effect has the same id, however often it is met. */
  id: string;
  /** For people, with what to do. */
  reason: string;
  /** Goes on by itself when people have put it right. */
  waits: boolean;
}

export type TellTrouble = (delivery: Delivery, trouble: Trouble) => Promise<void>;

export interface SettleDeps {
  store: Store;
  log: Log;
  onTrouble?: TellTrouble;
}

export interface Settler {
  succeeded(delivery: Delivery): void;
  /** @returns after how many ms to look again; null when there is nothing to wait for */
  failed(delivery: Delivery, error: unknown): Promise<number | null>;
}

/** After this many failures an effect is parked and people are told; some minutes. */
const attemptsMax = 12;
const backoffMs = { first: 250, max: 60_000 };
/** Done by Discord alone, so that one that succeeds shows that Discord answers. */
const byDiscord: ReadonlySet<OutboxKind> = new Set(['post', 'edit', 'place', 'react', 'status']);

export function createSettler(deps: SettleDeps): Settler {
  let answers = 0;
  const failing = new Map<string, Failing>();
  return {
    succeeded: ({ id, kind }) => {
      failing.delete(id);
      if (byDiscord.has(kind)) answers += 1;
    },
    failed: async (delivery, error) => {
      const before = failing.get(delivery.id);
      failing.delete(delivery.id);
      if (error instanceof Blocked) return hold(deps, delivery, error);
      if (error instanceof AppError && error.retry === 'never') return park(deps, delivery, error);
      if (error instanceof NotYet) {
        const delayMs = error.retryAfterMs ?? backoffMs.first;
        return postpone(deps, delivery, { delayMs, reason: error.message, countsAttempt: false });
      }
      const isTheirs = error instanceof DiscordError && before?.answers === answers;
      const countsAttempt = !isTheirs && !isPause(error) && !isPassing(error);
      if (countsAttempt && delivery.attempts >= attemptsMax) return park(deps, delivery, error);
      const tries = Math.max(delivery.attempts, (before?.tries ?? 0) + 1);
      failing.set(delivery.id, { answers, tries });
      return retry(deps, { delivery, error, countsAttempt, tries });
    },
  };
}

function isPause(error: unknown): boolean {
  return (
    error instanceof DiscordError &&
    (error.code === 'discord-rate-limited' || error.code === 'discord-429')
  );
}

/** An effect that failed in this process and is to be tried again. */
interface Failing {
  /** How many others Discord had answered by then. */
  answers: number;
  /** Counted or not, they make the pauses grow. */
  tries: number;
}

interface Failure {
  delivery: Delivery;
  error: unknown;
  countsAttempt: boolean;
  tries: number;
}

async function retry(deps: SettleDeps, { delivery, error, countsAttempt, tries }: Failure) {
  const known = error instanceof AppError ? error : null;
  const exponential = backoffMs.first * 2 ** Math.min(tries - 1, 20);
  const delayMs = known?.retryAfterMs ?? Math.min(exponential, backoffMs.max);
  const level = known === null ? 'error' : 'warn';
  deps.log[level]({ ...about(delivery), err: error, delayMs }, 'a delivery waits');
  return postpone(deps, delivery, { delayMs, reason: messageOf(error), countsAttempt });
}

async function postpone(
  { store }: SettleDeps,
  delivery: Delivery,
  failure: { delayMs: number; reason: string; countsAttempt: boolean },
): Promise<number> {
  // Else it would wait for its lease to run out.
  await enduring(() => postponeDelivery(store.db, delivery, failure));
  return failure.delayMs;
}

async function park(deps: SettleDeps, delivery: Delivery, error: unknown): Promise<null> {
  deps.log.error({ ...about(delivery), err: error }, 'a delivery is parked');
  const { code, forPeople } = wordsFor(error);
  // Told first: should this process die in between, it is parked again, and told under this id.
  const id = troubleId(code, delivery);
  await deps.onTrouble?.(delivery, { id, reason: forPeople, waits: false });
  await enduring(() => parkDelivery(deps.store.db, delivery, forPeople));
  return null;
}

async function hold(deps: SettleDeps, delivery: Delivery, error: Blocked): Promise<null> {
  const { db } = deps.store;
  const where = `${error.where} ${error.code}`;
  if (!(await enduring(() => isHeldFor(db, where)))) {
    deps.log.error({ ...about(delivery), err: error }, 'deliveries wait for people');
    const id = troubleId(where, delivery);
    await deps.onTrouble?.(delivery, { id, reason: error.forPeople, waits: true });
  }
  const waiting = { where, reason: error.forPeople };
  await enduring(() => holdDelivery(db, delivery, waiting));
  return null;
}

function troubleId(cause: string, { id, revision }: Delivery): string {
  return `parked.${cause.replaceAll(' ', '-')}.${revision}.${id}`.slice(0, 300);
}

function wordsFor(error: unknown): { code: string; forPeople: string } {
  if (error instanceof AppError) return error;
  return { code: 'surprise', forPeople: messageOf(error) };
}

function about({ id, kind, attempts }: Delivery) {
  return { delivery: id, kind, attempts };
}
