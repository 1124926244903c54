// A Redis of its own for a test: on a free port, in memory only, gone afterwards.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

export interface TestRedis extends AsyncDisposable {
  url: string;
  port: number;
}

/** Where redis-server is on the PATH; null when it is nowhere. */
export function redisServerPath(path: string): string | null {
  for (const folder of path.split(delimiter)) {
    const file = join(folder, 'redis-server');
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      continue;
    }
  }
  return null;
}

/**
 * @param settings further words of its command line
 * @param again the port of one that was stopped; a free one when absent
 */
export async function startRedis(
  program: string,
  settings: readonly string[] = [],
  again?: number,
): Promise<TestRedis> {
  const port = again ?? (await freePort());
  const own = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn(program, ['--port', String(port), ...own, ...settings], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => {
    server.once('exit', () => resolve());
    server.once('error', () => resolve());
  });
  const lines = createInterface({ input: server.stdout });
  for await (const line of lines) {
    if (line.includes('Ready to accept connections')) break;
  }
  server.stdout.resume();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    [Symbol.asyncDispose]: async () => {
      server.kill('SIGTERM');
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // A server that listens on a port has an address of that kind.
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
