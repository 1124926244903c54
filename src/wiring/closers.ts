// What was started is stopped in the reverse order, each within a bound, whatever the others do.
import { delay } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';

export interface Closers {
  add(name: string, close: () => Promise<void>): void;
  closeAll(): Promise<void>;
}

/** Longer than any single part may take to drain. */
const closeMsMax = 15_000;

export function createClosers(log: Log): Closers {
  const stack: { name: string; close: () => Promise<void> }[] = [];
  let closing: Promise<void> | null = null;
  async function unwind(): Promise<void> {
    for (let part = stack.pop(); part !== undefined; part = stack.pop()) {
      const { name } = part;
      const abort = new AbortController();
      const late = delay(closeMsMax, abort.signal).then(
        () => log.error({ part: name }, 'a part did not stop in time'),
        () => undefined,
      );
      const closed = part
        .close()
        .catch((error: unknown) =>
          log.error({ part: name, reason: messageOf(error) }, 'stop failed'),
        );
      await Promise.race([closed, late]);
      abort.abort();
    }
  }
  return {
    add: (name, close) => stack.push({ name, close }),
    closeAll: () => {
      closing ??= unwind();
      return closing;
    },
  };
}
