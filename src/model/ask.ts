// The one owner of retries towards a model: nothing below it repeats a failed request and nothing
// above it needs to, short of taking up the whole turn again. What may be repeated is the fault
// table's to say (`classify.ts`); this file says when. A pause never holds a place at the endpoint.
import type { ModelAnswer, ModelRequest } from '../domain/model-port.ts';
import type { Clock } from '../lib/clock.ts';
import { ModelError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { Circuit, Pass } from './circuit.ts';
import { classify, wrapError } from './classify.ts';
import { type Again, modelError } from './fault-table.ts';
import type { Concurrency } from './concurrency.ts';
import type { ModelLimits } from './limits.ts';

export interface AskDeps {
  /** One attempt: an answer but for the two numbers that only the retries know. */
  attempt: (request: ModelRequest) => Promise<Omit<ModelAnswer, 'attempts' | 'latencyMs'>>;
  concurrency: Concurrency;
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
  const { request, resetText } = watchText(asked);
  const startedAt = clock.monotonic();
  const failures: Record<Again, number> = { backoff: 0, wait: 0, once: 0, no: 0 };
  let firstFailedAt: number | undefined;
  for (let attempts = 1; ; attempts += 1) {
    const tried = await attemptOnce(deps, request, attempts);
    if (tried.is === 'answered') return tried.answer;
    if (tried.is === 'turned-away') throw tried.error;
    resetText();
    const { error, pass } = tried;
    const { again } = classify(error);
    failures[again] += 1;
    const now = clock.monotonic();
    firstFailedAt ??= now;
    const pauseMs = nextPause({
      again,
      failures,
      elapsedMs: now - startedAt,
      retryAfterMs: error.retryAfterMs,
      random: deps.random(),
      limits,
    });
    const facts = { ...error.ids, ...request.trace, code: error.code };
    if (pauseMs === undefined || tried.leftAlone !== undefined) {
      log.warn({ ...facts, err: error.message }, 'the model gave no answer');
      throw tried.leftAlone ?? pass?.givenUp(error, firstFailedAt) ?? error;
    }
    log.info({ ...facts, pauseMs }, 'asking the model again');
    await pause(deps, { pauseMs, request, error });
  }
}

type Tried =
  | { is: 'answered'; answer: ModelAnswer }
  | { is: 'turned-away'; error: ModelError }
  | {
      is: 'failed';
      error: ModelError;
      /** Absent where it was called off before there was a place for it. */
      pass: Pass | undefined;
      /** What to end with, where the endpoint is not to be asked again for now. */
      leftAlone: ModelError | undefined;
    };

async function attemptOnce(deps: AskDeps, request: ModelRequest, attempts: number): Promise<Tried> {
  const { clock, concurrency, circuit } = deps;
  const ids = { ...deps.ids, attempts };
  let pass: Pass | undefined;
  let leftAlone: ModelError | undefined;
  try {
    return await concurrency.run(async () => {
      // Not before there is a place: whoever waited for one learns what became of those before.
      const entered = circuit.enter();
      if (entered instanceof ModelError) return { is: 'turned-away', error: entered };
      pass = entered;
      const sentAt = clock.monotonic();
      try {
        const answer = await deps.attempt(request);
        pass.succeeded();
        const latencyMs = Math.round(clock.monotonic() - sentAt);
        return { is: 'answered', answer: { ...answer, latencyMs, attempts } };
      } catch (thrown) {
        leftAlone = pass.failed(wrapError(thrown, ids));
        throw thrown;
      }
    }, request.signal);
  } catch (thrown) {
    return { is: 'failed', error: wrapError(thrown, ids), pass, leftAlone };
  }
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

/**
 * How long to wait before asking again; `undefined` is to give up. Full jitter: any time up to a
 * bound that doubles, which spreads the retries of many callers best.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function nextPause(state: {
  again: Again;
  /** Failures of this question so far, the one at hand included. */
  failures: Readonly<Record<Again, number>>;
  elapsedMs: number;
  retryAfterMs: number | undefined;
  random: number;
  limits: ModelLimits;
}): number | undefined {
  const { again, failures, limits, retryAfterMs } = state;
  if (again === 'no') return undefined;
  if (again === 'once') return failures.once <= 1 ? 0 : undefined;
  if (again === 'backoff' && failures.backoff >= limits.attemptsMax) return undefined;
  const bound = Math.min(
    limits.backoffMaxMs,
    limits.backoffFirstMs * 2 ** Math.min(30, failures[again] - 1),
  );
  const jittered = Math.round(bound * state.random);
  // What the server asks for is the least; a tenth more keeps its callers from coming back at once.
  const pauseMs =
    retryAfterMs === undefined
      ? jittered
      : Math.ceil(retryAfterMs + Math.min(jittered, retryAfterMs / 10));
  if (pauseMs > limits.waitMaxMs) return undefined;
  return state.elapsedMs + pauseMs > limits.retryWindowMs ? undefined : pauseMs;
}

/** The request with an `onText` that remembers whether there is something to take back. */
function watchText(asked: ModelRequest): { request: ModelRequest; resetText: () => void } {
  const { onText } = asked;
  if (onText === undefined) return { request: asked, resetText: () => undefined };
  let hasText = false;
  const request = {
    ...asked,
    onText: (delta: string) => {
      hasText = true;
      onText(delta);
    },
  };
  const resetText = () => {
    if (hasText) asked.onTextReset?.();
    hasText = false;
  };
  return { request, resetText };
}
