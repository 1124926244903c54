// How often a session may be opened at Discord's gateway. A bot that opens more than Discord
// allows in a day loses its token, so a program that crashes in a loop must stop knocking long
// before. Everything follows the limit that Discord names, 1,000 a day as a rule: we use a tenth
// of it, leave the last twentieth to whoever else has the token, and from the fourth session of an
// hour on wait longer before each. Pure; ages are by the database's clock.

/** Discord's own answer to `GET /gateway/bot`. */
export interface SessionStartLimit {
  total: number;
  remaining: number;
  /** Until `remaining` is `total` again. */
  resetAfterMs: number;
  /** Sessions within five seconds. */
  atOnce: number;
}

/** `pace`: a little early · `day`: enough for a day · `reserve`: Discord has few left. */
export type SessionVerdict =
  | { isAllowed: true }
  | { isAllowed: false; why: 'pace' | 'day' | 'reserve'; waitMs: number };

const dayMs = 24 * 3_600_000;
const hourMs = 3_600_000;
/** The span that `atOnce` counts in. */
const burstMs = 5000;
/** Shares of Discord's limit. */
const share = { day: 0.1, reserve: 0.05 };
/** Sessions of an hour that wait for nothing, where Discord allows a thousand a day. */
const unhurried = { sessions: 3, ofTotal: 1000 };
const backOffMs = { first: 5000, factor: 3, max: 600_000 };
/** More are never looked at; a limit so high that this matters is no limit. */
const agesMax = 10_000;

/** How many of the newest sessions decide. */
export function sessionsThatCount(limit: SessionStartLimit): number {
  return Math.min(perDay(limit), agesMax);
}

/** @param agesMs of the newest sessions of the last day, the newest first */
export function maySessionStart(
  limit: SessionStartLimit,
  agesMs: readonly number[],
): SessionVerdict {
  if (limit.remaining < Math.ceil(limit.total * share.reserve)) {
    // Discord is asked again meanwhile: the limit may be reset sooner.
    const waitMs = Math.min(Math.max(limit.resetAfterMs, backOffMs.first), backOffMs.max);
    return { isAllowed: false, why: 'reserve', waitMs };
  }
  const ages = agesMs.filter((age) => age < dayMs);
  const last = ages[perDay(limit) - 1];
  if (last !== undefined) return { isAllowed: false, why: 'day', waitMs: dayMs - last };
  const burst = ages[limit.atOnce - 1];
  const waitMs = Math.max(
    burst === undefined ? 0 : burstMs - burst,
    ages[0] === undefined ? 0 : gapMs(limit, ages) - ages[0],
  );
  return waitMs <= 0 ? { isAllowed: true } : { isAllowed: false, why: 'pace', waitMs };
}

function perDay({ total }: SessionStartLimit): number {
  return Math.max(1, Math.floor(total * share.day));
}

/** How long after the last session the next one may start. */
function gapMs({ total }: SessionStartLimit, ages: readonly number[]): number {
  const inHour = ages.filter((age) => age < hourMs).length;
  const scale = Math.max(1, total / unhurried.ofTotal);
  const beyond = Math.floor(inHour / scale) - unhurried.sessions;
  if (beyond < 0) return 0;
  return Math.min(backOffMs.first * backOffMs.factor ** beyond, backOffMs.max);
}
