// The server's log file. Postgres writes it directly, because a pipe to us would break when we
// die. Bounded: the last run's file is kept beside a new one once it is large, and the settings
// keep clients' own errors out of it (the client gets those anyway).
import { open, rename, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from './processes.ts';

const logBytesMax = 1_000_000;
const tailBytes = 2_000;

export interface ServerLog {
  handle: FileHandle;
  /** What was written since this log was opened, at most the last 2,000 bytes. */
  tail(): Promise<string>;
}

/** Opens `<folder>/<name>.log` for appending; the caller closes the handle. */
export async function openServerLog(folder: string, name: string): Promise<ServerLog> {
  const path = join(folder, `${name}.log`);
  if ((await sizeOf(path)) > logBytesMax) await rename(path, join(folder, `${name}.1.log`));
  const handle = await open(path, 'a+', 0o600);
  const { size: begin } = await handle.stat();
  return {
    handle,
    async tail() {
      const { size } = await handle.stat();
      const from = Math.max(begin, size - tailBytes);
      const buffer = Buffer.alloc(size - from);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
      return buffer.toString('utf8', 0, bytesRead).trim();
    },
  };
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 0;
    throw error;
  }
}
