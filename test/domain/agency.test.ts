// The agency between projects: its places, its Specialists, what it remembers.
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/domain/plan.ts';
import { createWorld } from '../support/domain.ts';
import type { World } from '../support/domain.ts';
import { drafts, uses } from '../support/players.ts';
import { planOf } from '../support/plans.ts';

/** Takes a new objective through to its end. */
function finish(world: World, plan: Plan): void {
  world.always('project-manager.plan', () => drafts(plan));
  world.director.says('Make me a guide.');
  world.settle();
  world.director.does({ type: 'approve', decision: null, choice: 1 });
  world.settle();
  world.director.does({ type: 'approve', decision: null, choice: 1 });
  world.settle();
}

const opened = {
  type: 'agency-opened' as const,
  guildId: '100000000000000001',
  directorIds: ['200000000000000001'],
  ceilingMicroUsd: 5_000_000,
};

describe('the agency', () => {
  test('makes its places and says that it is ready', () => {
    const world = createWorld();
    expect([...world.places.keys()]).toEqual([
      'agency',
      'agency.director',
      'agency.decisions',
      'agency.log',
    ]);
    expect(world.read('agency.director')).toEqual([
      '[Paul · Project Manager] notice: The agency is ready',
    ]);
  });

  test('that is started again says nothing again', () => {
    const world = createWorld();
    const places = [...world.places.values()];
    world.happens({ ...opened, rehearsal: false });
    expect(world.read('agency.director')).toHaveLength(1);
    expect([...world.places.values()]).toEqual(places);
  });

  test('in a rehearsal says so', () => {
    const world = createWorld();
    const [ready] = world.said('notice');
    expect(ready?.text).not.toContain('rehearsal');
    const rehearsed = createWorld(planOf([{}]), { rehearsal: true });
    expect(rehearsed.said('notice')[0]?.text).toContain('**This is a rehearsal:**');
  });

  test('reads an objective from #director or from a command', () => {
    const world = createWorld();
    const receipt = world.director.does({ type: 'give-objective', text: 'Make me a guide.' });
    expect(receipt).toEqual({ ok: true, text: 'Received as P1. I am reading it.' });
    world.settle();
    expect(world.project().phase).toBe('approaches');
  });

  test('does not take an objective from anywhere else', () => {
    const world = createWorld();
    world.director.says('Make me a guide.', 'agency.log');
    expect(world.projectIds()).toEqual([]);
  });

  test('takes a second objective by command while the first is being agreed on', () => {
    const world = createWorld();
    world.director.says('Make me a guide.');
    world.director.does({ type: 'give-objective', text: 'And a budget.' });
    world.settle();
    expect(world.projectIds().map((id) => world.project(id).objective)).toEqual([
      'Make me a guide.',
      'And a budget.',
    ]);
    world.director.says('With museums.');
    expect(world.dueTurns().map((turn) => turn.id.slice(0, 2))).toEqual(['P2']);
  });
});

