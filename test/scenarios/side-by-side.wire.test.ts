// More than one thing at a time: two projects, a spent budget, a model that is away for a while.
import { expect, test } from 'vitest';
import { startTestAgency } from '../support/agency.ts';
import { json, startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { approvePlan, beginWork, untilDone } from './begin.ts';
import { messageText, withoutAmounts } from './reading.ts';

test('two projects run side by side, and nobody works in both', async () => {
  const held = Promise.withResolvers<void>();
  await using model = await startCast(planOf([{}]), async ({ kind, request }) => {
    const isFirst = request.turn.startsWith('P1.');
    if (kind === 'specialist.work' && isFirst) await held.promise;
    if (kind === 'project-manager.plan' && !isFirst) {
      return json(planOf([{}], { title: 'A guide to Porto', reuse: { writer: 'A1' } }));
    }
    return undefined;
  });
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director } = world;
  await beginWork(world);
  await director.hears('Ada · Writer', 'T1 → Ada');
  const text = 'And a guide to Porto.';
  expect(await director.uses('P1.overview', 'objective', { text })).toMatchInlineSnapshot(
    `"Received as P2. I am reading it."`,
  );
  await director.clicks('director', /^\/approve decision:P2-D1 choice:1/);
  await director.hears('decisions', 'P2-D2 waits for you');
  await director.hears('P1.S1', 'This stream writes the guide.');
  expect(await world.skims('decisions')).toMatchInlineSnapshot(`
    "#decisions
    - [Paul · Project Manager] P1-D1 is decided | ✔️ A guide to Lisbon: choose an approach
    - [Paul · Project Manager] P1-D2 is decided | ✔️ A guide to Lisbon: approve the plan
    - [Paul · Project Manager] P2-D1 is decided | ✔️ A guide to Lisbon: choose an approach
    - [Paul · Project Manager] @Director P2-D2 waits for you | A guide to Porto: approve
        the plan | (Approve plan) (Revise…) (Cancel project)"
  `);
  await director.clicks('director', /^\/approve decision:P2-D2/);
  // The plan wants Ada, who is busy.
  await director.hears('Bruno · Writer', 'Bruno joins the team');
  await world.untilProject('P2', ({ phase }) => phase === 'done');
  expect(withoutAmounts(await director.uses('director', 'status', { project: 'P1' })))
    .toMatchInlineSnapshot(`
      "**P1 A guide to Lisbon** · running
      0 of 1 tasks accepted
      ▶ Ada works on T1
      Spent $0.0000 of $5.00
      n tokens
      ⚠️ memory is degraded, the work goes on: Chroma: Failed to connect to chromadb"
    `);
  held.resolve();
  await untilDone(world);
  expect(await world.skims('Ada · Writer', 'Bruno · Writer', 'P2.S1')).toMatchInlineSnapshot(`
    "#stream-s1 › Ada · Writer
    - [Ada · Writer] Ada joins the team | Ada · Writer
    - [Paul · Project Manager] T1 → Ada | T1 · Task 1
    - [Ada · Writer] /start | Let me think.
    - [Ada · Writer] /submit | T1 · Task 1 | [o1.md]
    - [Wanda · Collaborator] /accept | ✅ Accepted · T1 · Task 1

    #stream-s1
    - [Tomas · Collaborator] | This stream writes the guide.
    - [Tomas · Collaborator] | The stream is complete.

    #stream-s1 › Bruno · Writer
    - [Bruno · Writer] Bruno joins the team | Bruno · Writer
    - [Paul · Project Manager] T1 → Bruno | T1 · Task 1
    - [Bruno · Writer] /start | Let me think.
    - [Bruno · Writer] /submit | T1 · Task 1 | [o1.md]
    - [Tomas · Collaborator] /accept | ✅ Accepted · T1 · Task 1"
  `);
});

test('a spent budget stops the work until the Director says how to go on', async () => {
  await using model = await startCast(planOf([{}]));
  const env = {
    MODEL_ECONOMY_PRICE_IN: '100',
    MODEL_ECONOMY_PRICE_OUT: '100',
    BUDGET_PROJECT_USD: '0.05',
  };
  await using world = await startTestAgency({ modelUrl: model.url, env });
  const { director } = world;
  await approvePlan(world);
  const card = await director.hears('decisions', 'the budget is spent');
  await world.untilQuiet();
  // Two turns ask at the same time; which one is refused first is anybody's guess.
  const said = messageText(card).replace(/up to \$[\d.]+/, 'up to $n');
  expect(said).toMatchInlineSnapshot(`
    "- [Paul · Project Manager] @Director P1-D3 waits for you
        P1: the budget is spent
        The next call may cost up to $n, and P1 may use at most $0.05. Nothing more is
        spent before you decide; the work goes on where it stopped.
        **1.** Double the budget
        **2.** Cancel the project
        (1 · Double the budget) (2 · Cancel the project)"
  `);
  for (let more = 3; ; more += 1) {
    const project = await world.agency.readProject('P1');
    if (project?.phase === 'done') break;
    await director.clicks('decisions', new RegExp(`^/approve decision:P1-D${more} choice:1`));
    await world.untilQuiet();
  }
  await world.untilQuiet();
});
