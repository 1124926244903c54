// What people say while the work goes on, and what people who may not say it see happen: nothing.
import { expect, test } from 'vitest';
import { startTestAgency } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { beginWork, untilDone } from './begin.ts';
import { withoutAmounts } from './reading.ts';

test('words in a thread steer the work, and whoever is addressed answers', async () => {
  const plan = planOf([{}, { doer: 'analyst', after: ['T1'] }]);
  const held = Promise.withResolvers<void>();
  await using model = await startCast(plan, async ({ kind, task, user }) => {
    if (kind === 'specialist.work' && task === 'T1') await held.promise;
    if (kind === 'specialist.answer') {
      const question = /<question-\w+>\n(.*)\n/.exec(user)?.[1] ?? '';
      return { text: `You asked: ${question}` };
    }
    return undefined;
  });
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director } = world;
  await beginWork(world);
  await director.hears('P1.S1', 'This stream writes the guide.');
  await director.says('Ada · Analyst', 'Mention the ferry.');
  await director.hears('Ada · Analyst', 'You asked: Mention the ferry.');
  await director.replies('Ada · Analyst', 'Ada joins the team', 'When do you begin?');
  await director.hears('Ada · Analyst', 'You asked: When do you begin?');
  await director.says('P1.S1', '@Bruno, how is it going?');
  await director.hears('P1.S1', 'You asked: @Bruno');
  await director.says('P1.overview', 'How far are we?');
  await director.hears('P1.overview', 'Here is my answer.');
  await director.says('Bruno · Writer', 'Just a remark while you work.');
  held.resolve();
  await untilDone(world);
  const work = model.asked.find(({ kind, task }) => kind === 'specialist.work' && task === 'T2');
  expect(work?.user).toContain('Mention the ferry.');
  expect(await world.skims('P1.S1', 'Ada · Analyst', 'Bruno · Writer')).toMatchInlineSnapshot(`
    "#stream-s1
    - [Wanda · Collaborator] | This stream writes the guide.
    - Director: @Bruno, how is it going? | 👀
    - [Bruno · Writer] | You asked: @Bruno, how is it going?
    - [Wanda · Collaborator] /handoff | T1 → T2
    - [Wanda · Collaborator] | The stream is complete.

    #stream-s1 › Ada · Analyst
    - [Ada · Analyst] Ada joins the team | Ada · Analyst
    - Director: Mention the ferry. | 👀
    - [Ada · Analyst] | You asked: Mention the ferry.
    - Director: When do you begin? | 👀
    - [Ada · Analyst] | You asked: When do you begin?
    - [Paul · Project Manager] T2 → Ada | T2 · Task 2
    - [Ada · Analyst] /start | Let me think.
    - [Ada · Analyst] /submit | T2 · Task 2 | [o2.md]
    - [Wanda · Collaborator] /accept | ✅ Accepted · T2 · Task 2

    #stream-s1 › Bruno · Writer
    - [Bruno · Writer] Bruno joins the team | Bruno · Writer
    - [Paul · Project Manager] T1 → Bruno | T1 · Task 1
    - Director: Just a remark while you work. | 👀
    - [Bruno · Writer] /start | Let me think.
    - [Bruno · Writer] /submit | T1 · Task 1 | [o1.md]
    - [Wanda · Collaborator] /accept | ✅ Accepted · T1 · Task 1"
  `);
});

