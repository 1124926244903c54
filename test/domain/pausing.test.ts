// A paused project stands still and forgets nothing. The tests say what people see meanwhile and
// that the work goes on where it stopped.
import { describe, expect, test } from 'vitest';
import { evolveProject } from '../../src/domain/evolve-project.ts';
import { ProjectFact } from '../../src/domain/fact.ts';
import { limits } from '../../src/domain/limits.ts';
import { Project } from '../../src/domain/project.ts';
import type { World } from '../support/domain.ts';
import { asks, fails } from '../support/players.ts';
import { planOf } from '../support/plans.ts';
import { atApproaches, atPlan, atStaffing, atWork } from '../support/stages.ts';

const pause = (world: World) => world.director.does({ type: 'pause', project: 'P1' });
const resume = (world: World) => world.director.does({ type: 'resume', project: 'P1' });
const approve = (world: World, choice: number | null = 1) =>
  world.director.does({ type: 'approve', decision: null, choice });
const idsOf = (world: World) => world.dueTurns().map(({ id }) => id);

/** Two Specialists at work at the same time. */
const atParallelWork = () => atWork(planOf([{ doer: 'analyst' }, { doer: 'writer' }]));

describe('pausing a project', () => {
  test('holds every turn and says how to go on', () => {
    const world = atParallelWork();
    expect(pause(world)).toEqual({
      ok: true,
      text: 'P1 is paused: 3 turns wait. `/resume project:P1` lets it go on.',
    });
    expect(world.dueTurns()).toEqual([]);
    expect(world.project().held).toHaveLength(3);
    expect(world.read('P1.overview').at(-1)).toContain('notice: P1 A guide to Lisbon: paused');
  });

  test('twice says who paused it and when, and changes nothing', () => {
    const world = atParallelWork();
    pause(world);
    const before = world.project();
    expect(pause(world)).toEqual({
      ok: false,
      reason:
        'P1 is paused already, by Dora at 2023-11-14 22:13 UTC. ' +
        '`/resume project:P1` lets it go on.',
    });
    expect(world.project()).toEqual(before);
  });

  test('makes what a turn still brings count for nothing', () => {
    const world = atParallelWork();
    const turn = world.until('specialist.work');
    pause(world);
    const before = world.posts.length;
    world.take(turn);
    expect(world.project().tasks['T1']?.state).toBe('working');
    expect(world.posts).toHaveLength(before);
  });

  test('before there is a team is said in #director', () => {
    const world = atApproaches();
    pause(world);
    expect(world.read('agency.director').at(-1)).toContain('notice: P1 A guide to Lisbon: paused');
  });

  test('of a project that has ended is refused', () => {
    const world = atWork();
    world.settle();
    expect(pause(world)).toMatchObject({ ok: false });
  });
});

