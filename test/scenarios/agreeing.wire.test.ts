// Before any work: the Director and the Project Manager agree on what shall be done.
import { expect, test } from 'vitest';
import { startTestAgency } from '../support/agency.ts';
import { calls, json, startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';

const plan = planOf([{}]);
/** T1 has the same doer and approver, and makes an output that is not there. */
const badPlan = {
  ...plan,
  tasks: plan.tasks.map((task) => ({ ...task, approver: task.doer, output: 'O9' })),
};

function propose(title: string, risk: string): [string, unknown] {
  const streams = ['Writing'];
  return ['propose', { title, get: 'A guide', leftOut: 'Maps', streams, risk, tasks: 1 }];
}

test('the Director answers questions, steers the approaches and has the plan revised', async () => {
  await using model = await startCast(plan, ({ kind, user }) => {
    if (kind === 'project-manager.intake' && !user.includes('Three days')) {
      const understanding = 'You want a guide to Lisbon.';
      const questions = ['For how many days?', 'For whom?'];
      return json({ title: 'Lisbon', understanding, questions });
    }
    if (kind === 'project-manager.approaches') {
      const risk = user.includes('by tram') ? 'Strikes' : 'Rain';
      const titles = user.includes('with the children') ? ['Zoo', 'Beach'] : ['Short', 'Long'];
      return calls('', [propose(titles[0] ?? '', risk), propose(titles[1] ?? '', risk)]);
    }
    if (kind === 'project-manager.plan' && user.includes('a budget per day')) {
      return json({ ...plan, summary: 'Now with a budget per day.' });
    }
    return undefined;
  });
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director } = world;
  await director.says('director', 'Write me a guide to Lisbon.');
  await director.hears('director', 'A few questions for you');
  await director.says('director', 'Three days, for a family.');
  await director.hears('director', '1 · Short');
  await director.says('director', 'And we go by tram.');
  await director.hears('director', 'Strikes');
  await director.fills('director', /^modal \/revise .*D2/, 'Something with the children');
  await director.clicks('director', /^\/approve .*D3.* choice:2/);
  await director.fills('director', /^modal \/revise .*D4/, 'Please add a budget per day');
  await director.hears('director', 'Now with a budget per day.');
  await director.clicks('director', /^\/approve .*D5/);
  await world.untilProject('P1', ({ phase }) => phase === 'done');
  await world.untilQuiet();
  expect(await world.skims('director', 'decisions')).toMatchInlineSnapshot(`
    "#decisions
    - [Paul · Project Manager] P1-D1 is decided | ✔️ A guide to Lisbon: choose an approach
    - [Paul · Project Manager] P1-D2 is decided | ✔️ A guide to Lisbon: choose an approach
    - [Paul · Project Manager] P1-D3 is decided | ✔️ A guide to Lisbon: choose an approach
    - [Paul · Project Manager] P1-D4 is decided | ✔️ A guide to Lisbon: approve the plan
    - [Paul · Project Manager] P1-D5 is decided | ✔️ A guide to Lisbon: approve the plan

    #director
    - [Paul · Project Manager] | The agency is ready
    - Director: Write me a guide to Lisbon. | 👀
    - [Paul · Project Manager] /brief
    - [Paul · Project Manager] @Director A few questions for you | You want a guide to
        Lisbon.
    - Director: Three days, for a family. | 👀
    - [Paul · Project Manager] /brief
    - [Paul · Project Manager] | Three days in Lisbon, with a budget.
    - [Paul · Project Manager] /propose /propose
    - [Paul · Project Manager] The approaches | Replaced by new approaches · PM | 1 ·
        Short | 2 · Long
    - Director: And we go by tram. | 👀
    - [Paul · Project Manager] /propose /propose
    - [Paul · Project Manager] The approaches | Revision asked · Director | 1 · Short | 2
        · Long
    - [Paul · Project Manager] /propose /propose
    - [Paul · Project Manager] The approaches | 2 · Beach · Director | 1 · Zoo | 2 · Beach
    - [Paul · Project Manager] /plan
    - [Paul · Project Manager] The plan | A guide to Lisbon | Outputs and their criteria |
        Work streams and tasks | Team
    - [Paul · Project Manager] /plan
    - [Paul · Project Manager] The plan | A guide to Lisbon | Outputs and their criteria |
        Work streams and tasks | Team
    - [Paul · Project Manager] @Director P1 is done · 2 of 2 criteria met | 🏁 A guide to
        Lisbon | 2 of 2 criteria met | **Decisions taken** | [P1.zip] [o1.md]"
  `);
});

