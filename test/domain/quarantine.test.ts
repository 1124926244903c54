// A turn that took down whoever took it, three times, is given up: nobody takes it again before the
// Director says so, and the rest goes on.
import { describe, expect, test } from 'vitest';
import type { TurnKind } from '../../src/domain/turn.ts';
import { createWorld } from '../support/domain.ts';
import type { World } from '../support/domain.ts';
import { fails } from '../support/players.ts';
import { planOf } from '../support/plans.ts';
import { atWork } from '../support/stages.ts';

const givenUp = () => fails('The turn was begun 3 times and never finished.', 'turn-attempts');

/** A life in which the first turn of this kind is given up, as far as it goes by itself. */
function until(kind: TurnKind): World {
  const world = createWorld(planOf([{}, { after: ['T1'] }]));
  world.script(kind, givenUp);
  world.director.says('Make me a guide to Lisbon.');
  for (let step = 0; step < 3 && world.unused().length > 0; step += 1) {
    world.settle();
    if (world.unused().length === 0) break;
    world.director.does({ type: 'approve', decision: null, choice: 1 });
  }
  world.settle();
  return world;
}

describe.each<[TurnKind, string, string[]]>([
  [
    'project-manager.intake',
    'P1: Your objective is not read · Paul reads the objective.',
    ['Try once more', 'Cancel the project'],
  ],
  [
    'project-manager.approaches',
    'P1: There are no approaches · Paul looks for approaches.',
    ['Try once more', 'Cancel the project'],
  ],
  [
    'project-manager.plan',
    'P1: The plan is not made · Paul makes the plan.',
    ['Try once more', 'Cancel the project'],
  ],
  [
    'project-manager.staffing',
    'P1: The team is not set up · Paul puts the team together.',
    ['Try once more', 'Cancel the project'],
  ],
  [
    'project-manager.assemble',
    'P1: The whole is not checked · Paul checks the whole.',
    ['Try once more', 'Cancel the project'],
  ],
  [
    'specialist.work',
    'T1 Task 1: not finished · Ada works on T1.',
    ['Try once more', 'Cancel the project'],
  ],
  [
    'collaborator.review',
    'T1 Task 1: not finished · Wanda reviews T1.',
    ['Try once more', 'Accept as it is', 'Cancel the project'],
  ],
])('a turn that is given up: %s', (kind, told, options) => {
  test('is a card that names who, what and why', () => {
    const world = until(kind);
    const [card] = Object.values(world.project().decisions).filter((one) => one.kind === 'stuck');
    const [first = ''] = (card?.why ?? '').split(' The turn was begun 3 times');
    expect(`${card?.title} · ${first}`).toBe(told);
    expect(card?.why).toMatch(/never finished\. \(P1\.turn\.\d+\)$/);
    expect(card?.options).toEqual(options);
    expect(world.read('agency.log').at(-1)).toContain('A turn of P1 is given up');
  });

  test('is not taken again by itself', () => {
    const world = until(kind);
    expect(world.dueTurns()).toEqual([]);
    expect(world.taken.filter((one) => one.startsWith(kind))).toHaveLength(1);
  });

  test('is tried once more when the Director says so, and the project ends well', () => {
    const world = until(kind);
    for (let round = 0; round < 4 && world.project().phase !== 'done'; round += 1) {
      world.director.does({ type: 'approve', decision: null, choice: 1 });
      world.settle();
    }
    expect(world.project().phase).toBe('done');
  });
});

test('work beside a turn that is given up goes on', () => {
  const world = atWork(planOf([{ doer: 'analyst' }, { doer: 'writer' }]));
  world.script('specialist.work', givenUp);
  world.settle();
  const { tasks } = world.project();
  expect([tasks['T1']?.state, tasks['T2']?.state]).toEqual(['stuck', 'accepted']);
});

test('what code can do without is done without, and the operator is told', () => {
  const world = createWorld(planOf([{}, { after: ['T1'] }]));
  for (const kind of ['introduce', 'hand-over', 'summarise'] as const) {
    world.script(`collaborator.${kind}`, givenUp);
  }
  world.director.says('Make me a guide to Lisbon.');
  for (let step = 0; step < 2; step += 1) {
    world.settle();
    world.director.does({ type: 'approve', decision: null, choice: 1 });
  }
  world.settle();
  expect(world.project().phase).toBe('done');
  const told = world.read('agency.log').filter((line) => line.includes('is given up'));
  expect(told).toHaveLength(3);
});

test('whoever asked is told when the turn that was to answer is given up', () => {
  const world = atWork();
  world.script('project-manager.talk', givenUp);
  world.director.says('How far are you?', 'P1.overview');
  world.settle();
  expect(world.read('P1.overview').join('\n')).toContain('I could not answer: The turn was begun');
});

test('a card about a plan that was not made goes when the Director steers it again', () => {
  const world = until('project-manager.plan');
  world.director.says('Make it shorter.');
  expect(world.project().decisions).toEqual({});
  world.settle();
  expect(Object.values(world.project().decisions)).toMatchObject([{ kind: 'plan' }]);
});
