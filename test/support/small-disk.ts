// A disk of a few megabytes, in memory, that only one program and its children see. It is reached
// from outside through `/proc/<pid>/root`.
import { spawnSync } from 'node:child_process';
import { open, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';

/** A namespace of mounts: the super-user's own, or with a user namespace anybody's. */
const namespace = process.getuid?.() === 0 ? ['-m'] : ['-r', '-m'];

/** Runs a command with a disk of its own, of so many megabytes, mounted at `path`. */
export function withDisk(path: string, sizeMb: number): string[] {
  const mount = `mount -t tmpfs -o size=${sizeMb}m tmpfs "$0" && exec "$@"`;
  return ['unshare', ...namespace, 'sh', '-c', mount, path];
}

const isPossible = spawnSync('unshare', [...withDisk(tmpdir(), 1).slice(1), 'true']).status === 0;
/** In CI it must be possible, and that it is not is a failure nobody can overlook. */
export const isDiskImpossible = !isPossible && process.env['CI'] === undefined;

/** Writes zeros until so many bytes are left, or none at all. */
export async function fillDisk(path: string, leaveBytes: number): Promise<void> {
  const disk = await open(path, 'a');
  const { bavail, bsize } = await statfs(path);
  let left = bavail * bsize - leaveBytes;
  while (left > 0) {
    const piece = new Uint8Array(Math.min(left, 1 << 20));
    const { bytesWritten } = await disk.write(piece).catch(() => ({ bytesWritten: 0 }));
    if (bytesWritten === 0) break;
    left -= bytesWritten;
  }
  await disk.close();
}
