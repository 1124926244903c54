// A world for the agency of a run: a database, a Discord of its own, a model, and in front of both
// the proxies that break what the schedule says. The agency's processes are no part of it.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createPerson } from '../../src/embedded/discord/person.ts';
import type { Person } from '../../src/embedded/discord/person.ts';
import { startRehearsal } from '../../src/embedded/rehearsal/server.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/open-store.ts';
import { startDiscordHost } from './discord-host.ts';
import type { DiscordHost } from './discord-host.ts';
import { startDiscordProxy } from './discord-proxy.ts';
import type { DiscordProxy } from './discord-proxy.ts';
import { connectionName, watchDatabase } from './evidence.ts';
import { startModelProxy } from './model-proxy.ts';
import type { ModelProxy } from './model-proxy.ts';
import type { Edition } from './mutants.ts';
import { hurried, hurriedNonceWindowMs } from './mutants.ts';
import type { Role, Schedule } from './schedule.ts';
import type { Slot } from './supervisor.ts';

export interface WorldOptions {
  name: string;
  schedule: Schedule;
  /** An empty database of its own. */
  databaseUrl: string;
  folder: string;
  chromaUrl: string;
  /** The agency's modules, changed. */
  edition?: Edition | undefined;
}

export interface World extends AsyncDisposable {
  readonly name: string;
  readonly folder: string;
  readonly schedule: Schedule;
  readonly store: Store;
  readonly discord: DiscordHost;
  readonly proxy: DiscordProxy;
  readonly model: ModelProxy;
  /** The Director, past the proxy. */
  readonly person: Person;
  /** Loaded into the agency's processes before their program. */
  readonly preloads: readonly string[];
  /** The agency's processes, one for each role named. */
  slots(roles: readonly Role[], redisUrl: string | null): Slot[];
}

export async function openWorld(options: WorldOptions): Promise<World> {
  const { name, schedule, databaseUrl, folder, edition } = options;
  await mkdir(folder, { recursive: true });
  await using started = new AsyncDisposableStack();
  await migrate(databaseUrl);
  const store = openStore(databaseUrl, silentLog);
  started.defer(() => store.close());
  await watchDatabase(store.pool);
  const isHurried = edition === hurried;
  const discord = started.use(
    await startDiscordHost(join(folder, 'discord'), isHurried ? hurriedNonceWindowMs : undefined),
  );
  const proxy = started.use(await startDiscordProxy(schedule, discord.url));
  const rehearsal = started.use(
    await startRehearsal({
      host: '127.0.0.1',
      port: 0,
      seed: 1,
      latencyMs: 0,
      clock: systemClock,
      log: silentLog,
    }),
  );
  const model = started.use(await startModelProxy(schedule, rehearsal.url));
  const env = {
    LOG_LEVEL: 'warn',
    PORT: '0',
    ATEAMS_HOME: join(folder, 'agency'),
    CHROMA_URL: options.chromaUrl,
    OPENAI_BASE_URL: model.url,
    DISCORD_TOKEN: discord.botToken,
    DISCORD_GUILD_ID: discord.guildId,
    DISCORD_API_URL: proxy.apiUrl,
    // Starts are most of what a run does.
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
  };
  const all = started.move();
  return {
    name,
    folder,
    schedule,
    store,
    discord,
    proxy,
    model,
    person: createPerson({ apiUrl: `${discord.url}/api`, token: discord.directorToken }),
    preloads: edition === undefined ? [] : [preloadOf(edition)],
    slots: (roles, redisUrl) =>
      roles.map((role, at) => {
        const number = roles.slice(0, at + 1).filter((one) => one === role).length;
        const redis = redisUrl === null ? {} : { REDIS_URL: redisUrl };
        const slot = `${name}.${role}-${number}`;
        const url = new URL(databaseUrl);
        url.searchParams.set('application_name', connectionName(slot));
        const own = { ATEAMS_ROLE: role, DATABASE_URL: url.href };
        return { name: slot, role, env: { ...env, ...redis, ...own } };
      }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

function preloadOf({ name }: Edition): string {
  const url = pathToFileURL(join(import.meta.dirname, 'mutate.ts'));
  url.searchParams.set('edition', name);
  return url.href;
}
