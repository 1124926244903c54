// The ways a model server goes wrong, each as a real one does it: by status and body, by a broken
// body, or by the connection itself. Streaming or not, every fault here has been seen in the wild.
import type { ServerResponse } from 'node:http';
import type { ScriptedReply } from './chat-protocol.ts';
import type { WireProtocol } from './wire-protocol.ts';

export interface ScriptedFault {
  fault: FaultName;
  /** With `rate-limit` and `server-error`: what the server asks for. */
  retryAfterMs?: number;
  /** In place of the fault's usual status, words or code. */
  status?: number;
  message?: string;
  code?: string;
}

const statusFaults = {
  'rate-limit': { status: 429, code: 'rate_limit_exceeded', message: 'Too many requests' },
  quota: { status: 429, code: 'insufficient_quota', message: 'You exceeded your current quota' },
  'server-error': { status: 500, code: 'server_error', message: 'The server had an error' },
  overloaded: { status: 503, code: 'overloaded', message: 'Loading model' },
  'context-length': {
    status: 400,
    code: 'context_length_exceeded',
    message: 'This model’s maximum context length is 8192 tokens',
  },
  'content-policy': { status: 400, code: 'content_filter', message: 'The content is filtered' },
  'bad-key': { status: 401, code: 'invalid_api_key', message: 'Incorrect API key provided' },
  forbidden: { status: 403, code: 'forbidden', message: 'Not allowed in your region' },
  'model-missing': { status: 404, code: 'model_not_found', message: 'No such model' },
  'bad-request': { status: 400, code: 'invalid_request_error', message: 'Something is wrong' },
} as const;

const brokenFaults = {
  /** The connection is reset before any answer. */
  reset: (response: ServerResponse) => {
    response.socket?.resetAndDestroy();
  },
  /** Not even headers come. */
  stall: () => undefined,
  /** Headers and a first piece of content, then silence. */
  'stall-midway': (response: ServerResponse, wire: WireProtocol) => {
    begin(response, wire);
  },
  /** Headers and a first piece, then only comments that keep the connection alive. */
  'keep-alive-only': (response: ServerResponse, wire: WireProtocol) => {
    begin(response, wire);
    const timer = setInterval(() => response.write(': keep-alive\n\n'), 5);
    response.on('close', () => clearInterval(timer));
  },
  /** The same with events that hold nothing in place of comments. */
  'empty-chunks-only': (response: ServerResponse, wire: WireProtocol) => {
    begin(response, wire);
    const { empty } = wire.stream(halfReply);
    const timer = setInterval(() => response.write(empty), 5);
    response.on('close', () => clearInterval(timer));
  },
  /** The stream ends in good order, but for the finish reason and the last text. */
  truncate: (response: ServerResponse, wire: WireProtocol) => {
    const { opening, end } = wire.stream(halfReply);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(opening + end);
  },
  /** The connection breaks midway through the body. */
  'cut-connection': (response: ServerResponse, wire: WireProtocol) => {
    begin(response, wire, () => response.socket?.resetAndDestroy());
  },
  /** The body is complete as HTTP goes and half as JSON goes. */
  'cut-body': (response: ServerResponse, wire: WireProtocol) => {
    const body = wire.body(halfReply);
    const type = wire.isStreaming ? 'text/event-stream' : 'application/json';
    response.writeHead(200, { 'content-type': type });
    const half = body.slice(0, body.length / 2);
    response.end(wire.isStreaming ? `data: ${half}\n\n` : half);
  },
  /** The server breaks down in the middle of a stream and says so in an event. */
  'error-event': (response: ServerResponse, wire: WireProtocol) => {
    begin(response, wire, () => {
      response.end(wire.failure('server_error', 'upstream failed'));
    });
  },
  /** A whole response that says it failed, as Responses has them; an event in Chat. */
  'failed-response': (response: ServerResponse, wire: WireProtocol, fault: ScriptedFault) => {
    const { code = 'server_error', message = 'upstream failed' } = fault;
    const type = wire.isStreaming ? 'text/event-stream' : 'application/json';
    response.writeHead(200, { 'content-type': type });
    response.end(wire.failed(code, message));
  },
  /** A proxy's page where the answer should be. */
  html: (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<html><body>Welcome</body></html>');
  },
  /** An answer with nothing in it. */
  empty: (response: ServerResponse, wire: WireProtocol) => {
    sendReply(response, { text: '' }, wire);
  },
} as const;

export type FaultName = keyof typeof statusFaults | keyof typeof brokenFaults;

const halfReply: ScriptedReply = { text: 'This is only the first half of what was to be said.' };

/** Answers the wrong way. */
export function playFault(
  response: ServerResponse,
  fault: ScriptedFault,
  wire: WireProtocol,
): void {
  const { fault: name } = fault;
  if (name in brokenFaults) {
    // `in` does not narrow a union of names to the keys of an object.
    brokenFaults[name as keyof typeof brokenFaults](response, wire, fault);
    return;
  }
  const usual = statusFaults[name as keyof typeof statusFaults];
  const { status, message, code } = { ...usual, ...definedFields(fault) };
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(fault.retryAfterMs === undefined ? {} : { 'retry-after-ms': String(fault.retryAfterMs) }),
  });
  response.end(JSON.stringify({ error: { message, code, type: code, param: null } }));
}

/** Answers with `reply`, as a stream if that was asked for. */
export function sendReply(
  response: ServerResponse,
  reply: ScriptedReply,
  wire: WireProtocol,
): void {
  if (!wire.isStreaming) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(wire.body(reply));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const { opening, rest, end } = wire.stream(reply);
  for (const event of [opening, ...rest]) response.write(event);
  response.end(end);
}

/** Sends headers and a first part, then calls `next` once they are on their way. */
function begin(response: ServerResponse, wire: WireProtocol, next: () => void = () => undefined) {
  if (wire.isStreaming) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(wire.stream(halfReply).opening, next);
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write(wire.body(halfReply).slice(0, 40), next);
}

function definedFields({ status, message, code }: ScriptedFault) {
  return {
    ...(status === undefined ? {} : { status }),
    ...(message === undefined ? {} : { message }),
    ...(code === undefined ? {} : { code }),
  };
}
