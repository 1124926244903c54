// How long an endpoint wants to be left in peace, for all questions to it: what one of them was
// told counts for the others, which would only be told the same. A server that names no time is
// given one that doubles with every refusal in a row. The surprise: requests that were under way
// when it asked for the pause say nothing new, neither by being refused nor by being answered.
import type { Clock } from '../lib/clock.ts';

export interface Pace {
  /** Until the next request may go out, in ms; 0: now. */
  heldMs(): number;
  /** A request sent at that time (monotonic) was refused as one too many. */
  refused(sentAt: number, retryAfterMs: number | undefined): void;
  answered(sentAt: number): void;
}

export function createPace(options: {
  clock: Pick<Clock, 'monotonic'>;
  /** In [0, 1): spreads several processes in front of one endpoint. */
  random: () => number;
  firstMs: number;
  maxMs: number;
}): Pace {
  const { clock, random, firstMs, maxMs } = options;
  let inARow = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  let heldUntil = Number.NEGATIVE_INFINITY;
  return {
    heldMs: () => Math.max(0, Math.ceil(heldUntil - clock.monotonic())),
    refused(sentAt, retryAfterMs) {
      const now = clock.monotonic();
      if (sentAt >= toldAt) inARow += 1;
      toldAt = now;
      const bound = Math.min(maxMs, firstMs * 2 ** Math.min(30, inARow - 1));
      const pauseMs = retryAfterMs ?? (bound * (1 + random())) / 2;
      heldUntil = Math.max(heldUntil, now + pauseMs);
    },
    answered(sentAt) {
      if (sentAt < toldAt) return;
      inARow = 0;
      heldUntil = Number.NEGATIVE_INFINITY;
    },
  };
}
