// How long one endpoint usually takes until it begins to answer and between two pieces of an
// answer, so that one which hangs is noticed sooner than the limits for servers we know nothing of
// would. The invariant: never more patience than the limits give, and never less than a part of
// them. The surprise: after it hung once it gets all the patience there is until it answers again,
// because a question that takes long for good reason must not be cut short twice.
import type { ModelLimits } from './limits.ts';

export interface Rhythm {
  firstDeltaMs(): number;
  idleMs(): number;
  /** An answer came in full; both as the longest that was waited. */
  answered(taken: { firstMs: number; gapMs: number }): void;
  stalled(): void;
}

/** Fewer answers than this say nothing of a server. */
const answersMin = 5;
/** An answer that takes so many times the longest so far is not coming. */
const patience = 20;
const leastShares = { first: 1 / 4, gap: 1 / 3 };

export function createRhythm({
  firstDeltaMs,
  idleMs,
}: Pick<ModelLimits, 'firstDeltaMs' | 'idleMs'>): Rhythm {
  let answers = 0;
  let hasStalled = false;
  let longestFirstMs = 0;
  let longestGapMs = 0;
  const within = (longestMs: number, maxMs: number, leastShare: number) => {
    if (hasStalled || answers < answersMin) return maxMs;
    return Math.min(maxMs, Math.max(longestMs * patience, maxMs * leastShare));
  };
  return {
    firstDeltaMs: () => within(longestFirstMs, firstDeltaMs, leastShares.first),
    idleMs: () => within(longestGapMs, idleMs, leastShares.gap),
    answered({ firstMs, gapMs }) {
      answers += 1;
      hasStalled = false;
      longestFirstMs = Math.max(longestFirstMs, firstMs);
      longestGapMs = Math.max(longestGapMs, gapMs);
    },
    stalled() {
      hasStalled = true;
    },
  };
}
