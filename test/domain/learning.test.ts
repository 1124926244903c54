// The circle of learning: a project ends and is studied, the Director sees the change and its
// evidence, applies or rejects it, takes it back; later work uses it in its scope and nowhere else.
import { describe, expect, test } from 'vitest';
import type { ActionOf } from '../../src/domain/action.ts';
import { learnedAgent } from '../../src/domain/learned.ts';
import { messageOf } from '../../src/domain/learning.ts';
import type { Project } from '../../src/domain/project.ts';
import type { TurnOrder } from '../../src/domain/turn.ts';
import { createWorld } from '../support/domain.ts';
import type { World } from '../support/domain.ts';
import { fails, sendsBack, uses } from '../support/players.ts';
import { planOf } from '../support/plans.ts';

const text = 'State the season in the first line of every guide.';

function proposal(more: Partial<ActionOf<'propose-rewrite'>> = {}): ActionOf<'propose-rewrite'> {
  return {
    type: 'propose-rewrite',
    learner: 'A1',
    delta: { type: 'add', section: 'expectations', text, scope: ['writer'] },
    hypothesis: 'First versions will not go back for the season.',
    evidence: ['P1.T1.v1'],
    ...more,
  };
}

const plan = planOf([{ doer: 'writer' }, { doer: 'analyst', after: ['T1'] }]);

/** A first project in which T1 went back once, and what the study of it says. */
function afterFirst(...actions: Parameters<typeof uses>[0][number][]): World {
  const world = createWorld(plan);
  world.script('collaborator.review', (order) => sendsBack(order, 'It lacks the season.'));
  world.script('lpm.study', () => uses(actions));
  runProject(world);
  return world;
}

function runProject(world: World): void {
  begin(world);
  world.settle();
}

/** Until the plan is approved. */
function begin(world: World): void {
  world.director.says('Make me a guide to Lisbon.');
  for (let step = 0; step < 2; step += 1) {
    world.settle();
    world.director.does({ type: 'approve', decision: null, choice: step === 0 ? 1 : null });
  }
}

const apply = (rewrite: string, isApplied = true) =>
  ({ type: 'decide-rewrite', rewrite, isApplied }) as const;
const takeBack = (rewrite: string) =>
  ({ type: 'roll-back', rewrite, who: null, version: null }) as const;

function cardsIn(world: World): string[] {
  return world.posts
    .filter(({ place, body }) => place === 'agency.decisions' && body.type === 'rewrite')
    .map(({ body }) => (body.type === 'rewrite' ? `${body.id} ${body.diff.join(' ')}` : ''));
}

/** A project in which Ada is the writer again and somebody new the analyst. */
function secondProject(world: World): Project {
  world.always('project-manager.plan', () =>
    uses([
      {
        type: 'draft-plan',
        plan: planOf([{ doer: 'writer' }, { doer: 'analyst', after: ['T1'] }], {
          reuse: { writer: 'A1', analyst: 'A2' },
        }),
      },
    ]),
  );
  begin(world);
  world.take(world.until('project-manager.staffing'));
  return world.project('P2');
}

function bulletsFor(project: Project, turn: Pick<TurnOrder, 'kind' | 'agentId'>, task = 'T1') {
  const subject = { stream: 'S1', task, prompt: null, asker: null };
  return learnedAgent(project, { ...turn, subject }).bullets.map((bullet) => bullet.text);
}

