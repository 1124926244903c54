// An HTTP server on 127.0.0.1 that answers each request with all of its text at hand.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface OutsideServer extends AsyncDisposable {
  /** The base URL, ending in `/v1`. */
  readonly url: string;
}

export interface Incoming {
  path: string;
  text: string;
}

export async function listen(
  answer: (incoming: Incoming, response: ServerResponse) => void | Promise<void>,
): Promise<OutsideServer> {
  const server = createServer((request, response) => {
    void readText(request)
      .then((text) => answer({ path: request.url ?? '', text }, response))
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // A server that listens on a port has an address of that kind.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of incoming as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}
