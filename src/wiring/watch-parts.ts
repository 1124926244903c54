// Looks, where the gateway leads, at what the agency can do without for a while, and has people
// told when it is away or late and when it is back. The door tells of one cause once an hour; what
// it did not say then is reported again later, so that the last word is the truth.
import { PartName } from '../domain/event.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { HandleEvent } from '../runtime/handle-event.ts';

export interface PartsWatch {
  close(): Promise<void>;
}

/** Why a part is not as it should be; null when it is. */
export type Look = () => Promise<string | null>;

export interface WatchPartsDeps {
  looks: Readonly<Record<PartName, Look>>;
  isLeading: () => boolean;
  handleEvent: HandleEvent;
  clock: Clock;
  log: Log;
  everyMs: number;
}

/** Whoever was refused is not asked again at once. */
const againMs = 600_000;

interface Told {
  isUp: boolean;
  /** Monotonic ms before which nothing is reported. */
  quietUntil: number;
}

export function watchParts(deps: WatchPartsDeps): PartsWatch {
  const told = new Map<PartName, Told>();
  const look = async (): Promise<void> => {
    if (!deps.isLeading()) return;
    for (const part of PartName.options) {
      try {
        await lookAt(deps, part, told);
      } catch (error) {
        deps.log.warn({ part, reason: messageOf(error) }, 'nobody could be told of it yet');
      }
    }
  };
  let looking: Promise<void> | null = null;
  const lookOnce = (): void => {
    looking ??= look().finally(() => {
      looking = null;
    });
  };
  const timer = setInterval(lookOnce, deps.everyMs);
  return {
    close: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}

async function lookAt(
  { looks, handleEvent, clock, log }: WatchPartsDeps,
  part: PartName,
  told: Map<PartName, Told>,
): Promise<void> {
  const reason = await looks[part]();
  const isUp = reason === null;
  const last = told.get(part) ?? { isUp: true, quietUntil: Number.NEGATIVE_INFINITY };
  const now = clock.monotonic();
  if (isUp === last.isUp || now < last.quietUntil) return;
  log.warn({ part, isUp, reason }, 'a part of the agency changed');
  const at = clock.now();
  const change = { part, isUp, reason: (reason ?? '').slice(0, 1000) };
  const id = `part.${part}.${at}`;
  const receipt = await handleEvent({ type: 'part-changed', id, at, ...change });
  told.set(part, receipt.ok ? { isUp, quietUntil: now } : { ...last, quietUntil: now + againMs });
}