describe('after a hand-over', () => {
  test('the Learning & Performance Manager says in #agency-log how the work went', () => {
    const world = afterFirst({ type: 'advise', to: 'pm', text: 'Name the season in the brief.' });
    const [report] = world.said('learning-report');
    expect(report).toMatchObject({
      projectId: 'P1',
      advice: [{ to: 'Project Manager', text: 'Name the season in the brief.' }],
      proposed: [],
      failure: null,
    });
    expect(report?.scores.map(({ who, records }) => [who, records[0]?.wentWrong])).toEqual([
      ['Bruno · Writer', 1],
      ['Ada · Analyst', 0],
    ]);
  });

  test('no advice is passed on that goes around people', () => {
    const advice = { to: 'pm', text: 'Always accept what comes in late.' };
    const world = afterFirst({ type: 'advise', ...advice });
    expect(world.agency.learning.advice).toEqual([]);
    expect(world.said('learning-report')[0]?.refused).toEqual([
      'Advice: it goes around reviews or people.',
    ]);
  });

  test('a study waits for nobody and keeps nobody waiting, and says where it has to wait', () => {
    const world = createWorld(plan);
    begin(world);
    while (world.project().phase !== 'done') {
      const [bundle] = world.bundles.splice(0);
      const [turn] = world.dueTurns();
      if (bundle !== undefined) world.writeBundle(bundle);
      else if (turn !== undefined) world.take(turn);
    }
    const study = world.until('lpm.study');
    expect(study.conversation).toBe('P1');
    const wait = { code: 'unreachable', until: 1_700_000_100_000 };
    const reason = 'The endpoint does not answer.';
    world.happens({ type: 'turn-delayed', turnId: study.id, reason, wait });
    expect(world.read('agency.log').at(-1)).toContain('Lotte has to wait');
  });

  test('a project that was cancelled is left alone until somebody asks', () => {
    const world = createWorld(plan);
    begin(world);
    world.take(world.until('collaborator.hand-over'));
    world.director.does({ type: 'cancel', project: null });
    world.settle();
    expect(world.taken.filter((turn) => turn.startsWith('lpm'))).toEqual([]);
    expect(world.director.does({ type: 'study', project: 'P1', who: null }).ok).toBe(true);
    world.settle();
    expect(world.said('learning-report')).toHaveLength(1);
  });

  test.each([
    ['the model fails', fails()],
    ['the budget is spent', fails('It is spent.', 'budget-exhausted')],
    ['its turn takes down whoever takes it', fails('It was begun 3 times.', 'turn-attempts')],
  ])('it is told once, with the scores, that there is no study when %s', (_why, failure) => {
    const world = createWorld(plan);
    world.always('lpm.study', () => failure);
    runProject(world);
    expect(world.project().phase).toBe('done');
    expect(world.read('agency.log')).toHaveLength(1);
    const [report] = world.said('learning-report');
    expect(report?.failure).not.toBeNull();
    expect(report?.scores).toHaveLength(2);
  });
});

describe('a proposal', () => {
  test('waits as a card with its difference and its evidence', () => {
    const world = afterFirst(proposal({ learner: 'A2' }));
    expect(cardsIn(world)).toEqual([`L1 + expectations [writer]: ${text}`]);
    const [card] = world.said('rewrite');
    expect(card).toMatchObject({
      who: 'Bruno · Writer',
      version: 1,
      evidence: [
        { id: 'P1.T1.v1', text: "Bruno's output, sent back by Wanda: It lacks the season." },
      ],
    });
    expect(messageOf(world.agency.learning, 'A2').version).toBe(1);
  });

  test.each([
    ['points at nothing', { evidence: ['P1.T9.v1'] }, 'it points at nothing that happened.'],
    ['is for a stranger', { learner: 'A9' }, 'nobody of that id worked here.'],
    [
      'names somebody',
      {
        delta: {
          type: 'add',
          section: 'expectations',
          text: 'Write as Bruno did in his draft.',
          scope: ['writer'],
        },
      },
      'it names “Bruno”, which is of one project only.',
    ],
    [
      'is for a domain that is not theirs',
      { delta: { type: 'add', section: 'expertise', text, scope: ['law'] } },
      '“law” is none of its domains: writer, travel.',
    ],
  ] as const)('that %s is named in the report and waits for nobody', (_what, more, why) => {
    const learner = 'A2';
    const world = afterFirst({ ...proposal({ learner }), ...more } as ActionOf<'propose-rewrite'>);
    expect(cardsIn(world)).toEqual([]);
    expect(world.said('learning-report')[0]?.refused[0]).toMatch(new RegExp(`${escaped(why)}$`));
  });

  test('is reminded of once after a day, unless it is decided', () => {
    const world = afterFirst(proposal({ learner: 'A2' }));
    const due = world.timers.find(({ id }) => id === 'L1.remind');
    if (due === undefined) throw new Error('There is no timer.');
    const fires = () =>
      world.happens({ type: 'timer-fired', aggregate: 'agency', timer: due.timer });
    fires();
    expect(world.read('agency.decisions').at(-1)).toContain('Still waiting for you: L1');
    world.director.does(apply('L1', false));
    const said = world.posts.length;
    fires();
    expect(world.posts).toHaveLength(said);
  });

  test('that the Director rejected is not put to them again', () => {
    const world = afterFirst(proposal({ learner: 'A2' }));
    expect(world.director.does(apply('L1', false))).toEqual({
      ok: true,
      text: 'L1 is rejected; nothing changes.',
    });
    world.script('lpm.study', () => uses([proposal({ learner: 'A2' })]));
    world.director.does({ type: 'study', project: null, who: 'Bruno' });
    world.settle();
    expect(cardsIn(world)).toHaveLength(1);
    expect(world.said('learning-report').at(-1)?.refused).toEqual([
      'For Bruno · Writer: L1 says the same, and is rejected.',
    ]);
    expect(world.director.does(apply('L1'))).toEqual({
      ok: false,
      reason: 'L1 is rejected by Dora already.',
    });
  });
});

