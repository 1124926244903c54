// Who coordinates a stream and whose LLM fills which seat: what counting chooses where the plan
// says nothing, what is refused and why, and how two Collaborators share a stream.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkPlan } from '../../src/domain/check-plan.ts';
import { sharesIn, specialistsIn, withCoordination } from '../../src/domain/coordination.ts';
import { holderOf, Plan } from '../../src/domain/plan.ts';
import { goodPlans, planOf } from '../support/plans.ts';
import type { TaskSketch } from '../support/plans.ts';

/** One task each, in one stream. */
function byEach(...doers: string[]): TaskSketch[] {
  return doers.map((doer) => ({ doer }));
}

const five = byEach('writer', 'analyst', 'critic', 'editor', 'artist');

function chosenFor(tasks: readonly TaskSketch[]): string[] {
  return withCoordination(planOf(tasks, { by: null })).streams.map(
    ({ coordination }) => `${coordination?.by ?? ''}: ${coordination?.why ?? ''}`,
  );
}

describe('where the plan does not say who coordinates', () => {
  test.each<[string, TaskSketch[], string[]]>([
    [
      'the Project Manager does it in a small project',
      [{}, { doer: 'analyst' }, {}],
      [
        'project-manager: 3 tasks in one stream: ' +
          'a Collaborator would cost more turns than it saves, so I do it myself.',
      ],
    ],
    [
      'a Collaborator does it where the tasks are more',
      [{}, { doer: 'analyst' }, {}, {}],
      ['collaborator: 2 Specialists work here: one keeps the stream in step.'],
    ],
    [
      'a Collaborator does it in each of several streams',
      [{}, { stream: 'S2' }],
      [
        'collaborator: 1 Specialist works here: one keeps the stream in step.',
        'collaborator: 1 Specialist works here: one keeps the stream in step.',
      ],
    ],
    [
      'two do it where many Specialists work, and one elsewhere',
      [...five, { stream: 'S2' }],
      [
        'two-collaborators: 5 Specialists work here: ' +
          'two share the reviews, so that nobody waits for one.',
        'collaborator: 1 Specialist works here: one keeps the stream in step.',
      ],
    ],
  ])('%s', (_, tasks, chosen) => {
    expect(chosenFor(tasks)).toEqual(chosen);
  });

  test('what is chosen passes the checks and changes nothing else', () => {
    fc.assert(
      fc.property(goodPlans, (plan) => {
        const chosen = withCoordination(plan);
        expect(checkPlan(chosen, [])).toEqual([]);
        expect(chosen.streams.every(({ coordination }) => coordination !== null)).toBe(true);
        expect(withCoordination(chosen)).toEqual(chosen);
      }),
    );
  });

  test('what the plan says stands', () => {
    const plan = planOf([{}], { by: 'collaborator' });
    expect(withCoordination(plan)).toEqual(plan);
    expect(checkPlan(planOf(five, { by: 'collaborator' }), [])).toEqual([]);
  });
});

