// A pause in one process stops turns in all: a gateway hears it, two workers have thirty turns in
// hand that ask and ask. What may still arrive was sent before; the figure that P12 promises is two
// seconds.
import { expect, test } from 'vitest';
import { textOf } from '../../src/demo/seen-text.ts';
import { delay, systemClock } from '../../src/lib/clock.ts';
import { defaultDurations } from '../../src/wiring/worker.ts';
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
const turnsMin = 30;
const settledMs = 2000;
const watchedMs = defaultDurations.sweepMs + 1000;

interface Restless extends Cast {
  /** From now on work ends with its next answer. */
  finish(): void;
  /** When each request arrived, monotonic ms. */
  readonly arrivals: readonly number[];
}

/**
 * Whoever works on a task asks again and again, once a second. Nobody is answered before
 * thirty have asked: else the first would have asked hundreds of times by then, which is what the
 * machine is busy with, and would be at the end of what a turn may ask.
 */
async function startRestless(): Promise<Restless> {
  let isEnding = false;
  const arrivals: number[] = [];
  const first = new Set<string>();
  const all = Promise.withResolvers<void>();
  const cast = await startCast(planOf(members), async ({ kind, task, request }) => {
    arrivals.push(systemClock.monotonic());
    if (kind !== 'specialist.work' || isEnding) return undefined;
    first.add(request.turn);
    if (first.size >= turnsMin) all.resolve();
    await all.promise;
    await delay(1000);
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
  await Promise.all([
    ground.start('gateway', 'gateway'),
    ground.start('worker', 'worker-1'),
    ground.start('worker', 'worker-2'),
  ]);
  await beginAll(ground);
  const { director, store } = ground;
  const working = () => turnsThatAsked(model, 1);
  await untilRestless(model);
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
  const said = (await agentsSaid(ground)).length;
  const late = (model.arrivals.at(-1) ?? 0) - at;
  // More than a sweep and a renewal of every process.
  await delay(watchedMs);
  expect(model.requests.length).toBe(asked);
  expect((await agentsSaid(ground)).length).toBe(said);
  if (command === 'cancel') return { late, turns: working() };

  model.finish();
  await director.uses('director', 'resume', { project: 'all' });
  for (const id of projects) await untilDone(ground, id);
  await expectSaidOnce(ground);
  const bill = (await store.db.select({ id: ledger.id }).from(ledger)).map(({ id }) => id);
  const questions = bill.map((id) => id.replace(/\.\d+$/, ''));
  expect(questions.length).toBe(new Set(questions).size);
  return { late, turns: working() };
}

/** All but the system's own answer to the command, which a busy machine may bring late. */
async function agentsSaid(ground: ProcessGround) {
  const said = await saidByBot(ground);
  return said.filter((message) => !/\b(paused|cancelled)$/m.test(textOf(message)));
}

/** Waits turn by turn: a busy machine may be slow with all of them, and not with one. */
async function untilRestless(model: Cast): Promise<void> {
  for (const times of [1, 2]) {
    for (let count = 1; count <= turnsMin; count += 1) {
      await until(
        async () => (turnsThatAsked(model, times) >= count ? true : null),
        `turn ${count} of ${turnsMin} to ask ${times === 1 ? 'once' : 'again'}`,
      );
    }
  }
}

/** The same with tasks. */
async function untilDone(ground: ProcessGround, id: string): Promise<void> {
  for (let count = 1; count <= members.length; count += 1) {
    await ground.untilProject(id, ({ tasks }) => {
      const accepted = Object.values(tasks).filter(({ state }) => state === 'accepted');
      return accepted.length >= count;
    });
  }
  await ground.untilProject(id, ({ phase }) => phase === 'done');
}

/** How many turns of work asked so often at least. */
function turnsThatAsked({ asked }: Cast, times: number): number {
  const counts = new Map<string, number>();
  for (const { kind, request } of asked) {
    if (kind !== 'specialist.work') continue;
    counts.set(request.turn, (counts.get(request.turn) ?? 0) + 1);
  }
  return [...counts.values()].filter((count) => count >= times).length;
}

test.skipIf(isRedisAway)(
  'a pause stops thirty turns in two other processes, and nothing is asked twice afterwards',
  async () => {
    await using redis = await startRedis(redisServer ?? 'redis-server');
    const { late, turns } = await stopsEverywhere(redis.url, 'pause');
    expect(turns).toBeGreaterThanOrEqual(turnsMin);
    expect(late).toBeLessThan(settledMs);
  },
  240_000,
);

test('a cancelled project asks and says nothing more in any process', async () => {
  const { late } = await stopsEverywhere(null, 'cancel');
  expect(late).toBeLessThan(settledMs);
}, 240_000);
