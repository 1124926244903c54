// What can go wrong between us and a model, and what to do about each: RELIABILITY §1.7 as data.
// `classify.ts` recognises the faults of others; the ones we find ourselves (a stalled stream, an
// empty answer) are made here straight away.
import type { ModelFault } from '../domain/model-port.ts';
import { ModelError, type Retry } from '../lib/errors.ts';

/**
 * `backoff`: ask again after a growing pause, counted against the attempts. `wait`: ask again when
 * the server says so, not counted. `once`: one more try at once. `no`: asking again cannot help.
 */
export type Again = 'backoff' | 'wait' | 'once' | 'no';

interface FaultRow {
  again: Again;
  /** When the fault makes us leave the endpoint alone for a while; see `circuit.ts`. */
  opens: 'at-once' | 'given-up' | 'never';
  /** Whether an attempt that ends so may be on the bill; `if-begun`: when any of it was written. */
  billed: 'no' | 'if-begun' | 'yes';
  /** For whoever gets the error once we gave up: does the queue bring the turn back? */
  retry: Retry;
  /** What happened and what to do, in words for the Director. */
  forPeople: string;
}

export const faultTable: Readonly<Record<ModelFault, FaultRow>> = {
  'rate-limited': {
    again: 'wait',
    opens: 'never',
    billed: 'no',
    retry: 'later',
    forPeople: 'The model endpoint asks us to slow down. The work continues by itself.',
  },
  'quota-exhausted': {
    again: 'no',
    opens: 'at-once',
    billed: 'no',
    retry: 'later',
    forPeople:
      'The account behind the model endpoint has no credit left. Top it up with the provider; ' +
      'the work then continues by itself.',
  },
  unreachable: {
    again: 'backoff',
    opens: 'given-up',
    billed: 'if-begun',
    retry: 'later',
    forPeople:
      'The model endpoint does not answer or reports an error of its own. We keep trying; if ' +
      'it lasts, check that the endpoint is up and its URL is right.',
  },
  stalled: {
    again: 'backoff',
    opens: 'given-up',
    billed: 'if-begun',
    retry: 'later',
    forPeople:
      'The model stopped in the middle of its answer. We keep trying; if it lasts, the ' +
      'endpoint is overloaded.',
  },
  'cut-off': {
    again: 'backoff',
    opens: 'given-up',
    billed: 'if-begun',
    retry: 'later',
    forPeople:
      'The connection to the model broke in the middle of its answer. The part that came is ' +
      'not used; we keep trying.',
  },
  garbled: {
    again: 'backoff',
    opens: 'given-up',
    billed: 'if-begun',
    retry: 'later',
    forPeople:
      'The model endpoint answered with something that is no model answer. If it lasts, check ' +
      'that its URL is an OpenAI-compatible one (it usually ends in /v1).',
  },
  'context-exceeded': {
    again: 'no',
    opens: 'never',
    billed: 'no',
    retry: 'never',
    forPeople: 'The text for this step is longer than the model can read. It has to be shortened.',
  },
  'prompt-truncated': {
    again: 'no',
    opens: 'never',
    billed: 'yes',
    retry: 'never',
    forPeople:
      'The model endpoint silently dropped part of the text it was given, so its answer was ' +
      'not used. Give the server a larger context window, or set the tier’s _CONTEXT to what ' +
      'it really has.',
  },
  'content-refused': {
    again: 'no',
    opens: 'never',
    billed: 'yes',
    retry: 'never',
    forPeople: 'The provider’s content filter refused this request. It has to be put differently.',
  },
  'empty-answer': {
    again: 'once',
    opens: 'never',
    billed: 'yes',
    retry: 'never',
    forPeople: 'The model answered with nothing at all, twice.',
  },
  'access-refused': {
    again: 'no',
    opens: 'at-once',
    billed: 'no',
    retry: 'later',
    forPeople:
      'The model endpoint refused us: the key is wrong, or it has no such model. Check the API ' +
      'key, the model’s name and the URL in the settings and start again; the work waits.',
  },
  'tools-unsupported': {
    again: 'no',
    opens: 'never',
    billed: 'no',
    retry: 'never',
    forPeople: 'This model cannot use tools by itself; it is served in another way.',
  },
  'request-rejected': {
    again: 'no',
    opens: 'never',
    billed: 'no',
    retry: 'never',
    forPeople:
      'The model endpoint rejected the request as wrong. This is likely a fault of ours or a ' +
      'server with unusual rules; the log has its words.',
  },
  aborted: {
    again: 'no',
    opens: 'never',
    // What was reserved for it stands until it is asked again, or its turn is over.
    billed: 'no',
    // Whoever called it off for good knows so; whoever shuts down must find the work again.
    retry: 'later',
    forPeople: 'The question to the model was called off.',
  },
  unknown: {
    again: 'no',
    opens: 'never',
    billed: 'yes',
    retry: 'never',
    forPeople: 'Something unexpected went wrong while asking the model; the log has the details.',
  },
};

/** A `ModelError` for a fault that we found ourselves or that `classify` named. */
export function modelError(
  fault: ModelFault,
  details: {
    detail: string;
    ids?: Record<string, string | number>;
    cause?: unknown;
    retryAfterMs?: number | undefined;
  },
): ModelError {
  const { retry, forPeople } = faultTable[fault];
  return new ModelError(`${fault}: ${details.detail}`, {
    code: fault,
    retry,
    forPeople,
    ...(details.ids === undefined ? {} : { ids: details.ids }),
    ...(details.cause === undefined ? {} : { cause: details.cause }),
    ...(details.retryAfterMs === undefined ? {} : { retryAfterMs: details.retryAfterMs }),
  });
}

/** The same error for whoever should come back after that pause. */
export function withPause(error: ModelError, retryAfterMs: number): ModelError {
  const { message, code, retry, forPeople, ids, cause } = error;
  return new ModelError(message, { code, retry, forPeople, ids, cause, retryAfterMs });
}
