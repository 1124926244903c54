// Every way a project ends: handed over, cancelled at any moment, stopped because a turn failed.
import { describe, expect, test } from 'vitest';
import type { Action } from '../../src/domain/action.ts';
import type { TurnKind } from '../../src/domain/turn.ts';
import { createWorld } from '../support/domain.ts';
import type { World } from '../support/domain.ts';
import { brief, fails, fileRef, says, uses } from '../support/players.ts';
import { planOf } from '../support/plans.ts';
import { atApproaches, atPlan, atStaffing, atWork } from '../support/stages.ts';

const cancel: Action = { type: 'cancel', project: null };
const two = planOf([{ doer: 'analyst' }, { doer: 'writer', stream: 'S2', after: ['T1'] }]);

describe('the hand-over', () => {
  test('says what is there, what it took and what was learned', () => {
    const world = atWork(two);
    world.settle();
    expect(world.said('hand-over').at(-1)).toMatchObject({
      projectId: 'P1',
      summary: 'The guide is complete.',
      files: [{ name: 'o1.md' }, { name: 'o2.md' }],
      bundle: { name: 'P1.zip' },
      results: [
        { criterion: 'C1', met: true, checkedBy: 'code' },
        { criterion: 'C2', met: true, checkedBy: 'agent' },
        { criterion: 'C3', met: true, checkedBy: 'code' },
        { criterion: 'C4', met: true, checkedBy: 'agent' },
      ],
      decisions: ['Approach 1: Short', 'Plan of 2 tasks approved'],
      openRisks: ['Prices'],
      lessons: ['Ask for the season first.'],
      // What is learned from it afterwards is not in it.
      microUsd: (world.taken.length - 1) * 500,
      tokens: (world.taken.length - 1) * 100,
    });
  });

  test('is posted in #overview and to the Director, who is notified', () => {
    const world = atWork();
    world.settle();
    const posts = world.posts.filter((post) => post.body.type === 'hand-over');
    expect(posts.map(({ place, notify }) => [place, notify])).toEqual([
      ['P1.overview', []],
      ['agency.director', ['200000000000000001']],
    ]);
  });

  test('delivers what the plan promises, and keeps working material back', () => {
    const world = atWork(planOf([{ deliver: false }, { after: ['T1'] }]));
    world.settle();
    expect(world.said('hand-over')[0]?.files.map((file) => file.name)).toEqual(['o2.md']);
    expect(world.said('deliverable').map((body) => body.title)).toEqual(['Output 2']);
  });

  test('calls a criterion unmet when the PM finds so at the end, but not against code', () => {
    const world = atWork();
    const found = (criterion: string) => ({ criterion, met: false, evidence: '“Lorem ipsum”' });
    world.script('project-manager.assemble', () =>
      uses([
        {
          type: 'assemble',
          summary: 'Almost.',
          criteria: [found('C1'), found('C2')],
          openRisks: [],
          lessons: [],
        },
      ]),
    );
    world.settle();
    expect(world.project().handOver?.results).toMatchObject([
      { criterion: 'C1', met: true },
      { criterion: 'C2', met: false, evidence: '“Lorem ipsum”', checkedBy: 'agent' },
    ]);
  });

  test('comes once, even when the bundle is reported twice', () => {
    const world = atWork();
    world.until('project-manager.assemble');
    for (const turn of world.dueTurns()) world.take(turn);
    const [bundle] = world.bundles;
    if (bundle === undefined) throw new Error('No bundle was ordered.');
    world.writeBundle(bundle);
    const again = { file: world.project().handOver?.bundle?.file, path: 'handover/P1' };
    if (again.file === undefined) throw new Error('No bundle was recorded.');
    world.happens({ type: 'bundle-written', projectId: 'P1', file: again.file, path: again.path });
    expect(world.said('hand-over')).toHaveLength(2);
  });

  test('takes a bundle that is larger than any one file may be', () => {
    const world = atWork();
    world.until('project-manager.assemble');
    for (const turn of world.dueTurns()) world.take(turn);
    const file = { ...fileRef('P1.zip', 'many files'), bytes: 30_000_000 };
    world.happens({ type: 'bundle-written', projectId: 'P1', file, path: 'handover/P1' });
    expect(world.said('hand-over')[0]?.bundle).toEqual(file);
    expect(world.project().phase).toBe('done');
  });

  test('comes after every stream said that it is complete', () => {
    const world = atWork(planOf([{ stream: 'S1' }, { stream: 'S2', doer: 'analyst' }]));
    world.until('project-manager.assemble');
    expect(world.taken.filter((kind) => kind.startsWith('collaborator.summarise'))).toHaveLength(2);
  });

  test('of a stream with milestones is told to the Director on the way', () => {
    const world = atWork(planOf([{}], { oversight: 'milestones' }));
    world.settle();
    expect(world.read('agency.director')).toContain(
      '[Paul · Project Manager] notice: Stream complete: Stream S1',
    );
  });
});

