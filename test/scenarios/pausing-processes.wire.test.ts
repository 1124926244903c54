// A pause in one process stops turns in all: a gateway hears it, two workers have thirty turns in
// hand that ask and ask. What may still arrive was sent before; the figure that P12 promises is two
// seconds.
import { expect, test } from 'vitest';
import { delay, systemClock } from '../../src/lib/clock.ts';
import { migrate } from '../../src/store/migrate.ts';
import { ledger } from '../../src/store/schema.ts';
import { startRedis } from '../runtime/redis.ts';
import { until } from '../support/agency.ts';
import { calls, startCast } from '../support/cast.ts';
import type { Cast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { isRedisAway, redisServer } from '../support/redis-server.ts';
import { startGround } from './process-ground.ts';
import type { ProcessGround } from './process-ground.ts';
import { expectSaidOnce, saidByBot } from './said-once.ts';

/** Twelve members are the most of a team; three projects make thirty-six turns. */
const members = Array.from({ length: 12 }, (_, n) => ({ doer: `writer${n}` }));
const projects = ['P1', 'P2', 'P3'];
const settledMs = 2000;

interface Restless extends Cast {
  /** From now on work ends with its next answer. */
  finish(): void;
  /** When each request arrived, monotonic ms. */
  readonly arrivals: readonly number[];
}

/** Whoever works on a task asks again and again, every tenth of a second. */
async function startRestless(): Promise<Restless> {
  let isEnding = false;
  const arrivals: number[] = [];
  const cast = await startCast(planOf(members), async ({ kind, task, request }) => {
    arrivals.push(systemClock.monotonic());
    if (kind !== 'specialist.work' || isEnding) return undefined;
    await delay(100);
    return calls('', [['start', { task, approach: `Thought of ${request.step}.` }]]);
  });
  return {
    ...cast,
    arrivals,
    finish: () => {
      isEnding = true;
    },
  };
}

async function beginAll(ground: ProcessGround): Promise<void> {
  const { director } = ground;
  for (const id of projects) {
    await director.uses('director', 'objective', { text: 'A guide, please.' });
    await director.clicks('decisions', new RegExp(`^/approve decision:"?${id}-D1"? choice:1`));
    await director.clicks('decisions', new RegExp(`^/approve decision:"?${id}-D2`));
    await ground.untilProject(id, ({ phase }) => phase === 'running');
  }
}

async function stopsEverywhere(redisUrl: string | null, command: 'pause' | 'cancel') {
  await using model = await startRestless();
  await using database = await createTestDatabase({ name: 'migrated', prepare: migrate });
  const options = { databaseUrl: database.url, modelUrl: model.url, redisUrl };
  await using ground = await startGround(options);
  await ground.start('gateway', 'gateway');
  await Promise.all([ground.start('worker', 'worker-1'), ground.start('worker', 'worker-2')]);
  await beginAll(ground);
  const { director, store } = ground;
  const working = () =>
    new Set(model.asked.filter(({ kind }) => kind === 'specialist.work').map(turnOf)).size;
  await until(async () => (working() >= 30 ? true : null), 'thirty turns at work');
  const keys = new Set(model.requests.map(({ headers }) => headers.authorization));
  expect(keys.size).toBe(2);

  const receipts: string[] = [];
  if (command === 'pause') {
    receipts.push(await director.uses('director', 'pause', { project: 'all' }));
  } else {
    for (const project of projects) {
      receipts.push(await director.uses('director', 'cancel', { project }));
    }
  }
  const at = systemClock.monotonic();
  expect(receipts.join('\n')).toMatch(command === 'pause' ? /P3 is paused/ : /Cancelled/);
  await delay(settledMs);
  const asked = model.requests.length;
  const said = (await saidByBot(ground)).length;
  const late = (model.arrivals.at(-1) ?? 0) - at;
  // Several sweeps and renewals of every process.
  await delay(settledMs * 2);
  expect(model.requests.length).toBe(asked);
  expect((await saidByBot(ground)).length).toBe(said);
  if (command === 'cancel') return { late, turns: working() };

  model.finish();
  await director.uses('director', 'resume', { project: 'all' });
  for (const id of projects) await ground.untilProject(id, ({ phase }) => phase === 'done');
  await expectSaidOnce(ground);
  const bill = (await store.db.select({ id: ledger.id }).from(ledger)).map(({ id }) => id);
  const questions = bill.map((id) => id.replace(/\.\d+$/, ''));
  expect(questions.length).toBe(new Set(questions).size);
  return { late, turns: working() };
}

const turnOf = ({ request }: Cast['asked'][number]) => request.turn;

test.skipIf(isRedisAway)(
  'a pause stops thirty turns in two other processes, and nothing is asked twice afterwards',
  async () => {
    await using redis = await startRedis(redisServer ?? 'redis-server');
    const { late, turns } = await stopsEverywhere(redis.url, 'pause');
    expect(turns).toBeGreaterThanOrEqual(30);
    expect(late).toBeLessThan(settledMs);
  },
  120_000,
);

test('a cancelled project asks and says nothing more in any process', async () => {
  const { late } = await stopsEverywhere(null, 'cancel');
  expect(late).toBeLessThan(settledMs);
}, 120_000);
