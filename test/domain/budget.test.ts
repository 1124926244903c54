// A project's ceilings are hard. Every turn of these tests costs 500 micro-USD and 100 tokens.
import { describe, expect, test } from 'vitest';
import { createWorld } from '../support/domain.ts';
import type { World } from '../support/domain.ts';
import { fails } from '../support/players.ts';
import { planOf } from '../support/plans.ts';
import { atStaffing, atWork } from '../support/stages.ts';
import { noUsage } from '../../src/domain/turn.ts';

/** A project that was approved as far as its budget allows. */
function begun(terms: { ceilingMicroUsd?: number; ceilingTokens?: number }): World {
  const world = createWorld(planOf([{}, { doer: 'analyst' }]), terms);
  world.director.says('Make me a guide to Lisbon.');
  world.settle();
  for (const kind of ['approach', 'plan']) {
    const decision = Object.values(world.project().decisions).find((one) => one.kind === kind);
    if (decision === undefined) continue;
    world.director.does({ type: 'approve', decision: decision.id, choice: 1 });
    world.settle();
  }
  return world;
}

describe('a project whose budget is spent', () => {
  test('takes no further turn and asks the Director', () => {
    const world = begun({ ceilingMicroUsd: 3500 });
    expect(world.project().usage.microUsd).toBe(3500);
    expect(world.dueTurns()).toEqual([]);
    expect(Object.values(world.project().decisions)).toMatchObject([
      {
        kind: 'budget',
        title: 'P1: the budget is spent',
        why:
          'It has cost $0.00 of at most $0.00. Nothing more is spent before you decide; the work ' +
          'goes on where it stopped.',
        options: ['Double the budget', 'Cancel the project'],
      },
    ]);
  });

  test('spends more only when the Director says so in as many words', () => {
    const world = begun({ ceilingMicroUsd: 3500 });
    expect(world.director.does({ type: 'approve', decision: null, choice: null })).toEqual({
      ok: false,
      reason: 'Say which one: 1 to 2.',
    });
    world.director.does({ type: 'approve', decision: null, choice: 1 });
    expect(world.project().terms.ceilingMicroUsd).toBe(7000);
    expect(world.dueTurns().length).toBeGreaterThan(0);
  });

  test('goes on where it stopped, as often as it is allowed to', () => {
    const world = begun({ ceilingMicroUsd: 1000 });
    for (let round = 0; round < 20 && world.project().phase !== 'done'; round += 1) {
      world.director.does({ type: 'approve', decision: null, choice: 1 });
      world.settle();
    }
    expect(world.project().phase).toBe('done');
    expect(world.said('deliverable')).toHaveLength(2);
  });

  test('can be ended instead', () => {
    const world = begun({ ceilingMicroUsd: 3500 });
    world.director.does({ type: 'approve', decision: null, choice: 2 });
    expect(world.project().phase).toBe('cancelled');
  });

  test('asks once, whatever else is ordered meanwhile', () => {
    const world = begun({ ceilingMicroUsd: 3500 });
    world.director.says('How is it going?', 'P1.overview');
    world.director.says('Hello?', 'P1.S1.A1');
    expect(Object.keys(world.project().decisions)).toHaveLength(1);
    world.director.does({ type: 'approve', decision: null, choice: 1 });
    world.settle();
    expect(world.read('P1.overview').join('\n')).toContain('The PM answers: How is it going?');
  });

  test('is bounded in tokens as well, where nothing has a price', () => {
    const world = begun({ ceilingTokens: 700 });
    expect(world.dueTurns()).toEqual([]);
    expect(Object.values(world.project().decisions)[0]?.why).toContain(
      'It has used 700 tokens of at most 700.',
    );
    world.director.does({ type: 'approve', decision: null, choice: 1 });
    expect(world.project().terms.ceilingTokens).toBe(1400);
  });

  test('plans once when the Director wrote twice in the meantime', () => {
    const world = createWorld(planOf([{}]), { ceilingMicroUsd: 1000 });
    world.director.says('Make me a guide to Lisbon.');
    world.settle();
    world.director.does({ type: 'approve', decision: 'P1-D1', choice: 1 });
    world.director.says('With Porto.');
    world.director.says('And without Sintra.');
    world.director.does({ type: 'approve', decision: 'P1-D2', choice: 1 });
    expect(world.dueTurns().map((turn) => turn.subject.prompt)).toEqual(['And without Sintra.']);
  });

  test('counts what a call would cost: one that was not made for it is made afterwards', () => {
    const world = atWork();
    const reason = 'The next call may cost $0.40, and $0.30 are left.';
    world.script('specialist.work', () => fails(reason, 'budget-exhausted'));
    world.settle();
    expect(world.project().tasks['T1']?.state).toBe('working');
    const [decision] = Object.values(world.project().decisions);
    expect(decision?.why).toContain(reason);
    world.director.does({ type: 'approve', decision: null, choice: 1 });
    world.settle();
    expect(world.project().phase).toBe('done');
    expect(world.project().terms.ceilingMicroUsd).toBe(10_000_000);
  });

  test("can be tried again when it was the agency's ceiling of the day", () => {
    const world = atWork();
    const spent = () => fails('The day is spent.', 'agency-budget-exhausted');
    world.script('specialist.work', spent, spent);
    world.settle();
    const again = () => world.director.does({ type: 'approve', decision: null, choice: 1 });
    again();
    world.settle();
    expect(Object.values(world.project().decisions)[0]?.options[0]).toBe('Try once more');
    again();
    world.settle();
    expect(world.project().phase).toBe('done');
    expect(world.project().terms.ceilingMicroUsd).toBe(5_000_000);
  });

  test('does not plan again what was approved while the plan was held', () => {
    const world = createWorld(planOf([{}]), { ceilingMicroUsd: 1500 });
    world.director.says('Make me a guide to Lisbon.');
    world.settle();
    world.director.does({ type: 'approve', decision: 'P1-D1', choice: 1 });
    world.settle();
    world.director.says('With Porto.');
    world.director.does({ type: 'approve', decision: 'P1-D2', choice: 1 });
    world.director.does({ type: 'approve', decision: 'P1-D3', choice: 1 });
    expect(world.dueTurns().map((turn) => turn.kind)).toEqual(['project-manager.staffing']);
  });

  test('does not judge again what a human judged while the review was held', () => {
    const world = atWork();
    world.script('collaborator.review', () => fails('It is spent.', 'budget-exhausted'));
    world.settle();
    const accept = { type: 'accept' as const, task: 'T1', project: null, criteria: [], note: null };
    world.director.does(accept);
    world.director.does({ type: 'approve', decision: null, choice: 1 });
    world.settle();
    expect(world.project().phase).toBe('done');
    expect(world.taken.filter((kind) => kind.startsWith('collaborator.review'))).toHaveLength(1);
  });

  // Two cards wait: one for the staffing turn that failed, one for the budget.
  test('does not forget what else waits for the Director', () => {
    const world = atStaffing();
    world.script(
      'project-manager.staffing',
      () => fails(),
      () => fails(),
    );
    world.settle();
    world.script('project-manager.talk', () => fails('It is spent.', 'budget-exhausted'));
    world.director.says('What happened?', 'P1.overview');
    world.settle();
    const titles = Object.values(world.project().decisions).map((decision) => decision.title);
    expect(titles).toEqual(['P1: The team is not set up', 'P1: the budget is spent']);
    for (const decision of ['P1-D3', 'P1-D4']) {
      world.director.does({ type: 'approve', decision, choice: 1 });
    }
    world.settle();
    expect(world.project().phase).toBe('done');
    expect(world.taken).toContain('project-manager.talk by pm');
  });

  test('says so when it is asked after the hand-over', () => {
    const turns = begun({}).project().usage.calls;
    const world = begun({ ceilingMicroUsd: turns * 500 });
    expect(world.project().phase).toBe('done');
    world.director.says('Which tram was it?', 'P1.S1.A1');
    expect(world.dueTurns()).toEqual([]);
    expect(world.read('P1.S1.A1').at(-1)).toContain('the budget of this project is spent');
  });
});

