// The server with a real discord.js bot and three people, for the tests of this folder.
import { once } from 'node:events';
import { connect } from 'node:net';
import { ChannelType, Client, GatewayIntentBits, Partials } from 'discord.js';
import type { Guild, TextChannel } from 'discord.js';
import { createPerson } from '../../../src/embedded/discord/person.ts';
import type { Person } from '../../../src/embedded/discord/person.ts';
import { startLocalDiscord } from '../../../src/embedded/discord/server.ts';
import type { LocalDiscord, LocalDiscordOptions } from '../../../src/embedded/discord/server.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { silentLog } from '../../../src/lib/log.ts';
import { temporaryFolder } from '../temporary-folder.ts';

export interface ServerAlone extends AsyncDisposable {
  discord: LocalDiscord;
  folder: string;
  /** The same folder and port again, after a stop. */
  restart(): Promise<LocalDiscord>;
}

export async function startServer(
  options: Partial<LocalDiscordOptions> = {},
): Promise<ServerAlone> {
  const folder = await temporaryFolder();
  const shared = { host: '127.0.0.1', port: 0, clock: systemClock, log: silentLog };
  const start = (port: number): Promise<LocalDiscord> =>
    startLocalDiscord({ ...shared, port, folder: folder.path, ...options });
  const server: ServerAlone = {
    discord: await start(0),
    folder: folder.path,
    async restart() {
      const { port } = new URL(server.discord.url);
      // Once this connection is seen to be gone, clients of this process see theirs gone too.
      const probe = connect(Number(port), '127.0.0.1');
      await once(probe, 'connect');
      const gone = once(probe, 'close');
      probe.resume();
      await server.discord.close();
      await gone;
      server.discord = await start(Number(port));
      return server.discord;
    },
    async [Symbol.asyncDispose]() {
      await server.discord.close();
      await folder[Symbol.asyncDispose]();
    },
  };
  return server;
}

export const botIntents = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildMessageReactions,
  GatewayIntentBits.MessageContent,
];

export function createClient(discord: LocalDiscord, intents = botIntents): Client {
  return new Client({
    intents,
    partials: [Partials.Message, Partials.Channel, Partials.Reaction],
    rest: { api: discord.apiUrl, globalRequestsPerSecond: 1e6 },
  });
}

/** Logs in and waits until the guild is there. */
export async function login(discord: LocalDiscord, intents = botIntents): Promise<Client<true>> {
  const client = createClient(discord, intents);
  const ready = new Promise<Client<true>>((resolve) => {
    client.once('clientReady', resolve);
  });
  await client.login(discord.botToken);
  return ready;
}

export interface LocalAgency extends AsyncDisposable {
  server: ServerAlone;
  discord: LocalDiscord;
  client: Client<true>;
  guild: Guild;
  director: Person;
  specialist: Person;
  stranger: Person;
  /** A text channel that everybody sees. */
  channel: TextChannel;
}

export async function startAgency(
  options: Partial<LocalDiscordOptions> = {},
): Promise<LocalAgency> {
  const server = await startServer(options);
  const { discord } = server;
  const client = await login(discord);
  const guild = await client.guilds.fetch(discord.guildId);
  const channel = await guild.channels.create({ name: 'front-desk', type: ChannelType.GuildText });
  const person = (token: string): Person => createPerson({ apiUrl: discord.apiUrl, token });
  return {
    server,
    discord,
    client,
    guild,
    channel,
    director: person(discord.directorToken),
    specialist: person(discord.specialistToken),
    stranger: person(discord.strangerToken),
    async [Symbol.asyncDispose]() {
      await client.destroy();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** The next event of a client that fits. */
export function next<T>(
  client: Client,
  name: string,
  fits: (value: T) => boolean = () => true,
): Promise<T> {
  return new Promise((resolve) => {
    const listen = (value: T): void => {
      if (!fits(value)) return;
      client.off(name, listen);
      resolve(value);
    };
    client.on(name, listen);
  });
}
