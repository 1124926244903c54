// The Director stops the work and lets it go on. From the receipt on no model is asked and no agent
// speaks; afterwards everything goes on where it stood, and nothing that was answered is asked
// again.
import { expect, test } from 'vitest';
import { textOf } from '../../src/demo/seen-text.ts';
import { ledger } from '../../src/store/schema.ts';
import { startRedis } from '../runtime/redis.ts';
import { startTestAgency } from '../support/agency.ts';
import type { TestAgency } from '../support/agency.ts';
import { calls, startCast } from '../support/cast.ts';
import type { Cast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { isRedisAway, redisServer } from '../support/redis-server.ts';
import { approvePlan, beginWork, objective, untilDone } from './begin.ts';
import { saidByBot } from './said-once.ts';

const team = ['analyst', 'writer', 'critic', 'editor', 'poet'];
const parallel = planOf(team.map((doer) => ({ doer })));

/** Work takes two answers; the second comes when the test says so. */
function startHalting(held: Promise<void>): Promise<Cast> {
  return startCast(parallel, async ({ kind, task, request }) => {
    if (kind !== 'specialist.work' || !request.turn.startsWith('P1.')) return undefined;
    if (request.step === 'model.1') return calls('', [['start', { task, approach: 'First.' }]]);
    await held;
    return undefined;
  });
}

/** What the model was asked for one project, by turn and step. */
const askedFor = (model: Cast, project: string) =>
  model.requests
    .filter(({ turn }) => turn.startsWith(`${project}.`))
    .map(({ turn, step }) => `${turn} ${step}`);

const said = async ({ agency, director, guildId }: TestAgency) =>
  (await saidByBot({ store: agency.store, person: director, guildId })).map(({ id }) => id);

async function bothQueues(run: (env: Record<string, string>) => Promise<void>, kind: string) {
  if (kind === 'Postgres') return run({});
  await using redis = await startRedis(redisServer ?? 'redis-server');
  await run({ REDIS_URL: redis.url });
}

const queues = isRedisAway ? ['Postgres'] : ['Postgres', 'Redis'];

test.each(queues)(
  'a paused project stands still while another goes on, and then goes on: queue on %s',
  async (kind) => {
    await bothQueues(async (env) => {
      const held = Promise.withResolvers<void>();
      await using model = await startHalting(held.promise);
      await using world = await startTestAgency({ modelUrl: model.url, env });
      const { director } = world;
      await beginWork(world);
      const isSecond = ({ turn, step }: Cast['requests'][number]) =>
        turn.startsWith('P1.') && step === 'model.2';
      while (model.requests.filter(isSecond).length < team.length) {
        await model.received(model.requests.length + 1);
      }
      await director.hears('P1.S1', 'This stream writes the guide.');
      const receipt = await director.uses('P1.overview', 'pause');
      const asked = askedFor(model, 'P1');
      expect(receipt).toBe('P1 is paused: 5 turns wait. `/resume project:P1` lets it go on.');
      // Whatever was under way is called off, and its late answer reaches nobody.
      for (const [index, request] of model.requests.entries()) {
        if (isSecond(request)) await model.closed(index);
      }
      held.resolve();
      await world.untilQuiet();
      const before = await said(world);
      expect(await director.uses('director', 'status', { project: 'P1' })).toMatch(
        /⏸ paused by Director <t:\d+:R> · 5 turns held · `\/resume project:P1` goes on/,
      );
      // A whole other project is time enough for anything that was still on its way.
      await approvePlan(world, 'P2');
      await untilDone(world, 'P2');
      expect(askedFor(model, 'P1')).toEqual(asked);
      const inProject = await world.skims('P1.S1', 'P1.overview', 'Ada · Analyst');
      const paused = await world.untilProject('P1', ({ paused: by }) => by !== null);
      expect(paused.turns).toEqual({});
      expect(inProject).not.toContain('/submit');

      expect(await director.uses('P1.overview', 'resume')).toBe('P1 goes on with 5 turns.');
      await untilDone(world);
      // What was answered before the pause was not asked again, and is on the bill once.
      const steps = askedFor(model, 'P1').filter((one) => one.endsWith('model.1'));
      expect(steps).toEqual([...new Set(steps)]);
      const bill = await world.agency.store.db.select({ id: ledger.id }).from(ledger);
      const questions = bill.map(({ id }) => id.replace(/\.\d+$/, ''));
      expect(questions.toSorted()).toEqual([...new Set(questions)].toSorted());
      expect((await said(world)).length).toBeGreaterThan(before.length);
    }, kind);
  },
);

test('while a project is paused people are heard, and a restart changes nothing', async () => {
  await using model = await startCast(planOf([{}]));
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director } = world;
  await director.says('director', objective);
  await director.clicks('director', /^\/approve decision:P1-D1 choice:1/);
  await director.hears('director', 'P1-D2 waits for you');
  expect(await director.uses('director', 'resume')).toBe(
    '⚠️ P1 is not paused. `/status project:P1` says where it stands.',
  );
  await director.says('director', '/pause');
  await director.hears('director', 'P1 is paused: no turn was due.');
  expect(await director.uses('director', 'pause')).toMatch(
    /^⚠️ P1 is paused already, by Director at .* UTC\. `\/resume project:P1` lets it go on\.$/,
  );
  const asked = model.requests.length;
  await director.says('director', 'Make it shorter, please.');
  await director.hears('director', 'What you wrote is kept.');
  await world.untilQuiet();
  await world.restart();
  expect(await world.director.clicks('director', /^\/approve decision:P1-D2/)).toBe(
    'Approved. I am setting the project up.\n' +
      'P1 is paused: what follows waits. `/resume project:P1` lets it go on.',
  );
  await world.untilQuiet();
  const paused = await world.untilProject('P1', ({ phase }) => phase === 'staffing');
  expect(paused).toMatchObject({ turns: {}, held: [{ kind: 'project-manager.staffing' }] });
  expect(model.requests.length).toBe(asked);
  expect(await world.skims('overview', 'director')).toMatchInlineSnapshot(`
    "#director
    - [Paul · Project Manager] | The agency is ready
    - Director: Write me a guide to Lisbon. | 👀
    - [Paul · Project Manager] /brief
    - [Paul · Project Manager] | Three days in Lisbon, with a budget.
    - [Paul · Project Manager] /propose /propose
    - [Paul · Project Manager] The approaches | 1 · Short · Director | 1 · Short | 2 ·
        Long
    - [Paul · Project Manager] /plan
    - [Paul · Project Manager] The plan | A guide to Lisbon | Outputs and their criteria |
        Work streams and tasks | Team
    - Director: /pause
    - [Paul · Project Manager] | P1 A guide to Lisbon: paused
    - [Paul · Project Manager] | P1 is paused: no turn was due. \`/resume project:P1\` lets
        it go on.
    - Director: Make it shorter, please. | 👀
    - [Paul · Project Manager] | P1 is paused

    #overview
    - 📌 [Paul · Project Manager] P1 · ⏸ paused | A guide to Lisbon | (Resume)"
  `);
  // The living status message carries the button.
  expect(await world.director.clicks('overview', /^\/resume project:P1/)).toBe(
    'P1 goes on with 1 turn.',
  );
  await untilDone(world);
  expect(await world.skims('overview', 'director')).toMatchInlineSnapshot(`
    "#director
    - [Paul · Project Manager] | The agency is ready
    - Director: Write me a guide to Lisbon. | 👀
    - [Paul · Project Manager] /brief
    - [Paul · Project Manager] | Three days in Lisbon, with a budget.
    - [Paul · Project Manager] /propose /propose
    - [Paul · Project Manager] The approaches | 1 · Short · Director | 1 · Short | 2 ·
        Long
    - [Paul · Project Manager] /plan
    - [Paul · Project Manager] The plan | A guide to Lisbon | Outputs and their criteria |
        Work streams and tasks | Team
    - Director: /pause
    - [Paul · Project Manager] | P1 A guide to Lisbon: paused
    - [Paul · Project Manager] | P1 is paused: no turn was due. \`/resume project:P1\` lets
        it go on.
    - Director: Make it shorter, please. | 👀
    - [Paul · Project Manager] | P1 is paused
    - [Paul · Project Manager] | P1 A guide to Lisbon: goes on
    - [Paul · Project Manager] @Director P1 is done · 2 of 2 criteria met | 🏁 A guide to
        Lisbon | 2 of 2 criteria met | **Decisions taken** | [P1.zip] [o1.md]

    #overview
    - 📌 [Paul · Project Manager] P1 · 🏁 done | A guide to Lisbon
    - 📌 [Paul · Project Manager] The plan | A guide to Lisbon | Outputs and their
        criteria | Work streams and tasks | Team
    - [Paul · Project Manager] /create-stream /create-specialist /assign | I set it up.
    - [Paul · Project Manager] A deliverable is ready | 📦 Output 1 | [o1.md]
    - [Paul · Project Manager] /assemble | All there.
    - [Paul · Project Manager] P1 is done · 2 of 2 criteria met | 🏁 A guide to Lisbon | 2
        of 2 criteria met | **Decisions taken** | [P1.zip] [o1.md]"
  `);
});

