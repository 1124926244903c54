// The work is cut short: by the Director, by a restart, by a model that does not serve us.
import { expect, test } from 'vitest';
import { startTestAgency } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { beginWork, objective, untilDone } from './begin.ts';
import { messageText } from './reading.ts';

test('a cancelled project stops at once and nothing more appears', async () => {
  const never = Promise.withResolvers<void>();
  await using model = await startCast(planOf([{}]), async ({ kind, request }) => {
    if (kind === 'specialist.work' && request.turn.startsWith('P1.')) await never.promise;
    return undefined;
  });
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director } = world;
  await beginWork(world);
  await director.hears('P1.S1', 'This stream writes the guide.');
  await director.hears('Ada · Writer', 'T1 → Ada');
  const working = model.requests.findIndex(({ body }) => isWork(body.messages));
  expect(await director.types('P1.S1', '/cancel')).toMatchInlineSnapshot(`
    "[Paul · Project Manager]
    Cancelled by Director."
  `);
  await model.closed(working);
  await world.untilQuiet();
  const places = ['Ada · Writer', 'P1.S1', 'P1.overview', 'decisions'];
  const before = await world.skims(...places);
  expect(before).toMatchInlineSnapshot(`
    "#decisions
    - [Paul · Project Manager] P1-D1 is decided | ✔️ A guide to Lisbon: choose an approach
    - [Paul · Project Manager] P1-D2 is decided | ✔️ A guide to Lisbon: approve the plan

    #stream-s1
    - [Wanda · Collaborator] | This stream writes the guide.
    - Director: /cancel
    - [Paul · Project Manager] | Cancelled by Director.

    #stream-s1 › Ada · Writer
    - [Ada · Writer] Ada joins the team | Ada · Writer
    - [Paul · Project Manager] T1 → Ada | T1 · Task 1

    #overview
    - 📌 [Paul · Project Manager] P1 · 🛑 cancelled | A guide to Lisbon
    - 📌 [Paul · Project Manager] The plan | A guide to Lisbon | Outputs and their
        criteria | Work streams and tasks | Team
    - [Paul · Project Manager] /create-stream /create-specialist /assign | I set it up.
    - [Paul · Project Manager] | ⚠️ P1 A guide to Lisbon: cancelled"
  `);
  never.resolve();
  // Whatever was still on its way has passed when the next project has come this far.
  await director.says('director', objective);
  await director.clicks('director', /^\/approve decision:P2-D1 choice:1/);
  await director.hears('director', 'P2-D2 waits for you');
  await director.clicks('director', /^\/cancel project:P2/);
  await world.untilQuiet();
  expect((await world.skims(...places)).replaceAll(/^- .*P2-D.*\n?/gm, '').trim()).toBe(before);
});

function isWork(messages: readonly { content?: string | null | undefined }[]): boolean {
  return messages.some(({ content }) => content?.includes('# Turn: specialist.work') === true);
}

test('a restart in the middle of everything is not noticed', async () => {
  const plan = planOf([{}, { doer: 'analyst', after: ['T1'] }]);
  const held = Promise.withResolvers<void>();
  await using model = await startCast(plan, async ({ kind, task }) => {
    if (kind === 'specialist.work' && task === 'T1') await held.promise;
    return undefined;
  });
  await using world = await startTestAgency({ modelUrl: model.url });
  await world.director.says('director', objective);
  await world.director.hears('director', 'P1-D1 waits for you');
  await world.restart();
  await world.director.clicks('director', /^\/approve decision:P1-D1 choice:1/);
  await world.director.clicks('director', /^\/approve decision:P1-D2/);
  await world.director.hears('Bruno · Writer', 'T1 → Bruno');
  const working = model.requests.length;
  await world.restart();
  await model.received(working + 1);
  held.resolve();
  await untilDone(world);
  expect(await world.skims()).toMatchInlineSnapshot(`
    "== Agency ==

    #decisions
    - [Paul · Project Manager] P1-D1 is decided | ✔️ A guide to Lisbon: choose an approach
    - [Paul · Project Manager] P1-D2 is decided | ✔️ A guide to Lisbon: approve the plan

    #director
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
    - [Paul · Project Manager] @Director P1 is done · 4 of 4 criteria met | 🏁 A guide to
        Lisbon | 4 of 4 criteria met | **Decisions taken** | [P1.zip] [o1.md] [o2.md]

    #agency-log
    - [Lotte · Learning & Performance Manager] How the work on P1 went | A guide to Lisbon

    == A guide to Lisbon · P1 ==

    #stream-s1
    - [Wanda · Collaborator] | This stream writes the guide.
    - [Wanda · Collaborator] /handoff | T1 → T2
    - [Wanda · Collaborator] | The stream is complete.

    #stream-s1 › Ada · Analyst
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

    #overview
    - 📌 [Paul · Project Manager] P1 · 🏁 done | A guide to Lisbon
    - 📌 [Paul · Project Manager] The plan | A guide to Lisbon | Outputs and their
        criteria | Work streams and tasks | Team
    - [Paul · Project Manager] /create-stream /create-specialist /create-specialist
        /assign /assign | I set it up.
    - [Paul · Project Manager] A deliverable is ready | 📦 Output 1 | [o1.md]
    - [Paul · Project Manager] A deliverable is ready | 📦 Output 2 | [o2.md]
    - [Paul · Project Manager] /assemble | All there.
    - [Paul · Project Manager] P1 is done · 4 of 4 criteria met | 🏁 A guide to Lisbon | 4
        of 4 criteria met | **Decisions taken** | [P1.zip] [o1.md] [o2.md]"
  `);
});

