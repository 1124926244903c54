// Who approves an output: another Specialist, the Director by plan or by oversight, and what
// happens when an output never gets there.
import { expect, test } from 'vitest';
import { startTestAgency } from '../support/agency.ts';
import { calls, startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { beginWork, untilDone } from './begin.ts';

test('a Specialist, the Director by plan, and the Director by oversight approve outputs', async () => {
  const plan = planOf(
    [
      { approver: 'critic', stream: 'S1' },
      { doer: 'analyst', approver: 'director', stream: 'S2' },
      { doer: 'critic', stream: 'S3', after: ['T1', 'T2'] },
    ],
    { oversight: 'milestones' },
  );
  const [s1, s2, s3] = plan.streams;
  if (s1 === undefined || s2 === undefined || s3 === undefined) throw new Error('three streams');
  const watched = { ...plan, streams: [s1, s2, { ...s3, oversight: 'every-output' as const }] };
  const held = Promise.withResolvers<void>();
  await using model = await startCast(watched, async ({ kind, task }) => {
    if (kind === 'specialist.work' && task === 'T3') await held.promise;
    return undefined;
  });
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director } = world;
  await beginWork(world);
  await director.hears('director', 'Stream complete: Stream S1');
  expect(
    await director.fills('decisions', /^modal \/changes task:T2/, 'Cite your source.\nBe brief.'),
  ).toMatchInlineSnapshot(`"T2 goes back with your reasons."`);
  await director.hears('Ada · Analyst', 'v2');
  expect(await director.clicks('decisions', /^\/accept task:T2/)).toMatchInlineSnapshot(
    `"T2 is accepted."`,
  );
  await director.hears('director', 'Stream complete: Stream S2');
  expect(await director.uses('P1.S3', 'accept', { task: 'T3' })).toMatchInlineSnapshot(
    `"⚠️ T3 has no output that waits for a verdict."`,
  );
  held.resolve();
  await director.hears('decisions', 'T3 Task 3');
  expect(await director.types('P1.S3', '/accept T3')).toMatchInlineSnapshot(`
    "[Paul · Project Manager]
    T3 is accepted."
  `);
  await untilDone(world);
  expect(
    await world.skims(
      'decisions',
      'Dana · Writer',
      'Ada · Analyst',
      'Chidi · Critic',
      'Bruno · Critic',
      'Chidi · Writer',
    ),
  ).toMatchInlineSnapshot(`
    "#decisions
    - [Paul · Project Manager] P1-D1 is decided | ✔️ A guide to Lisbon: choose an approach
    - [Paul · Project Manager] P1-D2 is decided | ✔️ A guide to Lisbon: approve the plan
    - [Paul · Project Manager] P1-D3 is decided | ✔️ T2 Task 2: accept the output
    - [Paul · Project Manager] P1-D4 is decided | ✔️ T2 Task 2: accept the output
    - [Paul · Project Manager] P1-D5 is decided | ✔️ T3 Task 3: accept the output

    #stream-s1 › Chidi · Writer
    - [Chidi · Writer] Chidi joins the team | Chidi · Writer
    - [Paul · Project Manager] T1 → Chidi | T1 · Task 1
    - [Chidi · Writer] /start | Let me think.
    - [Chidi · Writer] /submit | T1 · Task 1 | [o1.md]
    - [Bruno · Critic] /accept | ✅ Accepted · T1 · Task 1

    #stream-s2 › Ada · Analyst
    - [Ada · Analyst] Ada joins the team | Ada · Analyst
    - [Paul · Project Manager] T2 → Ada | T2 · Task 2
    - [Ada · Analyst] /start | Let me think.
    - [Ada · Analyst] /submit | T2 · Task 2 | [o2.md]
    - [Paul · Project Manager] | 🔁 Changes requested · T2 · Task 2
    - [Ada · Analyst] | Let me think.
    - [Ada · Analyst] /submit | T2 · Task 2 · v2 | [o2.md]
    - [Paul · Project Manager] | ✅ Accepted · T2 · Task 2

    #stream-s3 › Bruno · Critic
    - [Bruno · Critic] Bruno joins the team | Bruno · Critic
    - [Paul · Project Manager] T3 → Bruno | T3 · Task 3
    - [Bruno · Critic] /start | Let me think.
    - [Bruno · Critic] /submit | T3 · Task 3 | [o3.md]
    - [Uma · Collaborator] /accept | ✅ Accepted · T3 · Task 3
    - [Paul · Project Manager] | ✅ Accepted · T3 · Task 3"
  `);
});

test('an output that is rejected again and again comes to the Director, who decides', async () => {
  const plan = planOf([{}]);
  const tiers: string[] = [];
  let isWorthy = false;
  await using model = await startCast(plan, ({ kind, task, request }) => {
    if (kind === 'specialist.revise') tiers.push(request.body.model);
    return kind === 'collaborator.review' && !isWorthy
      ? calls('', [['changes', { task, reasons: ['It is dull.'] }]])
      : undefined;
  });
  const env = { MODEL_ECONOMY: 'small', MODEL_STANDARD: 'middle', MODEL_PREMIUM: 'large' };
  await using world = await startTestAgency({ modelUrl: model.url, env });
  const { director } = world;
  await beginWork(world);
  expect((await director.hears('decisions', 'not finished')).embeds[0]?.description)
    .toMatchInlineSnapshot(`
      "Rejected 3 times. Last: It is dull.

      **1.** Try once more
      **2.** Accept as it is
      **3.** Cancel the project"
    `);
  isWorthy = true;
  expect(
    await director.clicks('decisions', /^\/approve decision:P1-D3 choice:1/),
  ).toMatchInlineSnapshot(`"Try once more: done."`);
  await untilDone(world);
  expect(tiers).toEqual(['small', 'middle', 'large']);
  expect(await world.skims('Ada · Writer', 'decisions')).toMatchInlineSnapshot(`
    "#decisions
    - [Paul · Project Manager] P1-D1 is decided | ✔️ A guide to Lisbon: choose an approach
    - [Paul · Project Manager] P1-D2 is decided | ✔️ A guide to Lisbon: approve the plan
    - [Paul · Project Manager] P1-D3 is decided | ✔️ T1 Task 1: not finished

    #stream-s1 › Ada · Writer
    - [Ada · Writer] Ada joins the team | Ada · Writer
    - [Paul · Project Manager] T1 → Ada | T1 · Task 1
    - [Ada · Writer] /start | Let me think.
    - [Ada · Writer] /submit | T1 · Task 1 | [o1.md]
    - [Wanda · Collaborator] /changes | 🔁 Changes requested · T1 · Task 1
    - [Ada · Writer] | Let me think.
    - [Ada · Writer] /submit | T1 · Task 1 · v2 | [o1.md]
    - [Wanda · Collaborator] /changes | 🔁 Changes requested · T1 · Task 1
    - [Ada · Writer] | Let me think.
    - [Ada · Writer] /submit | T1 · Task 1 · v3 | [o1.md]
    - [Wanda · Collaborator] /changes | 🔁 Changes requested · T1 · Task 1
    - [Ada · Writer] | Let me think.
    - [Ada · Writer] /submit | T1 · Task 1 · v4 | [o1.md]
    - [Wanda · Collaborator] /accept | ✅ Accepted · T1 · Task 1"
  `);
});
