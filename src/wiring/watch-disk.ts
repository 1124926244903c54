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

export function watchDisk(deps: WatchDiskDeps): DiskWatch {
  let isLow = false;
  /** What people were told last; on a full disk it takes until there is room. */
  let toldLow = false;
  const look = async (): Promise<void> => {
    try {
      const { bavail, bsize } = await statfs(deps.path);
      const free = bavail * bsize;
      isLow = isLow ? free < roomyBytes : free < lowBytes;
      if (isLow === toldLow) return;
      await tell(deps, { isLow, freeMb: Math.floor(free / 1e6) });
      toldLow = isLow;
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
): Promise<void> {
  log.warn({ ...found, path }, found.isLow ? 'the disk is nearly full' : 'the disk has room again');
  const at = clock.now();
  await handleEvent({ type: 'disk-changed', id: `disk.${at}`, at, path, ...found });
}
