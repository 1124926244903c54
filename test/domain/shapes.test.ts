// Small agencies and large streams, from inside: the PM that coordinates itself, one LLM in several
// seats, two Collaborators in one stream. Whole lives, so the promises of domain-breaches.ts hold
// all along.
import { describe, expect, test } from 'vitest';
import { agentInTurn } from '../../src/domain/seats.ts';
import { AgentId } from '../../src/domain/ids.ts';
import { agentsOf, Project } from '../../src/domain/project.ts';
import { createWorld } from '../support/domain.ts';
import { asks, drafts, sendsBack } from '../support/players.ts';
import { planOf } from '../support/plans.ts';
import { atWork } from '../support/stages.ts';

const chain = [{}, { doer: 'editor', after: ['T1'] }];

describe('a small project', () => {
  const plan = planOf(chain, { by: 'project-manager' });

  test('has the Project Manager as Collaborator, who says so, and nobody else', () => {
    const world = atWork(plan);
    world.settle();
    expect(world.project().phase).toBe('done');
    expect(world.read('P1.S1')).toMatchInlineSnapshot(`
      [
        "[Paul · Project Manager as Collaborator] speech: Here we write the guide.",
        "[Paul · Project Manager as Collaborator] handoff: T1 to T2",
        "[Paul · Project Manager as Collaborator] speech: All of it is accepted.",
      ]
    `);
    expect(world.read('P1.S1.A2')).toMatchInlineSnapshot(`
      [
        "[Bruno · Writer] specialist-card: new here",
        "[Paul · Project Manager] assignment: T1 for Bruno",
        "[Bruno · Writer] command: /start",
        "[Bruno · Writer] output: T1 with o1.md",
        "[Paul · Project Manager as Collaborator] verdict: T1 accepted",
      ]
    `);
    expect(agentsOf(world.project()).map(({ id }) => id)).toEqual(['A1', 'A2']);
    expect(new Set(world.taken.map((line) => line.split(' by ')[1]))).toEqual(
      new Set(['pm', 'A1', 'A2', 'lpm']),
    );
    expect(world.said('deliverable').map(({ approver }) => approver)).toEqual(['Paul', 'Paul']);
  });

  test('gets a shape from code where the plan says nothing', () => {
    const world = atWork(planOf(chain, { by: null }));
    expect(world.project().streams['S1']?.collaborator.id).toBe('pm');
    expect(world.said('plan')[0]?.plan.streams[0]?.coordination).toEqual({
      by: 'project-manager',
      why:
        '2 tasks in one stream: a Collaborator would cost more turns than it saves, ' +
        'so I do it myself.',
    });
  });

  test('is answered by the Project Manager as such, whatever it reviews', () => {
    const world = atWork(plan);
    world.script('specialist.work', () => asks('pm'));
    world.settle();
    world.director.says('How far are we?', 'P1.overview');
    world.director.says('And who reads this?', 'P1.S1', 'pm');
    world.settle();
    const answers = world.posts.filter(
      ({ body }) => body.type === 'speech' && body.text.startsWith('The PM answers'),
    );
    expect(answers.map(({ speaker }) => speaker.title)).toEqual(
      answers.map(() => 'Project Manager'),
    );
    expect(answers).toHaveLength(3);
  });

  test('has its outputs sent back by the Project Manager as Collaborator', () => {
    const world = atWork(plan);
    world.script('collaborator.review', (order) => sendsBack(order, 'Name the trams.'));
    world.settle();
    expect(world.project().phase).toBe('done');
    expect(world.project().tasks['T1']?.rejections).toBe(1);
    expect(world.read('P1.S1.A2').join('\n')).toContain(
      '[Paul · Project Manager as Collaborator] verdict: T1 sent back: Name the trams.',
    );
  });
});

