// The work is cut short: by the Director, by a restart, by a model that does not serve us.
import { expect, test } from 'vitest';
import { startTestAgency } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { beginWork, objective, untilDone } from './begin.ts';

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

test('when a model does not serve us, the Director is told which turn and why', async () => {
  const down = new Set(['project-manager.approaches', 'specialist.work', 'specialist.answer']);
  await using model = await startCast(planOf([{}]), ({ kind }) => {
    if (!down.has(kind)) return undefined;
    return { fault: kind === 'project-manager.approaches' ? 'quota' : 'bad-key' };
  });
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director } = world;
  await director.says('director', objective);
  await director.hears('director', 'stopped');
  await world.untilQuiet();
  down.delete('project-manager.approaches');
  await beginWork(world, 'P2');
  await director.hears('decisions', 'not finished');
  await director.says('Ada · Writer', 'What is the matter?');
  await director.hears('Ada · Writer', 'I could not answer');
  await world.untilQuiet();
  expect(await world.sees('director', 'decisions')).toMatchInlineSnapshot(`
    "#decisions
    - [Paul · Project Manager] P2-D1 is decided
        ✔️ A guide to Lisbon: choose an approach
        **Decided**
        1 · Short · Director
        The plan is made from the approach you choose. Nothing is spent on work yet.
    - [Paul · Project Manager] P2-D2 is decided
        ✔️ A guide to Lisbon: approve the plan
        **Decided**
        Approved · Director
        Three days in Lisbon, with a budget.
    - [Paul · Project Manager] @Director P2-D3 waits for you
        T1 Task 1: not finished
        Ada: The model endpoint refused us: the key is wrong, or it has no such model. Check
        the API key and the model’s name in the settings. (P2.turn.n)
        **1.** Try once more
        **2.** Cancel the project
        (1 · Try once more) (2 · Cancel the project)

    #director
    - [Paul · Project Manager]
        The agency is ready
        Write your objective here in plain words, as you would to a colleague. I will ask
        what is unclear, offer you two to four approaches, and put a plan before you.
        Nothing is spent on work before you approve it. \`/status\` shows where everything
        stands, \`/help\` what you can say.
    - Director: Write me a guide to Lisbon. 👀
    - [Paul · Project Manager] \`/brief title:"A guide to Lisbon" understanding:"Three days
        in Lisbon, with a budget." isObjective:true questions:[]\`
    - [Paul · Project Manager]
        Three days in Lisbon, with a budget.
    - [Paul · Project Manager]
        ⚠️ P1 A guide to Lisbon: stopped
        I found no approaches. The account behind the model endpoint has no credit left. Top
        it up with the provider, then resume. (P1.turn.n)
        Nothing was spent on work. Write the objective again to start over.
        Nothing more is done or posted for it.
    - Director: Write me a guide to Lisbon. 👀
    - [Paul · Project Manager] \`/brief title:"A guide to Lisbon" understanding:"Three days
        in Lisbon, with a budget." isObjective:true questions:[]\`
    - [Paul · Project Manager]
        Three days in Lisbon, with a budget.
    - [Paul · Project Manager] \`\`\`
        /propose title:Short get:"A guide" leftOut:Maps streams:["Writing"] risk:Rain
        tasks:3
        /propose title:Long get:"A guide" leftOut:Maps streams:["Writing"] risk:Rain tasks:3
        \`\`\`
    - [Paul · Project Manager] The approaches
        1 · Short · Director
        1 · Short
        A guide
        **Not included**
        Maps
        **Work streams**
        Writing
        **Main risk**
        Rain
        Cost: no estimate yet · at most $5.00 | Time: no estimate yet | Work: 3 tasks
        2 · Long
        A guide
        **Not included**
        Maps
        **Work streams**
        Writing
        **Main risk**
        Rain
        Cost: no estimate yet · at most $5.00 | Time: no estimate yet | Work: 3 tasks
    - [Paul · Project Manager] \`/plan title:"A guide to Lisbon" summary:"Three days in
        Lisbon, with a budget." outputs:[1 items] streams:[1 items] team:[1 items] tasks:[1
        items]\`
    - [Paul · Project Manager] The plan
        A guide to Lisbon
        Three days in Lisbon, with a budget.
        Cost: no estimate yet · at most $5.00 | Time: no estimate yet | Work: 1 task
        Outputs and their criteria
        **O1 · Output 1**
        📄 o1.md
        ▫️ The file is there. · measured
        ▫️ It reads well.
        Work streams and tasks
        **S1 · Stream S1**
        What S1 delivers.
        👁 runs on its own
        **T1** · Task 1
        ↳ new · Writer → Collaborator · economy
        **Order**
        \`\`\`
        T1*
        \`\`\`
        **Critical path** T1
        Team
        **new · Writer** · 🆕 new
        ↳ Somebody must be the writer."
  `);
  down.clear();
  await director.clicks('decisions', /^\/approve decision:P2-D3 choice:1/);
  await untilDone(world, 'P2');
  expect(await world.sees('Ada · Writer')).toMatchInlineSnapshot(`
    "#stream-s1 › Ada · Writer
    - [Ada · Writer] Ada joins the team
        Ada · Writer
        Writes
        **Expertise**
        Writing
        **Expects**
        A brief in, a file out
        **Works with others**
        Hands over early
        **Adapts**
        Revises
        **Skills**
        writer · travel
        **Why new**
        Somebody must be the writer.
    - [Paul · Project Manager] T1 → Ada
        T1 · Task 1
        Write o1.md.
        **It is done when**
        ▫️ The file is there. · measured
        ▫️ It reads well.
        **Why Ada**
        It fits.
        **Model**
        economy tier, as the approved plan says; it goes up after two rejections.
    - Director: What is the matter? 👀
    - [Ada · Writer]
        I could not answer: The model endpoint refused us: the key is wrong, or it has no
        such model. Check the API key and the model’s name in the settings.
    - [Ada · Writer] \`/start task:T1 approach:"I write it in one go."\`
        Let me think.
    - [Ada · Writer] \`/submit task:T1 summary:Done. files:[1 items] openPoints:[]\`
        T1 · Task 1
        Done.
        **Criteria**
        ✅ The file is there.
        ↳ o1.md has 11 words. · measured
        ▫️ It reads well.
        📄 o1.md · 55 B
        [o1.md]
    - [Tomas · Collaborator] \`/accept task:T1 criteria:[1 items]\`
        ✅ Accepted · T1 · Task 1
        **Criteria**
        ✅ The file is there.
        ↳ o1.md has 11 words. · measured
        ✅ It reads well.
        ↳ Day one begins at the river. · judged"
  `);
});