test('everything that is open is paused and resumed with one word', async () => {
  const never = Promise.withResolvers<void>();
  await using model = await startCast(planOf([{}]), async ({ kind }) => {
    if (kind === 'specialist.work') await never.promise;
    return undefined;
  });
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director } = world;
  expect(await director.uses('director', 'pause', { project: 'all' })).toBe(
    '⚠️ No project is open.',
  );
  await beginWork(world);
  await director.uses('director', 'objective', { text: 'And a guide to Porto.' });
  await director.hears('decisions', 'P2-D1 waits for you');
  await director.uses('director', 'pause', { project: 'P2' });
  await director.hears('P1.S1', 'This stream writes the guide.');
  await director.hears('Ada · Writer', 'T1 → Ada');
  await director.says('director', '/pause all');
  const receipt = textOf(await director.hears('director', 'P2 is paused already'));
  expect(receipt.replaceAll(/at \S+ \S+ UTC/g, 'at n UTC')).toMatchInlineSnapshot(`
    "[Paul · Project Manager]
    P1 is paused: 1 turn waits. \`/resume project:P1\` lets it go on.
    P2 is paused already, by Director at n UTC. \`/resume project:P2\` lets it go on.
    What you begin from now on is not paused."
  `);
  const asked = model.requests.length;
  never.resolve();
  await director.uses('director', 'objective', { text: 'And one to Faro.' });
  await director.hears('decisions', 'P3-D1 waits for you');
  expect(askedFor(model, 'P3')).toHaveLength(model.requests.length - asked);
  expect(await director.uses('director', 'resume', { project: 'all' })).toMatchInlineSnapshot(`
    "P1 goes on with 1 turn.
    P2 goes on with what comes.
    P3 is not paused. \`/status project:P3\` says where it stands."
  `);
  await world.untilProject('P1', ({ phase }) => phase === 'done');
});

