// The connection to Discord: one client, one guild. It is up when the guild is there and the bot
// may do its work in it; anything else ends the start with words on what to change. discord.js
// resumes and reconnects by itself afterwards, so a lost socket is nothing to act on, only to
// report; a session that Discord ended for good ends the program, as nobody would hear any more.
import { Client, Events, GatewayIntentBits, Options, Partials, REST, Status } from 'discord.js';
import type { ClientOptions, Guild, RateLimitData } from 'discord.js';
import { delay } from '../lib/clock.ts';
import { DiscordError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { asDiscord, discordErrorOf, endOfSession, pauseOf } from './errors.ts';
import { createIdentifyGuard } from './identify-guard.ts';
import type { IdentifyGuard, IdentifyGuardDeps } from './identify-guard.ts';
import { inviteUrl, reportOn } from './permissions.ts';

export interface GatewayOptions extends IdentifyGuardDeps {
  token: string;
  apiUrl: string | null;
  guildId: string;
  requestsPerSecond: number;
  /** A session began, or was resumed; told before anything that happens in it. */
  onSession: () => void;
  /** Discord ended the session for good; the cure is in the error. */
  onEnded: (error: DiscordError) => void;
}

export interface Gateway {
  client: Client<true>;
  guild: Guild;
  /** Sends each request once: for what cannot be repeated. */
  restOnce: REST;
  isReady(): boolean;
  /**
   * Hears nothing any more; requests still go out.
   * @param isForGood the session ends too; else another process of ours might have gone on with it
   */
  leave(isForGood: boolean): Promise<void>;
  close(): Promise<void>;
}

/** 34305: guilds, their messages and reactions, and what the messages say. */
const intents = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildMessageReactions,
  GatewayIntentBits.MessageContent,
];

const readyTimeoutMs = 60_000;
/** Longer pauses belong to the outbox, which knows what else is to do meanwhile, and what not any
 *  more: what was paused or called off must not be said seconds later. */
const pauseMsMax = 1_000;

/**
 * @param listen attaches listeners before the first event can arrive
 * @throws DiscordError naming the cure
 */
export async function connect(
  options: GatewayOptions,
  listen: (client: Client) => void,
): Promise<Gateway> {
  const { token, guildId, log } = options;
  const rest = {
    ...(options.apiUrl === null ? {} : { api: options.apiUrl }),
    globalRequestsPerSecond: options.requestsPerSecond,
    rejectOnRateLimit: (limit: RateLimitData) => pauseOf(limit) > pauseMsMax,
  };
  const guard = createIdentifyGuard(options);
  const state: State = { sockets: null, ended: null, isReady: false };
  const client = new Client({
    intents,
    rest: { ...rest, retries: 3 },
    ws: { buildIdentifyThrottler: (sockets) => watch({ guard, state }, sockets) },
    allowedMentions: { parse: [] },
    // Edits of messages that are in no cache, so all, are told of.
    partials: [Partials.Message],
    // We keep our own record of messages; the client's copies would only take memory.
    makeCache: Options.cacheWithLimits({ ...Options.DefaultMakeCacheSettings, MessageManager: 0 }),
  });
  report(client, log);
  client.on(Events.ShardDisconnect, ({ code }) => {
    state.ended = endOfSession(code);
    if (state.isReady) options.onEnded(state.ended);
  });
  // Before the library acts on it, and before whatever comes next.
  client.on(Events.Raw, ({ t }: { t: string }) => {
    if (t === 'READY' || t === 'RESUMED') options.onSession();
  });
  client.on(Events.GuildCreate, (guild) => leaveForeign(guild, guildId, log));
  listen(client);
  // A pause is the outbox's, too: after it a post has to be armed again.
  const restOnce = new REST({ ...rest, retries: 0, rejectOnRateLimit: () => true }).setToken(token);
  const leave = async (isForGood: boolean): Promise<void> => {
    // The library tells of its own good-bye as if it were coming back.
    client.removeAllListeners(Events.ShardReconnecting);
    const code = isForGood ? goodbye : resumable;
    await state.sockets?.destroy({ code, reason: 'this process hears nobody any more' });
  };
  const close = async (): Promise<void> => {
    client.removeAllListeners(Events.ShardReconnecting);
    restOnce.clearHandlerSweeper();
    restOnce.clearHashSweeper();
    await client.destroy();
  };
  try {
    const ready = await login(client, token, guard);
    for (const guild of ready.guilds.cache.values()) leaveForeign(guild, guildId, log);
    const guild = await ownGuild(ready, guildId, log);
    state.isReady = true;
    return { client: ready, guild, restOnce, leave, close, isReady: () => isConnected(client) };
  } catch (error) {
    await close();
    throw state.ended ?? discordErrorOf(error, 'connect');
  }
}

