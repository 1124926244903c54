// Endpoints that want us to slow down, or to pay: nothing is lost, nobody is pestered, and whoever
// waits reads until when. What takes a minute in earnest takes seconds here.
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../src/lib/clock.ts';
import { startTestAgency } from '../support/agency.ts';
import type { TestAgency } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import type { Deviation } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { rolls } from './rolls.ts';

const plan = planOf([{}, { doer: 'analyst' }, { doer: 'editor', after: ['T1', 'T2'] }]);

async function mostAttempts({ agency }: TestAgency): Promise<number> {
  const found = await agency.store.db.execute(sql`select max(attempts) as most from turns`);
  return z.looseObject({ most: z.number() }).parse(found.rows[0]).most;
}

test('a storm of rate limits takes no attempt, makes few calls, and every turn ends after it', async () => {
  const roll = rolls(1);
  const retryAfterMs = 200;
  const stormMs = 4_000;
  let endsAt = Number.POSITIVE_INFINITY;
  let callsInStorm = 0;
  const storm: Deviation = () => {
    if (endsAt === Number.POSITIVE_INFINITY) return undefined;
    if (systemClock.monotonic() > endsAt) return undefined;
    callsInStorm += 1;
    return roll() < 0.95 ? { fault: 'rate-limit', retryAfterMs } : undefined;
  };
  await using model = await startCast(plan, storm);
  const modelLimits = {
    rateWaitMaxMs: 100,
    backoffFirstMs: 20,
    backoffMaxMs: 200,
    concurrencyFirst: 16,
  };
  await using world = await startTestAgency({ modelUrl: model.url, modelLimits });
  const { director } = world;
  const projects = ['P1', 'P2', 'P3'];
  for (const id of projects) {
    await director.says('director', `/objective text:"Write me a guide, the one called ${id}."`);
    await director.clicks('director', new RegExp(`^/approve decision:${id}-D1 choice:1`));
    await director.hears('decisions', `${id}-D2 waits for you`);
  }
  endsAt = systemClock.monotonic() + stormMs;
  for (const id of projects) await director.clicks('director', new RegExp(`decision:${id}-D2`));
  for (const id of projects) await world.untilProject(id, ({ phase }) => phase === 'done');
  // Each pause lets in what the limit of concurrency allows, which is soon one request.
  expect(callsInStorm).toBeGreaterThan(5);
  expect(callsInStorm).toBeLessThan(100);
  expect(await mostAttempts(world)).toBeLessThanOrEqual(1);
  const said = await world.sees();
  expect(said).toMatch(
    /has to wait\n.*slow down.*\n? *.*It goes on by itself at \d\d:\d\d:\d\d UTC/,
  );
  expect(said).not.toContain('could not');
});

test('whoever asks for the status reads until when a turn waits, and why', async () => {
  let isBusy = true;
  await using model = await startCast(plan, () =>
    isBusy ? { fault: 'rate-limit', retryAfterMs: 3_000 } : undefined,
  );
  const modelLimits = { rateWaitMaxMs: 100 };
  await using world = await startTestAgency({ modelUrl: model.url, modelLimits });
  const { director } = world;
  await director.says('director', 'Write me a guide to Lisbon.');
  await director.hears('director', 'has to wait');
  expect(await director.uses('director', 'status')).toMatch(
    /reads the objective, waits until \d\d:\d\d:\d\d UTC \(rate limit\)/,
  );
  expect(model.requests).toHaveLength(1);
  isBusy = false;
  await director.hears('director', '2 approaches');
  expect(await director.uses('director', 'status')).not.toContain('waits until');
});

test('without credit one call is made, the Director is told once, and all goes on later', async () => {
  let hasCredit = true;
  let callsWithout = 0;
  await using model = await startCast(plan, () => {
    if (hasCredit) return undefined;
    callsWithout += 1;
    return { fault: 'quota' };
  });
  const modelLimits = { probeMs: 4_000 };
  await using world = await startTestAgency({ modelUrl: model.url, modelLimits });
  const { director } = world;
  await director.says('director', 'Write me a guide to Lisbon.');
  await director.clicks('director', /^\/approve .*choice:1/);
  await director.hears('director', 'The plan');
  hasCredit = false;
  await director.clicks('director', /^\/approve decision:P1-D2/);
  const notice = await director.hears('director', 'no credit left');
  expect(notice.content + JSON.stringify(notice.embeds)).toContain('Top it up with the provider');
  expect(notice.mentions).toHaveLength(1);
  expect(callsWithout).toBe(1);
  hasCredit = true;
  await world.untilProject('P1', ({ phase }) => phase === 'done');
  const said = await world.sees();
  expect(said.match(/no credit left/g)).toHaveLength(1);
});
