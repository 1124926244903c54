// Reads `postmaster.pid`, which Postgres writes into its data directory: line 1 is the process id,
// line 8 the status, `ready` once it takes connections. Reading it costs nothing and, unlike the
// server's output, works for a server that an earlier process started.
import { join } from 'node:path';
import { readIfThere } from '../processes.ts';

export function postmasterFile(data: string): string {
  return join(data, 'postmaster.pid');
}

/** True once the server with this process id accepts connections. */
export async function isReady(data: string, pid: number): Promise<boolean> {
  const lines = (await readIfThere(postmasterFile(data)))?.split('\n') ?? [];
  return lines[0] === String(pid) && lines[7]?.trim() === 'ready';
}
