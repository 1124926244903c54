// From the first task to the last accepted output: who starts when, who judges, what happens next.
import { describe, expect, test } from 'vitest';
import type { Action, ActionOf } from '../../src/domain/action.ts';
import { limits } from '../../src/domain/limits.ts';
import { asks, fails, says, sendsBack, submits, uses } from '../support/players.ts';
import { planOf } from '../support/plans.ts';
import { atStaffing, atWork } from '../support/stages.ts';
import type { World } from '../support/domain.ts';

const chain = planOf([
  { doer: 'analyst', stream: 'S1' },
  { doer: 'writer', stream: 'S2', after: ['T1'] },
]);

const stateOf = (world: World, task: string) => world.project().tasks[task]?.state;
const accept: ActionOf<'accept'> = {
  type: 'accept',
  task: 'T1',
  project: null,
  criteria: [],
  note: null,
};

describe('a task', () => {
  test('starts when the outputs it needs were accepted and handed over', () => {
    const world = atWork(chain);
    expect(stateOf(world, 'T2')).toBe('waiting');
    world.until('collaborator.hand-over');
    expect([stateOf(world, 'T1'), stateOf(world, 'T2')]).toEqual(['accepted', 'waiting']);
    world.take(world.until('collaborator.hand-over'));
    expect(stateOf(world, 'T2')).toBe('working');
  });

  test('of another stream is handed over to in both channels', () => {
    const world = atWork(chain);
    world.settle();
    const where = world.posts.filter((post) => post.body.type === 'handoff');
    expect(where.map((post) => post.place)).toEqual(['P1.S1', 'P1.S2']);
  });

  test('waits while its Specialist is at another one, judged or not', () => {
    const world = atWork(planOf([{}, {}]));
    expect([stateOf(world, 'T1'), stateOf(world, 'T2')]).toEqual(['working', 'waiting']);
    world.take(world.until('specialist.work'));
    expect([stateOf(world, 'T1'), stateOf(world, 'T2')]).toEqual(['in-review', 'waiting']);
    world.take(world.until('collaborator.review'));
    expect([stateOf(world, 'T1'), stateOf(world, 'T2')]).toEqual(['accepted', 'working']);
  });

  test('does not wait for one that waits for the Director', () => {
    const world = atWork(planOf([{ approver: 'director' }, {}]));
    world.take(world.until('specialist.work'));
    expect([stateOf(world, 'T1'), stateOf(world, 'T2')]).toEqual(['for-director', 'working']);
  });

  test('has a receipt: why this Specialist and why this model', () => {
    const world = atWork();
    expect(world.said('assignment')).toMatchObject([
      {
        task: 'T1',
        assignee: 'Ada',
        why: 'writer knows how.',
        model: 'economy tier, as the approved plan says; it goes up after two rejections.',
      },
    ]);
  });

  test('that is on the longest chain starts first', () => {
    const world = atWork(planOf([{}, {}, { doer: 'analyst', after: ['T2'] }]));
    expect([stateOf(world, 'T1'), stateOf(world, 'T2')]).toEqual(['waiting', 'working']);
  });
});

