// The timers around one request to a model. The openai client's own timeout ends at the response
// headers, so a stream that stalls after its first chunk would hang for ever; and keep-alive bytes
// reset any timer on bytes. So the reader says when *content* came, and silence is measured
// between those.
import type { ModelLimits } from './limits.ts';

export interface Deadline extends Disposable {
  /** Aborts when the caller does, when the content stops, or when the whole takes too long. */
  readonly signal: AbortSignal;
  /** To be called at every piece of content. */
  progress(): void;
  /** Why we aborted, in words; absent if it was the caller or nobody did. */
  expired(): string | undefined;
}

/** @param isStreaming without streaming nothing comes before the end, so only the total counts. */
export function startDeadline(options: {
  isStreaming: boolean;
  limits: ModelLimits;
  signal: AbortSignal | undefined;
}): Deadline {
  const { limits, signal } = options;
  const controller = new AbortController();
  let reason: string | undefined;
  const expire = (why: string) => {
    reason ??= why;
    controller.abort();
  };
  const onAbort = () => controller.abort();
  if (signal?.aborted) controller.abort();
  signal?.addEventListener('abort', onAbort, { once: true });

  const total = setTimeout(
    () => expire(`no complete answer after ${limits.totalMs} ms`),
    limits.totalMs,
  );
  const first = options.isStreaming
    ? setTimeout(() => expire(`no content within ${limits.firstDeltaMs} ms`), limits.firstDeltaMs)
    : undefined;
  let idle: NodeJS.Timeout | undefined;
  return {
    signal: controller.signal,
    progress() {
      clearTimeout(first);
      if (!options.isStreaming) return;
      idle ??= setTimeout(() => expire(`no content for ${limits.idleMs} ms`), limits.idleMs);
      idle.refresh();
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