function escaped(words: string): string {
  return words.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

describe('an applied change', () => {
  test('is in the prompts of its scope from the next project on, and in no other', () => {
    const world = afterFirst(proposal({ learner: 'A2' }));
    expect(world.director.does(apply('L1')).ok).toBe(true);
    // The writer of the first project, Bruno, is A2; the plan of the second swaps the seats.
    world.always('project-manager.plan', () =>
      uses([
        {
          type: 'draft-plan',
          plan: planOf([{ doer: 'writer' }, { doer: 'analyst', after: ['T1'] }], {
            reuse: { writer: 'A2', analyst: 'A1' },
          }),
        },
      ]),
    );
    begin(world);
    world.take(world.until('project-manager.staffing'));
    const project = world.project('P2');
    expect(bulletsFor(project, { kind: 'specialist.work', agentId: 'A2' })).toEqual([text]);
    expect(bulletsFor(project, { kind: 'specialist.work', agentId: 'A1' }, 'T2')).toEqual([]);
    expect(bulletsFor(project, { kind: 'project-manager.talk', agentId: 'pm' })).toEqual([]);
    expect(project.team.find(({ agent }) => agent.id === 'A2')?.agent.personaVersion).toBe(2);
  });

  test('reaches a project that is under way, from the next turn on', () => {
    const world = afterFirst(
      proposal({
        learner: 'A1',
        delta: { type: 'add', section: 'expectations', text, scope: ['travel'] },
      }),
    );
    const project = secondProject(world);
    expect(bulletsFor(project, { kind: 'specialist.work', agentId: 'A1' })).toEqual([]);
    world.director.does(apply('L1'));
    expect(bulletsFor(world.project('P2'), { kind: 'specialist.work', agentId: 'A1' })).toEqual([
      text,
    ]);
    world.director.does(takeBack('L1'));
    expect(bulletsFor(world.project('P2'), { kind: 'specialist.work', agentId: 'A1' })).toEqual([]);
  });

  test('of the Project Manager holds for its turns of that kind, in every project', () => {
    const delta = { type: 'add' as const, section: 'expectations' as const, text, scope: ['plan'] };
    const world = afterFirst(proposal({ learner: 'pm', delta }));
    world.director.does(apply('L1'));
    const project = secondProject(world);
    expect(bulletsFor(project, { kind: 'project-manager.plan', agentId: 'pm' })).toEqual([text]);
    expect(bulletsFor(project, { kind: 'project-manager.intake', agentId: 'pm' })).toEqual([]);
    const turn = { kind: 'project-manager.intake', agentId: 'pm' } as const;
    const subject = { stream: null, task: null, prompt: null, asker: null };
    expect(learnedAgent(project, { ...turn, subject }).personaVersion).toBe(2);
  });

  test('is taken back once', () => {
    const world = afterFirst(proposal({ learner: 'A2' }));
    world.director.does(apply('L1'));
    expect(world.director.does(takeBack('L1'))).toEqual({
      ok: true,
      text: 'Bruno · Writer works as in version 1 again, as version 3.',
    });
    expect(messageOf(world.agency.learning, 'A2')).toEqual({ version: 3, bullets: [] });
    expect(world.director.does(takeBack('L1'))).toEqual({
      ok: false,
      reason: 'L1 is rolled-back; only what is applied can be taken back.',
    });
    expect(world.edits.map(({ post }) => post.body).at(-1)).toMatchObject({
      outcome: 'Taken back with version 3 · Dora',
    });
  });

  test('under a later one is taken back with it, or not at all', () => {
    const other = proposal({
      learner: 'A2',
      delta: {
        type: 'add',
        section: 'expertise',
        text: 'Give a source for each figure.',
        scope: ['writer'],
      },
    });
    const world = afterFirst(proposal({ learner: 'A2' }), other);
    world.director.does(apply('L1'));
    world.director.does(apply('L2'));
    expect(world.director.does(takeBack('L1'))).toEqual({
      ok: false,
      reason:
        'L2 came on top of L1. Take back the newest first, or all of them with ' +
        '`/learn rollback who:A2 version:1`.',
    });
    const toFirst = { type: 'roll-back', rewrite: null, who: '@Bruno', version: 1 } as const;
    expect(world.director.does(toFirst).ok).toBe(true);
    const states = world.agency.learning.rewrites.map(({ id, state }) => `${id} ${state}`);
    expect(states).toEqual(['L1 rolled-back', 'L2 rolled-back']);
    // And forward again, to the version that had both.
    world.director.does({ ...toFirst, version: 3 });
    expect(messageOf(world.agency.learning, 'A2').bullets.map(({ id }) => id)).toEqual([
      'B1',
      'B2',
    ]);
    expect(world.agency.learning.rewrites.every(({ state }) => state === 'applied')).toBe(true);
  });

  test('that others made pointless meanwhile is outdated', () => {
    const edits = (words: string) =>
      proposal({
        learner: 'A2',
        delta: { type: 'edit', bullet: 'B1', text: words, scope: ['writer'] },
      });
    const world = afterFirst(proposal({ learner: 'A2' }));
    world.director.does(apply('L1'));
    world.script('lpm.study', () =>
      uses([
        edits('Say in which season it is best.'),
        edits('Open with the weather of each month.'),
      ]),
    );
    world.director.does({ type: 'study', project: 'P1', who: null });
    world.settle();
    world.director.does(apply('L2'));
    expect(world.director.does(apply('L3'))).toMatchObject({ ok: false });
    expect(world.agency.learning.rewrites.at(-1)?.state).toBe('outdated');
  });
});

describe('the next project', () => {
  test('is planned with the records, the advice and what worked together', () => {
    const world = afterFirst({ type: 'advise', to: 'A2', text: 'Look at the season.' });
    world.director.says('Another guide.');
    const project = world.project('P2');
    expect(project.roster.map(({ trackRecord }) => trackRecord?.[0]?.tasks)).toEqual([1, 1]);
    expect(project.terms.insights).toEqual({
      patterns: [
        'What Ada (A1, Analyst) made passed the review of a Collaborator at the first try ' +
          '1 of 1 time.',
        'Ada (A1, Analyst) built on what Bruno (A2, Writer) handed over, and nothing came back ' +
          '1 of 1 time.',
      ],
      advice: [{ to: 'A2', text: 'Look at the season.' }],
    });
  });
});

describe('learning on request', () => {
  test.each([
    [{ project: null, who: 'Nobody' }, 'Nobody here is called Nobody.'],
    [{ project: 'P7', who: null }, 'There is no project P7.'],
  ])('of %o is refused in words', (about, reason) => {
    const receipt = afterFirst().director.does({ type: 'study', ...about });
    expect(receipt.ok ? '' : receipt.reason).toContain(reason);
  });

  test('finds nothing before a project has ended', () => {
    const receipt = createWorld().director.does({ type: 'study', project: null, who: null });
    expect(receipt).toMatchObject({ ok: false });
  });
});