test('a call that the agency cannot afford today waits, and can be tried again', () => {
  const world = createWorld(planOf([{}]));
  world.director.says('Make me a guide to Lisbon.');
  world.settle();
  world.director.does({ type: 'approve', decision: 'P1-D1', choice: 1 });
  const turn = world.until('project-manager.plan');
  const common = { id: `turn.${turn.id}.failed`, at: 1, turnId: turn.id, usage: noUsage };
  const reason = 'The agency may spend $20 a day.';
  world.handle({ ...common, type: 'turn-failed', code: 'agency-budget-exhausted', reason });
  expect(world.project().held).toHaveLength(1);
  const decision = Object.values(world.project().decisions)[0];
  expect(decision?.options).toEqual(['Try once more', 'Cancel the project']);
  world.director.does({ type: 'approve', decision: decision?.id ?? null, choice: 1 });
  expect(world.project().held).toEqual([]);
  world.settle();
  expect(world.project().plan).not.toBeNull();
});

test('a card about the budget does not keep a project waiting that nothing leads on', () => {
  const world = createWorld(planOf([{}]));
  world.director.says('Make me a guide to Lisbon.');
  const turn = world.until('project-manager.approaches');
  const common = { id: `turn.${turn.id}.failed`, at: 1, turnId: turn.id, usage: noUsage };
  const reason = 'The agency may spend $20 a day.';
  world.handle({ ...common, type: 'turn-failed', code: 'agency-budget-exhausted', reason });
  world.always('project-manager.approaches', () => fails());
  world.director.says('Go on, please.');
  world.settle();
  expect(world.project().phase).toBe('stopped');
});
