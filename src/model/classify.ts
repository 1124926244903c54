// What can go wrong between us and a model, and what to do about each: RELIABILITY §1.7 as data.
// Every error of the openai client passes here once and comes out as a `ModelError`; nothing above
// this folder ever sees a vendor's class. The surprises: a quota that is used up arrives as the
// same 429 as a rate limit and must never be retried, and a body cut in transit arrives as a bare
// SyntaxError or TypeError, not as an error of the client.
import { APIConnectionError, APIError, APIUserAbortError } from 'openai';
import type { ModelFault } from '../domain/model-port.ts';
import { ModelError, messageOf, type Retry } from '../lib/errors.ts';

/**
 * `backoff`: ask again after a growing pause, counted against the attempts. `wait`: ask again when
 * the server says so, not counted. `once`: one more try at once. `no`: asking again cannot help.
 */
export type Again = 'backoff' | 'wait' | 'once' | 'no';

interface FaultRow {
  again: Again;
  /** For whoever gets the error once we gave up: does the queue bring the turn back? */
  retry: Retry;
  /** What happened and what to do, in words for the Director. */
  forPeople: string;
}

export const faultTable: Readonly<Record<ModelFault, FaultRow>> = {
  'rate-limited': {
    again: 'wait',
    retry: 'later',
    forPeople: 'The model endpoint asks us to slow down. The work continues by itself.',
  },
  'quota-exhausted': {
    again: 'no',
    retry: 'never',
    forPeople:
      'The account behind the model endpoint has no credit left. Top it up with the provider, then resume.',
  },
  unreachable: {
    again: 'backoff',
    retry: 'later',
    forPeople:
      'The model endpoint does not answer or reports an error of its own. We keep trying; if it lasts, check that the endpoint is up and its URL is right.',
  },
  stalled: {
    again: 'backoff',
    retry: 'later',
    forPeople:
      'The model stopped in the middle of its answer. We keep trying; if it lasts, the endpoint is overloaded.',
  },
  'cut-off': {
    again: 'backoff',
    retry: 'later',
    forPeople:
      'The connection to the model broke in the middle of its answer. The part that came is not used; we keep trying.',
  },
  garbled: {
    again: 'backoff',
    retry: 'later',
    forPeople:
      'The model endpoint answered with something that is no model answer. If it lasts, check that its URL is an OpenAI-compatible one (it usually ends in /v1).',
  },
  'context-exceeded': {
    again: 'no',
    retry: 'never',
    forPeople: 'The text for this step is longer than the model can read. It has to be shortened.',
  },
  'prompt-truncated': {
    again: 'no',
    retry: 'never',
    forPeople:
      'The model endpoint silently dropped part of the text it was given, so its answer was not used. Give the server a larger context window, or set the tier’s _CONTEXT to what it really has.',
  },
  'content-refused': {
    again: 'no',
    retry: 'never',
    forPeople: 'The provider’s content filter refused this request. It has to be put differently.',
  },
  'empty-answer': {
    again: 'once',
    retry: 'never',
    forPeople: 'The model answered with nothing at all, twice.',
  },
  'access-refused': {
    again: 'no',
    retry: 'never',
    forPeople:
      'The model endpoint refused us: the key is wrong, or it has no such model. Check the API key and the model’s name in the settings.',
  },
  'tools-unsupported': {
    again: 'no',
    retry: 'never',
    forPeople: 'This model cannot use tools by itself; it is served in another way.',
  },
  'request-rejected': {
    again: 'no',
    retry: 'never',
    forPeople:
      'The model endpoint rejected the request as wrong. This is likely a fault of ours or a server with unusual rules; the log has its words.',
  },
  aborted: { again: 'no', retry: 'never', forPeople: 'The question to the model was called off.' },
  unknown: {
    again: 'no',
    retry: 'never',
    forPeople: 'Something unexpected went wrong while asking the model; the log has the details.',
  },
};

export interface Classified {
  fault: ModelFault;
  again: Again;
  retryAfterMs: number | undefined;
}

/** What an error thrown while asking a model means. Pure; reads the error only. */
export function classify(error: unknown): Classified {
  const seen = look(error);
  const fault = seen.own ?? rules.find(({ when }) => when(seen))?.fault ?? 'unknown';
  return { fault, again: faultTable[fault].again, retryAfterMs: seen.retryAfterMs };
}

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

/** Wraps what was thrown, once: a `ModelError` gains the ids and stays what it is otherwise. */
export function wrapError(error: unknown, ids: Record<string, string | number>): ModelError {
  const own = error instanceof ModelError ? error : undefined;
  const { fault, retryAfterMs } = classify(error);
  const { status, requestID: requestId } = apiErrorOf(error) ?? {};
  return modelError(fault, {
    detail: (own?.message ?? messageOf(error)).replace(`${fault}: `, ''),
    cause: own === undefined ? error : own.cause,
    retryAfterMs,
    ids: {
      ...own?.ids,
      ...ids,
      ...(typeof status === 'number' ? { status } : {}),
      ...(typeof requestId === 'string' ? { requestId } : {}),
    },
  });
}

