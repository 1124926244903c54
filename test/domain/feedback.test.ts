// What people say of an output is tied to that version of it, whichever way they say it.
import { describe, expect, test } from 'vitest';
import type { ActionOf } from '../../src/domain/action.ts';
import { decideProject } from '../../src/domain/decide/decide.ts';
import { ratingOf } from '../../src/domain/feedback.ts';
import { outputShownBy } from '../../src/domain/shown-output.ts';
import { sendsBack } from '../support/players.ts';
import { planOf } from '../support/plans.ts';
import { atWork } from '../support/stages.ts';
import type { World } from '../support/domain.ts';

type Said = ActionOf<'give-feedback'>;

const give = (said: Partial<Said>): Said => ({
  type: 'give-feedback',
  project: 'P1',
  task: 'T1',
  revision: null,
  kind: said.text === undefined ? 'rating' : 'comment',
  rating: null,
  text: null,
  isTakenBack: false,
  ...said,
});
const thumb = (rating: number, isTakenBack = false): Said =>
  give({ kind: 'reaction', rating, isTakenBack });

/** T1 has an output that waits for its approver. */
function inReview(plan = planOf([{}])): World {
  const world = atWork(plan);
  world.until('collaborator.review');
  return world;
}

/** T1 was sent back once and accepted; the project is over. */
function handedOver(): World {
  const world = inReview(planOf([{}, { doer: 'zoologist' }]));
  world.script('collaborator.review', (turn) => sendsBack(turn, 'Shorter.'));
  world.settle();
  expect(world.project().phase).toBe('done');
  return world;
}

const said = (world: World) => world.project().feedback;
const remarks = (world: World) => world.project().remarks.map(({ text }) => text);

describe('a rating', () => {
  test('is tied to the output, its version, its maker and the turn that made it', () => {
    const world = handedOver();
    const turns = world.project().tasks['T1']?.versions;
    expect(turns).toMatchObject([{ revision: 0 }, { revision: 1 }]);
    world.director.does(give({ rating: 4, text: 'Nearly.', kind: 'rating' }));
    world.director.does(give({ rating: 2, revision: 0 }));
    const common = { task: 'T1', agentId: 'A1', by: 'Dora', standing: 'director' };
    expect(said(world)).toMatchObject([
      { ...common, ...turns?.[1], rating: 4, text: 'Nearly.' },
      { ...common, ...turns?.[0], rating: 2, text: null },
    ]);
  });

  test('is answered with what it counted for', () => {
    const world = handedOver();
    const text = "Noted for Ada's “Output 1” v2: 4 of 5.";
    expect(world.director.does(give({ rating: 4 }))).toEqual({ ok: true, text });
    const more = give({ rating: 4, text: 'Too long.', kind: 'rating', revision: 0 });
    expect(world.director.does(more)).toEqual({
      ok: true,
      text: "Noted for Ada's “Output 1” v1: 4 of 5, with your words.",
    });
  });

  test('replaces the one before, and a double click changes nothing', () => {
    const world = inReview();
    world.director.does(give({ rating: 2 }));
    world.director.does(give({ rating: 5 }));
    const before = world.factsOf('P1').length;
    expect(world.director.does(give({ rating: 5 })).ok).toBe(true);
    expect(world.factsOf('P1')).toHaveLength(before);
    world.colleague.does(give({ rating: 3 }));
    expect(said(world)).toMatchObject([
      { by: 'Dora', rating: 5 },
      { by: 'Sam', rating: 3, standing: 'specialist' },
    ]);
  });

  test('starts no turn, posts nothing and leaves the status message alone', () => {
    const world = handedOver();
    const { posts, edits, taken } = world;
    const before = [posts.length, edits.length, taken.length];
    world.director.does(give({ rating: 1 }));
    world.settle();
    expect([posts.length, edits.length, taken.length]).toEqual(before);
    expect(world.project().tasks['T1']?.state).toBe('accepted');
  });
});

