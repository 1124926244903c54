// Stands before every new session. discord.js reconnects on its own, as often as it takes, and a
// supervisor starts a crashed program again; both together can use up a day's sessions in minutes,
// and Discord then takes the token away. So each session is written down before it is asked for,
// and waits while the record says that it may not start yet. The surprise: the library goes on and
// identifies when this throws anything but the abort of its own signal, so it never does.
import type { SessionStartLimit, SessionVerdict } from '../domain/session-start.ts';
import { delay } from '../lib/clock.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { reach } from '../lib/points.ts';

export interface IdentifyGuardDeps {
  /** Records a session that is about to be opened, unless it may not be yet. */
  openSession: (limit: SessionStartLimit) => Promise<SessionVerdict>;
  clock: Clock;
  log: Log;
}

/** Discord's words for it. */
export interface RawStartLimit {
  total: number;
  remaining: number;
  reset_after: number;
  max_concurrency: number;
}

export interface IdentifyGuard {
  /** Resolves when a session may be opened, which then counts as opened. */
  pass(askDiscord: () => Promise<RawStartLimit>, signal: AbortSignal): Promise<void>;
  /**
   * Monotonic ms at which a session was last kept waiting or let through: now, while one waits, so
   * that whoever looks from time to time sees it move.
   */
  heldAt(): number;
}

/** What Discord grants a new application. */
const usual: RawStartLimit = {
  total: 1000,
  remaining: 1000,
  reset_after: 24 * 3_600_000,
  max_concurrency: 1,
};

/** However long the wait, the record and Discord are asked again after so long. */
const askAgainMs = 60_000;
/** Before the record is asked again that could not be read. */
const troubleMs = 1000;

export function createIdentifyGuard(deps: IdentifyGuardDeps): IdentifyGuard {
  const { clock, log } = deps;
  let heldAt = clock.monotonic();
  let waiting = 0;
  /** The last notice, so that a long wait is told of once. */
  let told = '';
  let known = usual;

  const limitNow = async (askDiscord: () => Promise<RawStartLimit>): Promise<RawStartLimit> => {
    try {
      known = await askDiscord();
    } catch (error) {
      // What cannot be asked stays as it was; our own record counts all the same.
      log.warn({ reason: messageOf(error) }, 'Discord did not say how many sessions are left');
    }
    return known;
  };

  const tell = (limit: RawStartLimit, verdict: Refused): void => {
    const { why, waitMs } = verdict;
    if (told === why) return;
    told = why;
    const until = new Date(clock.now() + waitMs).toISOString();
    const level = why === 'pace' ? 'info' : 'error';
    log[level]({ until, why, ...limit }, `Discord: ${noticeOf(limit, verdict, until)}`);
  };

  const untilAllowed: IdentifyGuard['pass'] = async (askDiscord, signal) => {
    for (;;) {
      const raw = await limitNow(askDiscord);
      const limit = {
        total: raw.total,
        remaining: raw.remaining,
        resetAfterMs: raw.reset_after,
        atOnce: raw.max_concurrency,
      };
      signal.throwIfAborted();
      const verdict = await verdictOf(deps, limit);
      if (verdict?.isAllowed === true) {
        told = '';
        reach('identify.recorded');
        signal.throwIfAborted();
        return;
      }
      if (verdict !== null) tell(raw, verdict);
      await delay(Math.min(verdict?.waitMs ?? troubleMs, askAgainMs), signal);
    }
  };

  return {
    heldAt: () => (waiting > 0 ? clock.monotonic() : heldAt),
    async pass(askDiscord, signal) {
      waiting += 1;
      try {
        await untilAllowed(askDiscord, signal);
      } finally {
        waiting -= 1;
        heldAt = clock.monotonic();
      }
    },
  };
}

type Refused = Extract<SessionVerdict, { isAllowed: false }>;

/** @returns null when the record could not be read; without it no session is opened */
async function verdictOf(
  { openSession, log }: IdentifyGuardDeps,
  limit: SessionStartLimit,
): Promise<SessionVerdict | null> {
  try {
    return await openSession(limit);
  } catch (error) {
    log.warn({ reason: messageOf(error) }, 'a session waits for the database');
    return null;
  }
}

function noticeOf({ total, remaining }: RawStartLimit, { why }: Refused, until: string): string {
  switch (why) {
    case 'pace':
      return `sessions follow each other quickly; the next one starts at ${until}.`;
    case 'day':
      return (
        `no new session before ${until}. So many were opened in a day that something must be ` +
        `wrong, and Discord takes the token away at ${total}. See above what ends the sessions ` +
        'or this program again and again.'
      );
    case 'reserve':
      return (
        `no new session before ${until}. Only ${remaining} of ${total} are left today, and at ` +
        'none Discord takes the token away. Does another program use the same token?'
      );
  }
}
