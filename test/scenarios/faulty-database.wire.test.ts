// The database drops every connection, again and again, while a project is at work. Whatever was under
// way is done again, once, and people see nothing of it.
import { expect, test } from 'vitest';
import { startTestAgency } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { approvePlan, untilDone } from './begin.ts';

const plan = planOf([{}, { doer: 'analyst' }, { after: ['T1', 'T2'] }]);

test('a database that drops its connections costs nothing but time', async () => {
  let dropped = 0;
  const drop: { now: () => Promise<void> } = { now: () => Promise.resolve() };
  await using model = await startCast(plan, async () => {
    // Right before an answer, so that its journal, its decision and their effects meet it.
    await drop.now();
    return undefined;
  });
  await using world = await startTestAgency({ modelUrl: model.url });
  drop.now = async () => {
    dropped += 1;
    if (dropped % 2 === 0) return;
    await world.agency.store.db.execute(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
  };
  await approvePlan(world);
  await world.director.hears('P1.overview', 'P1 is done');
  drop.now = () => Promise.resolve();
  await untilDone(world);
  expect(dropped).toBeGreaterThan(10);
  expect(await world.skims('Bruno · Writer', 'Ada · Analyst')).toMatchInlineSnapshot(`
    "#stream-s1 › Ada · Analyst
    - [Ada · Analyst] Ada joins the team | Ada · Analyst
    - [Paul · Project Manager] T2 → Ada | T2 · Task 2
    - [Ada · Analyst] /start | Let me think.
    - [Ada · Analyst] /submit | T2 · Task 2 | [o2.md]
    - [Wanda · Collaborator] /accept | ✅ Accepted · T2 · Task 2

    #stream-s1 › Bruno · Writer
    - [Bruno · Writer] Bruno joins the team | Bruno · Writer
    - [Paul · Project Manager] T1 → Bruno | T1 · Task 1
    - [Bruno · Writer] /start | Let me think.
    - [Bruno · Writer] /submit | T1 · Task 1 | [o1.md]
    - [Wanda · Collaborator] /accept | ✅ Accepted · T1 · Task 1
    - [Paul · Project Manager] T3 → Bruno | T3 · Task 3
    - [Bruno · Writer] /start | Let me think.
    - [Bruno · Writer] /submit | T3 · Task 3 | [o3.md]
    - [Wanda · Collaborator] /accept | ✅ Accepted · T3 · Task 3"
  `);
});