describe('a submission', () => {
  test('that fails a check by code is sent back before anyone reads it', () => {
    const world = atWork();
    world.script('specialist.work', (turn, project) => submits(turn, project, ['C1']));
    world.take(world.until('specialist.work'));
    expect(world.taken.some((kind) => kind.startsWith('collaborator.review'))).toBe(false);
    expect(world.project().tasks['T1']).toMatchObject({
      state: 'working',
      reasons: ['C1 (The file is there.): It is empty.'],
    });
    world.settle();
    expect(world.taken.filter((kind) => kind.includes('specialist'))).toEqual([
      'specialist.work by A1',
      'specialist.revise by A1',
    ]);
    expect(world.project().phase).toBe('done');
  });

  test('that leaves out a file of the plan is sent back', () => {
    const plan = planOf([{}]);
    plan.outputs[0]?.files.push('map.csv');
    const world = atWork(plan);
    world.script('specialist.work', (turn, project) => {
      const whole = submits(turn, project);
      return { ...whole, files: whole.files.filter((file) => file.name !== 'map.csv') };
    });
    world.take(world.until('specialist.work'));
    expect(world.project().tasks['T1']?.reasons).toEqual(['map.csv was not submitted.']);
  });

  test('that is sent back is revised, with the reasons in hand', () => {
    const world = atWork();
    world.script('collaborator.review', (turn) => sendsBack(turn, 'Too long.', 'No prices.'));
    world.settle();
    expect(world.read('P1.S1.A1')).toMatchInlineSnapshot(`
      [
        "[Ada · Writer] specialist-card: new here",
        "[Paul · Project Manager] assignment: T1 for Ada",
        "[Ada · Writer] command: /start",
        "[Ada · Writer] output: T1 with o1.md",
        "[Wanda · Collaborator] verdict: T1 sent back: Too long. No prices.",
        "[Ada · Writer] command: /start",
        "[Ada · Writer] output: T1 with o1.md",
        "[Wanda · Collaborator] verdict: T1 accepted",
      ]
    `);
  });

  test('is judged by the member that the plan names', () => {
    const world = atWork(planOf([{ doer: 'writer', approver: 'critic' }]));
    world.settle();
    expect(world.taken).toContain('specialist.review by A1');
    expect(world.project().tasks['T1']?.approvedBy).toBe('A1');
    expect(world.project().tasks['T1']?.assignee).toBe('A2');
  });

  test('with an unmet criterion is not accepted, whatever the approver calls it', () => {
    const world = atWork();
    const criteria = [{ criterion: 'C2', met: false, evidence: '“blah”' }];
    const word: Action = { ...accept, criteria };
    world.script('collaborator.review', () => uses([word]));
    world.take(world.until('collaborator.review'));
    expect(world.project().tasks['T1']).toMatchObject({
      state: 'working',
      reasons: ['C2: “blah”'],
    });
  });

  test('is judged again when the approver left a criterion out', () => {
    const world = atWork();
    world.script('collaborator.review', () => uses([accept]));
    world.take(world.until('collaborator.review'));
    expect(world.until('collaborator.review').subject.prompt).toBe(
      'Judge these criteria with a quotation each: C2',
    );
    world.settle();
    expect(world.project().phase).toBe('done');
  });

  test('is judged again when the approver only talked', () => {
    const world = atWork();
    world.script('collaborator.review', () => says('Nice work!'));
    world.settle();
    expect(world.project().phase).toBe('done');
  });

  test('goes to a better model after the second rejection', () => {
    const world = atWork();
    world.script(
      'collaborator.review',
      (turn) => sendsBack(turn, 'Shorter.'),
      (turn) => sendsBack(turn, 'Shorter still.'),
    );
    const tiers: string[] = [];
    world.always('specialist.revise', (turn, project) => {
      tiers.push(turn.tier);
      return submits(turn, project);
    });
    world.settle();
    expect(tiers).toEqual(['economy', 'standard']);
    expect(world.project().phase).toBe('done');
  });

  test('shows every criterion with its evidence once it is accepted', () => {
    const world = atWork();
    world.settle();
    expect(world.said('deliverable')).toMatchObject([
      {
        author: 'Ada',
        approver: 'Wanda',
        results: [
          { criterion: 'C1', met: true, checkedBy: 'code', evidence: 'It has 120 words.' },
          { criterion: 'C2', met: true, checkedBy: 'agent', evidence: '“It reads well.”' },
        ],
      },
    ]);
  });
});

describe('a question to a colleague', () => {
  const team = planOf([{ doer: 'writer' }, { doer: 'analyst', stream: 'S2' }]);

  test('is answered in the thread of whoever asked, and the work goes on', () => {
    const world = atWork(team);
    const mine = world.dueTurns().find((turn) => turn.agentId === 'A2');
    world.script('specialist.work', () => asks('A1', 'Which year?'));
    if (mine !== undefined) world.take(mine);
    const answering = world.until('specialist.answer');
    expect(answering).toMatchObject({ agentId: 'A1', conversation: 'P1.S1.A2' });
    world.take(answering);
    expect(world.read('P1.S1.A2').slice(-2)).toEqual([
      '[Bruno · Writer] command: /ask @Ada Which year?',
      '[Ada · Analyst] speech: An answer: Which year?',
    ]);
    expect(world.project().remarks.at(-1)).toEqual({
      place: 'P1.S1.A2',
      by: 'Ada',
      text: 'An answer: Which year?',
    });
    world.settle();
    expect(world.project().phase).toBe('done');
  });

  test.each(['pm', 'A99', 'A1', 'P1-S1'])('to %s, who cannot answer, goes to the PM', (to) => {
    const world = atWork();
    world.script('specialist.work', () => asks(to));
    world.take(world.until('specialist.work'));
    expect(world.until('project-manager.talk').conversation).toBe('P1.S1.A1');
    world.settle();
    expect(world.project().phase).toBe('done');
  });

  test('cannot be put for ever: after some, the Director is asked', () => {
    const world = atWork();
    world.always('specialist.work', () => asks('pm'));
    world.settle();
    expect(stateOf(world, 'T1')).toBe('stuck');
    const talks = world.taken.filter((kind) => kind.startsWith('project-manager.talk'));
    expect(talks).toHaveLength(limits.questionsPerTaskMax);
  });

  test('that nobody could answer does not stop the work', () => {
    const world = atWork();
    world.script('specialist.work', () => asks('pm'));
    world.script(
      'project-manager.talk',
      () => fails(),
      () => says(''),
    );
    world.settle();
    expect(world.read('P1.S1.A1')).toContain(
      '[Paul · Project Manager] speech: I could not answer: It said nothing.',
    );
    expect(world.project().phase).toBe('done');
  });
});

test('the PM may say why, but not change who does a task of the approved plan', () => {
  const world = atStaffing(planOf([{ doer: 'writer' }, { doer: 'analyst' }]));
  world.script('project-manager.staffing', () =>
    uses([
      { type: 'assign', task: 'T1', to: 'analyst', why: 'I prefer her.', project: null },
      { type: 'assign', task: 'T2', to: 'analyst', why: 'She can count.', project: null },
    ]),
  );
  world.take(world.until('project-manager.staffing'));
  expect(world.project().tasks).toMatchObject({
    T1: { doer: 'writer', assignedWhy: 'Somebody must be the writer.' },
    T2: { doer: 'analyst', assignedWhy: 'She can count.' },
  });
});
