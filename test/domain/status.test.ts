// What `/status` and the living message say, at any moment of a project.
import { expect, test } from 'vitest';
import { statusView } from '../../src/domain/status.ts';
import { createWorld } from '../support/domain.ts';
import { brief } from '../support/players.ts';
import { planOf } from '../support/plans.ts';
import { atPlan, atWork } from '../support/stages.ts';

test('the status of a project that is planned names what waits for the Director', () => {
  const view = statusView(atPlan().project());
  expect(view).toMatchObject({
    projectId: 'P1',
    title: 'A guide to Lisbon',
    phase: 'planning',
    tasks: [],
    waiting: [{ id: 'P1-D2', title: 'A guide to Lisbon: approve the plan' }],
    working: [],
    endedAt: null,
  });
});

test('the status of work names who does what, and what it has cost', () => {
  const world = atWork(planOf([{ doer: 'analyst' }, { doer: 'writer', after: ['T1'] }]));
  expect(statusView(world.project())).toMatchObject({
    phase: 'running',
    tasks: [
      { id: 'T1', title: 'Task 1', state: 'working', assignee: 'Ada' },
      { id: 'T2', title: 'Task 2', state: 'waiting', assignee: 'Bruno' },
    ],
    working: [
      { agent: 'Wanda', what: 'introduces the stream' },
      { agent: 'Ada', what: 'works on T1' },
    ],
    spentMicroUsd: 2000,
    ceilingMicroUsd: 5_000_000,
    tokens: 400,
  });
  world.settle();
  const { phase, tasks, working, endedAt } = statusView(world.project());
  expect({ phase, working }).toEqual({ phase: 'done', working: [] });
  expect(tasks.map((task) => task.state)).toEqual(['accepted', 'accepted']);
  expect(endedAt).toBeGreaterThan(world.project().openedAt);
});

test('the status of a paused project says who paused it, and how much waits', () => {
  const world = atWork(planOf([{ doer: 'analyst' }, { doer: 'writer' }]));
  world.director.does({ type: 'pause', project: 'P1' });
  expect(statusView(world.project())).toMatchObject({
    paused: { by: 'Dora', at: world.project().paused?.at },
    held: 3,
    working: [],
  });
});

test('the status says that questions wait for an answer in #director', () => {
  const world = createWorld(planOf([{}]));
  world.script('project-manager.intake', () => brief(['For whom?']));
  world.director.says('Make me a guide to Lisbon.');
  world.settle();
  expect(statusView(world.project()).waiting).toEqual([
    { id: 'P1', title: 'an answer', where: 'director' },
  ]);
});