/** Moments in a project's life at which the Director may change their mind. */
const moments: [string, () => World][] = [
  ['while the objective is read', () => withObjective()],
  ['while a question waits', () => withQuestion()],
  ['while approaches are looked for', () => until(withObjective(), 'project-manager.approaches')],
  ['while the approaches wait', () => atApproaches(two)],
  ['while the plan is made', () => chosen(atApproaches(two))],
  ['while the plan waits', () => atPlan(two)],
  ['while the team is set up', () => atStaffing(two)],
  ['while the first task is worked on', () => atWork(two)],
  ['while an output is judged', () => until(atWork(two), 'collaborator.review')],
  ['while an output is handed over', () => until(atWork(two), 'collaborator.hand-over')],
  ['while a stream sums up', () => until(atWork(two), 'collaborator.summarise')],
  ['while the whole is assembled', () => until(atWork(two), 'project-manager.assemble')],
  ['while the bundle is written', () => whileBundling()],
];

function withObjective(): World {
  const world = createWorld(two);
  world.director.says('Make me a guide to Lisbon.');
  return world;
}

function withQuestion(): World {
  const world = createWorld(two);
  world.script('project-manager.intake', () => brief(['For whom?']));
  world.director.says('Make me a guide to Lisbon.');
  world.settle();
  return world;
}

function chosen(world: World): World {
  world.director.does({ type: 'approve', decision: null, choice: 1 });
  return world;
}

function until(world: World, kind: TurnKind): World {
  world.until(kind);
  return world;
}

function whileBundling(): World {
  const world = until(atWork(two), 'project-manager.assemble');
  for (const turn of world.dueTurns()) world.take(turn);
  return world;
}

describe('a project that is cancelled', () => {
  test.each(moments)('%s orders and says nothing more', (_when, arrive) => {
    const world = arrive();
    const open = world.dueTurns();
    expect(world.director.does(cancel)).toEqual({ ok: true, text: 'Cancelled by Dora.' });
    expect(world.project()).toMatchObject({ phase: 'cancelled', turns: {}, decisions: {} });
    expect(world.dueTurns()).toEqual([]);
    const said = world.posts.length;
    // Whatever was under way reports back too late; people go on talking and clicking.
    for (const turn of open) world.end(turn.id, says('I am done!'));
    const [bundle] = world.bundles;
    if (bundle !== undefined) world.writeBundle(bundle);
    world.director.says('Hello?', 'P1.overview');
    expect(world.posts.slice(said)).toMatchObject([{ body: { title: 'P1 has ended' } }]);
    expect(world.director.does({ type: 'approve', decision: 'P1-D1', choice: 1 })).toEqual({
      ok: false,
      reason: 'P1 has ended; write a new objective in #director.',
    });
    expect(world.director.does({ type: 'cancel', project: 'P1' }).ok).toBe(false);
    const remind = { type: 'remind' as const, decision: 'P1-D1' };
    world.happens({ type: 'timer-fired', aggregate: 'P1', timer: remind });
    expect(world.posts).toHaveLength(said + 1);
    expect(world.dueTurns()).toEqual([]);
    expect(world.agency.roster.filter((entry) => entry.reservedBy !== null)).toEqual([]);
  });

  test('gives back Specialists who had not yet arrived', () => {
    const world = atStaffing();
    world.hold('staff-joined');
    world.take(world.until('project-manager.staffing'));
    expect(world.agency.roster).toMatchObject([{ reservedBy: 'P1' }]);
    world.director.does(cancel);
    world.release();
    expect(world.agency.roster).toMatchObject([{ reservedBy: null }]);
    expect(world.project().team).toEqual([]);
  });

  test('gets no Specialists when it was cancelled before they were asked for', () => {
    const world = atStaffing();
    world.hold('staff-wanted');
    world.take(world.until('project-manager.staffing'));
    world.director.does(cancel);
    world.release();
    expect(world.agency.roster).toEqual([]);
  });

  test('stays cancelled for the agency, whatever arrives late', () => {
    const world = atStaffing();
    world.director.does(cancel);
    world.happens({ type: 'phase-changed', projectId: 'P1', phase: 'running', title: 'Late' });
    expect(world.agency.projects).toMatchObject([{ id: 'P1', phase: 'cancelled' }]);
  });

  test('is left in peace when people name a project that never was', () => {
    const world = createWorld();
    expect(world.director.does({ type: 'cancel', project: 'P7' })).toEqual({
      ok: false,
      reason: 'There is no such project. `/status` shows those there are.',
    });
    expect(world.director.does(cancel)).toEqual({
      ok: false,
      reason: 'There is no open project to do that in.',
    });
  });
});