/** The error as one of the openai client's with its declared types; `instanceof` makes them any. */
export function apiErrorOf(error: unknown): APIError | undefined {
  return error instanceof APIError ? error : undefined;
}

/** The parts of an error that the rules look at; `words` is everything the server said of it. */
interface Seen {
  own: ModelFault | undefined;
  status: number | undefined;
  code: string;
  words: string;
  isAbort: boolean;
  isConnection: boolean;
  isFromServer: boolean;
  name: string;
  retryAfterMs: number | undefined;
}

const quotaCodes =
  /insufficient_quota|credit_balance_exhausted|billing_hard_limit_reached|billing_not_active/;
const contextWords =
  /context_length_exceeded|exceed_context_size|context (length|window|size)|maximum context|too many (input )?tokens|prompt is too long/i;
const filterWords = /content_filter|content_policy|content management policy/i;
const keyWords = /invalid_api_key|api key not valid|(invalid|incorrect) api key/i;
const toolWords = /does not support (tools|function)|tools? (is|are) not supported|--jinja/i;
const serverCodes = /server_error|overloaded|internal|unavailable|timeout|^5\d\d$/i;

// The first rule that fits wins, so the special cases of a status stand above the status.
const rules: readonly { fault: ModelFault; when: (seen: Seen) => boolean }[] = [
  { fault: 'aborted', when: (seen) => seen.isAbort },
  { fault: 'quota-exhausted', when: ({ code, words }) => quotaCodes.test(`${code} ${words}`) },
  { fault: 'quota-exhausted', when: ({ status }) => status === 402 },
  { fault: 'rate-limited', when: ({ status }) => status === 429 },
  { fault: 'rate-limited', when: ({ code }) => /^(rate_limit.*|429)$/.test(code) },
  { fault: 'access-refused', when: (seen) => isClientFault(seen, keyWords) },
  { fault: 'access-refused', when: ({ status }) => [401, 403, 404].includes(status ?? 0) },
  { fault: 'context-exceeded', when: ({ status }) => status === 413 },
  { fault: 'context-exceeded', when: (seen) => isClientFault(seen, contextWords) },
  { fault: 'content-refused', when: (seen) => isClientFault(seen, filterWords) },
  { fault: 'tools-unsupported', when: (seen) => isClientFault(seen, toolWords) },
  { fault: 'unreachable', when: ({ status }) => status === 408 || status === 409 },
  { fault: 'unreachable', when: ({ status }) => status !== undefined && status >= 500 },
  { fault: 'request-rejected', when: ({ status }) => status !== undefined && status >= 400 },
  { fault: 'unreachable', when: ({ isConnection }) => isConnection },
  {
    fault: 'unreachable',
    when: ({ isFromServer, code }) => isFromServer && serverCodes.test(code),
  },
  { fault: 'request-rejected', when: ({ code }) => code === 'invalid_request_error' },
  // An error event inside a stream that names nothing we know: the server broke down mid-answer.
  { fault: 'unreachable', when: ({ isFromServer }) => isFromServer },
  { fault: 'cut-off', when: ({ name }) => name === 'SyntaxError' },
  { fault: 'cut-off', when: ({ name, words }) => name === 'TypeError' && isCutBody(words) },
  { fault: 'unreachable', when: ({ name, words }) => name === 'TypeError' && /fetch/.test(words) },
];

/** The server blames the request: some say so with 400, some local ones with 500 all the same. */
function isClientFault({ status, code, words }: Seen, pattern: RegExp): boolean {
  return (status === undefined || status >= 400) && pattern.test(`${code} ${words}`);
}

function isCutBody(words: string): boolean {
  return /terminated|other side closed|body|premature/i.test(words);
}

function look(error: unknown): Seen {
  const api = apiErrorOf(error);
  const own = error instanceof ModelError ? error : undefined;
  const name = error instanceof Error ? error.name : '';
  return {
    // The codes of our own errors are faults by construction (`modelError` is their only maker).
    own: own === undefined ? undefined : (own.code as ModelFault),
    status: api?.status,
    code: codeOf(api),
    words: messageOf(error),
    isAbort: error instanceof APIUserAbortError || name === 'AbortError',
    isConnection: error instanceof APIConnectionError,
    isFromServer: api !== undefined,
    name,
    retryAfterMs: own === undefined ? retryAfterOf(api?.headers) : own.retryAfterMs,
  };
}

/** Some servers send a number as the code, whatever the client's types say. */
function codeOf(error: { code?: unknown; type?: unknown } | undefined): string {
  const code = error?.code ?? error?.type;
  return typeof code === 'string' || typeof code === 'number' ? String(code) : '';
}

/** `retry-after-ms`, else `retry-after` in seconds; its date form is not used by model servers. */
function retryAfterOf(headers: Headers | undefined): number | undefined {
  const ms = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
  if (Number.isFinite(ms) && ms >= 0) return Math.ceil(ms);
  const seconds = Number.parseFloat(headers?.get('retry-after') ?? '');
  if (Number.isFinite(seconds) && seconds >= 0) return Math.ceil(seconds * 1000);
  return undefined;
}
