// How many requests one endpoint gets at once, found by trying (additive increase, multiplicative
// decrease): every answer raises the limit a little, a rate limit halves it. One burst of refusals
// halves it once: requests that were under way when it was halved say nothing new.
import { modelError } from './fault-table.ts';

export interface Concurrency {
  /**
   * Runs `work` when there is room, in the order of asking; `isTooFast` judges what it throws.
   * @param isAnswer whether the result is one; anything when absent
   */
  run<T>(
    work: () => Promise<T>,
    signal: AbortSignal | undefined,
    isAnswer?: (result: T) => boolean,
  ): Promise<T>;
  /** Requests allowed at once, as it stands. */
  limit(): number;
}

export function createConcurrency(options: {
  first: number;
  max: number;
  isTooFast: (error: unknown) => boolean;
}): Concurrency {
  const waiting = new Set<() => void>();
  let limit = options.first;
  let running = 0;
  let halvings = 0;

  const admit = () => {
    for (const start of waiting) {
      if (running >= Math.floor(limit)) return;
      waiting.delete(start);
      running += 1;
      start();
    }
  };

  /** Resolves once this call holds one of the places. */
  const enter = (signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const start = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        waiting.delete(start);
        reject(modelError('aborted', { detail: 'while waiting', cause: signal?.reason }));
      };
      if (signal?.aborted) return leave();
      signal?.addEventListener('abort', leave, { once: true });
      waiting.add(start);
      admit();
    });

  return {
    limit: () => Math.floor(limit),
    async run(work, signal, isAnswer = () => true) {
      await enter(signal);
      const halvingsBefore = halvings;
      try {
        const result = await work();
        if (isAnswer(result)) limit = Math.min(options.max, limit + 1 / limit);
        return result;
      } catch (error) {
        if (options.isTooFast(error) && halvingsBefore === halvings) {
          limit = Math.max(1, limit / 2);
          halvings += 1;
        }
        throw error;
      } finally {
        running -= 1;
        admit();
      }
    },
  };
}
