// `npm run faults`: kills the agency's processes at their labelled points while Discord and the
// model go wrong, and looks for what is lost, doubled or paid twice. Exit 0 when nothing is and
// every control turned red; 1 when not; 2 when the run itself could not be made.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { startPostgres } from '../../src/embedded/postgres/start-postgres.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLog } from '../../src/lib/log.ts';
import { messageOf } from '../../src/lib/errors.ts';
import { startRedis } from '../runtime/redis.ts';
import { redisServer } from '../support/redis-server.ts';
import { faultUsage, readFaultArguments } from './arguments.ts';
import type { FaultArguments } from './arguments.ts';
import { runControls } from './controls.ts';
import { linesOf } from './findings.ts';
import { findingsOf, reportOf, tableOf } from './report.ts';
import { createSchedule } from './schedule.ts';
import { runWorlds } from './worlds.ts';
import type { Ground } from './worlds.ts';

/** Its data is thrown away at the end, so it need not care about a power cut of the machine. */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '500',
};
/** Fewer kills than this need not come to every point. */
const fullKills = 100;

async function main(): Promise<number> {
  const args = readFaultArguments(process.argv.slice(2));
  if ('fault' in args) {
    process.stderr.write(`${args.fault}\n\n${faultUsage}\n`);
    return 2;
  }
  const stopping = new AbortController();
  const stop = () => stopping.abort(new Error('The run was stopped.'));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  await using ground = await prepare(stopping.signal);
  return await run(ground, args);
}

async function run(ground: Ground, args: FaultArguments): Promise<number> {
  const begun = systemClock.monotonic();
  const { seed, kills, only } = args;
  const schedule = createSchedule({ seed, only });
  const results = await runWorlds(ground, { schedule, kills });
  const controls = args.hasControls ? await runControls(ground, seed) : [];
  const seconds = (systemClock.monotonic() - begun) / 1000;
  const isFull = only === null && kills >= fullKills;
  const report = reportOf({
    seed,
    schedule,
    results,
    controls,
    killsWanted: kills,
    seconds,
    isFull,
  });
  const print = (text: string) => (args.isJson ? process.stderr : process.stdout).write(text);
  for (const line of linesOf(findingsOf(results))) print(`${line}\n`);
  for (const { name, isRed, by } of controls) {
    print(`${name}: ${isRed ? 'red' : 'NOT RED'}, ${by}\n`);
  }
  for (const { endings } of results) {
    for (const { slot, code, output } of endings.filter(({ how }) => how === 'exit')) {
      if (code !== 75) print(`${slot} ended with ${code}:\n${output.slice(-2000)}\n`);
    }
  }
  print(`\n${tableOf(report)}\n`);
  if (args.isJson) process.stdout.write(`${JSON.stringify(report)}\n`);
  return report.ok ? 0 : 1;
}

async function prepare(signal: AbortSignal): Promise<Ground & AsyncDisposable> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'ateams-faults-'));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const log = createLog('error');
  const postgres = await startPostgres({ folder, settings, log, clock: systemClock });
  started.defer(() => postgres.close());
  const redis = redisServer === null ? null : started.use(await startRedis(redisServer));
  const client = redis === null ? null : new Redis(redis.url);
  started.defer(() => client?.disconnect());
  const all = started.move();
  return {
    folder,
    createDatabase: (name) => createDatabase(postgres.url, `faults_${name.replaceAll('-', '_')}`),
    redis:
      redis === null || client === null ? null : { url: redis.url, empty: () => empty(client) },
    say: (line) => process.stderr.write(`${line}\n`),
    signal,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`create database ${pg.escapeIdentifier(name)}`);
  await client.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function empty(client: Redis): Promise<void> {
  await client.flushall();
}

try {
  process.exit(await main());
} catch (error) {
  process.stderr.write(`The fault run could not be made: ${messageOf(error)}\n`);
  process.exit(2);
}