test('a paused project takes feedback, and says nothing of it before it goes on', () => {
  const world = inReview();
  world.director.does({ type: 'pause', project: 'P1' });
  expect(world.director.does(give({ rating: 4 })).ok).toBe(true);
  const shown = { projectId: 'P1', task: 'T1', revision: 0 };
  world.director.says('Name the year.', 'P1.S1.A1', 'A1', shown);
  expect(said(world)).toMatchObject([{ rating: 4 }, { kind: 'correction' }]);
  expect(world.read('P1.S1.A1').join()).not.toContain('correction');
  world.director.does({ type: 'resume', project: 'P1' });
  expect(world.read('P1.S1.A1').join()).toContain('correction');
});

describe('what is meant when no task is named', () => {
  const cases = [
    { place: 'P1.S1.A1', rated: ['T1'] },
    { place: 'P1.S1.A2', rated: ['T2'] },
    // Its second version came last.
    { place: 'P1.S1', rated: ['T1'] },
    { place: 'P1.overview', rated: ['T1', 'T2'] },
    { place: 'agency.director', rated: ['T1', 'T2'] },
  ];
  test.each(cases)('in $place: $rated', ({ place, rated }) => {
    const world = handedOver();
    const receipt = world.director.does(give({ task: null, rating: 5 }), place);
    expect(receipt).toMatchObject({ ok: true });
    expect(said(world).map(({ task }) => task)).toEqual(rated);
  });
});

describe('what cannot be rated is refused with what can', () => {
  const cases: { what: string; said: Partial<Said>; place?: string; reason: string }[] = [
    {
      what: 'a task that is not in the plan',
      said: { task: 'T9', rating: 3 },
      reason: 'P1 has no task T9. These have an output: T1.',
    },
    {
      what: 'a task without an output',
      said: { task: 'T2', rating: 3 },
      reason: 'T2 has no output yet. These have an output: T1.',
    },
    {
      what: 'a version that was never made',
      said: { revision: 3, rating: 3 },
      reason: 'T1 has no version 4; its newest is 1.',
    },
    {
      what: 'nothing at all',
      said: {},
      reason: 'Say how good it is, from 1 to 5 (`rating:4`), or what you think of it.',
    },
    {
      what: 'the hand-over before it is there',
      said: { task: null, rating: 3 },
      place: 'P1.overview',
      reason: 'P1 has handed nothing over yet. These have an output: T1.',
    },
    {
      what: 'the output of a thread without one',
      said: { task: null, rating: 3 },
      place: 'P1.S2.A2',
      reason: 'There is no output here yet. These have an output: T1.',
    },
  ];
  test.each(cases)('$what', ({ said: words, place, reason }) => {
    const world = inReview(planOf([{}, { doer: 'zoologist', stream: 'S2', after: ['T1'] }]));
    expect(world.director.does(give(words), place)).toEqual({ ok: false, reason });
    expect(said(world)).toEqual([]);
  });

  test('and a stranger is not asked', () => {
    const world = inReview();
    expect(world.stranger.does(give({ rating: 1 })).ok).toBe(false);
    expect(said(world)).toEqual([]);
  });
});

describe('a reaction', () => {
  const emoji = [
    ['👍', 5],
    ['👎', 1],
    ['👍🏽', 5],
    ['👎🏿', 1],
    ['👍\uFE0F', 5],
    ['❤️', null],
    ['👀', null],
    ['', null],
  ] as const;
  test.each(emoji)('%s counts as %s', (name, rating) => {
    expect(ratingOf(name)).toBe(rating);
  });

  test('counts while it stands on the message, each thumb for itself', () => {
    const world = inReview();
    const left = () => said(world).map(({ rating }) => rating);
    const steps: [Said, number[]][] = [
      [thumb(5), [5]],
      [thumb(5), [5]],
      [thumb(1), [5, 1]],
      [thumb(5, true), [1]],
      [thumb(5, true), [1]],
      [thumb(1, true), []],
      [thumb(5), [5]],
    ];
    for (const [step, expected] of steps) {
      world.director.does(step);
      expect(left()).toEqual(expected);
    }
    world.colleague.does(thumb(5, true));
    expect(left()).toEqual([5]);
  });

  test('on the hand-over counts for each deliverable', () => {
    const world = handedOver();
    const shown = outputShownBy(world.said('hand-over')[0] ?? { type: 'speech', text: '' });
    expect(shown).toEqual({ projectId: 'P1', task: null, revision: null });
    world.director.does({ ...thumb(5), task: null }, 'agency.director');
    expect(said(world).map(({ task }) => task)).toEqual(['T1', 'T2']);
    world.director.does({ ...thumb(5, true), task: null }, 'agency.director');
    expect(said(world)).toEqual([]);
  });
});

