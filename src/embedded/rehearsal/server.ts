// The rehearsal model as a server: an OpenAI-compatible endpoint on this machine that plays every
// role of the agency, offline and the same for the same seed. It knows nothing but the requests.
// The surprise: `latencyMs` passes before the first byte only, and never changes what is answered.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { delay } from '../../lib/clock.ts';
import type { Clock } from '../../lib/clock.ts';
import { EmbeddedError, messageOf } from '../../lib/errors.ts';
import { parseJson } from '../../lib/json.ts';
import type { Log } from '../../lib/log.ts';
import { answerTo, faultIn } from './answer.ts';
import { answerBody, answerChunks, ChatRequest, faultBody } from './wire.ts';
import type { WireFault } from './wire.ts';

/** Names under which the rehearsal can be asked for; any other is answered as well. */
const rehearsalModels = ['rehearsal-economy', 'rehearsal-standard', 'rehearsal-premium'];

const bodyBytesMax = 32 * 1024 * 1024;

export interface RehearsalOptions {
  host: string;
  /** 0: any free port. */
  port: number;
  seed: number;
  /** Before the first byte of each completion. */
  latencyMs: number;
  clock: Clock;
  log: Log;
}

export interface Rehearsal extends AsyncDisposable {
  /** The base URL, ending in `/v1`. */
  url: string;
  /** Ends open answers and frees the port. */
  close(): Promise<void>;
}

/** @throws EmbeddedError when the address cannot be listened on */
export async function startRehearsal(options: RehearsalOptions): Promise<Rehearsal> {
  const closing = new AbortController();
  const server = createServer((request, response) => {
    serve(request, response, { options, closing: closing.signal }).catch((error: unknown) => {
      if (response.destroyed || closing.signal.aborted) return;
      options.log.error({ err: error }, 'The rehearsal failed on a request');
      if (response.headersSent) response.destroy();
      else sendFault(response, { status: 500, message: messageOf(error) });
    });
  });
  const { host, port } = options;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const message = `The rehearsal model cannot listen on ${host}:${port}`;
      reject(new EmbeddedError(message, { code: 'rehearsal-listen', retry: 'never', cause }));
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const bound = address !== null && typeof address === 'object' ? address.port : port;
  const close = async (): Promise<void> => {
    closing.abort(new EmbeddedError('closing', { code: 'rehearsal-closed', retry: 'later' }));
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  };
  const name = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${name}:${bound}/v1`, close, [Symbol.asyncDispose]: close };
}

interface Serving {
  options: RehearsalOptions;
  closing: AbortSignal;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { options, closing }: Serving,
): Promise<void> {
  const path = (request.url ?? '/').split('?')[0];
  if (request.method === 'GET' && path === '/v1/models') {
    const data = rehearsalModels.map((id) => ({
      id,
      object: 'model',
      created: 0,
      owned_by: 'a-teams',
    }));
    return sendJson(response, 200, { object: 'list', data });
  }
  if (request.method !== 'POST' || path !== '/v1/chat/completions') {
    const message = `Unknown request URL: ${request.method ?? ''} ${path ?? ''}.`;
    return sendFault(response, { status: 404, message, code: 'unknown_url' });
  }
  const body = await readBody(request);
  if (body === null) {
    return sendFault(response, { status: 413, message: 'The request is too large.' });
  }
  const parsed = parseJson(ChatRequest, body);
  if (!parsed.ok) return sendFault(response, badRequest(parsed.reason));
  const fault = faultIn(parsed.value);
  if (fault !== null) return sendFault(response, fault);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  if (options.latencyMs > 0) {
    await delay(options.latencyMs, AbortSignal.any([gone.signal, closing]));
  }
  if (response.destroyed) return undefined;
  return sendAnswer(response, parsed.value, options);
}

function sendAnswer(
  response: ServerResponse,
  request: ChatRequest,
  { seed, clock }: RehearsalOptions,
): void {
  const answer = answerTo(request, seed);
  const envelope = { model: request.model, created: Math.floor(clock.now() / 1000) };
  if (request.stream !== true) return sendJson(response, 200, answerBody(answer, envelope));
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  const includeUsage = request.stream_options?.include_usage === true;
  for (const chunk of answerChunks(answer, envelope, includeUsage)) {
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  }
  response.end('data: [DONE]\n\n');
  return undefined;
}

function badRequest(reason: string): WireFault {
  if (reason.startsWith('not JSON')) {
    return { status: 400, message: `We could not parse the JSON body of your request: ${reason}` };
  }
  const param = /^([a-z_]+)/.exec(reason)?.[1] ?? '';
  return { status: 400, message: `Invalid request: ${reason}`, ...(param === '' ? {} : { param }) };
}

/** @returns null when it is larger than allowed */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    // Without an encoding set, a request's stream yields buffers.
    const buffer = part as Buffer;
    bytes += buffer.length;
    if (bytes > bodyBytesMax) return null;
    parts.push(buffer);
  }
  return Buffer.concat(parts).toString('utf8');
}

function sendFault(response: ServerResponse, fault: WireFault): void {
  sendJson(response, fault.status, faultBody(fault));
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}
