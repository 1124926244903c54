// What is known to be closed: a channel that the bot may not see, a server that takes no more
// channels. Whoever needs it is turned away without asking Discord, which would answer the same,
// count the refusals and in the end bar us. Kept in memory: after a start each is asked once more.
import { AppError, Blocked, DiscordError } from '../lib/errors.ts';

export interface ClosedPlaces {
  /** @throws Blocked when one of these is closed */
  requireOpen(...where: readonly string[]): void;
  /** @returns what is to be thrown */
  close(where: string, error: AppError): Blocked;
  /** Somebody may have put it right. */
  reopen(fits: (where: string) => boolean): void;
}

export function createClosedPlaces(): ClosedPlaces {
  const closed = new Map<string, Blocked>();
  return {
    requireOpen: (...wheres) => {
      for (const where of wheres) {
        const known = closed.get(where);
        if (known !== undefined) throw known;
      }
    },
    close: (where, error) => {
      const blocked = new Blocked(where, error);
      closed.set(where, blocked);
      return blocked;
    },
    reopen: (fits) => {
      for (const where of closed.keys()) if (fits(where)) closed.delete(where);
    },
  };
}

/** Closed for everything that goes to Discord. */
export const everywhere = 'discord';

/** Refusals that hold for a whole channel: not seen, not allowed, its history hidden. */
const ofChannel: ReadonlySet<string> = new Set([
  'discord-50001',
  'discord-50013',
  'discord-403',
  'discord-history-hidden',
]);
/** Refusals that hold for making any channel or thread. */
const ofOpening: ReadonlySet<string> = new Set([
  'discord-50013',
  'discord-403',
  'discord-30013',
  'discord-160006',
]);

/** Where a channel's refusal is to be noted; null when it is about something else. */
export function closedBy(error: unknown, here: { view: string; act: string }): string | null {
  if (!(error instanceof DiscordError) || error.retry !== 'never') return null;
  if (error.code === 'discord-401') return everywhere;
  if (!ofChannel.has(error.code)) return null;
  return error.code === 'discord-50001' ? here.view : here.act;
}

/** The same for a place that could not be made. */
export function closedByOpening(
  error: unknown,
  here: { place: string; view: string; opening: string },
): string | null {
  if (!(error instanceof DiscordError) || error.retry !== 'never') return null;
  const { code } = error;
  if (code === 'discord-401') return everywhere;
  if (code === 'discord-place-gone') return here.place;
  if (code === 'discord-50001') return here.view;
  return ofOpening.has(code) ? here.opening : null;
}

/** Whether something closed is about a place: the last word of its name says so. */
export function isAbout(where: string, key: string): boolean {
  return where.endsWith(` ${key}`);
}

export function isCode(error: unknown, ...codes: readonly string[]): error is AppError {
  return error instanceof AppError && codes.includes(error.code);
}
