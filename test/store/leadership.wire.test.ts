import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { seekLeadership } from '../../src/store/leadership.ts';
import type { Leadership, LeadershipOptions } from '../../src/store/leadership.ts';
import { startTcpProxy } from '../scenarios/tcp-proxy.ts';
import { until } from '../support/agency.ts';
import { openTestStore } from './arrange.ts';
import type { TestStore } from './arrange.ts';

interface Seeker extends Leadership, AsyncDisposable {
  /** How often it was told that it lost. */
  losses(): number;
}

async function seek(
  databaseUrl: string,
  options: Partial<LeadershipOptions> = {},
): Promise<Seeker> {
  let losses = 0;
  const leadership = await seekLeadership({
    databaseUrl,
    clock: systemClock,
    log: silentLog,
    everyMs: 20,
    patienceMs: 20_000,
    isExclusive: false,
    onLost: () => {
      losses += 1;
    },
    ...options,
  });
  const close = () => leadership.close();
  return { ...leadership, losses: () => losses, [Symbol.asyncDispose]: close };
}

/** The server's processes that serve leaders and standbys. */
async function pidsOf({ db }: TestStore): Promise<number[]> {
  const { rows } = await db.execute<{ pid: number }>(
    `select pid from pg_stat_activity
      where application_name = 'a-teams-gateway' and datname = current_database()`,
  );
  return rows.map(({ pid }) => pid);
}

async function holderOf({ db }: TestStore): Promise<number | null> {
  const { rows } = await db.execute<{ pid: number }>(
    `select pid from pg_locks join pg_database on pg_database.oid = database
      where locktype = 'advisory' and granted and datname = current_database()`,
  );
  return rows[0]?.pid ?? null;
}

const cut = (store: TestStore, pid: number) =>
  store.db.execute(`select pg_terminate_backend(${pid})`);

test('a leader whose connection breaks leads on with another one', async () => {
  await using store = await openTestStore();
  await using leader = await seek(store.url);
  for (let round = 1; round <= 3; round += 1) {
    const [pid = 0] = await pidsOf(store);
    await cut(store, pid);
    await until(async () => {
      const holder = await holderOf(store);
      return holder !== null && holder !== pid ? true : null;
    }, 'the lock to be taken again');
  }
  expect([leader.isHeld(), leader.losses()]).toEqual([true, 0]);
});

test('a leader has lost when somebody else has the lock', async () => {
  await using store = await openTestStore();
  await using leader = await seek(store.url, { everyMs: 200 });
  const [pid = 0] = await pidsOf(store);
  await using usurper = await seek(store.url, { everyMs: 1 });
  await cut(store, pid);
  await until(async () => (leader.losses() > 0 ? true : null), 'the loss');
  await usurper.held;
  expect([leader.isHeld(), leader.losses(), usurper.isHeld()]).toEqual([false, 1, true]);
});

/** A way to a database that can be closed and opened again. */
async function openWay(url: string) {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const onward = connect({ host: hostname, port: Number(port) });
    for (const end of [socket, onward]) {
      sockets.add(end);
      end.on('error', () => undefined);
    }
    socket.pipe(onward).pipe(socket);
  });
  const listen = async (at: number) => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const way = new URL(url);
  way.port = String(address.port);
  const shut = async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    url: way.href,
    shut,
    open: () => listen(address.port),
    [Symbol.asyncDispose]: async () => {
      if (server.listening) await shut();
    },
  };
}

test.each([
  ['lost', false],
  ['kept', true],
])(
  'out of reach for too long, leadership is %s where nobody else could lead: %s',
  async (_, isExclusive) => {
    await using store = await openTestStore();
    await using way = await openWay(store.url);
    let ms = 0;
    const clock = { ...systemClock, monotonic: () => ms };
    await using leader = await seek(way.url, { clock, isExclusive, patienceMs: 10_000 });
    await way.shut();
    ms = 9999;
    await passTicks();
    expect([leader.isHeld(), leader.losses()]).toEqual([true, 0]);
    ms = 10_000;
    await passTicks();
    expect([leader.isHeld(), leader.losses()]).toEqual([isExclusive, isExclusive ? 0 : 1]);
    const before = await holderOf(store);
    await way.open();
    if (!isExclusive) return;
    const again = async () => ((await holderOf(store)) === before ? null : true);
    await until(again, 'the lock to be taken again');
  },
);

/** Long enough for a leader to look several times. */
async function passTicks(): Promise<void> {
  let ticks = 0;
  await until(async () => ((ticks += 1) > 4 ? true : null), 'some time');
}

test('a leader that gives no sign any more is replaced, though the server sees it connected', async () => {
  await using store = await openTestStore();
  const url = new URL(store.url);
  await using proxy = await startTcpProxy(Number(url.port));
  url.port = String(proxy.port);
  const times = { everyMs: 50, patienceMs: 500 };
  await using leader = await seek(url.href, times);
  await using standby = await seek(store.url, times);
  expect([leader.isHeld(), standby.isHeld()]).toEqual([true, false]);
  proxy.isSilent = true;
  await standby.held;
  expect([leader.isHeld(), leader.losses()]).toEqual([false, 1]);
});