describe('a reply to the message that shows an output', () => {
  const shown = { projectId: 'P1', task: 'T1', revision: 0 };

  test('is a correction of that version, and is heard as before besides', () => {
    const world = inReview();
    world.director.says('Name the year.', 'P1.S1.A1', 'A1', shown);
    expect(said(world)).toMatchObject([
      { kind: 'correction', text: 'Name the year.', rating: null, revision: 0, agentId: 'A1' },
    ]);
    expect(world.read('P1.S1.A1').at(-1)).toContain("a correction of Ada's “Output 1” v1");
    expect(remarks(world)).toEqual(['Name the year.']);
  });

  test('is none when it asks, and none from a stranger', () => {
    const world = inReview();
    world.director.says('Which year is this?', 'P1.S1.A1', 'A1', shown);
    world.stranger.says('Wrong year.', 'P1.S1.A1', 'A1', shown);
    expect(said(world)).toEqual([]);
  });

  test('counts in a project that was cancelled', () => {
    const world = inReview();
    world.director.does({ type: 'cancel', project: 'P1' });
    world.director.says('Name the year.', 'P1.S1.A1', 'A1', shown);
    expect(said(world)).toMatchObject([{ kind: 'correction' }]);
    expect(world.director.does({ type: 'pause', project: 'P1' }).ok).toBe(false);
  });
});

describe('the Project Manager learns what the Director thinks of an accepted output', () => {
  const cases: { what: string; said: Partial<Said>; remark: string | null }[] = [
    {
      what: 'a low rating',
      said: { rating: 2, text: 'Too long.', kind: 'rating' },
      remark: "Dora gave Ada's “Output 1” v2 2 of 5, which was accepted (T1): Too long.",
    },
    {
      what: 'a thumb down',
      said: { rating: 1, kind: 'reaction' },
      remark: "Dora gave Ada's “Output 1” v2 1 of 5, which was accepted (T1)",
    },
    {
      what: 'a correction',
      said: { text: 'Name the year.', kind: 'correction' },
      remark: "Dora corrected Ada's “Output 1” v2, which was accepted (T1): Name the year.",
    },
    { what: 'a fair rating', said: { rating: 3 }, remark: null },
    { what: 'a comment', said: { text: 'Nice.' }, remark: null },
  ];
  test.each(cases)('$what', ({ said: words, remark }) => {
    const world = handedOver();
    world.director.does(give(words));
    expect(remarks(world)).toEqual(remark === null ? [] : [remark]);
  });

  test('but not of one that is still being judged, nor from a colleague', () => {
    const open = inReview();
    open.director.does(give({ rating: 1 }));
    expect(remarks(open)).toEqual([]);
    const over = handedOver();
    over.colleague.does(give({ rating: 1 }));
    expect(remarks(over)).toEqual([]);
  });
});

test('words on an output are remembered with the trust their speaker has, thumbs are not', () => {
  const project = handedOver().project();
  const remembered = (words: Partial<Said>, standing: 'director' | 'specialist') => {
    const by = { kind: 'human' as const, userId: '200000000000000001', name: 'Dora', standing };
    const event = { type: 'action-taken' as const, id: 'e', at: 1, place: null, by };
    const decision = decideProject(project, { ...event, action: give(words) }, 1);
    return decision.memories.map(({ text, trust, subject }) => [text, trust, subject]);
  };
  const about = 'Dora on T1 Output 1 by Ada (version 2)';
  expect(remembered({ rating: 4 }, 'director')).toEqual([
    [`${about}: 4 of 5`, 'T1', 'P1.T1.1.rating.200000000000000001'],
  ]);
  expect(remembered({ kind: 'correction', text: 'Name the year.' }, 'specialist')).toEqual([
    [`${about}: correction: Name the year.`, 'T2', null],
  ]);
  expect(remembered(thumb(1), 'director')).toEqual([]);
});
