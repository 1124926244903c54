// From an objective to an approved plan: nothing is spent on work, and the Director's word counts.
import { describe, expect, test } from 'vitest';
import { approaches, brief, drafts, fails, says, uses } from '../support/players.ts';
import { createWorld } from '../support/domain.ts';
import { planOf } from '../support/plans.ts';
import { atApproaches, atPlan, atStaffing, atWork } from '../support/stages.ts';

const selfApproved = planOf([{ doer: 'writer', approver: 'writer' }]);

describe('an objective', () => {
  test('is acknowledged with a reaction before anything else', () => {
    const world = createWorld();
    world.director.says('Make me a guide to Lisbon.');
    expect(world.reactions.map((reaction) => reaction.emoji)).toEqual(['👀']);
    expect(world.project().objective).toBe('Make me a guide to Lisbon.');
  });

  test('of a stranger is not heard', () => {
    const world = createWorld();
    world.stranger.says('Make me rich.');
    world.colleague.says('Make me rich too.');
    expect(world.projectIds()).toEqual([]);
    expect(world.reactions).toEqual([]);
  });

  test('that is unclear is asked about, and the answer is read with it', () => {
    const world = createWorld();
    world.script('project-manager.intake', () => brief(['For whom?', 'Which season?']));
    world.director.says('Make me a guide to Lisbon.');
    world.settle();
    expect(world.said('questions').map((body) => body.questions)).toEqual([
      ['For whom?', 'Which season?'],
    ]);
    expect(world.project().phase).toBe('intake');
    world.director.says('For my parents, in spring.');
    const [turn] = world.dueTurns();
    expect(turn?.kind).toBe('project-manager.intake');
    expect(turn?.subject.prompt).toBe('For my parents, in spring.');
    world.settle();
    expect(world.project().phase).toBe('approaches');
  });

  test('that is asked about again and again is asked about three times', () => {
    const world = createWorld();
    const ask = () => brief(['For whom?']);
    world.script('project-manager.intake', ask, ask, ask, ask);
    world.director.says('Make me a guide to Lisbon.');
    for (let round = 1; round <= 3; round += 1) {
      world.settle();
      expect(world.project().phase).toBe('intake');
      world.director.says('For my parents.');
    }
    world.settle();
    expect(world.said('questions')).toHaveLength(3);
    expect(world.said('speech').at(-1)?.text).toMatch(
      /I go on without an answer to this:\n• For whom\?$/,
    );
    expect(world.project().phase).toBe('approaches');
  });

  test('that is only a greeting is answered and closed', () => {
    const world = createWorld();
    const understanding = 'Hello Dora, what shall we make?';
    world.script('project-manager.intake', () =>
      uses([{ type: 'brief', title: 'Hello', understanding, isObjective: false, questions: [] }]),
    );
    world.director.says('Hello!');
    world.settle();
    expect(world.project().phase).toBe('closed');
    expect(world.read('agency.director').at(-1)).toContain('what shall we make?');
    world.director.says('Make me a guide.');
    expect(world.projectIds()).toEqual(['P1', 'P2']);
  });

  test('may be as long as a document', () => {
    const world = createWorld();
    world.director.says(`${'a very long objective '.repeat(900)}\u{1F389}`.slice(0, 19_999));
    world.settle();
    world.director.says(`${'x'.repeat(3999)}\u{1F389} and more`);
    expect(world.project().dialogue.at(-1)?.text).toBe('x'.repeat(3999));
  });

  test('is read again when the Director writes on before the PM is done', () => {
    const world = createWorld();
    world.director.says('Make me a guide to Lisbon.');
    const [first] = world.dueTurns();
    world.director.says('And to Porto.');
    const [second] = world.dueTurns();
    expect(world.dueTurns()).toHaveLength(1);
    expect(second?.subject.prompt).toBe('And to Porto.');
    world.end(first?.id ?? '', brief(['Too late?']));
    expect(world.said('questions')).toEqual([]);
  });
});