describe('a Specialist', () => {
  const plan = planOf([{ doer: 'writer', approver: 'critic' }, { doer: 'analyst' }]);

  test('is created for the first project and reused for the next', () => {
    const world = createWorld();
    finish(world, plan);
    expect(world.agency.roster).toMatchObject([
      { agent: { id: 'A1', name: 'Ada' }, reservedBy: null, projects: 1, accepted: 1 },
      { agent: { id: 'A2', name: 'Bruno' }, reservedBy: null, projects: 1, accepted: 0 },
      { agent: { id: 'A3', name: 'Chidi' }, reservedBy: null, projects: 1, accepted: 1 },
    ]);
    finish(world, planOf([{ doer: 'writer' }, { doer: 'cook' }], { reuse: { writer: 'A3' } }));
    expect(world.project('P2').phase).toBe('done');
    expect(world.project('P2').team).toMatchObject([
      { key: 'cook', agent: { id: 'A4' }, reused: false },
      {
        key: 'writer',
        agent: { id: 'A3' },
        reused: true,
        why:
          'Somebody must be the writer. Skills match 100 %; 1 accepted outputs, 0 rejections ' +
          'so far.',
      },
    ]);
    expect(world.agency.roster).toMatchObject([
      { projects: 1 },
      { projects: 1 },
      { projects: 2, accepted: 2 },
      { projects: 1 },
    ]);
    expect(world.read('P2.S1.A3')[0]).toBe('[Chidi · Writer] specialist-card: here again');
  });

  test('who is busy elsewhere is replaced by the best free one, else by a new one', () => {
    const world = createWorld();
    finish(world, planOf([{ doer: 'writer' }, { doer: 'writer-two' }]));
    world.always('project-manager.plan', () => drafts(planOf([{}], { reuse: { writer: 'A1' } })));
    world.script('project-manager.staffing', ...[1, 2, 3].map(() => () => uses([])));
    const ids = ['P2', 'P3', 'P4'];
    for (const id of ids) {
      world.director.does({ type: 'give-objective', text: `Guide ${id}.` });
      world.settle();
      world.director.does({ type: 'approve', decision: `${id}-D1`, choice: 1 });
      world.settle();
    }
    for (const id of ids) {
      world.director.does({ type: 'approve', decision: `${id}-D2`, choice: 1 });
      world.take(world.until('project-manager.staffing'));
    }
    const team = ids.flatMap((id) => world.project(id).team);
    expect(team.map(({ agent, reused }) => [agent.id, reused])).toEqual([
      ['A1', true],
      ['A2', true],
      ['A3', false],
    ]);
    expect(team[2]?.agent.persona?.expertise).toBe('writer, travel');
    world.settle();
    expect(ids.map((id) => world.project(id).phase)).toEqual(['done', 'done', 'done']);
  });

  test('whom nobody described gets what the plan says as its persona', () => {
    const world = createWorld();
    world.script('project-manager.staffing', () => uses([]));
    finish(world, planOf([{}]));
    expect(world.project().phase).toBe('done');
    expect(world.agency.roster[0]?.agent.persona?.role).toBe(
      'Writer. Somebody must be the writer.',
    );
  });

  test('is told of to projects that are still being planned', () => {
    const world = createWorld();
    world.director.does({ type: 'give-objective', text: 'One.' });
    world.director.does({ type: 'give-objective', text: 'Two.' });
    world.settle();
    world.director.does({ type: 'approve', decision: 'P1-D1', choice: 1 });
    world.settle();
    world.director.does({ type: 'approve', decision: 'P1-D2', choice: 1 });
    world.take(world.until('project-manager.staffing'));
    expect(world.project('P2').roster).toMatchObject([{ id: 'A1', busy: true }]);
    world.settle();
    expect(world.project('P2').roster).toMatchObject([{ id: 'A1', busy: false, accepted: 1 }]);
  });
});

describe('what was learned', () => {
  test('is told to the next project, with what tasks cost and took', () => {
    const world = createWorld();
    finish(world, planOf([{}, {}, {}]));
    finish(world, planOf([{}, {}, {}]));
    world.director.says('Once more.');
    expect(world.project('P3').terms.lessons).toEqual([
      { projectId: 'P1', text: 'Ask for the season first.' },
      { projectId: 'P2', text: 'Ask for the season first.' },
    ]);
    expect(world.project('P3').terms.history).toHaveLength(6);
    world.settle();
    const [card] = world.said('approaches').slice(-1);
    expect(card?.approaches[0]?.forecast.microUsdLow).toBeGreaterThan(0);
  });
});

const dora = {
  kind: 'human' as const,
  userId: '200000000000000001',
  name: 'Dora',
  standing: 'director' as const,
};

describe('words in #director', () => {
  test('are answered, not swallowed, when the plan was approved while they were written', () => {
    const world = createWorld(planOf([{}]));
    world.director.says('Make me a guide to Lisbon.');
    world.settle();
    world.director.does({ type: 'approve', decision: 'P1-D1', choice: 1 });
    world.settle();
    world.director.does({ type: 'approve', decision: 'P1-D2', choice: 1 });
    world.happens({ type: 'director-said', projectId: 'P1', by: dora, text: 'And a poster.' });
    world.settle();
    expect(world.taken).toContain('project-manager.talk by pm');
  });

  test('to a project that ended meanwhile begin a new one', () => {
    const world = createWorld(planOf([{}]));
    world.director.says('Make me a guide to Lisbon.');
    world.settle();
    world.director.does({ type: 'cancel', project: 'P1' });
    world.happens({ type: 'director-said', projectId: 'P1', by: dora, text: 'A leaflet.' });
    expect(world.agency.projects.map(({ id }) => id)).toEqual(['P1', 'P2']);
  });

  test('say which project they went to, where there are several', () => {
    const world = createWorld(planOf([{}]));
    world.director.says('Make me a guide to Lisbon.');
    world.settle();
    world.director.does({ type: 'give-objective', text: 'And one to Porto.' });
    world.settle();
    expect(world.project('P2').terms.openProjects).toEqual(['P1 A guide to Lisbon: approaches']);
    world.director.says('With trams.');
    expect(world.said('speech').at(-1)?.text).toBe(
      'I take that as said about P2 A guide to Lisbon. `/objective` begins something new.',
    );
  });

  test('in #decisions are told where they are heard', () => {
    const world = createWorld(planOf([{}]));
    world.director.says('What is this?', 'agency.decisions');
    expect(world.said('speech').at(-1)?.text).toMatch(/^I read along/);
  });
});
