// What this process looks at to say whether it can work, and what it has people told about.
import type { Discord } from '../discord/create-discord.ts';
import { systemClock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { AgencyMemory } from '../memory/create-memory.ts';
import { readinessOf } from '../observe/health.ts';
import type { Part } from '../observe/health.ts';
import type { HandleEvent } from '../runtime/handle-event.ts';
import type { HintQueue } from '../runtime/hints.ts';
import type { Sweeper } from '../runtime/sweep.ts';
import { readBacklog } from '../store/backlog.ts';
import type { Leadership } from '../store/leadership.ts';
import type { Store } from '../store/open-store.ts';
import { countDue } from '../store/outbox.ts';
import type { Closers } from './closers.ts';
import type { DiskWatch } from './watch-disk.ts';
import { watchParts } from './watch-parts.ts';
import type { Durations } from './worker.ts';

/** A process that did not sweep for so long is stuck, whatever its port answers. */
const sweepSilenceMsMax = 15_000;

/** People are told of what has been due for so long. */
const lateMs = 120_000;

export interface Seen {
  isGateway: boolean;
  discord: Discord | null;
  leadership: Leadership | null;
  sweeper: Sweeper | null;
  /** null where nothing is kept on a disk of ours. */
  disk: DiskWatch | null;
  memory: AgencyMemory;
  store: Store;
  hints: HintQueue;
}

/** What /readyz looks at. A standby is not ready: it serves nobody yet. */
export function partsOf(seen: Seen): Part[] {
  const { isGateway, discord, leadership, sweeper, disk, memory, store, hints } = seen;
  const now = systemClock.monotonic();
  const gateway = {
    name: 'gateway',
    isVital: true,
    isUp: () => discord?.isReady() ?? false,
    isElsewhere: () => leadership !== null && !leadership.isHeld(),
  };
  return [
    ...(isGateway ? [gateway] : []),
    { name: 'database', isVital: true, isUp: async () => (await countDue(store.db)) >= 0 },
    { name: 'queue', isVital: true, isUp: () => hints.isUp() },
    {
      name: 'progress',
      isVital: true,
      isUp: () => sweeper !== null && now - sweeper.sweptAt() < sweepSilenceMsMax,
    },
    { name: 'memory', isVital: false, isUp: async () => (await memory.fault()) === null },
    { name: 'disk', isVital: false, isUp: () => disk?.isLow() !== true },
  ];
}

/** By name, vital or not. */
export async function partsAway(seen: Seen): Promise<string[]> {
  const { missing, degraded } = await readinessOf(partsOf(seen));
  return [...missing, ...degraded];
}

interface Watching {
  memory: AgencyMemory;
  store: Store;
  handleEvent: HandleEvent;
  log: Log;
  closers: Closers;
  durations: Durations;
  isLeading: () => boolean;
}

export function startPartsWatch(deps: Watching): void {
  const { memory, store, closers } = deps;
  const late = (many: number, ageMs: number): string | null =>
    ageMs < lateMs
      ? null
      : `${many} are due, the oldest for ${Math.round(ageMs / 60_000)} minutes.`;
  const watch = watchParts({
    ...deps,
    looks: {
      memory: () => memory.fault(),
      turns: async () => {
        const { turns, turnsAgeMs } = await readBacklog(store.db);
        return late(turns, turnsAgeMs);
      },
      deliveries: async () => {
        const { deliveries, deliveriesAgeMs } = await readBacklog(store.db);
        return late(deliveries, deliveriesAgeMs);
      },
    },
    clock: systemClock,
    everyMs: deps.durations.lookMs,
  });
  closers.add('watch over parts', () => watch.close(), 'claims');
}
