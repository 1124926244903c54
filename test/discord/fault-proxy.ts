// Stands between the adapter and the local Discord and breaks what a rule says: refuses a request,
// loses it or its answer, is silent, or lets it arrive long after the sender has given up. Only
// REST goes through; the gateway's address comes from the server itself.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Fault =
  /** Answer this instead; nothing reaches the server. */
  | { status: number; body: object; headers?: Record<string, string> }
  /** It happens, and the connection breaks before the answer. */
  | 'lose-answer'
  /** It happens, and the answer is that it did not. */
  | 'deny-answer'
  /** The connection breaks before it happens. */
  | 'lose-request'
  /** It happens, and no answer ever comes. */
  | 'withhold-answer'
  /** Neither does it happen nor does an answer come. */
  | 'withhold-request'
  | Late;

/** The connection breaks at once, and the request arrives all the same: when `until` resolves. */
export interface Late {
  until: Promise<void>;
  onArrived: () => void;
}

export interface Seen {
  method: string;
  /** Without the base and the query. */
  path: string;
}

export interface FaultProxy extends AsyncDisposable {
  apiUrl: string;
  /** Every request in order. */
  seen: Seen[];
  /** The status of every answer. */
  answers: number[];
  /** Requests that are on their way to the server now, whoever still waits for them. */
  underWay: number;
  /** Asked for each request; null lets it pass. */
  rule: (request: Seen) => Fault | null;
}

export async function startFaultProxy(targetUrl: string): Promise<FaultProxy> {
  const server = createServer((request, response) => {
    pass(proxy, targetUrl, { request, response }).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // `address()` is an object for a TCP listener.
  const { port } = server.address() as AddressInfo;
  const proxy: FaultProxy = {
    apiUrl: `http://127.0.0.1:${port}/api`,
    seen: [],
    answers: [],
    underWay: 0,
    rule: () => null,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  return proxy;
}

async function pass(
  proxy: FaultProxy,
  targetUrl: string,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const { method = 'GET', url = '/' } = request;
  const path = url.replace(/^\/api\/v\d+/, '').replace(/\?.*$/, '');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array)); // a byte stream
  proxy.seen.push({ method, path });
  const fault = proxy.rule({ method, path });
  if (fault === 'lose-request') return void response.destroy();
  if (fault === 'withhold-request') return;
  if (isLate(fault)) {
    response.destroy();
    await fault.until;
  } else if (fault !== null && typeof fault === 'object') {
    const { status, body, headers } = fault;
    proxy.answers.push(status);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
    return;
  }
  proxy.underWay += 1;
  const { answer, body } = await forward(`${targetUrl}${url}`, {
    method,
    headers: forwarded(request),
    ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
  }).finally(() => {
    proxy.underWay -= 1;
  });
  if (isLate(fault)) return fault.onArrived();
  if (fault === 'lose-answer') return void response.destroy();
  if (fault === 'withhold-answer') return;
  if (fault === 'deny-answer') return void response.writeHead(502).end('{}');
  proxy.answers.push(answer.status);
  const type = answer.headers.get('content-type');
  response.writeHead(answer.status, type === null ? {} : { 'content-type': type });
  response.end(body);
}

async function forward(url: string, init: RequestInit) {
  const answer = await fetch(url, init);
  return { answer, body: Buffer.from(await answer.arrayBuffer()) };
}

function isLate(fault: Fault | null): fault is Late {
  return fault !== null && typeof fault === 'object' && 'until' in fault;
}

function forwarded({ headers }: IncomingMessage): Record<string, string> {
  const kept = ['authorization', 'content-type', 'x-audit-log-reason'];
  return Object.fromEntries(
    kept.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}