/** Close codes of ours: the first ends the session, the second leaves it to be resumed. */
const goodbye = 1000;
const resumable = 4000;

interface State {
  sockets: { destroy(options: { code: number; reason: string }): PromiseLike<void> | void } | null;
  /** Why there is no session any more. */
  ended: DiscordError | null;
  isReady: boolean;
}

type Throttler = NonNullable<NonNullable<ClientOptions['ws']>['buildIdentifyThrottler']>;

/** Called before the first session: from here on each asks the guard. */
function watch(
  { guard, state }: { guard: IdentifyGuard; state: State },
  sockets: Parameters<Throttler>[0],
): ReturnType<Throttler> {
  state.sockets = sockets;
  const ask = async () => (await sockets.fetchGatewayInformation(true)).session_start_limit;
  return { waitForIdentify: (_shard, signal) => guard.pass(ask, signal) };
}

async function login(client: Client, token: string, guard: IdentifyGuard): Promise<Client<true>> {
  const ready = new Promise<Client<true>>((resolve) => {
    client.once(Events.ClientReady, resolve);
  });
  const waiting = new AbortController();
  const tooLong = sessionLate(guard, waiting.signal).then(
    () => {
      throw new DiscordError('Discord did not become ready in time', {
        code: 'discord-not-ready',
        retry: 'later',
      });
    },
    () => ready,
  );
  try {
    await Promise.race([client.login(token), tooLong]);
    return await Promise.race([ready, tooLong]);
  } finally {
    waiting.abort();
  }
}

/** Resolves when a session is late; while it is kept waiting it is not. */
async function sessionLate(guard: IdentifyGuard, signal: AbortSignal): Promise<void> {
  for (let heldAt: number | null = null; heldAt !== guard.heldAt();) {
    heldAt = guard.heldAt();
    await delay(readyTimeoutMs, signal);
  }
}

async function ownGuild(client: Client<true>, guildId: string, log: Log): Promise<Guild> {
  const guild = client.guilds.cache.get(guildId);
  if (guild === undefined) {
    const link = inviteUrl(client.application.id);
    throw refusal(
      'discord-not-in-guild',
      `The bot is not in the server ${guildId}. Its owner can let it in: ${link}`,
    );
  }
  const me = await asDiscord('read my own permissions', { guildId }, () => guild.members.fetchMe());
  const { isAdministrator, missing, missingWanted } = reportOn(me.permissions.bitfield);
  if (isAdministrator) {
    throw refusal(
      'discord-administrator',
      'The bot has the permission Administrator, with which private channels would be open to ' +
        'whoever steals its token. Take it away and start again.',
    );
  }
  if (missing.length > 0) {
    const link = inviteUrl(client.application.id);
    throw refusal(
      'discord-permissions-missing',
      `The bot lacks permissions in the server: ${missing.join(', ')}. Invite it again: ${link}`,
    );
  }
  if (missingWanted.length > 0) {
    log.warn({ missing: missingWanted }, 'some permissions of the bot are missing');
  }
  return guild;
}

function refusal(code: string, message: string): DiscordError {
  return new DiscordError(message, { code, retry: 'never' });
}

/** The agency lives in one server; a token that leaks into others must not act there. */
function leaveForeign(guild: Guild, ownId: string, log: Log): void {
  if (guild.id === ownId) return;
  log.warn({ guildId: guild.id }, 'leaving a server that is not the agency');
  guild.leave().catch((error: unknown) => {
    log.error({ guildId: guild.id, err: error }, 'could not leave a foreign server');
  });
}

function isConnected(client: Client): boolean {
  const { shards } = client.ws;
  return client.isReady() && shards.every((shard) => shard.status === Status.Ready);
}

function report(client: Client, log: Log): void {
  client.on(Events.Error, (error) => log.error({ err: error }, 'Discord client'));
  client.on(Events.Warn, (message) => log.warn({ message }, 'Discord client'));
  client.on(Events.ShardError, (error) => log.warn({ err: error }, 'Discord socket'));
  client.on(Events.ShardDisconnect, ({ code }) => log.warn({ code }, 'Discord session ended'));
  client.on(Events.ShardReconnecting, () => log.info('Discord is reconnecting'));
  client.on(Events.ShardResume, (_id, replayed) => log.info({ replayed }, 'Discord resumed'));
}
