// One process leads, others stand by. The lock is Postgres' own and lives on a connection of its own,
// so it is gone the instant its holder is; whoever cannot reach Postgres any more must assume that
// somebody else leads by now.
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
  /** A leader whose connection did not answer for this long has lost. */
  patienceMs: number;
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

/** Tries at once: `isHeld` is decided when this resolves, unless another process leads. */
export async function seekLeadership(options: LeadershipOptions): Promise<Leadership> {
  const { clock, log, everyMs, patienceMs, onLost } = options;
  const state: State = { client: null, isHeld: false, isClosed: false, provenAt: 0 };
  const { promise: held, resolve } = Promise.withResolvers<undefined>();
  const step = async () => {
    try {
      const isOurs = state.isHeld ? await prove(state) : await tryLock(state, options);
      if (!isOurs || state.isClosed) return;
      state.provenAt = clock.monotonic();
      if (state.isHeld) return;
      state.isHeld = true;
      resolve(undefined);
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'leadership could not be proven');
      dropClient(state);
    }
  };
  const watch = () => {
    const silent = clock.monotonic() - state.provenAt;
    if (!state.isHeld || state.isClosed || (state.client !== null && silent < patienceMs)) return;
    state.isHeld = false;
    state.isClosed = true;
    onLost();
  };
  await step();
  if (!state.isHeld) log.info('another gateway is active; standing by');
  let stepping: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    stepping = step();
    watch();
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

interface State {
  client: pg.Client | null;
  isHeld: boolean;
  isClosed: boolean;
  provenAt: number;
}

async function tryLock(state: State, { databaseUrl, log }: LeadershipOptions): Promise<boolean> {
  if (state.client === null) {
    const client = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'a-teams-gateway',
    });
    client.on('error', (error) => {
      log.warn({ reason: error.message }, 'the connection that holds leadership broke');
      if (state.client === client) state.client = null;
    });
    await client.connect();
    state.client = client;
  }
  const result = await state.client.query<{ locked: boolean }>(
    'select pg_try_advisory_lock($1) as locked',
    [gatewayLock],
  );
  return result.rows[0]?.locked ?? false;
}

/** The lock goes with its connection, so a connection that answers still holds it. */
async function prove({ client }: State): Promise<boolean> {
  if (client === null) return false;
  await client.query('select 1');
  return true;
}

function dropClient(state: State): void {
  const { client } = state;
  state.client = null;
  client?.end().catch(() => undefined);
}