test('an objective may be a file, a bad plan goes back, and every answer can be typed', async () => {
  await using model = await startCast(plan, ({ kind, user }) => {
    const isTalk = user.includes('Good morning');
    if (kind === 'project-manager.intake' && isTalk) {
      const understanding = 'Good morning! What shall we do today?';
      return json({ title: 'Hello', understanding, isOnlyTalk: true, questions: [] });
    }
    if (kind !== 'project-manager.plan') return undefined;
    const isHopeless = user.includes('wet season') && !user.includes('dry season');
    return isHopeless || !user.includes('refused by the checks') ? json(badPlan) : undefined;
  });
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director } = world;
  await director.says('director', 'Good morning!');
  await director.hears('director', 'What shall we do today?');
  await world.untilQuiet();
  const data = `${'A guide for every day of the year. '.repeat(90)}THE END`;
  await director.says('director', '', [{ name: 'message.txt', data }]);
  await director.hears('director', 'P2-D1 waits for you');
  const [request] = model.requests.filter(({ turn }) => turn === 'P2.turn.1');
  expect(request?.body.messages.at(-1)?.content).toContain('THE END');
  expect(await director.uses('director', 'approve', { choice: 1 })).toMatchInlineSnapshot(
    `"Approach 1 it is: Short. I am making the plan."`,
  );
  await director.hears('director', 'The plan · P2-D2 waits for you');
  expect(
    await director.uses('director', 'revise', { text: 'It is the wet season' }),
  ).toMatchInlineSnapshot(`"Understood. I am working on it."`);
  await director.hears('director', 'The plan · P2-D3 waits for you');
  expect(await director.types('director', '/approve')).toMatchInlineSnapshot(`
    "[Paul · Project Manager]
    Say what should be different: \`/revise decision:P2-D3 text:…\`"
  `);
  expect(await director.types('director', '/revise "No, the dry season"')).toMatchInlineSnapshot(`
    "[Paul · Project Manager]
    Understood. I am working on it."
  `);
  await director.hears('director', 'The plan · P2-D4 waits for you');
  expect(await director.types('director', '/approve P2-D4')).toMatchInlineSnapshot(`
    "[Paul · Project Manager]
    Approved. I am setting the project up."
  `);
  await world.untilProject('P2', ({ phase }) => phase === 'done');
  await world.untilQuiet();
  expect(await world.skims('director')).toMatchInlineSnapshot(`
    "#director
    - [Paul · Project Manager] | The agency is ready
    - Director: Good morning! | 👀
    - [Paul · Project Manager] | Good morning! What shall we do today?
    - Director:  | [message.txt] | 👀
    - [Paul · Project Manager] /brief
    - [Paul · Project Manager] | Three days in Lisbon, with a budget.
    - [Paul · Project Manager] /propose /propose
    - [Paul · Project Manager] The approaches | 1 · Short · Director | 1 · Short | 2 ·
        Long
    - [Paul · Project Manager] /plan
    - [Paul · Project Manager] The plan | A guide to Lisbon | Outputs and their criteria |
        Work streams and tasks | Team
    - [Paul · Project Manager] /plan
    - [Paul · Project Manager] The plan | A guide to Lisbon | ⚠️ What is wrong with it |
        Outputs and their criteria | Work streams and tasks | Team
    - Director: /approve
    - [Paul · Project Manager] | Say what should be different: \`/revise decision:P2-D3
        text:…\`
    - Director: /revise "No, the dry season"
    - [Paul · Project Manager] | Understood. I am working on it.
    - [Paul · Project Manager] /plan
    - [Paul · Project Manager] The plan | A guide to Lisbon | Outputs and their criteria |
        Work streams and tasks | Team
    - Director: /approve P2-D4
    - [Paul · Project Manager] | Approved. I am setting the project up.
    - [Paul · Project Manager] @Director P2 is done · 2 of 2 criteria met | 🏁 A guide to
        Lisbon | 2 of 2 criteria met | **Decisions taken** | [P2.zip] [o1.md]"
  `);
});