/** What follows when a turn of this kind fails, and fails again. */
const failures: [TurnKind, string][] = [
  ['project-manager.intake', 'stopped'],
  ['project-manager.approaches', 'stopped'],
  ['project-manager.plan', 'stopped'],
  ['project-manager.staffing', 'asks: P1: The team is not set up'],
  ['collaborator.introduce', 'done'],
  ['specialist.work', 'asks: T1 Task 1: not finished'],
  ['specialist.review', 'asks: T1 Task 1: not finished'],
  ['collaborator.hand-over', 'done'],
  ['collaborator.review', 'asks: T2 Task 2: not finished'],
  ['collaborator.summarise', 'done'],
  ['project-manager.assemble', 'asks: P1: The whole is not checked'],
];

describe('a turn that fails', () => {
  const plan = planOf([
    { doer: 'writer', approver: 'critic' },
    { doer: 'writer', after: ['T1'] },
  ]);

  function outcome(world: World): string {
    const [decision] = Object.values(world.project().decisions);
    return decision === undefined ? world.project().phase : `asks: ${decision.title}`;
  }

  function live(world: World): void {
    world.director.says('Make me a guide to Lisbon.');
    world.settle();
    for (const choice of [1, null]) {
      if (world.project().phase === 'stopped') return;
      world.director.does({ type: 'approve', decision: null, choice });
      world.settle();
    }
  }

  test.each(failures)('once as %s is taken again', (kind) => {
    const world = createWorld(plan);
    world.script(kind, () => fails());
    live(world);
    expect(world.project().phase).toBe('done');
    expect(world.unused()).toEqual([]);
  });

  test.each(failures)('twice as %s leads to: %s', (kind, expected) => {
    const world = createWorld(plan);
    world.script(
      kind,
      () => fails(),
      () => fails(),
    );
    live(world);
    expect(outcome(world)).toBe(expected);
    expect(world.unused()).toEqual([]);
  });

  const later = failures.filter(([, expected]) => expected !== 'stopped');

  test.each(later)('twice as %s is survived when the Director says once more', (kind) => {
    const world = createWorld(plan);
    world.script(
      kind,
      () => fails(),
      () => fails(),
    );
    live(world);
    world.director.does({ type: 'approve', decision: null, choice: 1 });
    world.settle();
    expect(world.project().phase).toBe('done');
  });

  test('tells the Director which turn it was and why', () => {
    const world = createWorld();
    world.always('project-manager.plan', () => fails('the endpoint does not answer'));
    live(world);
    expect(world.said('notice').at(-1)).toEqual({
      type: 'notice',
      tone: 'warning',
      title: 'P1 A guide to Lisbon: stopped',
      text:
        'I could not make a plan. the endpoint does not answer (P1.turn.4)\n' +
        'Nothing was spent on work. Write the objective again to start over.\n' +
        'Nothing more is done or posted for it.',
    });
  });

  test('of a revision leaves the last output to be accepted as it is', () => {
    const world = atWork();
    world.script('collaborator.review', () =>
      uses([{ type: 'request-changes', task: 'T1', project: null, reasons: ['Shorter.'] }]),
    );
    world.script(
      'specialist.revise',
      () => fails(),
      () => fails(),
    );
    world.settle();
    const [decision] = Object.values(world.project().decisions);
    expect(decision?.options).toContain('Accept as it is');
  });
});
