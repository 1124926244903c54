// Two endpoints for every tier, in the middle of a project: the first dies and comes back.
import { expect, test } from 'vitest';
import { startTestAgency } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';

const plan = planOf([{}, { after: ['T1'] }, { after: ['T2'] }]);
const modelLimits = { probeMs: 300, backoffFirstMs: 1, backoffMaxMs: 5 };

test('a second endpoint goes on with a project whose first one dies, until that one is back', async () => {
  let isDead = false;
  await using first = await startCast(plan, () =>
    isDead ? { fault: 'server-error', status: 503 } : undefined,
  );
  // It comes back as soon as somebody else had to do its work.
  const served = Promise.withResolvers<undefined>();
  await using second = await startCast(plan, ({ kind, task }) => {
    if (kind === 'specialist.work' && task === 'T2') {
      isDead = false;
      served.resolve(undefined);
    }
    return undefined;
  });
  const env = { OPENAI_BASE_URL: `${first.url},${second.url}`, MODEL_STANDARD: 'large,small' };
  await using world = await startTestAgency({ modelUrl: null, env, modelLimits });
  const { director } = world;
  await director.says('director', 'Write me a guide to Lisbon.');
  await director.clicks('director', /^\/approve .*choice:1/);
  await director.hears('director', 'The plan');
  expect(second.requests).toHaveLength(0);
  isDead = true;
  await director.clicks('director', /^\/approve decision:P1-D2/);
  await served.promise;
  const askedOfFirst = first.requests.length;
  const done = await world.untilProject('P1', ({ phase }) => phase === 'done');
  expect(second.requests.length).toBeGreaterThan(0);
  expect(done.handOver?.results.every(({ met }) => met)).toBe(true);
  // The half-open probe of its circuit found it well again, or the next project would.
  await director.says('director', 'Write me a guide to Porto.');
  await world.untilProject('P2', ({ phase }) => phase === 'approaches');
  expect(first.requests.length).toBeGreaterThan(askedOfFirst);
  expect(await world.sees()).not.toContain('has to wait');
  expect(await world.sees('agency-log')).toMatch(
    /Another endpoint answers\n.*tier is answered by \S+ at 127\.0\.0\.1:port now/,
  );
});