test('only the Director is obeyed, and whoever is made Director is let in', async () => {
  await using model = await startCast(planOf([{}]));
  await using world = await startTestAgency({ modelUrl: model.url });
  await world.director.says('director', 'Write me a guide to Lisbon.');
  const card = await world.director.hears('director', 'P1-D1 waits for you');
  const { id: channelId } = await world.director.channel('director');
  const choice = '/approve decision:P1-D1 choice:1';
  // A stranger who knows the ids of a channel that is hidden from them.
  const { stranger, guildId } = world;
  expect(await stranger.channels(guildId)).toEqual([]);
  await expect(stranger.say(channelId, choice)).rejects.toThrow('Missing Access');
  await expect(stranger.click(channelId, card.id, choice)).rejects.toThrow('Missing Access');

  // The owner of a server sees everything in it; from now on they are not the Director.
  await world.restart({ DIRECTOR_USER_IDS: world.agency.local?.strangerId ?? '' });
  const { director: owner, stranger: director } = world;
  expect(await owner.clicks('director', /^\/approve .*choice:1/)).toMatchInlineSnapshot(
    `"⚠️ /approve is for the Director."`,
  );
  expect(await owner.uses('director', 'approve', { choice: 1 })).toMatchInlineSnapshot(
    `"⚠️ /approve is for the Director."`,
  );
  await owner.says('director', '/approve P1-D1 choice:1');
  await owner.says('director', 'Do something else instead.');
  await director.clicks('director', /^\/approve .*choice:2/);
  await director.hears('director', 'P1-D2 waits for you');
  await director.clicks('director', /^\/cancel/);
  await world.untilQuiet();
  expect(await world.skims('director', 'decisions')).toMatchInlineSnapshot(`
    "#decisions
    - [Paul · Project Manager] P1-D1 is decided | ✔️ A guide to Lisbon: choose an approach
    - [Paul · Project Manager] P1-D2 is decided | ✔️ A guide to Lisbon: approve the plan

    #director
    - [Paul · Project Manager] | The agency is ready
    - Director: Write me a guide to Lisbon. | 👀
    - [Paul · Project Manager] /brief
    - [Paul · Project Manager] | Three days in Lisbon, with a budget.
    - [Paul · Project Manager] /propose /propose
    - [Paul · Project Manager] The approaches | 2 · Long · Stranger | 1 · Short | 2 · Long
    - Director: /approve P1-D1 choice:1
    - Director: Do something else instead.
    - [Paul · Project Manager] /plan
    - [Paul · Project Manager] The plan | A guide to Lisbon | Outputs and their criteria |
        Work streams and tasks | Team
    - [Paul · Project Manager] | ⚠️ P1 A guide to Lisbon: cancelled"
  `);
});

test('a command that does not fit is answered with what is wrong', async () => {
  await using model = await startCast(planOf([{}]));
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director } = world;
  await director.says('director', 'Write me a guide to Lisbon.');
  const card = await director.hears('director', 'P1-D1 waits for you');
  await director.clicks('director', /^\/approve decision:P1-D1 choice:1/);
  await director.hears('director', 'P1-D2 waits for you');
  // The card has lost its buttons; a click on the old one may still be under way.
  const late = director.click(card.channel_id, card.id, '/approve decision:P1-D1 choice:2');
  await expect(late).rejects.toThrow('50035');
  const again = { decision: 'P1-D1', choice: 2 };
  expect(await director.uses('director', 'approve', again)).toMatchInlineSnapshot(
    `"⚠️ P1-D1 was already decided, or never asked."`,
  );
  const answers = [];
  const lines = [
    '/approve P9-D1',
    '/dance',
    '/submit task:T1',
    '/approve choice:"many',
    '/approve choice:many',
    '/assign T1 @Ada',
    '/status P7',
    '/status',
  ];
  for (const line of lines) {
    const answer = await director.types('director', line);
    answers.push(`${line}\n${answer.split('\n').slice(1).join('\n')}`);
  }
  expect(withoutAmounts(answers.join('\n\n'))).toMatchInlineSnapshot(`
    "/approve P9-D1
    There is no such project. \`/status\` shows those there are.

    /dance
    There is no command /dance. /help lists all.

    /submit task:T1
    /submit is for the LLMs of the agency only.

    /approve choice:"many
    /approve: a quotation mark is not closed

    /approve choice:many
    /approve: choice: Invalid input: expected number, received string

    /assign T1 @Ada
    P1 has no task T1.

    /status P7
    There is no project P7.

    /status
    **P1 A guide to Lisbon** · planning
    No tasks yet.
    ⏳ waiting for you: P1-D2 A guide to Lisbon: approve the plan
    Spent $0.0000 of $5.00
    n tokens
    ⚠️ memory is degraded, the work goes on: Chroma: Failed to connect to chromadb"
  `);
  await director.clicks('director', /^\/cancel/);
  await world.untilQuiet();
  expect(await director.uses('director', 'cancel', { project: 'P1' })).toMatchInlineSnapshot(
    `"⚠️ P1 has ended; write a new objective in #director."`,
  );
  expect(withoutAmounts(await director.types('director', '/status P1'))).toMatchInlineSnapshot(`
    "[Paul · Project Manager]
    **P1 A guide to Lisbon** · cancelled
    No tasks yet.
    Spent $0.0000 of $5.00
    n tokens
    ⚠️ memory is degraded, the work goes on: Chroma: Failed to connect to chromadb"
  `);
});
