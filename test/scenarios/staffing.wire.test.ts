// After approval: places that the right people see, a team with its reasons, and what the Director
// may ask and move while it works.
import { expect, test } from 'vitest';
import { startTestAgency } from '../support/agency.ts';
import { json, startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { beginWork, objective, untilDone } from './begin.ts';
import { withoutAmounts } from './reading.ts';

const plan = planOf([
  {},
  { doer: 'analyst', stream: 'S2' },
  { doer: 'analyst', stream: 'S2', after: ['T2'] },
]);

test('channels open for the Director alone, and the next project reuses who proved good', async () => {
  const held = Promise.withResolvers<void>();
  await using model = await startCast(plan, async ({ kind, request }) => {
    if (kind === 'project-manager.plan' && request.turn.startsWith('P2')) {
      return json(planOf([{}], { reuse: { writer: 'A2' }, title: 'A second guide' }));
    }
    if (kind === 'specialist.work') await held.promise;
    return undefined;
  });
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director, stranger, guildId } = world;
  await beginWork(world);
  await director.hears('Bruno · Writer', 'T1 → Bruno');
  await director.hears('Ada · Analyst', 'T2 → Ada');

  const seen = async (person: typeof director) =>
    (await person.channels(guildId)).map(({ name, topic }) => [name, topic ?? ''].join(': '));
  expect((await seen(director)).sort()).toMatchInlineSnapshot(`
    [
      "A guide to Lisbon · P1: ",
      "Ada · Analyst: ",
      "Agency: ",
      "Bruno · Writer: ",
      "agency-log: Alerts, learning reports, audit. [ag:agency.log]",
      "decisions: Everything that waits for you. [ag:agency.decisions]",
      "director: Talk to the Project Manager here. [ag:agency.director]",
      "overview: Status, plan and deliverables of A guide to Lisbon. [ag:P1.overview]",
      "stream-s1: Guide [ag:P1.S1]",
      "stream-s2: Guide [ag:P1.S2]",
    ]
  `);
  expect(await seen(stranger)).toEqual([]);

  await director.hears('P1.S1', 'This stream writes the guide.');
  await director.hears('P1.S2', 'This stream writes the guide.');
  expect(withoutAmounts(await director.uses('P1.S1', 'status'))).toMatchInlineSnapshot(`
    "**P1 A guide to Lisbon** · running
    0 of 3 tasks accepted
    ▶ Ada works on T2
    ▶ Bruno works on T1
    Spent $0.0000 of $5.00
    n tokens
    ⚠️ memory is degraded, the work goes on: Chroma: Failed to connect to chromadb"
  `);
  expect(await director.uses('director', 'help')).toMatchInlineSnapshot(`
    "Write in #director in plain words, or reply in any thread. \`@Name\` reaches an LLM.
    \`/accept\` Accept a submitted output; judge each criterion with quoted evidence
    \`/approve\` Say yes to what waits for you: an approach, a plan, an output
    \`/assign\` Give a task that has not started to a member of the team
    \`/cancel\` End a project; nothing more is done or posted for it
    \`/changes\` Send a submitted output back with the reasons
    \`/doctor\` What is wrong with Discord, models, database, queue or memory, and its cure
    \`/feedback\` Say how good an output is: 1 to 5, in words, or both
    \`/help\` What you can say here, and what each command does
    \`/learn\` What the agency learned: study, see, apply, reject or take back changes
    \`/memory\` Search what is remembered, show one item, or have it forgotten for good
    \`/objective\` State a new objective in plain words; the Project Manager takes it from there
    \`/pause\` Stop a project where it stands: no turn is taken and no agent speaks until /resume
    \`/resume\` Let a paused project go on where it stood
    \`/revise\` Ask for other approaches or a changed plan, in your own words
    \`/status\` What is done, running and waiting for you, and what it has cost
    \`/why\` How an output came about: brief, maker, model, tools, cost, verdict, ratings"
  `);
  expect(await director.types('P1.overview', '/help assign')).toMatchInlineSnapshot(`
    "[Paul · Project Manager]
    **/assign** Give a task that has not started to a member of the team
    \`task\` such as T3
    \`to\` name, id or team key of the Specialist
    \`why\` why this Specialist
    \`project\` such as P1; the one you are in when left out"
  `);

  const assign = (options: Record<string, string>) => director.uses('P1.S2', 'assign', options);
  expect(await assign({ task: 'T2', to: 'Bruno' })).toMatchInlineSnapshot(
    `"⚠️ T2 has already started."`,
  );
  expect(await assign({ task: 'T3', to: 'Zoe' })).toMatchInlineSnapshot(
    `"⚠️ Nobody called Zoe is in the team: Ada, Bruno."`,
  );
  expect(
    await assign({ task: 'T3', to: 'Bruno', why: 'He knows the trams.' }),
  ).toMatchInlineSnapshot(`"T3 is with Bruno now."`);
  held.resolve();
  await untilDone(world);
  expect(await world.skims('P1.S2', 'Bruno · Writer')).toMatchInlineSnapshot(`
    "#stream-s1 › Bruno · Writer
    - [Bruno · Writer] Bruno joins the team | Bruno · Writer
    - [Paul · Project Manager] T1 → Bruno | T1 · Task 1
    - [Bruno · Writer] /start | Let me think.
    - [Bruno · Writer] /submit | T1 · Task 1 | [o1.md]
    - [Wanda · Collaborator] /accept | ✅ Accepted · T1 · Task 1

    #stream-s2
    - [Viktor · Collaborator] | This stream writes the guide.
    - [Paul · Project Manager] /assign | Director gave T3 to Bruno.
    - [Viktor · Collaborator] /handoff | T2 → T3
    - [Viktor · Collaborator] | The stream is complete.

    #stream-s2 › Bruno · Writer
    - [Bruno · Writer] Bruno joins the team | Bruno · Writer
    - [Paul · Project Manager] T3 → Bruno | T3 · Task 3
    - [Bruno · Writer] /start | Let me think.
    - [Bruno · Writer] /submit | T3 · Task 3 | [o3.md]
    - [Viktor · Collaborator] /accept | ✅ Accepted · T3 · Task 3"
  `);

  await director.says('director', objective);
  await director.clicks('director', /^\/approve decision:P2-D1 choice:1/);
  await director.clicks('director', /^\/approve decision:P2-D2/);
  await untilDone(world, 'P2');
  const { id } = await director.channel('P2.S1');
  const [thread] = (await director.channels(guildId)).filter(
    ({ parent_id: parent }) => parent === id,
  );
  const [card] = await director.reads(thread?.name ?? '');
  expect(card?.embeds[0]?.description).toMatchInlineSnapshot(`
    "Writes

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

    **Why again**
    Somebody must be the writer. Skills match 100 %; 2 accepted outputs, 0 rejections so far."
  `);
});