describe('one LLM in several seats', () => {
  const sameAs = { writer: 'editor' };
  const tasks = [
    {},
    { doer: 'editor' },
    { doer: 'critic', after: ['T1', 'T2'], approver: 'editor' },
    { approver: 'critic' },
  ];
  const plan = planOf(tasks, { sameAs });

  test('has one name and one thread, a card for each seat, and speaks in the seat it is in', () => {
    const world = atWork(plan);
    world.settle();
    expect(world.project().phase).toBe('done');
    expect(world.places.get('P1.S1.A2')?.name).toBe('Bruno · Editor and Writer');
    expect(world.read('P1.S1.A2')).toMatchInlineSnapshot(`
      [
        "[Bruno · Editor] specialist-card: new here",
        "[Bruno · Writer] specialist-card: another seat",
        "[Paul · Project Manager] assignment: T1 for Bruno as Writer",
        "[Bruno · Writer] command: /start",
        "[Bruno · Writer] output: T1 with o1.md",
        "[Wanda · Collaborator] verdict: T1 accepted",
        "[Paul · Project Manager] assignment: T2 for Bruno as Editor",
        "[Bruno · Editor] command: /start",
        "[Bruno · Editor] output: T2 with o2.md",
        "[Wanda · Collaborator] verdict: T2 accepted",
        "[Paul · Project Manager] assignment: T4 for Bruno as Writer",
        "[Bruno · Writer] command: /start",
        "[Bruno · Writer] output: T4 with o4.md",
        "[Ada · Critic] verdict: T4 accepted",
      ]
    `);
    expect(world.read('P1.S1.A1')).toMatchInlineSnapshot(`
      [
        "[Ada · Critic] specialist-card: new here",
        "[Paul · Project Manager] assignment: T3 for Ada",
        "[Ada · Critic] command: /start",
        "[Ada · Critic] output: T3 with o3.md",
        "[Bruno · Editor] verdict: T3 accepted",
      ]
    `);
    expect(world.agency.roster.map(({ agent, accepted }) => [agent.title, accepted])).toEqual([
      ['Critic', 1],
      ['Editor', 3],
    ]);
  });

  test('works on one task at a time, whichever seats its tasks are in', () => {
    const world = atWork(plan);
    world.until('specialist.work');
    const working = Object.values(world.project().tasks).filter(({ state }) => state !== 'waiting');
    expect(working.map(({ id }) => id)).toEqual(['T1']);
  });

  test('is told who it is in each turn, and nothing of its other seat', () => {
    const world = atWork(plan);
    const seen: string[] = [];
    for (let turn = world.dueTurns()[0]; turn !== undefined; turn = world.dueTurns()[0]) {
      const { id, title, skills } = agentInTurn(world.project(), turn);
      if (id === 'A2') seen.push(`${turn.kind} ${turn.subject.task}: ${title}, ${skills[0]}`);
      world.take(turn);
    }
    expect(seen).toMatchInlineSnapshot(`
      [
        "specialist.work T1: Writer, writer",
        "specialist.work T2: Editor, editor",
        "specialist.work T4: Writer, writer",
        "specialist.review T3: Editor, editor",
      ]
    `);
  });

  test('cannot be given a task that it approves in another seat', () => {
    const world = atWork(plan);
    const move = (task: string, to: string) =>
      world.director.does({ type: 'assign', task, to, why: '', project: 'P1' });
    expect(move('T3', 'writer')).toEqual({
      ok: false,
      reason: 'Bruno approves T3 and cannot do it as well.',
    });
    expect(move('T3', 'Bruno').ok).toBe(false);
    expect(move('T9', 'Bruno').ok).toBe(false);
    expect(move('T4', 'Zoe')).toEqual({
      ok: false,
      reason: 'Nobody called Zoe is in the team: Ada, Bruno.',
    });
    // By name it stays in the seat that the task is in; by key it changes the seat.
    expect(move('T4', 'Bruno').ok).toBe(true);
    expect(world.project().tasks['T4']?.doer).toBe('writer');
    expect(move('T4', 'editor').ok).toBe(true);
    expect(world.project().tasks['T4']?.doer).toBe('editor');
  });

  test('answers as what it worked as last', () => {
    const world = atWork(plan);
    world.settle();
    world.director.says('Why these trams?', 'P1.S1.A2');
    world.settle();
    expect(world.read('P1.S1.A2').at(-1)).toBe(
      '[Bruno · Writer] speech: An answer: Why these trams?',
    );
  });

  test('may be one of the roster, who is the same in every seat', () => {
    const world = createWorld(planOf(chain));
    const accomplish = () => {
      world.director.does({ type: 'give-objective', text: 'Make me a guide.' });
      world.settle();
      world.director.does({ type: 'approve', decision: null, choice: 1 });
      world.settle();
      world.director.does({ type: 'approve', decision: null, choice: null });
      world.settle();
    };
    accomplish();
    const shared = planOf(chain, { sameAs: { writer: 'editor' }, reuse: { editor: 'A1' } });
    world.script('project-manager.plan', () => drafts(shared));
    accomplish();
    expect(world.project('P2').team).toMatchObject([
      { key: 'editor', agent: { id: 'A1', title: 'Editor' }, reused: true },
      { key: 'writer', agent: { id: 'A1', title: 'Writer' }, reused: true },
    ]);
    const seats = world.said('plan').at(-1)?.seats;
    expect(seats?.map((seat) => [seat.label, seat.sameAs])).toEqual([
      ['Ada · Editor', null],
      ['Ada · Writer', 'editor'],
    ]);
    expect(world.agency.roster).toMatchObject([
      { agent: { title: 'Editor' }, projects: 2, accepted: 3, reservedBy: null },
      { agent: { title: 'Writer' }, projects: 1, accepted: 1, reservedBy: null },
    ]);
  });
});

