// One process leads, others stand by. The lock is Postgres' own and lives on a connection of its
// own, so it is gone the instant its holder is. A leader whose connection broke takes the lock
// again on a new one; it has lost when somebody else has the lock, or when it could prove nothing
// for so long that somebody else may have it.
import pg from 'pg';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';

export interface LeadershipOptions {
  databaseUrl: string;
  clock: Clock;
  log: Log;
  /** How often a standby tries, and a leader proves that its connection lives. */
  everyMs: number;
  /** A leader that could prove nothing for this long has lost. */
  patienceMs: number;
  /** Nobody else can reach this database, as its folder is ours alone: a leader never loses. */
  isExclusive: boolean;
  /** Called once, when leadership was held and is not any more. */
  onLost: () => void;
}

export interface Leadership {
  /** Resolves when this process leads; never, when it is closed before. */
  readonly held: Promise<void>;
  isHeld(): boolean;
  close(): Promise<void>;
}

/** Any constant; it names the lock for every gateway of this database. */
const gatewayLock = 4_207_002;

interface State {
  client: pg.Client | null;
  /** Of the server's process that has, or had, the lock for us. */
  ownPid: number | null;
  isHeld: boolean;
  isClosed: boolean;
  provenAt: number;
}

/** Tries at once: `isHeld` is decided when this resolves, unless another process leads. */
export async function seekLeadership(options: LeadershipOptions): Promise<Leadership> {
  const { clock, log, everyMs, patienceMs, isExclusive, onLost } = options;
  const state: State = {
    client: null,
    ownPid: null,
    isHeld: false,
    isClosed: false,
    provenAt: clock.monotonic(),
  };
  const { promise: held, resolve } = Promise.withResolvers<undefined>();
  const lose = () => {
    if (!state.isHeld || state.isClosed || isExclusive) return;
    state.isHeld = false;
    state.isClosed = true;
    onLost();
  };
  const step = async () => {
    if (state.isClosed) return;
    try {
      const found = await tryLock(state, options);
      if (state.isClosed) return;
      if (found === 'elsewhere') return lose();
      if (found === 'unclear') return;
      state.provenAt = clock.monotonic();
      if (state.isHeld) return;
      state.isHeld = true;
      resolve(undefined);
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'leadership could not be proven');
      dropClient(state);
    }
  };
  await step();
  if (!state.isHeld) log.info('another gateway is active; standing by');
  let stepping: Promise<void> | null = null;
  const timer = setInterval(() => {
    stepping ??= step().finally(() => {
      stepping = null;
    });
    if (clock.monotonic() - state.provenAt >= patienceMs) lose();
  }, everyMs);
  return {
    held,
    isHeld: () => state.isHeld,
    close: async () => {
      state.isClosed = true;
      clearInterval(timer);
      await stepping;
      await state.client?.end();
    },
  };
}

/** `unclear`: the server has not noticed yet that our last connection is gone. */
type Found = 'ours' | 'elsewhere' | 'unclear';

/** The lock goes with its connection, so a connection that has it and answers still holds it. */
async function tryLock(state: State, options: LeadershipOptions): Promise<Found> {
  const isNew = state.client === null;
  const client = state.client ?? (await connect(state, options));
  if (!isNew && state.isHeld) {
    await client.query('select 1');
    return 'ours';
  }
  const { rows } = await client.query<{ locked: boolean; own: number; holder: number | null }>(
    `select pg_try_advisory_lock($1::bigint) as locked, pg_backend_pid() as own,
      (select pid from pg_locks where locktype = 'advisory' and granted and classid = 0
        and objid::bigint = $1::bigint and objsubid = 1 and database =
        (select oid from pg_database where datname = current_database()) limit 1) as holder`,
    [gatewayLock],
  );
  const [row] = rows;
  if (row?.locked === true) {
    state.ownPid = row.own;
    return 'ours';
  }
  const isFreeOrOurs = row?.holder === null || row?.holder === state.ownPid;
  return state.isHeld && isFreeOrOurs ? 'unclear' : 'elsewhere';
}

async function connect(state: State, options: LeadershipOptions): Promise<pg.Client> {
  const { databaseUrl, log, everyMs, patienceMs } = options;
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'a-teams-gateway',
    // A leader that was stopped, or whose cable was pulled, looks connected to the server. It gives
    // no sign any more, so the server lets go of it, later than the leader gives up by itself.
    options: `-c idle_session_timeout=${patienceMs + 2 * everyMs}`,
    // A server that is silent must not keep us from asking again while there is patience left.
    connectionTimeoutMillis: patienceMs / 2,
    query_timeout: patienceMs / 2,
  });
  client.on('error', (error) => {
    log.warn({ reason: error.message }, 'the connection that holds leadership broke');
    if (state.client === client) state.client = null;
  });
  await client.connect();
  state.client = client;
  return client;
}

function dropClient(state: State): void {
  const { client } = state;
  state.client = null;
  client?.end().catch(() => undefined);
}