test('what was decided and not said is said after a pause, and never after the end', async () => {
  let isAway = false;
  await using model = await startCast(planOf([{}]));
  await using world = await startTestAgency({
    modelUrl: model.url,
    // What was called off is looked for in Discord until then.
    durations: { sending: { quietMs: 1000 } },
    discordFaults: ({ method, path }) =>
      isAway && method === 'POST' && path.endsWith('/messages')
        ? { status: 503, body: { message: 'Service Unavailable' } }
        : null,
  });
  const { director } = world;
  const waits = (project: string) => async () => {
    isAway = true;
    await director.clicks('director', new RegExp(`^/approve decision:${project}-D1 choice:1`));
    await world.untilProject(project, ({ plan }) => plan !== null);
  };
  await director.says('director', objective);
  await director.hears('director', 'P1-D1 waits for you');
  await waits('P1')();
  await director.uses('director', 'pause', { project: 'P1' });
  isAway = false;
  await director.hears('director', 'A guide to Lisbon: paused');
  await world.untilQuiet();
  expect(await world.sees()).not.toContain('approve the plan');
  await director.uses('director', 'resume', { project: 'P1' });
  await director.hears('director', 'P1-D2 waits for you');
  await director.uses('director', 'cancel', { project: 'P1' });
  await director.says('director', objective);
  await director.hears('director', 'P2-D1 waits for you');
  await waits('P2')();
  await director.uses('director', 'cancel', { project: 'P2' });
  isAway = false;
  await director.hears('director', 'P2 A guide to Lisbon: cancelled');
  await world.untilQuiet();
  expect(await world.sees()).not.toContain('P2-D2');
});
