// The topology of docker-compose.yml as plain processes: a gateway, one that stands by, two
// workers, Redis and Postgres. Any of them may be killed while a project runs.
import { expect, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { migrate } from '../../src/store/migrate.ts';
import { startRedis } from '../runtime/redis.ts';
import { until } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { isRedisAway, redisServer } from '../support/redis-server.ts';
import { objective } from './begin.ts';
import { startGround } from './process-ground.ts';
import { expectSaidOnce } from './said-once.ts';
import { topology } from './topology.ts';

/** How soon somebody else does the work of a process that was killed. */
const takeoverMsMax = 10_000;

test.skipIf(isRedisAway)(
  'a gateway and a worker that are killed at once are replaced',
  async () => {
    const held = Promise.withResolvers<void>();
    const asked: { task: string; by: string; at: number }[] = [];
    const plan = planOf([{}, { doer: 'analyst' }, { after: ['T1', 'T2'] }]);
    await using model = await startCast(plan, async ({ kind, task, request }) => {
      const isBegun = request.body.messages.at(-1)?.role === 'tool';
      if (kind !== 'specialist.work' || isBegun) return undefined;
      const by = (request.headers.authorization ?? '').replace('Bearer ', '');
      asked.push({ task, by, at: systemClock.monotonic() });
      const isFirst = asked.filter((one) => one.task === task).length === 1;
      if (task === 'T1' && isFirst) await held.promise;
      return undefined;
    });
    await using database = await createTestDatabase({ name: 'migrated', prepare: migrate });
    await using redis = await startRedis(redisServer ?? 'redis-server');
    const { url: redisUrl } = redis;
    await using ground = await startGround({
      databaseUrl: database.url,
      modelUrl: model.url,
      redisUrl,
    });
    const active = await ground.start('gateway', 'gateway-1');
    const [standby, ...workers] = await Promise.all([
      ground.startStandby('gateway-2'),
      ...Array.from({ length: topology.worker }, (_, n) =>
        ground.start('worker', `worker-${n + 1}`),
      ),
    ]);
    expect([active, standby]).toHaveLength(topology.gateway);
    expect((await active.readiness())?.status).toBe(200);
    expect(await standby.readiness()).toEqual({
      status: 503,
      body: '{"ready":false,"standby":true,"missing":["gateway"],"degraded":["memory"]}',
    });

    const { director } = ground;
    await director.says('director', objective);
    await director.clicks('director', /^\/approve decision:"?P1-D1"? choice:1/);
    await director.clicks('director', /^\/approve decision:"?P1-D2/);
    await until(async () => asked.find(({ task }) => task === 'T1') ?? null, 'T1 to be worked on');
    const holder = workers.find(({ key }) => key === asked.find(({ task }) => task === 'T1')?.by);
    if (holder === undefined) throw new Error('Somebody else than the workers took T1.');

    await director.hears('Bruno · Writer', 'T1 → Bruno');
    const killedAt = systemClock.monotonic();
    expect(await Promise.all([active.end('SIGKILL'), holder.end('SIGKILL')])).toEqual([
      'SIGKILL',
      'SIGKILL',
    ]);
    held.resolve();
    // Nobody is there to hear it; it is read by whoever comes.
    const remark = await director.says('P1.overview', 'How is it going?');
    await until(
      async () => ((await standby.readiness())?.status === 200 ? true : null),
      'the standby',
    );
    const ledAfterMs = systemClock.monotonic() - killedAt;
    const again = await until(
      async () => asked.find(({ task, at }) => task === 'T1' && at > killedAt) ?? null,
      'T1 to be taken again',
    );
    expect(again.by).not.toBe(holder.key);
    expect(Math.max(ledAfterMs, again.at - killedAt)).toBeLessThan(takeoverMsMax);

    await ground.untilProject('P1', ({ phase }) => phase === 'done');
    await director.hears('overview', 'P1 is done');
    const heard = (await director.reads('P1.overview')).find(({ id }) => id === remark.id);
    expect(heard?.reactions?.map(({ emoji }) => emoji.name)).toEqual(['👀']);
    expect(await expectSaidOnce({ ...ground })).toBeGreaterThan(20);

    const rest = [standby, ...workers.filter((worker) => worker !== holder)];
    expect(await Promise.all(rest.map((one) => one.end('SIGTERM')))).toEqual([0, 0]);
    for (const one of rest) expect(one.output()).toMatch(/Stopping: .*\nStopped\.\n$/);
  },
);
