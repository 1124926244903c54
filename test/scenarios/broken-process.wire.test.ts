// A process that goes wrong in itself: by an error that nobody caught, by an event loop that stands
// still, by a clock that jumps. What breaks it comes from outside, on a signal.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { migrate } from '../../src/store/migrate.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';
import { until } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { objective } from './begin.ts';
import { startGround } from './process-ground.ts';
import { expectSaidOnce } from './said-once.ts';
import { startProgram } from './start-program.ts';

/** Node's own way to run something more in a process. */
function preload(script: string): { NODE_OPTIONS: string } {
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
}

function onSignal(script: string): { NODE_OPTIONS: string } {
  return preload(`process.on('SIGUSR2', () => { ${script} })`);
}

test('an error that nobody caught ends the process with a line and a code to start it again', async () => {
  await using folder = await temporaryFolder();
  await using database = await createTestDatabase({ name: 'migrated', prepare: migrate });
  const env = {
    ATEAMS_HOME: join(folder.path, 'home'),
    DATABASE_URL: database.url,
    CHROMA_URL: 'http://127.0.0.1:9',
    LOG_LEVEL: 'silent',
  };
  const bug = onSignal(`Promise.reject(new TypeError('x is not a function'))`);
  await using program = startProgram(folder.path, { ...env, ...bug });
  await program.says('write your objective');
  expect(await program.end('SIGUSR2')).toBe(75);
  expect(program.output().trim().split('\n').at(-1)).toBe(
    'A-TEAMs has to be started again: x is not a function',
  );
  await using again = startProgram(folder.path, env);
  await again.says('write your objective');
  expect(await again.end('SIGTERM')).toBe(0);
});

test('a worker that stands still has lost its turn, and what it says later counts for nothing', async () => {
  const answered = Promise.withResolvers<void>();
  const asked: string[] = [];
  await using model = await startCast(planOf([{}]), async ({ kind, request }) => {
    if (kind !== 'specialist.work') return undefined;
    asked.push((request.headers.authorization ?? '').replace('Bearer ', ''));
    if (asked.length === 1) await answered.promise;
    return undefined;
  });
  await using database = await createTestDatabase({ name: 'migrated', prepare: migrate });
  await using ground = await startGround({
    databaseUrl: database.url,
    modelUrl: model.url,
    redisUrl: null,
  });
  await ground.start('gateway', 'gateway');
  const still = `process.stdout.write('standing still\\n');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 12_000);
    process.stdout.write('going on\\n');`;
  const workers = await Promise.all([
    ground.start('worker', 'worker-1', onSignal(still)),
    ground.start('worker', 'worker-2', onSignal(still)),
  ]);
  const { director } = ground;
  await director.says('director', objective);
  await director.clicks('director', /^\/approve decision:"?P1-D1"? choice:1/);
  await director.clicks('director', /^\/approve decision:"?P1-D2/);
  await until(async () => asked[0] ?? null, 'T1 to be worked on');
  const holder = workers.find(({ key }) => key === asked[0]);
  process.kill(holder?.pid ?? 0, 'SIGUSR2');
  await holder?.says('standing still');
  // The answer is there while nobody can hear it.
  answered.resolve();
  await until(async () => asked[1] ?? null, 'somebody else to take T1');
  expect(asked[1]).not.toBe(asked[0]);
  expect(holder?.output()).not.toContain('going on');
  await ground.untilProject('P1', ({ phase }) => phase === 'done');
  await holder?.says('going on');
  await until(async () => ((await holder?.readiness())?.status === 200 ? true : null), 'it again');
  expect(await expectSaidOnce(ground)).toBeGreaterThan(10);
  const { rows } = await ground.store.db.execute(
    `select count(*)::int as results from facts where type = 'turn-closed' and body->>'turnId' =
      (select id from turns where kind = 'specialist.work')`,
  );
  expect(rows).toEqual([{ results: 1 }]);
});

test('a wall clock that jumps by hours expires nothing, repeats nothing and holds nothing up', async () => {
  const jumps: (() => void)[] = [];
  await using model = await startCast(
    planOf([{}, { after: ['T1'] }, { after: ['T2'] }]),
    async ({ kind }) => {
      // While each task is worked on the clock jumps once more.
      if (kind === 'specialist.work') jumps.shift()?.();
      return undefined;
    },
  );
  await using database = await createTestDatabase({ name: 'migrated', prepare: migrate });
  await using ground = await startGround({
    databaseUrl: database.url,
    modelUrl: model.url,
    redisUrl: null,
  });
  const script = `const real = Date.now; let ahead = 0; const steps = [3.6e6, -7.2e6, 3.6e6];
    Date.now = () => real() + ahead;
    process.on('SIGUSR2', () => { ahead += steps.shift() ?? 0; });`;
  const program = await ground.start('all', 'all', preload(script));
  const jump = () => process.kill(program.pid, 'SIGUSR2');
  jumps.push(jump, jump, jump);
  const { director } = ground;
  await director.says('director', objective);
  await director.clicks('director', /^\/approve decision:"?P1-D1"? choice:1/);
  await director.clicks('director', /^\/approve decision:"?P1-D2/);
  await ground.untilProject('P1', ({ phase }) => phase === 'done');
  expect(jumps).toEqual([]);
  expect(await expectSaidOnce(ground)).toBeGreaterThan(15);
  const { rows } = await ground.store.db.execute('select max(fence)::int as claims from turns');
  expect(rows).toEqual([{ claims: 1 }]);
  expect(await program.end('SIGTERM')).toBe(0);
});