describe('while a project is paused', () => {
  test('what people write is kept, and they are told why nobody answers, once in each place', () => {
    const world = atParallelWork();
    pause(world);
    world.director.says('How far are you?', 'P1.overview');
    world.director.says('And what does it cost?', 'P1.overview');
    world.director.says('Mind the trams.', 'P1.S1.A1');
    const told = (place: string) =>
      world.read(place).filter((line) => line.includes('P1 is paused'));
    expect(told('P1.overview')).toHaveLength(1);
    expect(told('P1.S1.A1')).toHaveLength(1);
    expect(world.reactions).toHaveLength(4);
    resume(world);
    world.settle();
    expect(world.read('P1.overview')).toContain(
      '[Paul · Project Manager] speech: The PM answers: How far are you?\nAnd what does it cost?',
    );
    expect(world.project().phase).toBe('done');
  });

  test('a remark in the thread of a Specialist at work begins its turn anew, afterwards', () => {
    const world = atParallelWork();
    const before = world.until('specialist.work').id;
    pause(world);
    world.director.says('Mind the trams.', 'P1.S1.A1');
    resume(world);
    expect(idsOf(world)).not.toContain(before);
    expect(world.dueTurns().filter(({ agentId }) => agentId === 'A1')).toHaveLength(1);
  });

  test('a decision is recorded, and what follows from it waits', () => {
    const world = atPlan();
    pause(world);
    expect(approve(world)).toEqual({
      ok: true,
      text:
        'Approved. I am setting the project up.\n' +
        'P1 is paused: what follows waits. `/resume project:P1` lets it go on.',
    });
    expect(world.project()).toMatchObject({ phase: 'staffing', decisions: {}, turns: {} });
    expect(world.read('P1.overview')).toEqual([]);
    expect(approve(world)).toMatchObject({ ok: false });
    resume(world);
    world.settle();
    expect(world.project().phase).toBe('done');
    expect(world.read('P1.overview')[0]).toContain('plan: A guide to Lisbon');
  });

  test('a team that arrives says nothing and begins nothing', () => {
    const world = atStaffing();
    world.hold('staff-joined');
    world.take(world.until('project-manager.staffing'));
    pause(world);
    world.release();
    expect(world.project()).toMatchObject({ phase: 'running', turns: {} });
    expect(world.project().tasks['T1']?.state).toBe('waiting');
    expect(world.read('P1.S1.A1')).toEqual([]);
    resume(world);
    expect(world.read('P1.S1.A1')).toHaveLength(2);
    world.settle();
    expect(world.project().phase).toBe('done');
  });

  test('what a human accepts frees nobody yet', () => {
    const world = atWork(planOf([{}, { after: ['T1'] }]));
    world.take(world.until('specialist.work'));
    pause(world);
    const accept = { type: 'accept' as const, task: 'T1', project: null, criteria: [], note: null };
    world.director.does(accept);
    expect(world.project().tasks['T1']?.state).toBe('accepted');
    expect(world.dueTurns()).toEqual([]);
    resume(world);
    world.settle();
    expect(world.project().phase).toBe('done');
  });

  test('nobody is reminded', () => {
    const world = atPlan();
    const [due] = world.timers.slice(-1);
    pause(world);
    const before = world.posts.length;
    world.happens({ type: 'timer-fired', aggregate: 'P1', timer: due?.timer ?? never() });
    expect(world.posts).toHaveLength(before);
  });

  test('the Director may steer the plan, and it is drafted once', () => {
    const world = atPlan();
    pause(world);
    world.director.says('With Porto.');
    world.director.says('And without Sintra.');
    resume(world);
    expect(world.dueTurns().map(({ subject }) => subject.prompt)).toEqual(['And without Sintra.']);
  });

  test('a bundle that was just written is handed over afterwards', () => {
    const world = atWork();
    world.always('project-manager.talk', () => fails());
    while (world.bundles.length === 0) world.take(world.dueTurns()[0] ?? never());
    const [bundle = never()] = world.bundles;
    pause(world);
    expect(world.bundles).toEqual([]);
    world.writeBundle(bundle);
    expect(world.project().phase).toBe('assembling');
    expect(world.said('hand-over')).toEqual([]);
    resume(world);
    expect(world.project().phase).toBe('done');
    expect(world.said('hand-over')).toHaveLength(2);
  });

  test('it can be cancelled, and nothing that waited is said any more', () => {
    const world = atPlan();
    pause(world);
    approve(world);
    world.director.does({ type: 'cancel', project: 'P1' });
    expect(world.project()).toMatchObject({ phase: 'cancelled', paused: null, held: [] });
    expect(world.read('P1.overview')).toEqual([]);
    expect(resume(world)).toMatchObject({ ok: false });
  });
});

describe('resuming a project', () => {
  test('goes on with the same turns, so that nothing is paid twice', () => {
    const world = atParallelWork();
    const before = idsOf(world);
    pause(world);
    expect(resume(world)).toEqual({ ok: true, text: 'P1 goes on with 3 turns.' });
    expect(idsOf(world)).toEqual(before);
    world.settle();
    expect(world.project().phase).toBe('done');
  });

  test('names what waits for the Director', () => {
    const world = atPlan();
    pause(world);
    resume(world);
    expect(world.said('notice').at(-1)?.text).toBe(
      'Resumed by Dora; it goes on with what comes.\n\nWaiting for you:\n' +
        '• `P1-D2` A guide to Lisbon: approve the plan',
    );
  });

  test('lets the Director be reminded of what the pause kept silent, once a day at most', () => {
    const world = atPlan();
    const before = world.timers.length;
    pause(world);
    resume(world);
    expect(world.timers).toHaveLength(before);
    pause(world);
    world.passTime(limits.decisionReminderMs);
    resume(world);
    const armed = world.timers.slice(before);
    expect(armed.map(({ timer }) => timer)).toEqual([{ type: 'remind', decision: 'P1-D2' }]);
    expect(world.timers.slice(0, before).map(({ id }) => id)).not.toContain(armed[0]?.id);
    world.happens({ type: 'timer-fired', aggregate: 'P1', timer: armed[0]?.timer ?? never() });
    expect(world.read('agency.decisions').at(-1)).toContain('Still waiting for you');
  });

  test('of one that is not paused says so', () => {
    expect(resume(atPlan())).toEqual({
      ok: false,
      reason: 'P1 is not paused. `/status project:P1` says where it stands.',
    });
  });

  test('calls off what a human settled meanwhile', () => {
    const world = atWork();
    world.take(world.until('specialist.work'));
    const review = world.until('collaborator.review');
    pause(world);
    const accept = { type: 'accept' as const, task: 'T1', project: null, criteria: [], note: null };
    world.director.does(accept);
    resume(world);
    expect(idsOf(world)).not.toContain(review.id);
  });

  test('lets a colleague who was asked answer, once', () => {
    const world = atParallelWork();
    world.script('specialist.work', () => asks('A2'));
    world.take(world.until('specialist.work'));
    pause(world);
    world.director.says('I know it.', 'P1.S1.A1', 'A2');
    resume(world);
    world.settle();
    expect(world.read('P1.S1.A1').filter((line) => line.includes('An answer'))).toHaveLength(1);
  });
});