describe('a stream with many Specialists', () => {
  const doers = ['artist', 'critic', 'editor', 'mapper', 'writer'];
  const plan = planOf([...doers.map((doer) => ({ doer })), { after: ['T1'] }], {
    by: 'two-collaborators',
  });

  test('has two Collaborators, each with Specialists of its own', () => {
    const world = atWork(plan);
    world.settle();
    expect(world.project().phase).toBe('done');
    expect(world.read('P1.S1')).toMatchInlineSnapshot(`
      [
        "[Paul · Project Manager] notice: Two Collaborators share this stream",
        "[Wanda · Collaborator] speech: Here we write the guide.",
        "[Viktor · Collaborator] handoff: T1 to T6",
        "[Wanda · Collaborator] speech: All of it is accepted.",
      ]
    `);
    const reviews = world.posts.flatMap(({ speaker, body }) =>
      body.type === 'verdict' ? [`${body.task} ${speaker.name} ${speaker.id}`] : [],
    );
    expect(reviews.sort()).toMatchInlineSnapshot(`
      [
        "T1 Viktor P1-S1b",
        "T2 Viktor P1-S1b",
        "T3 Wanda P1-S1",
        "T4 Viktor P1-S1b",
        "T5 Wanda P1-S1",
        "T6 Wanda P1-S1",
      ]
    `);
    expect(world.said('notice')[1]?.text).toMatchInlineSnapshot(`
      "• Wanda reviews and hands over for Edith, Chidi.
      • Viktor reviews and hands over for Ada, Bruno, Dana.
      Wanda introduces the stream and sums it up."
    `);
  });

  test('is answered by the Project Manager for either of them', () => {
    const world = atWork(plan);
    world.settle();
    for (const id of ['P1-S1', 'P1-S1b']) {
      expect(AgentId.safeParse(id).success).toBe(true);
      world.director.says(`Why, ${id}?`, 'P1.S1', id);
      world.settle();
      expect(world.read('P1.S1').at(-1)).toBe(
        `[Paul · Project Manager] speech: The PM answers: Why, ${id}?`,
      );
    }
  });

  test('keeps a task with whoever cares for the Specialist it is moved to', () => {
    const world = atWork(plan);
    const by = (task: string) =>
      world.posts.find(({ body }) => body.type === 'verdict' && body.task === task)?.speaker.id;
    world.director.does({ type: 'assign', task: 'T6', to: 'critic', why: '', project: 'P1' });
    world.settle();
    expect([by('T2'), by('T6')]).toEqual([by('T2'), by('T2')]);
  });
});

test('a project of an earlier version, with one Collaborator, is read as it was', () => {
  const project = atWork(planOf(chain)).project();
  const { S1: stream } = project.streams;
  if (stream === undefined) throw new Error('There is no stream.');
  const { second: _second, ...older } = stream;
  expect(Project.parse({ ...project, streams: { S1: older } })).toEqual(project);
});
