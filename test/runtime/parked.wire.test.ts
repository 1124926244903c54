// What cannot be delivered is told to people, and tried again when they have put it right.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { approvePlan } from '../scenarios/begin.ts';
import { startTestAgency, until } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';

test('a bundle that cannot be written is told, and written after the next start', async () => {
  await using model = await startCast(planOf([{ deliver: true }]));
  await using world = await startTestAgency({ modelUrl: model.url });
  const inTheWay = join(world.home, 'handover');
  await writeFile(inTheWay, '');
  await approvePlan(world);
  const { db } = world.agency.store;
  await until(async () => {
    // Its last attempt, without waiting for those before.
    const { rows } = await db.execute(sql`
      update outbox set attempts = 11, not_before = '-infinity'
      where kind = 'bundle' and last_error is not null returning id`);
    return rows.length > 0 ? true : null;
  }, 'the first failure');
  const { director } = world;
  const notice = 'The hand-over bundle could not be delivered';
  const told = await director.hears('agency-log', notice);
  expect(told.embeds[0]?.description).toContain(`I could not write it to ${inTheWay}/P1: `);
  await director.hears('director', notice);
  expect((await world.agency.readProject('P1'))?.phase).toBe('assembling');
  await rm(inTheWay);
  await world.restart();
  await world.untilProject('P1', ({ phase }) => phase === 'done');
});
