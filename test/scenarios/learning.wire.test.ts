// The first circle of learning as the Director sees it: an output goes back, the Learning &
// Performance Manager proposes a habit, the Director reads the difference, applies it and takes it
// back; and what the model is sent follows exactly that.
import { expect, test } from 'vitest';
import type { TestAgency } from '../support/agency.ts';
import { startTestAgency } from '../support/agency.ts';
import { calls, json, startCast } from '../support/cast.ts';
import type { Asked, Cast, Deviation } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { approvePlan, beginWork, untilDone } from './begin.ts';

const tasks = [{ doer: 'writer' }, { doer: 'analyst', stream: 'S2' }];
const habit = 'State the season in the first line of every guide.';

const rewrite = {
  learner: 'A2',
  change: 'add',
  section: 'expectations',
  text: habit,
  scope: ['writer'],
  hypothesis: 'First versions will not go back for the season.',
  evidence: ['P1.T1.v1'],
};

const projectOf = ({ request }: Asked): string => request.turn.split('.')[0] ?? '';
const isAfterResults = ({ request }: Asked): boolean =>
  request.body.messages.at(-1)?.role === 'tool';

/** The writer's first version goes back once; later projects have the same team. */
function playing(study: Deviation): Deviation {
  let isSentBack = false;
  return (asked) => {
    if (asked.kind === 'lpm.study' && !isAfterResults(asked)) return study(asked);
    if (asked.kind === 'project-manager.plan' && projectOf(asked) !== 'P1') {
      return json(planOf(tasks, { reuse: { writer: 'A2', analyst: 'A1' } }));
    }
    if (asked.kind === 'collaborator.review' && asked.task === 'T1' && !isSentBack) {
      isSentBack = true;
      return calls('', [['changes', { task: 'T1', reasons: ['It lacks the season.'] }]]);
    }
    return undefined;
  };
}

const proposes: Deviation = (asked) =>
  projectOf(asked) === 'P1'
    ? calls('One habit would have helped.', [
        ['propose-rewrite', rewrite],
        ['advise', { to: 'A2', text: 'Look at the season first.' }],
      ])
    : undefined;

/** What the model was told in the first turn of a kind in a project, for a task. */
function systemIn(model: Cast, project: string, [kind, task]: [Asked['kind'], string]): string {
  const found = model.asked.find(
    (asked) => asked.kind === kind && asked.task === task && projectOf(asked) === project,
  );
  return found?.system ?? `no ${kind} in ${project}`;
}

async function runProject(world: TestAgency, id: string): Promise<void> {
  await approvePlan(world, id);
  await untilDone(world, id);
}