describe('a plan is refused', () => {
  test.each<[string, Plan]>([
    [
      'Stream S1 is coordinated by the Project Manager, which only a small project may be: ' +
        'at most 3 tasks in one stream, and this has 4 tasks in 1 stream.',
      planOf([{}, {}, {}, {}], { by: 'project-manager' }),
    ],
    [
      'Stream S2 is coordinated by the Project Manager, which only a small project may be: ' +
        'at most 3 tasks in one stream, and this has 2 tasks in 2 streams.',
      planOf([{}, { stream: 'S2' }], { by: 'project-manager' }),
    ],
    [
      'Stream S1 has two Collaborators for 4 Specialists; a second one needs at least 5.',
      planOf(five.slice(1), { by: 'two-collaborators' }),
    ],
    [
      'Stream S1 has two Collaborators for 4 Specialists; a second one needs at least 5.',
      planOf(five, { by: 'two-collaborators', sameAs: { writer: 'critic' } }),
    ],
    [
      'Team member editor is the same LLM as cook, who is not in the team.',
      planOf(byEach('writer', 'editor'), { sameAs: { editor: 'cook' } }),
    ],
    [
      'Team member editor is the same LLM as editor, which is itself; leave sameAs out.',
      planOf(byEach('writer', 'editor'), { sameAs: { editor: 'editor' } }),
    ],
    [
      'Team member editor is the same LLM as critic, who is writer; name that one.',
      planOf(byEach('writer', 'editor', 'critic'), {
        sameAs: { editor: 'critic', critic: 'writer' },
      }),
    ],
    [
      'Team member editor is the same LLM as writer and reuses A1; only writer may say whom.',
      planOf(byEach('writer', 'editor'), {
        sameAs: { editor: 'writer' },
        reuse: { editor: 'A1' },
      }),
    ],
    [
      'One LLM fills 4 seats (analyst, critic, editor, writer); at most 3.',
      planOf(byEach('writer', 'analyst', 'critic', 'editor'), {
        sameAs: { writer: 'analyst', critic: 'analyst', editor: 'analyst' },
      }),
    ],
    [
      'Task T1 is done by writer and approved by editor, and one LLM fills both seats; ' +
        'whoever makes an output never approves it.',
      planOf([{ approver: 'editor' }, { doer: 'editor' }], { sameAs: { editor: 'writer' } }),
    ],
    [
      'Task T1 is done by writer and approved by editor, and one LLM fills both seats; ' +
        'whoever makes an output never approves it.',
      planOf([{ approver: 'editor' }, { doer: 'critic' }], {
        sameAs: { editor: 'critic', writer: 'critic' },
      }),
    ],
  ])('%s', (sentence, plan) => {
    expect(checkPlan(plan, ['A1'])).toContain(sentence);
  });

  test('whichever two seats of one LLM approve each other', () => {
    fc.assert(
      fc.property(goodPlans, fc.nat(), (plan, n) => {
        const task = plan.tasks[n % plan.tasks.length];
        const [first] = plan.team.filter(({ key }) => key !== task?.doer);
        if (task === undefined || first === undefined) return;
        const bad = structuredClone(plan);
        const [holder, other] = [holderOf(plan, task.doer), holderOf(plan, first.key)];
        for (const member of bad.team) {
          if (holderOf(plan, member.key) === other && member.key !== holder) member.sameAs = holder;
        }
        const same = bad.tasks.find(({ id }) => id === task.id);
        if (same !== undefined) same.approver = first.key;
        expect(checkPlan(bad, [])).not.toEqual([]);
      }),
    );
  });
});

describe('two Collaborators of a stream', () => {
  const doers = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), {
    minLength: 5,
    maxLength: 20,
  });

  test('care for every Specialist once, and for about as many tasks each', () => {
    fc.assert(
      fc.property(doers, (keys) => {
        const plan = planOf(byEach(...keys));
        const { first, second } = sharesIn(plan, 'S1');
        expect([...first, ...second].sort()).toEqual(specialistsIn(plan, 'S1').sort());
        const load = (share: string[]) =>
          plan.tasks.filter(({ doer }) => share.includes(doer)).length;
        const most = Math.max(...first.concat(second).map((key) => load([key])));
        expect(Math.abs(load(first) - load(second))).toBeLessThanOrEqual(most);
        expect(sharesIn(structuredClone(plan), 'S1')).toEqual({ first, second });
      }),
    );
  });

  test('do not tear one LLM with several seats apart', () => {
    const plan = planOf(five, { sameAs: { editor: 'writer' } });
    expect(sharesIn(plan, 'S1')).toEqual({
      first: ['writer', 'artist'],
      second: ['analyst', 'critic'],
    });
  });
});

test('a plan of an earlier version, which says nothing of this, is read as it was meant', () => {
  const { streams, team, ...rest } = planOf([{}, { doer: 'analyst' }]);
  const older = {
    ...rest,
    streams: streams.map(({ coordination: _coordination, ...stream }) => stream),
    team: team.map(({ sameAs: _sameAs, ...member }) => member),
  };
  const read = Plan.parse(older);
  expect(read.streams[0]?.coordination).toBeNull();
  expect(read.team.map(({ key }) => holderOf(read, key))).toEqual(['analyst', 'writer']);
  expect(checkPlan(read, [])).toEqual([]);
});
