// Looks at the disk that everything embedded lives on. People are told while there is still room to
// say so: on a full disk neither the database nor the local Discord takes another word.
import { statfs } from 'node:fs/promises';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { HandleEvent } from '../runtime/handle-event.ts';

export interface DiskWatch {
  isLow(): boolean;
  close(): Promise<void>;
}

interface WatchDiskDeps {
  /** Any folder on the disk. */
  path: string;
  handleEvent: HandleEvent;
  clock: Clock;
  log: Log;
  everyMs: number;
}

/** Postgres takes its log's files 16 MB at a time. */
const lowBytes = 50_000_000;
/** More than what is low, so that people are not told at every file that comes and goes. */
const roomyBytes = 2 * lowBytes;
/** When people were told a short while ago, the door is asked again after this. */
const againMs = 600_000;

export function watchDisk(deps: WatchDiskDeps): DiskWatch {
  let isLow = false;
  /** What people were told last; on a full disk it takes until there is room. */
  let toldLow = false;
  let quietUntil = Number.NEGATIVE_INFINITY;
  const look = async (): Promise<void> => {
    try {
      const { bavail, bsize } = await statfs(deps.path);
      const free = bavail * bsize;
      isLow = isLow ? free < roomyBytes : free < lowBytes;
      if (isLow === toldLow) return;
      const now = deps.clock.monotonic();
      if (now < quietUntil) return;
      const wasSaid = await tell(deps, { isLow, freeMb: Math.floor(free / 1e6) });
      if (wasSaid) toldLow = isLow;
      else quietUntil = now + againMs;
    } catch (error) {
      deps.log.warn({ reason: messageOf(error) }, 'about the disk nobody could be told yet');
    }
  };
  let looking: Promise<void> | null = null;
  const lookOnce = (): void => {
    looking ??= look().finally(() => {
      looking = null;
    });
  };
  const timer = setInterval(lookOnce, deps.everyMs);
  lookOnce();
  return {
    isLow: () => isLow,
    close: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}

async function tell(
  { path, handleEvent, clock, log }: WatchDiskDeps,
  found: { isLow: boolean; freeMb: number },
): Promise<boolean> {
  log.warn({ ...found, path }, found.isLow ? 'the disk is nearly full' : 'the disk has room again');
  const at = clock.now();
  const id = `disk.${at}`;
  const receipt = await handleEvent({ type: 'disk-changed', id, at, path, ...found });
  return receipt.ok;
}
