// The Director's word on work: it stands above every other, and it decides what is stuck.
import { describe, expect, test } from 'vitest';
import type { Action, ActionOf } from '../../src/domain/action.ts';
import { accepts, fails, sendsBack } from '../support/players.ts';
import { planOf } from '../support/plans.ts';
import { atWork } from '../support/stages.ts';
import type { World } from '../support/domain.ts';

const stateOf = (world: World, task: string) => world.project().tasks[task]?.state;
const accept: ActionOf<'accept'> = {
  type: 'accept',
  task: 'T1',
  project: null,
  criteria: [],
  note: null,
};
const changes = (...reasons: string[]): Action => {
  return { type: 'request-changes', task: 'T1', project: null, reasons };
};

/** T1 is stuck because its revisions were sent back too often. */
function stuckWorld(): World {
  const world = atWork();
  world.always('collaborator.review', (turn) => sendsBack(turn, 'Shorter.'));
  world.settle();
  return world;
}

describe('the Director', () => {
  test('sees every output of a stream they watch closely, after its approver', () => {
    const world = atWork(planOf([{}], { oversight: 'every-output' }));
    world.settle();
    expect(stateOf(world, 'T1')).toBe('for-director');
    expect(Object.values(world.project().decisions)).toMatchObject([
      { kind: 'output', task: 'T1', options: ['Accept', 'Ask for changes'] },
    ]);
    world.director.does({ type: 'approve', decision: null, choice: null });
    expect(world.project().tasks['T1']).toMatchObject({
      state: 'accepted',
      approvedBy: 'Dora',
      results: [{ checkedBy: 'code' }, { checkedBy: 'agent' }],
    });
    world.settle();
    expect(world.project().phase).toBe('done');
  });

  test('approves what the plan leaves to them, as a human', () => {
    const world = atWork(planOf([{ approver: 'director' }]));
    world.settle();
    expect(world.taken.some((kind) => kind.includes('review'))).toBe(false);
    expect(world.director.does(accept)).toEqual({ ok: true, text: 'T1 is accepted.' });
    expect(world.project().tasks['T1']?.results).toMatchObject([
      { criterion: 'C1', checkedBy: 'code' },
      { criterion: 'C2', checkedBy: 'human', evidence: 'Accepted by Dora.' },
    ]);
    expect(world.project().decisions).toEqual({});
  });

  // The second button of an output's card opens a form; a bare choice carries no reasons.
  test('does not accept an output by choosing to ask for changes', () => {
    const world = atWork(planOf([{ approver: 'director' }]));
    world.settle();
    const receipt = world.director.does({ type: 'approve', decision: null, choice: 2 });
    expect(receipt).toMatchObject({ ok: false });
    expect(stateOf(world, 'T1')).toBe('for-director');
  });

  test('sends an output back as often as they like', () => {
    const world = atWork(planOf([{ approver: 'director' }]));
    for (const round of [1, 2, 3, 4, 5]) {
      world.settle();
      expect(world.director.does(changes(`Reason ${round}.`)).ok).toBe(true);
      expect(stateOf(world, 'T1')).toBe('working');
    }
    world.settle();
    world.director.does(accept);
    world.settle();
    expect(world.project().phase).toBe('done');
  });

  test('accepts an output while an approver is still at it, and that turn is called off', () => {
    const world = atWork();
    const review = world.until('collaborator.review');
    world.director.does(accept);
    expect(world.dueTurns().map((turn) => turn.id)).not.toContain(review.id);
    world.end(review.id, sendsBack(review, 'Too late.'));
    expect(stateOf(world, 'T1')).toBe('accepted');
  });

  test('sends an output back while an approver is still at it', () => {
    const world = atWork();
    const review = world.until('collaborator.review');
    world.director.does(changes('Shorter.'));
    world.end(review.id, accepts(review, world.project()));
    expect(stateOf(world, 'T1')).toBe('working');
    expect(world.until('specialist.revise').subject.task).toBe('T1');
  });

  test.each(['T1', 'T9'])('gives no verdict on %s when nothing of it waits for one', (task) => {
    const world = atWork();
    const receipt = world.director.does({ ...accept, task });
    expect(receipt).toMatchObject({ ok: false });
    expect(world.project().tasks['T1']?.state).toBe('working');
  });

  test('gives a waiting task to somebody else of the team', () => {
    const plan = planOf([{ doer: 'analyst' }, { doer: 'writer', after: ['T1'] }]);
    const world = atWork(plan);
    const to: Action = { type: 'assign', task: 'T2', to: 'ada', why: '', project: null };
    expect(world.director.does(to)).toEqual({ ok: true, text: 'T2 is with Ada now.' });
    expect(world.project().tasks['T2']).toMatchObject({
      assignee: 'A1',
      assignedWhy: 'Decided by Dora.',
    });
    world.settle();
    expect(world.taken).toContain('specialist.work by A1');
    expect(world.taken).not.toContain('specialist.work by A2');
    expect(world.project().phase).toBe('done');
  });

  test('opens a thread once, however often a task moves', () => {
    const plan = planOf([
      { doer: 'analyst' },
      { doer: 'writer', after: ['T1'] },
      { doer: 'critic', stream: 'S2', after: ['T2'] },
    ]);
    const world = atWork(plan);
    for (const to of ['Bruno', 'Chidi', 'Bruno']) {
      world.director.does({ type: 'assign', task: 'T2', to, why: 'So.', project: null });
    }
    const cards = world.posts.filter((post) => post.body.type === 'specialist-card');
    expect(cards.map((card) => card.place).toSorted()).toEqual([
      'P1.S1.A1',
      'P1.S1.A2',
      'P1.S1.A3',
      'P1.S2.A2',
    ]);
  });

  test.each([
    ['T1', 'Ada', 'T1 has already started.'],
    ['T2', 'Zoe', 'Nobody called Zoe is in the team: Ada, Bruno.'],
    ['T2', 'analyst', 'Ada approves T2 and cannot do it as well.'],
    ['T7', 'Ada', 'P1 has no task T7.'],
  ])('cannot give %s to %s', (task, to, reason) => {
    const world = atWork(planOf([{ doer: 'analyst' }, { after: ['T1'], approver: 'analyst' }]));
    const receipt = world.director.does({ type: 'assign', task, to, why: '', project: null });
    expect(receipt).toEqual({ ok: false, reason });
  });
});

