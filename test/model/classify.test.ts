import { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai';
import { describe, expect, test } from 'vitest';
import { ModelFault } from '../../src/domain/model-port.ts';
import { classify, wrapError } from '../../src/model/classify.ts';
import { faultTable, modelError } from '../../src/model/fault-table.ts';

/** An error as the client makes it of a server's answer. */
function answered(status: number, error: object, headers: Record<string, string> = {}) {
  return APIError.generate(status, { error }, undefined, new Headers(headers));
}

describe('an error is recognised', () => {
  const cases: [string, unknown, string][] = [
    ['429', answered(429, { code: 'rate_limit_exceeded' }), 'rate-limited'],
    ['429 over quota', answered(429, { code: 'insufficient_quota' }), 'quota-exhausted'],
    ['429 over quota, by type', answered(429, { type: 'insufficient_quota' }), 'quota-exhausted'],
    ['500', answered(500, {}), 'unreachable'],
    ['529', answered(529, {}), 'unreachable'],
    ['no connection', new APIConnectionError({ message: 'x' }), 'unreachable'],
    ['a timeout', new APIConnectionTimeoutError(), 'unreachable'],
    ['an abort', new APIUserAbortError(), 'aborted'],
    ['an aborted body', new DOMException('x', 'AbortError'), 'aborted'],
    ['half a body of JSON', new SyntaxError('Unexpected end of JSON input'), 'cut-off'],
    ['a body that breaks off', new TypeError('terminated'), 'cut-off'],
    ['a fetch that fails', new TypeError('fetch failed'), 'unreachable'],
    ['vLLM’s long prompt', answered(400, { message: 'maximum context length is 4096' }), context()],
    ['llama.cpp’s long prompt', answered(400, { type: 'exceed_context_size_error' }), context()],
    ['a body too large', answered(413, {}), context()],
    ['llama.cpp without tools', answered(500, { message: 'needs --jinja flag' }), noTools()],
    ['Ollama without tools', answered(400, { message: 'x does not support tools' }), noTools()],
    ['a wrong key as 400', answered(400, { message: 'API key not valid' }), 'access-refused'],
    ['an unknown field', answered(422, { message: 'extra' }), 'request-rejected'],
    ['an error event', new APIError(undefined, { code: 503 }, undefined, undefined), 'unreachable'],
    ['a bug of ours', new RangeError('x'), 'unknown'],
    ['no error at all', undefined, 'unknown'],
  ];
  test.each(cases)('%s', (_what, error, fault) => {
    expect(classify(error).fault).toBe(fault);
  });

  test.each(ModelFault.options)('our own %s stays what it is', (fault) => {
    expect(classify(modelError(fault, { detail: 'x' })).fault).toBe(fault);
  });
});

describe('the pause a server asks for', () => {
  const cases: [Record<string, string>, number | undefined][] = [
    [{ 'retry-after-ms': '1500' }, 1_500],
    [{ 'retry-after': '2' }, 2_000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': '2', 'retry-after-ms': '20' }, 20],
    [{ 'retry-after': '-1' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ];
  test.each(cases)('%j is %s ms', (headers, ms) => {
    expect(classify(answered(429, {}, headers)).retryAfterMs).toBe(ms);
  });
});

describe('the error above this folder', () => {
  test('keeps the server’s words, status and request id, and gains the ids of the question', () => {
    const vendor = answered(500, { message: 'disk full' }, { 'x-request-id': 'r1' });
    const error = wrapError(vendor, { model: 'm', attempts: 6 });
    expect(error).toMatchObject({
      message: 'unreachable: 500 disk full',
      code: 'unreachable',
      retry: 'later',
      ids: { model: 'm', attempts: 6, status: 500, requestId: 'r1' },
      cause: vendor,
    });
  });

  test('is wrapped once: the original cause stays beside it', () => {
    const cause = new Error('x');
    const own = modelError('stalled', { detail: 'no content', ids: { readTokens: 5 }, cause });
    const error = wrapError(own, { attempts: 2 });
    expect(error).toMatchObject({
      message: 'stalled: no content',
      ids: { readTokens: 5, attempts: 2 },
      cause,
    });
  });

  test('has words for people that say what to do, for every fault', () => {
    for (const fault of ModelFault.options) {
      expect(faultTable[fault].forPeople).toMatch(/^[A-Z].*\.$/);
    }
  });

  test('is brought back by the queue where asking again can help, or nobody was asked', () => {
    for (const [fault, { again, opens, retry }] of Object.entries(faultTable)) {
      const mayHelp = again === 'wait' || opens !== 'never' || fault === 'aborted';
      expect(retry).toBe(mayHelp ? 'later' : 'never');
    }
  });
});

function context() {
  return 'context-exceeded';
}

function noTools() {
  return 'tools-unsupported';
}
