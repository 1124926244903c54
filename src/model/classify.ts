// Tells from an error what went wrong between us and a model. Every error of the openai client
// passes here once and comes out as a `ModelError`; nothing above this folder ever sees a vendor's
// class. The surprises: a quota that is used up arrives as the same 429 as a rate limit and must
// never be retried, and a body cut in transit arrives as a bare SyntaxError or TypeError, not as an
// error of the client.
import { APIConnectionError, APIError, APIUserAbortError } from 'openai';
import type { ModelFault } from '../domain/model-port.ts';
import { ModelError, messageOf } from '../lib/errors.ts';
import { type Again, faultTable, modelError } from './fault-table.ts';

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

function anyOf(...patterns: string[]): RegExp {
  return new RegExp(patterns.join('|'), 'i');
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
const contextWords = anyOf(
  'context_length_exceeded',
  'exceed_context_size',
  'string_above_max_length',
  'context (length|window|size)',
  'maximum (context|prompt|input)',
  'too many (input )?tokens',
  '(prompt|input|request|conversation|messages?)( is|:)? too (long|large)',
  // Gemini, Groq, Text Generation Inference (two), Cohere.
  'token count.*exceed',
  'reduce the length',
  'max_new_tokens\\W* must be',
  'must have less than \\d+ tokens',
  'tokens in the prompt cannot exceed',
);
const filterWords = anyOf(
  'content_filter',
  'content_policy',
  'content management policy',
  // How OpenAI calls a prompt that its usage policies do not allow.
  'invalid_prompt',
  '(bio_policy|policy_violation)',
);
const keyWords = /invalid_api_key|api key not valid|(invalid|incorrect) api key/i;
const toolWords = anyOf(
  'does not support (tools|function)',
  'tools?\\W* (is|are) not supported',
  '(unsupported|unknown|unrecognized|unexpected)[^.]*\\btools\\b',
  'tools: extra inputs',
  // llama.cpp and vLLM, each naming its own switch.
  '--jinja',
  '--enable-auto-tool-choice',
);
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
