// Postgres, with the queue in it, is restarted again and again while three projects run on
// processes of their own. Each restart is an immediate one: whatever is under way is cut off, and
// the server recovers from its log.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startPostgres } from '../../src/embedded/postgres/start-postgres.ts';
import { readPid } from '../../src/embedded/processes.ts';
import { delay, systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';
import { until, withNames } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { objective } from './begin.ts';
import { startGround } from './process-ground.ts';
import { expectSaidOnce } from './said-once.ts';
import { directorOf, startProgram } from './start-program.ts';
import { beginThree, startSlowCast, untilThreeDone } from './three-projects.ts';
import { percentile, turnDelays } from './turn-delays.ts';

const restarts = 5;
const workForMs = 1200;
/** How soon work goes on after a restart, and how long a turn may wait to be begun. */
const recoveryMsMax = 5000;

test('a Postgres that is restarted five times is noticed by nobody', async () => {
  await using model = await startSlowCast(400, 3);
  await using folder = await temporaryFolder();
  const { path } = folder;
  const postgres = await startPostgres({ folder: path, log: silentLog, clock: systemClock });
  await using _end = { [Symbol.asyncDispose]: () => postgres.close() };
  const databaseUrl = postgres.url;
  await using ground = await startGround({ databaseUrl, modelUrl: model.url, redisUrl: null });
  const gateway = await ground.start('gateway', 'gateway');
  const workers = await Promise.all([
    ground.start('worker', 'worker-1'),
    ground.start('worker', 'worker-2'),
  ]);
  const begun = beginThree(ground);
  await ground.untilProject('P1', ({ phase }) => phase === 'approaches');

  const countDone = () =>
    ground.store.transact(async (tx) => {
      const { rows } = await tx.execute(
        `select count(*)::int as done from turns where status = 'done'`,
      );
      return Number(rows[0]?.['done']);
    });
  const recoveries: number[] = [];
  for (let n = 1; n <= restarts; n += 1) {
    await delay(workForMs);
    const done = await countDone();
    const { pid } = postgres;
    const killedAt = systemClock.monotonic();
    // What `pg_ctl -m immediate` sends.
    process.kill(pid, 'SIGQUIT');
    // People see no more of it than that an answer takes a little.
    const status = await ground.director.uses('director', 'status', { project: 'P1' });
    expect(status).toContain('**P1');
    await until(async () => ((await countDone()) > done ? true : null), 'work to go on');
    recoveries.push(systemClock.monotonic() - killedAt);
    expect(postgres.pid).not.toBe(pid);
  }
  await begun;
  await untilThreeDone(ground);
  const isReady = async () => (await gateway.readiness())?.status === 200;
  await until(async () => (await isReady()) || null, 'ready again');
  const delays = await turnDelays(ground.store, model);
  expect(Math.max(...recoveries)).toBeLessThan(recoveryMsMax);
  expect(percentile(delays, 0.95)).toBeLessThan(recoveryMsMax);
  // A question that was cut off may be asked again; an answer that was had is not.
  expect(model.requests.length - delays.length).toBeLessThanOrEqual(restarts);
  expect(await expectSaidOnce(ground)).toBeGreaterThan(50);
  // Away for good it is missed, and keeps nobody from counting or from stopping in order.
  await postgres.close();
  await until(async () => ((await gateway.readiness())?.status === 503 ? true : null), 'not ready');
  const metrics = await gateway.asks('/metrics');
  expect([metrics?.status, metrics?.body]).toEqual([
    200,
    expect.stringMatching(/ateams_turns_running 0\n[^]*ateams_deliveries_due Nan\n/),
  ]);
  const ends = await Promise.all([gateway, ...workers].map((one) => one.end('SIGTERM')));
  expect(ends).toEqual([0, 0, 0]);
});

test('the Postgres of a start with nothing configured is killed, and the work goes on', async () => {
  const held = Promise.withResolvers<void>();
  await using model = await startCast(planOf([{}]), async ({ kind }) => {
    if (kind === 'specialist.work') await held.promise;
    return undefined;
  });
  await using folder = await temporaryFolder();
  const home = join(folder.path, 'home');
  await using program = startProgram(folder.path, {
    ATEAMS_HOME: home,
    OPENAI_BASE_URL: model.url,
  });
  await program.says('write your objective');
  const { director: person, tokens } = await directorOf(home);
  const director = withNames(person, tokens.guildId);
  await director.says('director', objective);
  await director.clicks('director', /^\/approve decision:"?P1-D1"? choice:1/);
  await director.clicks('director', /^\/approve decision:"?P1-D2/);
  await director.hears('Ada · Writer', 'T1 → Ada');
  const pidFile = join(home, 'postgres', 'cluster', 'data', 'postmaster.pid');
  process.kill((await readPid(pidFile)) ?? 0, 'SIGKILL');
  held.resolve();
  await director.hears('P1.overview', 'P1 is done');
  expect(await director.uses('director', 'status', { project: 'P1' })).toContain('1 of 1 tasks');
  const ready = await fetch(`${tokens.url}/readyz`);
  expect([ready.status, await ready.text()]).toEqual([200, '{"ready":true,"degraded":[]}']);
  expect(await program.end('SIGTERM')).toBe(0);
});
