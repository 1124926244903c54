// Where a process takes turns: so many at once and no more, whether a hint brought them or the
// sweep found them. A hint waits for its place; whoever looks for work takes a free place or none.
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';

export interface Room {
  /** Takes a turn when there is room for it; resolves when it was taken. Never rejects. */
  take(turnId: string): Promise<void>;
  /** @returns false when there is no room for it */
  takeIfFree(turnId: string): boolean;
  /** Nothing more is taken; resolves when what is being taken has ended. */
  close(): Promise<void>;
}

interface RoomDeps {
  concurrency: number;
  log: Log;
  take: (turnId: string) => Promise<void>;
}

export function createRoom(deps: RoomDeps): Room {
  /** What is being taken, by turn: a turn that is here already needs no second place. */
  const inside = new Map<string, Promise<void>>();
  let isClosed = false;
  const enter = (turnId: string): void => {
    const taking: Promise<void> = take(deps, turnId).finally(() => inside.delete(turnId));
    inside.set(turnId, taking);
  };
  return {
    take: async (turnId) => {
      while (inside.size >= deps.concurrency) await Promise.race(inside.values());
      if (isClosed || inside.has(turnId)) return;
      enter(turnId);
      await inside.get(turnId);
    },
    takeIfFree: (turnId) => {
      if (inside.has(turnId)) return true;
      if (isClosed || inside.size >= deps.concurrency) return false;
      enter(turnId);
      return true;
    },
    close: async () => {
      isClosed = true;
      await Promise.all(inside.values());
    },
  };
}

/** The turn stays due when this goes wrong, so nothing is lost with it. */
async function take({ take: taking, log }: RoomDeps, turnId: string): Promise<void> {
  try {
    await taking(turnId);
  } catch (error) {
    log.error({ turn: turnId, reason: messageOf(error) }, 'a turn was not taken');
  }
}