describe('the approaches', () => {
  test('wait as one decision, and the Director is notified of it', () => {
    const world = atApproaches();
    const card = world.posts.find((post) => post.body.type === 'decision');
    expect(card?.place).toBe('agency.decisions');
    expect(card?.notify).toEqual(['200000000000000001']);
    expect(Object.keys(world.project().decisions)).toEqual(['P1-D1']);
  });

  test('are chosen by number, and a plan is made from the one chosen', () => {
    const world = atApproaches();
    const receipt = world.director.does({ type: 'approve', decision: 'P1-D1', choice: 2 });
    expect(receipt).toEqual({
      ok: true,
      text: 'Approach 2 it is: Thorough. I am making the plan.',
    });
    expect(world.project().chosen).toBe(2);
    expect(world.edits.map((edit) => [edit.post.place, edit.post.body])).toMatchObject([
      ['agency.decisions', { type: 'decision', outcome: '2 · Thorough · Dora' }],
      ['agency.director', { type: 'approaches', decision: null, text: '2 · Thorough · Dora' }],
    ]);
  });

  test.each([null, 3, 9])('are not chosen by %s', (choice) => {
    const world = atApproaches();
    const receipt = world.director.does({ type: 'approve', decision: 'P1-D1', choice });
    expect(receipt).toEqual({ ok: false, reason: 'Say which one: 1 to 2.' });
    expect(world.project().phase).toBe('approaches');
  });

  test('need no number when there is only one', () => {
    const world = createWorld();
    world.script('project-manager.approaches', () => approaches('The only one'));
    world.director.says('Make me a guide to Lisbon.');
    world.settle();
    world.director.does({ type: 'approve', decision: null, choice: null });
    expect(world.project().chosen).toBe(1);
  });

  test('are chosen once: a double click is told so', () => {
    const world = atApproaches();
    world.director.does({ type: 'approve', decision: 'P1-D1', choice: 1 });
    const receipt = world.director.does({ type: 'approve', decision: 'P1-D1', choice: 2 });
    expect(receipt).toEqual({ ok: false, reason: 'P1-D1 was already decided, or never asked.' });
    expect(world.project().chosen).toBe(1);
  });

  test('are replaced by others when the Director asks for other ideas', () => {
    const world = atApproaches();
    world.script('project-manager.approaches', () => approaches('Slow', 'Slower'));
    const text = 'Something slower.';
    world.director.does({ type: 'ask-revision', decision: 'P1-D1', text });
    expect(world.dueTurns()[0]?.subject.prompt).toBe('Something slower.');
    world.settle();
    expect(Object.values(world.project().decisions)).toMatchObject([
      { id: 'P1-D2', options: ['Slow', 'Slower'] },
    ]);
  });

  test('are steered by a reply in words', () => {
    const world = atApproaches();
    world.director.says('Without museums, please.');
    expect(world.dueTurns()[0]?.kind).toBe('project-manager.approaches');
    world.settle();
    expect(Object.keys(world.project().decisions)).toEqual(['P1-D2']);
  });
});