describe('a project that is paused and out of budget', () => {
  function spent(): World {
    const world = atParallelWork();
    world.script('specialist.work', () => fails('It is spent.', 'budget-exhausted'));
    world.take(world.until('specialist.work'));
    return world;
  }

  test('stays paused when its budget is raised', () => {
    const world = spent();
    pause(world);
    approve(world);
    expect(world.project().terms.ceilingMicroUsd).toBe(10_000_000);
    expect(world.dueTurns()).toEqual([]);
    resume(world);
    world.settle();
    expect(world.project().phase).toBe('done');
  });

  test('goes on with what may be spent on, and waits for the Director with the rest', () => {
    const world = spent();
    const held = world.project().held[0]?.turnId ?? never();
    pause(world);
    expect(resume(world)).toEqual({
      ok: true,
      text: 'P1 goes on with 3 turns. Its budget waits for your word: P1-D3.',
    });
    expect(idsOf(world)).not.toContain(held);
    expect(world.dueTurns()).toHaveLength(2);
    approve(world);
    expect(idsOf(world)).toContain(held);
  });
});

test('a turn that was held half-done is counted once', () => {
  const world = atWork();
  const before = world.project().usage;
  const turn = world.until('specialist.work');
  const usage = {
    calls: 2,
    inputTokens: 200,
    outputTokens: 20,
    microUsd: 700,
    modelMs: 5,
    model: 'm',
  };
  const code = 'budget-exhausted';
  world.happens({ type: 'turn-failed', turnId: turn.id, code, reason: 'Spent.', usage });
  expect(world.project().usage.microUsd).toBe(before.microUsd + 700);
  approve(world);
  const more = { ...usage, calls: 3, microUsd: 1000 };
  world.happens({ type: 'turn-failed', turnId: turn.id, code: 'x', reason: 'No.', usage: more });
  expect(world.project().usage).toMatchObject({
    calls: before.calls + 3,
    microUsd: before.microUsd + 1000,
  });
});

describe('a record of an earlier version', () => {
  test('reads as a project that is not paused', () => {
    const { paused: _paused, ...older } = atWork().project();
    expect(Project.parse(older).paused).toBeNull();
  });

  test('with turns held under no id goes on, in the state and in the facts', () => {
    const world = atWork();
    const turn = world.until('specialist.work');
    const { kind, agentId, conversation, tier, subject } = turn;
    const older = { kind, agentId, conversation, tier, subject, retries: 0 };
    const terms = { ceilingMicroUsd: 7, ceilingTokens: 9 };
    const facts = [
      { type: 'turns-held', turns: [older] },
      { type: 'ceilings-raised', ...terms },
    ].map((fact) => ProjectFact.parse(fact));
    const [held, raised] = facts.map((_fact, at) =>
      facts.slice(0, at + 1).reduce<Project | null>(evolveProject, world.project()),
    );
    expect(held?.held).toEqual([{ ...older, turnId: null, because: 'budget' }]);
    expect(Project.parse({ ...held, held: [older] }).held).toEqual(held?.held);
    expect(raised).toMatchObject({ held: [], terms });
  });
});

function never(): never {
  throw new Error('It is there.');
}
