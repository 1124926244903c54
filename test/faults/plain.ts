// `npm start` with nothing configured, killed and started again: its Postgres and its Discord live
// and die with it. Nothing stands between them and the agency, so only deaths befall it; the model
// alone is reached through a proxy. In the end both are opened once more, without the agency.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { createPerson } from '../../src/embedded/discord/person.ts';
import { dataDirectory, superuser } from '../../src/embedded/postgres/cluster.ts';
import { postmasterFile } from '../../src/embedded/postgres/postmaster-file.ts';
import { startPostgres } from '../../src/embedded/postgres/start-postgres.ts';
import { freePort } from '../../src/embedded/processes.ts';
import { startRehearsal } from '../../src/embedded/rehearsal/server.ts';
import { hasEnded } from '../../src/domain/project.ts';
import { delay, systemClock } from '../../src/lib/clock.ts';
import { parseJson } from '../../src/lib/json.ts';
import { silentLog } from '../../src/lib/log.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/open-store.ts';
import { countOpen } from '../../src/store/outbox.ts';
import { readAgency } from '../../src/store/record.ts';
import { createRunDirector } from './director.ts';
import type { RunDirector } from './director.ts';
import { startDiscordHost } from './discord-host.ts';
import { watchDatabase } from './evidence.ts';
import { judge } from './judge.ts';
import type { RunResult } from './judge.ts';
import { startModelProxy } from './model-proxy.ts';
import type { Schedule } from './schedule.ts';
import { createSupervisor } from './supervisor.ts';
import type { Supervisor } from './supervisor.ts';
import type { Ground } from './worlds.ts';

const name = 'plain';
const lookEveryMs = 500;
const startMsMax = 60_000;
const killMsMax = 20_000;
const drainMsMax = 120_000;

export async function runPlain(
  { folder: parent, say, signal }: Ground,
  { schedule, kills }: { schedule: Schedule; kills: number },
): Promise<RunResult> {
  const begun = systemClock.monotonic();
  const folder = join(parent, name);
  const home = join(folder, 'agency');
  await mkdir(home, { recursive: true });
  await using rehearsal = await startRehearsal({
    host: '127.0.0.1',
    port: 0,
    seed: 1,
    latencyMs: 0,
    clock: systemClock,
    log: silentLog,
  });
  await using model = await startModelProxy(schedule, rehearsal.url);
  await using supervisor = createSupervisor({
    schedule,
    cwd: folder,
    preloads: [],
    owed: () => [],
    onEnding: () => undefined,
  });
  say(`${name}: npm start with its own Postgres and Discord; ${kills} kills`);
  const env = {
    LOG_LEVEL: 'warn',
    ATEAMS_HOME: home,
    PORT: String(await freePort()),
    // Nothing listens there: memory is away, and nothing may depend on it.
    CHROMA_URL: 'http://127.0.0.1:9',
    OPENAI_BASE_URL: model.url,
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
  };
  supervisor.start([{ name: `${name}.all-1`, role: 'all', env }]);
  const director = await findDirector(home, schedule, supervisor);
  await live({ home, kills, director, supervisor, signal });
  await supervisor.stop();
  say(`${name}: ${Math.round((systemClock.monotonic() - begun) / 1000)} s`);
  await using postgres = await openPostgres(home);
  await using discord = await startDiscordHost(join(home, 'discord'));
  const store = openStore(postgres.url, silentLog);
  try {
    await watchDatabase(store.pool);
    const person = createPerson({ apiUrl: `${discord.url}/api`, token: discord.directorToken });
    const proxy = { posted: [], faults: new Map<string, number>(), requests: 0, invalid: 0 };
    const world = { name, store, discord, proxy, model, person };
    const misfortunes = { cuts: [], queueEmptied: 0 };
    return await judge(world, { director, supervisor, misfortunes, begun });
  } finally {
    await store.close();
  }
}

interface Living {
  home: string;
  kills: number;
  director: RunDirector;
  supervisor: Supervisor;
  signal: AbortSignal;
}

async function live({ home, kills, director, supervisor, signal }: Living): Promise<void> {
  const killed = () => supervisor.endings.filter(({ how }) => how === 'point').length;
  const killsEnd = systemClock.monotonic() + kills * killMsMax;
  const end = killsEnd + drainMsMax;
  supervisor.arm();
  for (;;) {
    signal.throwIfAborted();
    const now = systemClock.monotonic();
    if (killed() >= kills || now > killsEnd) {
      supervisor.calm();
      director.rest();
    }
    if (now > end || (killed() >= kills && (await isAllDone(home)))) return;
    await director.look();
    await delay(lookEveryMs);
  }
}

/** @returns false as well while the database is away */
async function isAllDone(home: string): Promise<boolean> {
  try {
    return await withStore(home, async (store) => {
      const { projects } = await readAgency(store.db);
      const areOver = projects.length > 0 && projects.every(({ phase }) => hasEnded(phase));
      return areOver && (await countOpen(store.db)) === 0;
    });
  } catch {
    return false;
  }
}

const Tokens = z.looseObject({ url: z.string(), guildId: z.string(), directorToken: z.string() });

/** Who the Director is stands in a file that the first start writes. */
async function findDirector(
  home: string,
  schedule: Schedule,
  { readyTimes }: Supervisor,
): Promise<RunDirector> {
  const end = systemClock.monotonic() + startMsMax;
  while (readyTimes.length === 0) {
    if (systemClock.monotonic() > end) throw new Error('npm start was not ready in time.');
    await delay(lookEveryMs);
  }
  const tokens = parseJson(Tokens, await readFile(join(home, 'local-discord.json'), 'utf8'));
  if (!tokens.ok) throw new Error(tokens.reason);
  const { url, guildId, directorToken: token } = tokens.value;
  return createRunDirector({
    person: createPerson({ apiUrl: `${url}/api`, token }),
    guildId,
    dice: schedule.dice,
    readAgency: () => withStore(home, (store) => readAgency(store.db)),
    projectsMax: 1,
    projects: 100,
  });
}

/** Its port is another one after each start, so each question is a connection of its own. */
async function withStore<T>(home: string, ask: (store: Store) => Promise<T>): Promise<T> {
  const folder = join(home, 'postgres');
  const password = await readFile(join(folder, 'cluster', 'password'), 'utf8');
  const lines = (await readFile(postmasterFile(dataDirectory(folder)), 'utf8')).split('\n');
  const url = `postgres://${superuser}:${password.trim()}@127.0.0.1:${lines[3] ?? ''}/ateams`;
  const store = openStore(url, silentLog);
  try {
    return await ask(store);
  } finally {
    await store.close();
  }
}

async function openPostgres(home: string) {
  const folder = join(home, 'postgres');
  const server = await startPostgres({ folder, log: silentLog, clock: systemClock });
  return { url: server.url, [Symbol.asyncDispose]: () => server.close() };
}
