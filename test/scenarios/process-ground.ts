// The topology of docker-compose.yml as plain processes: gateways and workers are children of this
// one, on a database, a Discord and a queue that they share with nothing else. Each can be stopped
// in order or with kill -9, as an operator or a machine would.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPerson } from '../../src/embedded/discord/person.ts';
import { startLocalDiscord } from '../../src/embedded/discord/server.ts';
import type { LocalDiscord } from '../../src/embedded/discord/server.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/open-store.ts';
import { readProject } from '../../src/store/record.ts';
import type { Project } from '../../src/domain/project.ts';
import { until, withNames } from '../support/agency.ts';
import type { TestPerson } from '../support/agency.ts';
import { startProgram } from './start-program.ts';
import type { RunningProgram } from './start-program.ts';

export interface GroundOptions {
  databaseUrl: string;
  modelUrl: string;
  /** null: the queue is in Postgres. */
  redisUrl: string | null;
}

export interface ProcessGround extends AsyncDisposable {
  /** @param key how this process names itself to the model */
  start(
    role: 'gateway' | 'worker' | 'all',
    key: string,
    env?: Record<string, string>,
  ): Promise<GroundProcess>;
  /** The same for a gateway that finds another one at work. */
  startStandby(key: string): Promise<GroundProcess>;
  director: TestPerson;
  person: TestPerson;
  guildId: string;
  /** A connection of the test's own. */
  store: Store;
  untilProject(id: string, fits: (project: Project) => boolean): Promise<Project>;
}

export interface GroundProcess extends RunningProgram {
  key: string;
  /** Status and body of what it serves, such as `/metrics`; null when nobody answers. */
  asks(path: string): Promise<{ status: number; body: string } | null>;
  /** The same of `/readyz`. */
  readiness(): Promise<{ status: number; body: string } | null>;
}

const startedWords = {
  gateway: 'Write your objective in #director of your Discord server.',
  all: 'Write your objective in #director of your Discord server.',
  worker: 'It works for the gateway on the same database.',
} as const;
const standbyWords = 'Standby: another gateway is active';

export async function startGround(options: GroundOptions): Promise<ProcessGround> {
  const home = await mkdtemp(join(tmpdir(), 'ateams-test-'));
  const discord = await startLocalDiscord({
    folder: home,
    host: '127.0.0.1',
    port: 0,
    clock: systemClock,
    log: silentLog,
  });
  const store = openStore(options.databaseUrl, silentLog);
  const running: GroundProcess[] = [];
  const launch = async (role: string, key: string, words: string, env = {}) => {
    const own = envOf({ ...options, discord, home, role, key });
    const program = startProgram(home, { ...own, ...env });
    const asks = (path: string) => answerOf(program.output(), path);
    const process = { ...program, key, asks, readiness: () => asks('/readyz') };
    running.push(process);
    await program.says(words);
    return process;
  };
  const person = createPerson({ apiUrl: discord.apiUrl, token: discord.directorToken });
  const director = withNames(person, discord.guildId);
  return {
    start: (role, key, env) => launch(role, key, startedWords[role], env),
    startStandby: (key) => launch('gateway', key, standbyWords),
    director,
    person: director,
    guildId: discord.guildId,
    store,
    untilProject: (id, fits) =>
      until(async () => {
        const project = await readProject(store.db, id).catch(() => null);
        return project !== null && fits(project) ? project : null;
      }, `${id} to be as expected`),
    [Symbol.asyncDispose]: async () => {
      for (const process of running) await process[Symbol.asyncDispose]();
      await store.close();
      await discord.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

interface Settings extends GroundOptions {
  discord: LocalDiscord;
  home: string;
  role: string;
  key: string;
}

function envOf({ databaseUrl, modelUrl, redisUrl, discord, home, role, key }: Settings) {
  return {
    ATEAMS_ROLE: role,
    ATEAMS_HOME: home,
    DATABASE_URL: databaseUrl,
    ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }),
    // Nothing listens there: memory is away, and nothing may depend on it.
    CHROMA_URL: 'http://127.0.0.1:9',
    OPENAI_BASE_URL: modelUrl,
    OPENAI_API_KEY: key,
    DISCORD_TOKEN: discord.botToken,
    DISCORD_GUILD_ID: discord.guildId,
    DISCORD_API_URL: discord.apiUrl,
  };
}

async function answerOf(output: string, path: string) {
  const url = /Health\s+(\S+)\/readyz/.exec(output)?.[1] ?? '';
  try {
    const response = await fetch(`${url}${path}`);
    return { status: response.status, body: await response.text() };
  } catch {
    return null;
  }
}
