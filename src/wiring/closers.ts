// What was started is stopped in stages, each part within a bound, whatever the others do: first
// nothing new is begun, then nobody is heard any more, turns get the time to bring their answers
// home, what is being sent arrives, and at last the parts go in the reverse order of their start.
import { delay, systemClock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';

/** In this order. */
const stages = ['claims', 'intake', 'turns', 'sends', 'parts'] as const;
export type Stage = (typeof stages)[number];

/** `at once`: what is under way is not waited for. */
export type Manner = 'in order' | 'at once';

export interface Stopping {
  manner: Manner;
  /** Since stopping began. */
  elapsedMs: number;
}

export interface Closers {
  /** Parts of a stage stop in the reverse order of their start. */
  add(name: string, close: (stopping: Stopping) => Promise<void>, stage?: Stage): void;
  closeAll(manner?: Manner): Promise<void>;
}

/** Whoever supervises us kills us after 35 s. */
const stopMsMax = 30_000;
/** However late it is, each part gets so long. */
const partMsMin = 500;

interface Part {
  name: string;
  stage: Stage;
  close: (stopping: Stopping) => Promise<void>;
}

export function createClosers(log: Log): Closers {
  const parts: Part[] = [];
  let closing: Promise<void> | null = null;
  async function unwind(manner: Manner): Promise<void> {
    const begun = systemClock.monotonic();
    // What is started while we stop is stopped as well.
    for (let part = nextOf(parts); part !== undefined; part = nextOf(parts)) {
      parts.splice(parts.indexOf(part), 1);
      const elapsedMs = systemClock.monotonic() - begun;
      await closePart(log, part, { manner, elapsedMs });
    }
  }
  return {
    add: (name, close, stage = 'parts') => parts.push({ name, stage, close }),
    closeAll: (manner = 'in order') => {
      closing ??= unwind(manner);
      return closing;
    },
  };
}

function nextOf(parts: readonly Part[]): Part | undefined {
  const stage = stages.find((one) => parts.some((part) => part.stage === one));
  return parts.findLast((part) => part.stage === stage);
}

async function closePart(log: Log, { name, close }: Part, stopping: Stopping): Promise<void> {
  const abort = new AbortController();
  const leftMs = Math.max(partMsMin, stopMsMax - stopping.elapsedMs);
  const late = delay(leftMs, abort.signal).then(
    () => log.error({ part: name }, 'a part did not stop in time'),
    () => undefined,
  );
  const closed = close(stopping).catch((error: unknown) =>
    log.error({ part: name, reason: messageOf(error) }, 'stop failed'),
  );
  await Promise.race([closed, late]);
  abort.abort();
}
