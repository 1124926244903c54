// Stands between the adapter and the local Discord and breaks what a rule says: refuses a request,
// or lets it happen and loses the answer. Only REST goes through; the gateway's address comes from
// the server itself.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Fault =
  /** Answer this instead; nothing reaches the server. */
  | { status: number; body: object; headers?: Record<string, string> }
  /** It happens, and the connection breaks before the answer. */
  | 'lose-answer';

export interface Seen {
  method: string;
  /** Without the base and the query. */
  path: string;
}

export interface FaultProxy extends AsyncDisposable {
  apiUrl: string;
  /** Every request in order. */
  seen: Seen[];
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
  if (fault !== null && fault !== 'lose-answer') {
    const { status, body, headers } = fault;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
    return;
  }
  const answer = await fetch(`${targetUrl}${url}`, {
    method,
    headers: forwarded(request),
    ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
  });
  const body = Buffer.from(await answer.arrayBuffer());
  if (fault === 'lose-answer') {
    response.destroy();
    return;
  }
  const type = answer.headers.get('content-type');
  response.writeHead(answer.status, type === null ? {} : { 'content-type': type });
  response.end(body);
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