describe('the plan', () => {
  test('says whom it takes, what comes first and that nothing is known about the cost yet', () => {
    const world = atPlan(planOf([{}, { after: ['T1'] }]));
    expect(world.said('plan')).toMatchObject([
      {
        seats: [{ key: 'writer', label: 'new · Writer', reused: false }],
        criticalPath: ['T1', 'T2'],
        forecast: { microUsdLow: null, microUsdHigh: null, microUsdCeiling: 5_000_000 },
        faults: [],
      },
    ]);
  });

  test('is mended by the PM before the Director sees it', () => {
    const world = atApproaches();
    world.script('project-manager.plan', () => drafts(selfApproved));
    world.director.does({ type: 'approve', decision: null, choice: 1 });
    world.take(world.until('project-manager.plan'));
    expect(world.dueTurns()[0]?.subject.prompt).toBe(
      'The plan was refused by the checks:\nTask T1 is approved by its own doer.',
    );
    expect(world.said('plan')).toEqual([]);
    world.settle();
    expect(world.said('plan')).toHaveLength(1);
  });

  test('that cannot be mended is shown with its faults and cannot be approved', () => {
    const world = atApproaches();
    world.always('project-manager.plan', () => drafts(selfApproved));
    world.director.does({ type: 'approve', decision: null, choice: 1 });
    world.settle();
    expect(world.taken.filter((kind) => kind.startsWith('project-manager.plan'))).toHaveLength(3);
    expect(world.said('plan')).toMatchObject([
      { faults: ['Task T1 is approved by its own doer.'] },
    ]);
    const [decision] = Object.values(world.project().decisions);
    expect(decision?.options).toEqual(['Revise', 'Cancel']);
    expect(world.director.does({ type: 'approve', decision: null, choice: null })).toMatchObject({
      ok: false,
    });
    expect(world.project().phase).toBe('planning');
  });

  test('is mended as often again after the Director asked for another', () => {
    const world = atApproaches();
    world.always('project-manager.plan', () => drafts(selfApproved));
    world.director.does({ type: 'approve', decision: null, choice: 1 });
    world.settle();
    world.director.does({ type: 'ask-revision', decision: null, text: 'Mend it.' });
    world.settle();
    expect(world.taken.filter((kind) => kind.startsWith('project-manager.plan'))).toHaveLength(6);
  });

  test('is revised in words, and the newest one is approved', () => {
    const world = atPlan();
    world.script('project-manager.plan', () => drafts(planOf([{}, {}])));
    const receipt = world.director.does({
      type: 'ask-revision',
      decision: null,
      text: 'Two parts.',
    });
    expect(receipt.ok).toBe(true);
    expect(world.director.does({ type: 'approve', decision: 'P1-D2', choice: 1 }).ok).toBe(false);
    world.settle();
    world.director.does({ type: 'approve', decision: null, choice: 1 });
    expect(Object.keys(world.project().tasks)).toEqual(['T1', 'T2']);
  });

  // The second option of a plan's card is a change in words, the third ends the project.
  test('is not approved by choosing to revise it', () => {
    const world = atPlan();
    expect(world.director.does({ type: 'approve', decision: 'P1-D2', choice: 2 })).toEqual({
      ok: false,
      reason: 'Say what should be different: `/revise decision:P1-D2 text:…`',
    });
    expect(world.project().phase).toBe('planning');
  });

  test('is not approved by choosing to cancel', () => {
    const world = atPlan();
    world.director.does({ type: 'approve', decision: 'P1-D2', choice: 3 });
    expect(world.project().phase).toBe('cancelled');
  });

  test('that was approved is not replaced by one that was still being drafted', () => {
    const world = atPlan();
    world.director.says('Maybe with Porto.');
    const [drafting] = world.dueTurns();
    expect(drafting?.kind).toBe('project-manager.plan');
    world.director.does({ type: 'approve', decision: 'P1-D2', choice: 1 });
    world.end(drafting?.id ?? '', drafts(planOf([{}, {}, {}])));
    expect(world.project().plan?.tasks).toHaveLength(1);
    world.settle();
    expect(world.project().phase).toBe('done');
  });

  test('can no longer be approved once a newer draft is with the checks', () => {
    const world = atPlan();
    world.director.says('Maybe with Porto.');
    world.script('project-manager.plan', () => drafts(selfApproved));
    world.take(world.until('project-manager.plan'));
    expect(world.director.does({ type: 'approve', decision: 'P1-D2', choice: 1 }).ok).toBe(false);
    expect(world.project().phase).toBe('planning');
  });

  test('starts no work before it is approved', () => {
    const world = atPlan();
    expect(world.taken.filter((kind) => !kind.startsWith('project-manager.'))).toEqual([]);
    expect([...world.places.keys()].filter((key) => key.startsWith('P1'))).toEqual([]);
  });

  test('once approved opens the category, its channels and a thread for each who works', () => {
    const plan = planOf([
      { doer: 'analyst', stream: 'S1', approver: 'critic' },
      { doer: 'writer', stream: 'S2', after: ['T1'] },
    ]);
    const world = atStaffing(plan);
    world.settle();
    const made = [...world.places.values()].filter(({ key }) => key.startsWith('P1'));
    expect(made.map(({ key, kind, parent, name }) => `${kind} ${key} in ${parent}: ${name}`))
      .toMatchInlineSnapshot(`
      [
        "category P1 in null: A guide to Lisbon · P1",
        "channel P1.overview in P1: overview",
        "channel P1.S1 in P1: stream-s1",
        "channel P1.S2 in P1: stream-s2",
        "thread P1.S1.A1 in P1.S1: Ada · Analyst",
        "thread P1.S2.A3 in P1.S2: Chidi · Writer",
      ]
    `);
  });
});

test('a turn of the PM that only talks is taken again', () => {
  const world = createWorld();
  world.script('project-manager.intake', () => says('Interesting!'));
  world.director.says('Make me a guide to Lisbon.');
  world.settle();
  expect(world.project().phase).toBe('approaches');
});

test('a change that could not be made leaves the plan that waits', () => {
  const world = atPlan();
  world.script(
    'project-manager.plan',
    () => fails('the endpoint is away'),
    () => fails('the endpoint is away'),
  );
  world.director.says('Shorter, please.');
  world.settle();
  expect(world.project().phase).toBe('planning');
  expect(Object.keys(world.project().decisions)).toEqual(['P1-D2']);
  expect(world.said('notice').at(-1)?.title).toBe('Your change is not made');
});

test('an approval that names nothing is asked which, where several things wait', () => {
  const world = atWork(planOf([{ approver: 'director' }, { approver: 'director', doer: 'b' }]));
  world.settle();
  expect(Object.keys(world.project().decisions)).toHaveLength(2);
  const receipt = world.director.does({ type: 'approve', decision: null, choice: null });
  expect(receipt).toMatchObject({ ok: false });
  expect(Object.keys(world.project().decisions)).toHaveLength(2);
});