test('when a model will not do it, the Director is told which turn and why', async () => {
  const unwilling = new Set(['project-manager.approaches', 'specialist.work', 'specialist.answer']);
  await using model = await startCast(planOf([{}]), ({ kind }) => {
    if (!unwilling.has(kind)) return undefined;
    if (kind === 'specialist.work') return { fault: 'content-policy' };
    return { refusal: 'I cannot help with that.' };
  });
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director } = world;
  await director.says('director', objective);
  await director.hears('director', 'I found no approaches');
  await world.untilQuiet();
  unwilling.delete('project-manager.approaches');
  await beginWork(world, 'P2');
  await director.hears('decisions', 'not finished');
  await director.says('Ada · Writer', 'What is the matter?');
  await director.hears('Ada · Writer', 'I could not answer');
  await world.untilQuiet();
  const told = (await world.sees('director')).split('\n- ').find((one) => one.includes('stopped'));
  expect(told).toMatchInlineSnapshot(`
    "[Paul · Project Manager]
        ⚠️ P1 A guide to Lisbon: stopped
        I found no approaches. The model declined, also when it was asked in other words: I
        cannot help with that. (P1.turn.n)
        Nothing was spent on work. Write the objective again to start over.
        Nothing more is done or posted for it."
  `);
  expect((await world.sees('decisions')).split('\n- ').at(-1)).toMatchInlineSnapshot(`
    "[Paul · Project Manager] @Director P2-D3 waits for you
        T1 Task 1: not finished
        Ada: The model declined, also when it was asked in other words: The provider’s
        content filter refused this request. It has to be put differently. (P2.turn.n)
        **1.** Try once more
        **2.** Cancel the project
        (1 · Try once more) (2 · Cancel the project)"
  `);
  unwilling.clear();
  await director.clicks('decisions', /^\/approve decision:P2-D3 choice:1/);
  await untilDone(world, 'P2');
  expect(await world.skims('Ada · Writer')).toMatchInlineSnapshot(`
    "#stream-s1 › Ada · Writer
    - [Ada · Writer] Ada joins the team | Ada · Writer
    - [Paul · Project Manager] T1 → Ada | T1 · Task 1
    - Director: What is the matter? | 👀
    - [Ada · Writer] | I could not answer: The model declined, also when it was asked in
        other words: I cannot help with that.
    - [Ada · Writer] /start | Let me think.
    - [Ada · Writer] /submit | T1 · Task 1 | [o1.md]
    - [Tomas · Collaborator] /accept | ✅ Accepted · T1 · Task 1"
  `);
});

test('while a model does not serve us the work waits, and goes on when it does', async () => {
  let isServing = false;
  await using model = await startCast(planOf([{}]), ({ kind }) =>
    kind === 'project-manager.plan' && !isServing ? { fault: 'bad-key' } : undefined,
  );
  await using world = await startTestAgency({ modelUrl: model.url });
  await world.director.says('director', objective);
  await world.director.clicks('director', /^\/approve decision:P1-D1 choice:1/);
  const told = await world.director.hears('director', 'has to wait');
  const steady = messageText(told).replace(/\d\d:\d\d:\d\d/, 'n');
  expect(steady).toMatchInlineSnapshot(`
    "- [Paul · Project Manager] @Director
        ⚠️ Paul has to wait
        The model endpoint refused us: the key is wrong, or it has no such model. Check the
        API key, the model’s name and the URL in the settings and start again; the work
        waits.
        It goes on by itself at n UTC; nothing is lost."
  `);
  isServing = true;
  await world.restart();
  await world.director.clicks('director', /^\/approve decision:P1-D2/);
  await untilDone(world);
});
