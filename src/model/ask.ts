// The one owner of retries towards a model: nothing below it repeats a failed request and nothing
// above it needs to, short of taking up the whole turn again. What may be repeated is the fault
// table's to say (`classify.ts`); this file says when. A pause never holds a place at the endpoint.
import type { ModelAnswer, ModelFault, ModelRequest } from '../domain/model-port.ts';
import type { Clock } from '../lib/clock.ts';
import { ModelError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { Circuit, Pass } from './circuit.ts';
import { classify, wrapError } from './classify.ts';
import { type Again, faultTable, modelError, withPause } from './fault-table.ts';
import type { Concurrency } from './concurrency.ts';
import type { ModelLimits } from './limits.ts';
import type { Pace } from './pace.ts';

export interface AskDeps {
  /** One attempt: an answer but for the two numbers that only the retries know. */
  attempt: (request: ModelRequest) => Promise<Omit<ModelAnswer, 'attempts' | 'latencyMs'>>;
  concurrency: Concurrency;
  pace: Pace;
  circuit: Circuit;
  clock: Clock;
  delay: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** In [0, 1): spreads the retries of many callers. */
  random: () => number;
  limits: ModelLimits;
  log: Log;
  /** Ids for errors and logs, such as the model's name. */
  ids: Record<string, string | number>;
}

/**
 * Asks until there is an answer or no attempt is left. `latencyMs` is the last attempt's alone.
 * @throws ModelError
 */
export async function ask(deps: AskDeps, asked: ModelRequest): Promise<ModelAnswer> {
  const { clock, limits, log } = deps;
  const { request, lose } = watch(asked);
  const startedAt = clock.monotonic();
  const failures: Record<Again, number> = { backoff: 0, wait: 0, once: 0, no: 0 };
  let firstFailedAt: number | undefined;
  let attempts = 0;
  for (;;) {
    const tried = await attemptOnce(deps, request, attempts + 1);
    if (tried.is === 'answered') return tried.answer;
    if (tried.is === 'turned-away') throw tried.error;
    const { error } = tried;
    const { again, fault } = classify(error);
    const now = clock.monotonic();
    if (tried.is === 'failed') {
      lose(fault);
      attempts += 1;
      failures[again] += 1;
      firstFailedAt ??= now;
    }
    const state = { again, failures, limits, elapsedMs: now - startedAt };
    const { retryAfterMs } = error;
    const pauseMs = pauseAfter({ ...state, retryAfterMs, random: deps.random() });
    const facts = { ...error.ids, ...request.trace, code: error.code };
    const leftAlone = tried.is === 'failed' ? tried.leftAlone : undefined;
    if (pauseMs === undefined || leftAlone !== undefined || isForQueue(pauseMs, state)) {
      log.warn({ ...facts, err: error.message }, 'the model gave no answer');
      const givenUp =
        tried.is === 'failed' ? tried.pass?.givenUp(error, firstFailedAt ?? now) : null;
      // Whoever brings it back needs to know when, above all where the server did not say.
      const paused = again === 'wait' && pauseMs !== undefined ? withPause(error, pauseMs) : error;
      throw leftAlone ?? givenUp ?? paused;
    }
    log.info({ ...facts, pauseMs }, 'asking the model again');
    await pause(deps, { pauseMs, request, error });
  }
}

type Tried =
  | { is: 'answered'; answer: ModelAnswer }
  | { is: 'turned-away'; error: ModelError }
  /** Nothing was sent: the endpoint asked others for a pause. */
  | { is: 'held'; error: ModelError }
  | {
      is: 'failed';
      error: ModelError;
      /** Absent where it was called off before there was a place for it. */
      pass: Pass | undefined;
      /** What to end with, where the endpoint is not to be asked again for now. */
      leftAlone: ModelError | undefined;
    };

async function attemptOnce(deps: AskDeps, request: ModelRequest, attempts: number): Promise<Tried> {
  const { clock, concurrency, circuit, pace } = deps;
  const ids = { ...deps.ids, attempts };
  let pass: Pass | undefined;
  let leftAlone: ModelError | undefined;
  const work = async (): Promise<Tried> => {
    // Not before there is a place: whoever waited for one learns what became of those before.
    const heldMs = pace.heldMs();
    if (heldMs > 0) return { is: 'held', error: heldFor(heldMs, deps.ids) };
    const entered = circuit.enter();
    if (entered instanceof ModelError) return { is: 'turned-away', error: entered };
    pass = entered;
    const sentAt = clock.monotonic();
    try {
      const answer = await deps.attempt(request);
      pace.answered(sentAt);
      pass.succeeded();
      const latencyMs = Math.round(clock.monotonic() - sentAt);
      return { is: 'answered', answer: { ...answer, latencyMs, attempts } };
    } catch (thrown) {
      const { fault, retryAfterMs } = classify(thrown);
      if (fault === 'rate-limited') pace.refused(sentAt, retryAfterMs);
      leftAlone = pass.failed(wrapError(thrown, ids));
      throw thrown;
    }
  };
  try {
    return await concurrency.run(work, request.signal, ({ is }) => is === 'answered');
  } catch (thrown) {
    return { is: 'failed', error: wrapError(thrown, ids), pass, leftAlone };
  }
}

function heldFor(heldMs: number, ids: AskDeps['ids']): ModelError {
  const detail = 'the endpoint asked us to slow down';
  return modelError('rate-limited', { detail, ids, retryAfterMs: heldMs });
}

async function pause(
  deps: AskDeps,
  about: { pauseMs: number; request: ModelRequest; error: ModelError },
): Promise<void> {
  const { request, error } = about;
  try {
    await deps.delay(about.pauseMs, request.signal);
  } catch {
    const ids = { ...error.ids };
    throw modelError('aborted', { detail: 'between two attempts', ids, cause: error });
  }
}

interface PauseState {
  again: Again;
  /** Failures of this question so far, the one at hand included. */
  failures: Readonly<Record<Again, number>>;
  elapsedMs: number;
  limits: ModelLimits;
}

/**
 * How long to wait before asking again; `undefined`: asking again cannot help. Full jitter: any
 * time up to a bound that doubles, which spreads the retries of many callers best.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function pauseAfter(
  state: PauseState & { retryAfterMs: number | undefined; random: number },
): number | undefined {
  const { again, failures, limits, retryAfterMs } = state;
  if (again === 'no') return undefined;
  if (again === 'once') return failures.once <= 1 ? 0 : undefined;
  if (again === 'backoff' && failures.backoff >= limits.attemptsMax) return undefined;
  const bound = Math.min(
    limits.backoffMaxMs,
    limits.backoffFirstMs * 2 ** Math.max(0, Math.min(30, failures[again] - 1)),
  );
  const jittered = Math.round(bound * state.random);
  // What the server asks for is the least; a tenth more keeps its callers from coming back at once.
  return retryAfterMs === undefined
    ? jittered
    : Math.ceil(retryAfterMs + Math.min(jittered, retryAfterMs / 10));
}

/** Whether a pause is too long to hold a turn for, or comes too late. */
export function isForQueue(pauseMs: number, { again, elapsedMs, limits }: PauseState): boolean {
  const pauseMsMax = again === 'wait' ? limits.rateWaitMaxMs : limits.waitMaxMs;
  return pauseMs > pauseMsMax || elapsedMs + pauseMs > limits.retryWindowMs;
}

/** The request, watched for what there is to take back, or to pay, when an attempt fails. */
function watch(asked: ModelRequest): { request: ModelRequest; lose: (fault: ModelFault) => void } {
  const { onText } = asked;
  let hasText = false;
  let chars = 0;
  const request = {
    ...asked,
    onWritten: (count: number) => {
      chars = count;
    },
    ...(onText === undefined
      ? {}
      : {
          onText: (delta: string) => {
            hasText = true;
            onText(delta);
          },
        }),
  };
  const lose = (fault: ModelFault) => {
    const { billed } = faultTable[fault];
    if (billed === 'yes' || (billed === 'if-begun' && chars > 0)) asked.onLost?.(chars);
    if (hasText) asked.onTextReset?.();
    hasText = false;
    chars = 0;
  };
  return { request, lose };
}
