// A bound on waiting for what takes no signal: the call that hangs is left behind.
import { delay } from '../lib/clock.ts';

/** @throws Error when there is no answer in time, or what `work` throws */
export async function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = delay(ms, over.signal).then(() => {
    throw new Error(`no answer within ${ms} ms`);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    over.abort();
    late.catch(() => undefined);
  }
}
