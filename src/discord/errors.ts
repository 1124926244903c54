// Whatever discord.js, its REST client or the socket throws becomes one DiscordError here: may it
// succeed later, and if not, what should a person do? Missing permission and missing channel do not
// heal by themselves, so they name their cure; everything between us and Discord does.
import { DiscordAPIError, DiscordjsError, HTTPError, RateLimitError } from 'discord.js';
import type { RateLimitData } from 'discord.js';
import { DiscordError, messageOf } from '../lib/errors.ts';
import type { Retry } from '../lib/errors.ts';

/** Discord's own error codes that we act on. */
export const discordCode = {
  unknownChannel: 10003,
  unknownMessage: 10008,
  unknownInteraction: 10062,
  tooManyPins: 30003,
  oldMessageEdited: 30046,
  alreadyAcknowledged: 40060,
  missingAccess: 50001,
  notTheAuthor: 50005,
  missingPermissions: 50013,
  systemMessage: 50021,
  threadArchived: 50083,
  threadLocked: 160005,
} as const;

/** Discord said no, so the request had no effect: unlike a broken answer, or none. */
export function isRefusal(thrown: unknown): boolean {
  if (thrown instanceof DiscordError) return isRefusal(thrown.cause);
  if (thrown instanceof RateLimitError) return true;
  return thrown instanceof DiscordAPIError && thrown.status >= 400 && thrown.status < 500;
}

type Ids = Record<string, string | number>;

/**
 * Runs one call to Discord.
 * @param doing what is tried, in words that go after "could not": `post in #director`
 * @throws DiscordError
 */
export async function asDiscord<T>(doing: string, ids: Ids, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw discordErrorOf(error, doing, ids);
  }
}

/** The numeric code in a reply of Discord, also through our own error; null for anything else. */
export function codeOf(thrown: unknown): number | null {
  if (thrown instanceof DiscordError) return codeOf(thrown.cause);
  if (!(thrown instanceof DiscordAPIError)) return null;
  return typeof thrown.code === 'number' ? thrown.code : null;
}

export function discordErrorOf(thrown: unknown, doing: string, ids: Ids = {}): DiscordError {
  if (thrown instanceof DiscordError) return thrown;
  const { code, retry, cure, retryAfterMs } = verdictOn(thrown);
  const reason = messageOf(thrown);
  return new DiscordError(`Discord: could not ${doing}: ${reason}`, {
    code,
    retry,
    forPeople: `I could not ${doing}. ${cure}`,
    ids,
    cause: thrown,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** How long Discord wants us to wait, ms; which of the three says so depends on the limit. */
export function pauseOf(
  limit: Pick<RateLimitData, 'timeToReset' | 'retryAfter' | 'sublimitTimeout'>,
): number {
  return Math.max(limit.timeToReset, limit.retryAfter, limit.sublimitTimeout);
}

/** Close codes of the gateway after which no session can be had, and what to do. */
const endings: Readonly<Record<number, string>> = {
  4004:
    'Discord does not accept the token: it was reset or is wrong. Copy a new one from the ' +
    'developer portal, page Bot, into `DISCORD_TOKEN`.',
  4010: 'Discord refused the shard. This is a fault of mine; please report it.',
  4011:
    'The bot is in too many servers for one session. It works in one server only: in the ' +
    'developer portal switch off "Public Bot", and remove it from the others.',
  4012: 'Discord does not speak this version of its protocol any more. Update A-TEAMs.',
  4013: 'Discord does not know what I asked to hear (intents). Update A-TEAMs.',
  4014:
    'Discord does not let the bot read messages. In the developer portal, page Bot, switch on ' +
    '"Message Content Intent".',
};

/** @param code with which Discord closed the connection for good */
export function endOfSession(code: number): DiscordError {
  const cure = endings[code] ?? 'Discord ended the session for good; the log says why.';
  return new DiscordError(`${cure} (close code ${code})`, {
    code: `discord-closed-${code}`,
    retry: 'never',
    ids: { code },
  });
}

interface Verdict {
  code: string;
  retry: Retry;
  cure: string;
  retryAfterMs?: number;
}

function verdictOn(thrown: unknown): Verdict {
  if (thrown instanceof RateLimitError) {
    return {
      code: 'discord-rate-limited',
      retry: 'later',
      cure: 'Discord asked for a pause; I will try again.',
      retryAfterMs: pauseOf(thrown),
    };
  }
  if (thrown instanceof DiscordAPIError) return verdictOnReply(thrown.status, codeOf(thrown));
  if (thrown instanceof HTTPError) return verdictOnReply(thrown.status, null);
  if (thrown instanceof DiscordjsError) return verdictOnClient(thrown.code);
  // After one 401 the REST client forgets the token and says only this.
  if (messageOf(thrown).startsWith('Expected token to be set')) return verdictOnReply(401, null);
  if (messageOf(thrown).startsWith('Not enough sessions remaining')) {
    return {
      code: 'discord-sessions-used-up',
      retry: 'later',
      cure: 'Discord allows no more sessions today. Does another program use the same token?',
    };
  }
  // A closed socket, a timeout, a name that does not resolve: the network heals or the operator
  // acts.
  return {
    code: 'discord-unreachable',
    retry: 'later',
    cure: 'Discord did not answer; I will try again.',
  };
}

function verdictOnReply(status: number, code: number | null): Verdict {
  // Code 0 is Discord's word for nothing in particular.
  const name = `discord-${code === null || code === 0 ? status : code}`;
  if (status === 429 || status >= 500) {
    return { code: name, retry: 'later', cure: 'Discord has trouble; I will try again.' };
  }
  return { code: name, retry: 'never', cure: cureOf(status, code) };
}

const cures: Readonly<Record<number, string>> = {
  10003: 'The channel is gone.',
  10008: 'The message was deleted.',
  30003: 'The channel has 250 pins. Unpin some old ones.',
  30013: 'The server has 500 channels. Delete channels of finished projects.',
  30010: 'The message has too many different reactions.',
  50001: 'I cannot see the channel. Give my role "View Channel" there.',
  50013:
    'I lack a permission. Give my role the permissions of the invitation link that ' +
    '`npm run setup` prints.',
  50035: 'Discord refused the form of the request. This is a fault of mine; the log says more.',
  160006: 'The server has too many active threads. Archive or delete some.',
};

function cureOf(status: number, code: number | null): string {
  const cure = code === null ? undefined : cures[code];
  if (cure !== undefined) return cure;
  if (status === 401) return 'The token is not valid. Set a new `DISCORD_TOKEN`.';
  if (status === 403) return 'I am not allowed to. Check the permissions of my role.';
  if (status === 404) return 'What I looked for is gone.';
  return 'Discord refused it; the log says why.';
}

function verdictOnClient(code: string): Verdict {
  const cure =
    code === 'TokenInvalid'
      ? 'The token is not valid. Copy a new one from the Discord developer portal into ' +
        '`DISCORD_TOKEN`.'
      : 'Discord refused the session. In the developer portal, under Bot, switch on ' +
        '"Message Content Intent".';
  return { code: `discord-${code}`, retry: 'never', cure };
}