test('what the Director applies is in the prompts of its scope, and is gone when taken back', async () => {
  await using model = await startCast(planOf(tasks), playing(proposes));
  await using world = await startTestAgency({ modelUrl: model.url });
  await runProject(world, 'P1');
  expect(await world.sees('decisions')).toMatchInlineSnapshot(`
    "#decisions
    - [Paul · Project Manager] P1-D1 is decided
        ✔️ A guide to Lisbon: choose an approach
        **Decided**
        1 · Short · Director
        The plan is made from the approach you choose. Nothing is spent on work yet.
    - [Paul · Project Manager] P1-D2 is decided
        ✔️ A guide to Lisbon: approve the plan
        **Decided**
        Approved · Director
        Three days in Lisbon, with a budget.
    - [Lotte · Learning & Performance Manager] @Director L1 waits for you
        System message of Bruno · Writer: version 1 → 2
        \`\`\`diff
        + expectations [writer]: State the season in the first line of every guide.
        \`\`\`
        **Why**
        First versions will not go back for the season.
        **Evidence (1 output)**
        • **P1.T1.v1** Bruno's output, sent back by Wanda: It lacks the season.
        (Apply) (Reject)"
  `);
  expect(await world.sees('agency-log')).toMatchInlineSnapshot(`
    "#agency-log
    - [Lotte · Learning & Performance Manager] How the work on P1 went · L1 in #decisions
        A guide to Lisbon
        **Bruno · Writer**
        • All tasks: 1 task, 1 went wrong; expect 27 % (9–51 %, 90 % sure)
        **Ada · Analyst**
        • All tasks: 1 task, none went wrong; expect 18 % (4–39 %, 90 % sure)
        **Worked well together**
        • What Ada (A1, Analyst) made passed the review of a Collaborator at the first try 1
        of 1 time.
        **Advice**
        • **Bruno · Writer** Look at the season first.
        Proposals: L1 | Cost: $0"
  `);
  expect(await world.director.uses('decisions', 'learn', { what: 'history' }))
    .toMatchInlineSnapshot(`
    "**Bruno · Writer**, version 1
    • 1 task, 1 went wrong; expect 27 % (9–51 %, 90 % sure)
    • L1 open: add, First versions will not go back for the season. · \`/learn apply rewrite:L1\`
    **Ada · Analyst**, version 1
    • 1 task, none went wrong; expect 18 % (4–39 %, 90 % sure)"
  `);

  expect(await world.director.uses('director', 'status')).toContain(
    '🎓 L1 waits for you in #decisions',
  );

  // A card works after any restart.
  await world.restart();
  const applied = await world.director.clicks('decisions', /^\/learn what:apply rewrite:L1/);
  expect(applied).toContain('Bruno · Writer works with version 2 from the next turn on.');
  await runProject(world, 'P2');
  const work = (project: string, task = 'T1') =>
    systemIn(model, project, ['specialist.work', task]);
  expect(work('P2')).toContain(`Expectations: A brief in, a file out\n- ${habit}\n`);
  expect(work('P2').replace(`- ${habit}\n`, '')).toBe(work('P1'));
  expect(work('P2', 'T2')).toBe(work('P1', 'T2'));
  const review = (project: string) => systemIn(model, project, ['collaborator.review', 'T1']);
  expect(review('P2').replaceAll(/You are .*/g, '')).toBe(
    review('P1').replaceAll(/You are .*/g, ''),
  );
  const advised = model.asked.find(
    (asked) => asked.kind === 'specialist.work' && projectOf(asked) === 'P2' && asked.task === 'T1',
  );
  expect(advised?.user).toMatch(/<advice-\w+>\s*\[\s*"Look at the season first\."/);
  const planned = model.asked.find(
    (asked) => asked.kind === 'project-manager.plan' && projectOf(asked) === 'P2',
  );
  expect(planned?.user).toMatch(/"trackRecord": \[[\s\S]*"wentWrong": 1/);
  expect(planned?.user).toContain('passed the review of');
  expect(await world.sees()).toContain(`• ${habit} (writer)`);
  const why = await world.director.uses('P2.overview', 'why', { task: 'T1', project: 'P2' });
  expect(why).toContain('**System message** version 2');

  expect(await world.director.types('decisions', '/learn rollback L1')).toMatchInlineSnapshot(`
    "[Paul · Project Manager]
    Bruno · Writer works as in version 1 again, as version 3."
  `);
  await world.director.hears('decisions', 'Taken back with version 3');
  await runProject(world, 'P3');
  expect(work('P3')).toBe(work('P1'));
  expect(await world.director.types('decisions', '/learn diff @Bruno from:2 to:3'))
    .toMatchInlineSnapshot(`
    "[Paul · Project Manager]
    **Bruno · Writer, version 2 → 3**
    \`\`\`diff
    - expectations [writer]: State the season in the first line of every guide.
    \`\`\`"
  `);
});

test('what the Director rejects changes nothing, and a second click says so', async () => {
  await using model = await startCast(planOf(tasks), playing(proposes));
  await using world = await startTestAgency({ modelUrl: model.url });
  await runProject(world, 'P1');
  const reject = /^\/learn what:reject rewrite:L1/;
  expect(await world.director.clicks('decisions', reject)).toBe('L1 is rejected; nothing changes.');
  await world.director.hears('decisions', 'L1 is decided');
  expect(await world.director.types('decisions', '/learn apply L1')).toMatch(
    /L1 is rejected by Director already\.$/,
  );
  await runProject(world, 'P2');
  const work = (project: string) => systemIn(model, project, ['specialist.work', 'T1']);
  expect(work('P2')).toBe(work('P1'));
});

test('a study that the process dies in is taken up again, and its card comes once', async () => {
  const begun = Promise.withResolvers<void>();
  const goesOn = Promise.withResolvers<void>();
  await using model = await startCast(
    planOf(tasks),
    playing(async (asked) => {
      begun.resolve();
      await goesOn.promise;
      return proposes(asked);
    }),
  );
  await using world = await startTestAgency({ modelUrl: model.url });
  await approvePlan(world);
  await begun.promise;
  const restarted = world.restart();
  goesOn.resolve();
  await restarted;
  await untilDone(world);
  expect((await world.sees('decisions')).match(/L1 waits for you/g)).toHaveLength(1);
  expect((await world.sees('agency-log')).match(/How the work on P1 went/g)).toHaveLength(1);
});

test('a study whose answers are of no use is told once and harms nothing', async () => {
  const usual = playing(proposes);
  // A role is frozen; the model does not learn it however often it is told.
  const useless = () => calls('', [['propose-rewrite', { ...rewrite, section: 'role' }]]);
  await using model = await startCast(planOf(tasks), (asked) =>
    asked.kind === 'lpm.study' ? useless() : usual(asked),
  );
  await using world = await startTestAgency({ modelUrl: model.url });
  await beginWork(world);
  await untilDone(world);
  const log = await world.sees('agency-log');
  expect(log.match(/No study this time/g)).toHaveLength(1);
  expect(log).toContain('All tasks: 1 task');
  expect(await world.sees('decisions')).not.toContain('L1');
  expect((await world.agency.readProject('P1'))?.phase).toBe('done');
});
