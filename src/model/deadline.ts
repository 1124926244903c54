// The timers around one request to a model. The openai client's own timeout ends at the response
// headers, so a stream that stalls after its first chunk would hang for ever; and keep-alive bytes
// reset any timer on bytes. So the reader says when *content* came, and silence is measured
// between those, against what this endpoint usually takes (`rhythm.ts`).
import type { Clock } from '../lib/clock.ts';
import type { ModelLimits } from './limits.ts';
import type { Rhythm } from './rhythm.ts';

export interface Deadline extends Disposable {
  /** Aborts when the caller does, when the content stops, or when the whole takes too long. */
  readonly signal: AbortSignal;
  /** To be called at every piece of content. */
  progress(): void;
  /** To be called when a stream has ended well: what it took counts for later ones. */
  complete(): void;
  /** Why we aborted, in words; absent if it was the caller or nobody did. */
  expired(): string | undefined;
}

/** @param isStreaming without streaming nothing comes before the end, so only the total counts. */
export function startDeadline(options: {
  isStreaming: boolean;
  limits: Pick<ModelLimits, 'totalMs'>;
  rhythm: Rhythm;
  clock: Pick<Clock, 'monotonic'>;
  signal: AbortSignal | undefined;
}): Deadline {
  const { limits, rhythm, clock, signal } = options;
  const idleMs = rhythm.idleMs();
  const firstDeltaMs = rhythm.firstDeltaMs();
  const startedAt = clock.monotonic();
  let firstAt: number | undefined;
  let lastAt = startedAt;
  let gapMs = 0;
  const controller = new AbortController();
  let reason: string | undefined;
  const expire = (why: string) => {
    reason ??= why;
    controller.abort();
  };
  const stall = (why: string) => {
    rhythm.stalled();
    expire(why);
  };
  const onAbort = () => controller.abort();
  if (signal?.aborted) controller.abort();
  signal?.addEventListener('abort', onAbort, { once: true });

  const total = setTimeout(
    () => expire(`no complete answer after ${limits.totalMs} ms`),
    limits.totalMs,
  );
  const first = options.isStreaming
    ? setTimeout(() => stall(`no content within ${firstDeltaMs} ms`), firstDeltaMs)
    : undefined;
  let idle: NodeJS.Timeout | undefined;
  return {
    signal: controller.signal,
    progress() {
      clearTimeout(first);
      if (!options.isStreaming) return;
      const now = clock.monotonic();
      if (firstAt !== undefined) gapMs = Math.max(gapMs, now - lastAt);
      firstAt ??= now;
      lastAt = now;
      idle ??= setTimeout(() => stall(`no content for ${idleMs} ms`), idleMs);
      idle.refresh();
    },
    complete() {
      if (firstAt !== undefined) rhythm.answered({ firstMs: firstAt - startedAt, gapMs });
    },
    expired: () => reason,
    [Symbol.dispose]() {
      clearTimeout(total);
      clearTimeout(first);
      clearTimeout(idle);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}
