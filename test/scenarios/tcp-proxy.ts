// Stands between a process and a server it talks to over TCP, and makes the way between them bad:
// slow, silent as a cable that was pulled, or cut.
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface TcpProxy extends AsyncDisposable {
  port: number;
  /** How long every piece is held up, in both directions. */
  delayMs: number;
  /** Nothing arrives any more, and nobody is told. */
  isSilent: boolean;
  cutAll(): void;
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const open = new Set<Socket>();
  const pipe = (from: Socket, to: Socket): void => {
    from.on('data', (piece) => {
      if (proxy.isSilent) return;
      if (proxy.delayMs === 0) to.write(piece);
      else setTimeout(() => to.write(piece), proxy.delayMs);
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      open.delete(from);
      if (!proxy.isSilent) to.destroy();
    });
    open.add(from);
  };
  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1');
    pipe(near, far);
    pipe(far, near);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // A server that listens on a port has an address of that kind.
  const { port } = server.address() as AddressInfo;
  const proxy: TcpProxy = {
    port,
    delayMs: 0,
    isSilent: false,
    cutAll: () => {
      proxy.isSilent = false;
      for (const socket of open) socket.destroy();
    },
    [Symbol.asyncDispose]: async () => {
      proxy.cutAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
