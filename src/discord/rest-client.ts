// Discord over REST alone, without a session at the gateway: for looking around and for trials. A
// request is sent once, so what fails is seen to fail.
import { REST } from 'discord.js';
import type { z } from 'zod';
import { DiscordError } from '../lib/errors.ts';
import { parseValue } from '../lib/json.ts';
import { asDiscord } from './errors.ts';

export interface RestClient {
  /** The library's own client, for the adapters that take it. */
  rest: REST;
  /**
   * @param doing words that go after "could not"
   * @throws DiscordError, also when the reply has another shape
   */
  ask<S extends z.ZodType>(doing: string, call: Call<S>): Promise<z.infer<S>>;
}

interface Call<S> {
  schema: S;
  send: (rest: REST) => Promise<unknown>;
}

const answerMsMax = 8000;

export interface RestAddress {
  token: string;
  /** Discord's own when null. */
  apiUrl: string | null;
}

/** @param waits for a rate limit to pass; else it is an error, so that the answer comes soon */
export function createRestClient({ token, apiUrl }: RestAddress, waits: boolean): RestClient {
  const rest = new REST({
    ...(apiUrl === null ? {} : { api: apiUrl }),
    retries: 0,
    timeout: answerMsMax,
    rejectOnRateLimit: waits ? null : () => true,
  }).setToken(token);
  // It is used for a moment and in few places: there is nothing to sweep, and no reason to wait.
  rest.clearHandlerSweeper();
  rest.clearHashSweeper();
  return {
    rest,
    async ask(doing, { schema, send }) {
      const parsed = parseValue(schema, await asDiscord(doing, {}, () => send(rest)));
      if (parsed.ok) return parsed.value;
      throw new DiscordError(`Discord: could not ${doing}: ${parsed.reason}`, {
        code: 'discord-foreign-reply',
        retry: 'never',
        forPeople: 'What answered does not speak Discord. Check `DISCORD_API_URL`.',
      });
    },
  };
}
