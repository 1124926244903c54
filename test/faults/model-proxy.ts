// Stands between the agency and its model, breaks what the schedule says, and writes down every
// request with the turn and step it is for: what was answered was paid for, whoever got it.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { delay, systemClock } from '../../src/lib/clock.ts';
import { parseJson } from '../../src/lib/json.ts';
import type { ModelFault, Schedule } from './schedule.ts';

export interface Call {
  turn: string;
  step: string;
  attempt: number;
  /** Wall clock, epoch ms. */
  at: number;
  fault: ModelFault | null;
  /** When the last byte of a whole answer was handed to the socket; null when there was none. */
  answeredAt: number | null;
}

export interface ModelProxy extends AsyncDisposable {
  /** Ends in `/v1`. */
  url: string;
  calls: Call[];
}

const Traced = z.looseObject({
  metadata: z.looseObject({ turn: z.string(), step: z.string() }).nullish(),
});

/** Long enough that a death finds calls in progress, short enough for many projects. */
const latencyMs = 120;
const betweenMs = 40;
const stallMs = 1500;

export async function startModelProxy(schedule: Schedule, targetUrl: string): Promise<ModelProxy> {
  const attempts = new Map<string, number>();
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    serve({ schedule, targetUrl, attempts, calls }, request, response).catch(() => {
      response.socket?.resetAndDestroy();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // `address()` is an object for a TCP listener.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

interface Serving {
  schedule: Schedule;
  targetUrl: string;
  attempts: Map<string, number>;
  calls: Call[];
}

async function serve(
  { schedule, targetUrl, attempts, calls }: Serving,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await bodyOf(request);
  const traced = parseJson(Traced, body);
  const trace = traced.ok ? (traced.value.metadata ?? null) : null;
  const key = `${trace?.turn ?? ''} ${trace?.step ?? ''}`;
  const attempt = attempts.get(key) ?? 0;
  attempts.set(key, attempt + 1);
  const fault = trace === null ? null : schedule.onModel(key, attempt);
  const call: Call | null =
    trace === null ? null : { ...trace, attempt, fault, at: systemClock.now(), answeredAt: null };
  if (call !== null) calls.push(call);
  switch (fault) {
    case 'limited':
      response.setHeader('retry-after-ms', '300');
      return refuse(response, 429, 'rate_limit_exceeded');
    case 'error':
      return refuse(response, 500, 'server_error');
    case 'reset':
      response.socket?.resetAndDestroy();
      return undefined;
    case 'stall':
    case 'truncated':
    case null:
      await delay(fault === 'stall' ? stallMs : latencyMs);
      return answer({ targetUrl, fault, call }, { request, body }, response);
  }
}

interface Answering {
  targetUrl: string;
  fault: ModelFault | null;
  call: Call | null;
}

async function answer(
  { targetUrl, fault, call }: Answering,
  { request, body }: { request: IncomingMessage; body: string },
  response: ServerResponse,
): Promise<void> {
  const answered = await fetch(`${targetUrl}${(request.url ?? '').replace(/^\/v1/, '')}`, {
    method: request.method ?? 'GET',
    headers: { 'content-type': 'application/json' },
    ...(body === '' ? {} : { body }),
  });
  const text = await answered.text();
  const type = answered.headers.get('content-type') ?? 'application/json';
  response.writeHead(answered.status, { 'content-type': type });
  // In two pieces, so that a process can die between the first word and the last.
  const half = text.lastIndexOf('\n\ndata:', text.length / 2) + 2;
  response.write(text.slice(0, half));
  await delay(betweenMs);
  if (fault === 'truncated') {
    response.end();
    return;
  }
  // The callback comes when everything was handed to a socket that is still there.
  response.end(text.slice(half), () => {
    if (call !== null) call.answeredAt = systemClock.now();
  });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  // Without an encoding set, a request's stream yields buffers.
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function refuse(response: ServerResponse, status: number, code: string): void {
  const error = { message: `The fault run says ${code}.`, type: code, code, param: null };
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error }));
}
