// The stand-in for DATABASE_URL: a real Postgres server over one folder, started with the program
// and stopped with it. Durable like production (fsync and synchronous commit are on). It listens
// on 127.0.0.1 only, on a port chosen at each start; when it dies it comes back on the same port.
import { Client, DatabaseError } from 'pg';
import { EmbeddedError, messageOf } from '../../lib/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { freePort } from '../processes.ts';
import { supervise } from '../supervise.ts';
import { findPostgresBinaries } from './binaries.ts';
import { dataDirectory, openCluster, superuser } from './cluster.ts';
import { launchPostmaster } from './launch-postmaster.ts';
import { chooseRunAs } from './run-as.ts';
import type { RunWay } from './run-as.ts';
import { stopOrphan } from './stop-postmaster.ts';

const database = 'ateams';
const noSuchDatabase = '3D000';

export interface StartPostgres {
  /** Absolute path of an existing folder that is ours alone; see `openDataFolder`. */
  folder: string;
  log: Log;
  clock: Clock;
  /** Server settings over the defaults, such as `{ fsync: 'off' }` in tests. */
  settings?: Readonly<Record<string, string>>;
  /** Ways to run it that may be tried, for tests; by default those that fit this user. */
  ways?: readonly RunWay[];
}

export interface EmbeddedPostgres {
  /** `postgres://…` of the database `ateams`, by a user who may create more. */
  readonly url: string;
  readonly port: number;
  /** Of the server now; another one after it died and was started again. */
  readonly pid: number;
  close(): Promise<void>;
}

/** @throws EmbeddedError whose `forPeople` says what is wrong and what to do. */
export async function startPostgres(options: StartPostgres): Promise<EmbeddedPostgres> {
  const { folder, log, clock, settings = {} } = options;
  const binaries = await findPostgresBinaries(folder);
  const runAs = await chooseRunAs(binaries.postgres, options.ways);
  await stopOrphan({ binaries, data: dataDirectory(folder), log, clock });
  const { data, password } = await openCluster({ folder, binaries, runAs, log });
  const deps = { folder, data, binaries, runAs, settings, log, clock };
  let port: number | undefined;
  const server = await supervise({
    part: 'postgres',
    launch: async () => {
      const known = port;
      const launched = await launchPostmaster(deps, async () => known ?? (await freePort()));
      port = launched.port;
      return launched;
    },
    log,
    clock,
  });
  const url = (name: string): string =>
    `postgres://${superuser}:${password}@127.0.0.1:${server.current().port}/${name}`;
  try {
    await ensureDatabase(url);
  } catch (error) {
    await server.close();
    throw error;
  }
  return {
    url: url(database),
    port: server.current().port,
    get pid() {
      return server.current().pid;
    },
    close: () => server.close(),
  };
}

/** Connects once, which also proves that the password fits, and creates the database if missing. */
async function ensureDatabase(url: (name: string) => string): Promise<void> {
  try {
    await query(url(database), 'select 1');
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== noSuchDatabase) {
      throw unreachableServer(error);
    }
    await query(url('postgres'), `create database ${database}`);
  }
}

async function query(connectionString: string, sql: string): Promise<void> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 10_000 });
  // Without a listener a connection that breaks ends the program; the query rejects anyway.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function unreachableServer(error: unknown): EmbeddedError {
  return new EmbeddedError(`embedded postgres refuses us: ${messageOf(error)}`, {
    code: 'postgres-connect',
    retry: 'later',
    forPeople:
      `The embedded Postgres started but refuses connections: ${messageOf(error)}. ` +
      'Set ATEAMS_HOME to another folder, or DATABASE_URL to a Postgres 14 or newer.',
    cause: error,
  });
}
