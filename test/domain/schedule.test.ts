// Which tasks come first, which can start, and how long the longest chain is.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { criticalPath, depthsOf, startableTasks } from '../../src/domain/schedule.ts';
import { goodPlans, planOf } from '../support/plans.ts';
import { atPlan, atWork } from '../support/stages.ts';

describe('the critical path', () => {
  test.each<[string, string[][], string[]]>([
    ['one task', [[]], ['T1']],
    ['a chain', [[], ['T1'], ['T2']], ['T1', 'T2', 'T3']],
    ['tasks beside each other', [[], [], []], ['T1']],
    ['a fork that meets again', [[], ['T1'], ['T1'], ['T2', 'T3'], []], ['T1', 'T2', 'T4']],
    ['a long way and a short one', [[], [], ['T2'], ['T1', 'T3']], ['T2', 'T3', 'T4']],
  ])('of %s', (_what, after, expected) => {
    expect(criticalPath(planOf(after.map((ids) => ({ after: ids }))))).toEqual(expected);
  });

  test('is a chain of dependencies, and no chain is longer', () => {
    fc.assert(
      fc.property(goodPlans, (plan) => {
        const path = criticalPath(plan);
        const depths = depthsOf(plan);
        expect(path).toHaveLength(Math.max(...depths.values()));
        for (const [at, id] of path.entries()) {
          const task = plan.tasks.find((one) => one.id === id);
          expect(at === 0 ? [undefined] : task?.after).toContain(path[at - 1]);
        }
      }),
    );
  });

  // Such a plan is refused, but people are shown it with its faults.
  test('of a plan whose tasks wait for each other is found at once', () => {
    const ids = Array.from({ length: 40 }, (_, n) => `T${n + 1}`);
    expect(criticalPath(planOf(ids.map(() => ({ after: ids }))))).toEqual([]);
    const knot = planOf([{}, ...ids.slice(1).map(() => ({ after: ids }))]);
    expect(criticalPath(knot)[0]).toBe('T1');
  });
});

describe('what can start', () => {
  test('is what waits for nothing, for each Specialist the head of the longest chain', () => {
    const plan = planOf([
      { doer: 'writer' },
      { doer: 'writer' },
      { doer: 'analyst', after: ['T2'] },
      { doer: 'critic' },
    ]);
    const world = atWork(plan);
    const started = Object.values(world.project().tasks).filter((task) => task.state === 'working');
    expect(started.map((task) => task.id)).toEqual(['T2', 'T4']);
    expect(startableTasks(world.project())).toEqual([]);
  });

  test('is nothing before the plan is approved', () => {
    expect(startableTasks(atPlan().project())).toEqual([]);
  });
});
