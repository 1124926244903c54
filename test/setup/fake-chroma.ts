// A Chroma of any version, as far as it says which: 1.x speaks its second API, 0.5 only the first.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export async function startFakeChroma(version: string): Promise<{ url: string } & AsyncDisposable> {
  const api = version.startsWith('0.5') ? 'v1' : 'v2';
  const server = createServer((request, response) => {
    const isKnown = request.url === `/api/${api}/version`;
    response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isKnown ? version : { detail: 'Not Found' }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // A server that listens on a port has an address of that kind.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
