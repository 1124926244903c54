// A turn that takes down every process that takes it. Three deaths are what the database knows of
// them: claims that nobody gave back.
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { turns } from '../../src/store/schema.ts';
import { startTestAgency } from '../support/agency.ts';
import type { TestAgency } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { beginWork, untilDone } from './begin.ts';

/** Whoever had the turn died for the third time, and its lease has run out. */
async function dieOf({ agency }: TestAgency, turnId: string): Promise<void> {
  await agency.store.db
    .update(turns)
    .set({ attempts: 3, fence: sql`fence + 1`, leaseUntil: sql`'-infinity'` })
    .where(sql`id = ${turnId}`);
}

test('is given up with a card, others go on, and it is tried once more when the Director says so', async () => {
  const never = Promise.withResolvers<void>();
  let isDeadly = true;
  const plan = planOf([{ doer: 'analyst' }, { doer: 'writer' }]);
  await using model = await startCast(plan, async ({ kind, task }) => {
    if (kind === 'specialist.work' && task === 'T1' && isDeadly) await never.promise;
    return undefined;
  });
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director } = world;
  await beginWork(world);
  const { turns: open } = await world.untilProject('P1', ({ tasks }) => {
    return tasks['T2']?.state === 'accepted';
  });
  const [turnId = ''] = Object.entries(open).find(([, turn]) => turn.subject.task === 'T1') ?? [];
  await dieOf(world, turnId);
  await director.hears('decisions', 'not finished');
  await world.untilQuiet();
  expect((await world.sees('decisions')).split('\n- ').at(-1)).toMatchInlineSnapshot(`
    "[Paul · Project Manager] @Director P1-D3 waits for you
        T1 Task 1: not finished
        Ada works on T1. The turn was begun 3 times and never finished: the program ended
        each time before it got any further. (P1.turn.n)
        **1.** Try once more
        **2.** Cancel the project
        (1 · Try once more) (2 · Cancel the project)"
  `);
  expect((await world.sees('agency-log')).split('\n- ').at(-1)).toMatchInlineSnapshot(`
    "[Paul · Project Manager]
        ⚠️ A turn of P1 is given up
        Ada works on T1. The turn was begun 3 times and never finished: the program ended
        each time before it got any further. (P1.turn.n)
        The log of the program says how it ended each time."
  `);
  const asked = model.asked.filter(({ task }) => task === 'T1').length;
  expect(asked).toBe(1);
  isDeadly = false;
  never.resolve();
  await director.clicks('decisions', /^\/approve decision:P1-D3 choice:1/);
  await untilDone(world);
});

test('before there is a plan it does not end the project', async () => {
  const never = Promise.withResolvers<void>();
  let isDeadly = true;
  await using model = await startCast(planOf([{}]), async ({ kind }) => {
    if (kind === 'project-manager.approaches' && isDeadly) await never.promise;
    return undefined;
  });
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director } = world;
  await director.says('director', 'Write me a guide to Lisbon.');
  const { turns: open } = await world.untilProject('P1', ({ phase }) => phase === 'approaches');
  await model.received(2);
  await dieOf(world, Object.keys(open)[0] ?? '');
  await director.hears('decisions', 'There are no approaches');
  expect((await world.agency.readProject('P1'))?.phase).toBe('approaches');
  isDeadly = false;
  never.resolve();
  await director.clicks('decisions', /^\/approve decision:P1-D1 choice:1/);
  await director.clicks('director', /^\/approve decision:P1-D2 choice:1/);
  await director.clicks('director', /^\/approve decision:P1-D3/);
  await untilDone(world);
});
