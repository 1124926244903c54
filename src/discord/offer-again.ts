// Offers something to the door until it is taken: what the door cannot take at once, because its
// database may be restarting, it may take in a moment.
import { delay } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';

const pausesMs = [200, 400, 800, 1600, 3200];

/** @returns why it was not taken in the end; null when it was */
export async function offerAgain(
  offer: () => Promise<void>,
  pauses: readonly number[] = pausesMs,
): Promise<unknown> {
  for (const pauseMs of [...pauses, null]) {
    try {
      await offer();
      return null;
    } catch (error) {
      const isWorthTrying = error instanceof AppError && error.retry === 'later';
      if (pauseMs === null || !isWorthTrying) return error;
      await delay(pauseMs);
    }
  }
  return null;
}