describe('a stuck task', () => {
  test('is put before the Director with what can be done', () => {
    const world = stuckWorld();
    expect(stateOf(world, 'T1')).toBe('stuck');
    expect(Object.values(world.project().decisions)).toMatchObject([
      {
        kind: 'stuck',
        why: 'Rejected 3 times. Last: Shorter.',
        options: ['Try once more', 'Accept as it is', 'Cancel the project'],
      },
    ]);
  });

  test('is tried once more on the best model', () => {
    const world = stuckWorld();
    world.always('collaborator.review', accepts);
    world.director.does({ type: 'approve', decision: null, choice: null });
    expect(world.until('specialist.revise').tier).toBe('premium');
    world.settle();
    expect(world.project().phase).toBe('done');
  });

  test('that is sent back once more is put before the Director again', () => {
    const world = stuckWorld();
    world.director.does({ type: 'approve', decision: null, choice: 1 });
    world.settle();
    expect(stateOf(world, 'T1')).toBe('stuck');
  });

  test('is accepted as it is, and the hand-over says what was not judged', () => {
    const world = stuckWorld();
    world.director.does({ type: 'approve', decision: null, choice: 2 });
    world.settle();
    expect(world.project().phase).toBe('done');
    expect(world.project().handOver?.results).toMatchObject([
      { criterion: 'C1', met: true },
      { criterion: 'C2', met: false, evidence: 'Nobody judged it.' },
    ]);
  });

  test('can end the project', () => {
    const world = stuckWorld();
    world.director.does({ type: 'approve', decision: null, choice: 3 });
    expect(world.project().phase).toBe('cancelled');
  });

  test('is revised when the Director says what must change', () => {
    const world = stuckWorld();
    world.always('collaborator.review', accepts);
    world.director.does(changes('Half a page.'));
    expect(world.project().tasks['T1']).toMatchObject({
      state: 'working',
      reasons: ['Half a page.'],
    });
    expect(world.project().decisions).toEqual({});
    world.settle();
    expect(world.project().phase).toBe('done');
  });

  test('whose approver failed is judged again, not made again', () => {
    const world = atWork();
    world.script(
      'collaborator.review',
      () => fails(),
      () => fails(),
    );
    world.settle();
    expect(stateOf(world, 'T1')).toBe('stuck');
    world.director.does({ type: 'approve', decision: null, choice: 1 });
    expect(stateOf(world, 'T1')).toBe('in-review');
    world.settle();
    expect(world.taken.filter((kind) => kind.startsWith('specialist.'))).toEqual([
      'specialist.work by A1',
    ]);
    expect(world.project().phase).toBe('done');
  });

  test('keeps the moment it was started', () => {
    const world = stuckWorld();
    const started = world.project().tasks['T1']?.startedAt;
    world.director.does({ type: 'approve', decision: null, choice: 1 });
    world.settle();
    expect(world.project().tasks['T1']?.startedAt).toBe(started);
    const starts = world.factsOf('P1').filter((fact) => fact.type === 'task-started');
    expect(starts).toHaveLength(1);
  });

  test('does not keep the others from going on', () => {
    const world = atWork(planOf([{}, {}]));
    world.script(
      'specialist.work',
      () => fails(),
      () => fails(),
    );
    world.settle();
    expect([stateOf(world, 'T1'), stateOf(world, 'T2')]).toEqual(['stuck', 'accepted']);
  });
});
