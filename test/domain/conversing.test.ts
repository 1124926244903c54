// What people say while others work: it is kept, it steers, it is answered.
import { describe, expect, test } from 'vitest';
import { agencyPlaces } from '../../src/domain/place.ts';
import { statusView } from '../../src/domain/status.ts';
import type { World } from '../support/domain.ts';
import { asks, fails, submits } from '../support/players.ts';
import { planOf } from '../support/plans.ts';
import { atPlan, atWork } from '../support/stages.ts';

const two = planOf([{ doer: 'writer' }, { doer: 'analyst', stream: 'S2' }]);

describe('a message in a thread', () => {
  test('of a Specialist at work begins its turn anew, with the message before it', () => {
    const world = atWork();
    const before = world.until('specialist.work');
    world.director.says('In British English.', 'P1.S1.A1');
    const after = world.until('specialist.work');
    expect(after).toMatchObject({ ...before, id: after.id });
    expect(after.id).not.toBe(before.id);
    expect(world.project().remarks).toEqual([
      { place: 'P1.S1.A1', by: 'Dora', text: 'In British English.' },
    ]);
    world.end(before.id, submits(before, world.project()));
    expect(world.said('output')).toEqual([]);
    world.settle();
    expect(world.project().phase).toBe('done');
  });

  test('of a human specialist steers as well; a stranger is not heard', () => {
    const world = atWork();
    world.colleague.says('The tram is 28.', 'P1.S1.A1');
    world.stranger.says('Buy my book.', 'P1.S1.A1');
    expect(world.project().remarks.map((remark) => remark.by)).toEqual(['Sam']);
    expect(world.reactions).toHaveLength(2);
  });

  test('during the review lets the approver judge with it', () => {
    const world = atWork();
    const review = world.until('collaborator.review');
    world.director.says('Prices are fine without cents.', 'P1.S1.A1');
    expect(world.until('collaborator.review').id).not.toBe(review.id);
    expect(world.taken).not.toContain('specialist.answer by A1');
  });

  test('joins the answer that the Specialist waits for', () => {
    const world = atWork(two);
    world.script(
      'specialist.work',
      () => asks('pm'),
      () => asks('pm'),
    );
    for (const turn of world.dueTurns()) if (turn.kind === 'specialist.work') world.take(turn);
    const talks = world.dueTurns().filter((turn) => turn.kind === 'project-manager.talk');
    world.director.says('It is 2026.', 'P1.S2.A1');
    expect(world.dueTurns().filter((turn) => turn.kind === 'project-manager.talk')).toEqual(talks);
    world.settle();
    expect(world.project().phase).toBe('done');
  });

  test('is answered at once when no work is ahead there', () => {
    const world = atWork(planOf([{ approver: 'director' }]));
    world.settle();
    world.director.says('How sure are you of the prices?', 'P1.S1.A1');
    world.settle();
    expect(world.read('P1.S1.A1').at(-1)).toBe(
      '[Ada · Writer] speech: An answer: How sure are you of the prices?',
    );
  });

  test('to somebody else there is answered by whom it addresses', () => {
    const world = atWork();
    world.director.says('Is this on budget?', 'P1.S1.A1', 'pm');
    const talk = world.until('project-manager.talk');
    expect(talk).toMatchObject({ conversation: 'P1.S1.A1', agentId: 'pm' });
  });
});

describe('two questions', () => {
  test('before the first is answered get one answer to both', () => {
    const world = atWork();
    world.director.says('What has it cost?', 'P1.overview');
    world.director.says('And when is it done?', 'P1.overview');
    world.settle();
    expect(world.read('P1.overview').filter((line) => line.includes('The PM answers'))).toEqual([
      '[Paul · Project Manager] speech: The PM answers: What has it cost?\nAnd when is it done?',
    ]);
  });

  test('that are very long keep the newest words', () => {
    const world = atWork();
    world.director.says('a'.repeat(4000), 'P1.overview');
    world.director.says('b'.repeat(3000), 'P1.overview');
    const prompt = world.until('project-manager.talk').subject.prompt ?? '';
    expect(prompt).toHaveLength(4000);
    expect(prompt.endsWith('b'.repeat(3000))).toBe(true);
  });
});

describe('a message', () => {
  test('in #overview is answered by the PM', () => {
    const world = atWork();
    world.director.says('How is it going?', 'P1.overview');
    world.settle();
    expect(world.read('P1.overview')).toContain(
      '[Paul · Project Manager] speech: The PM answers: How is it going?',
    );
  });

  test('in a stream is kept for everyone who works there, and answered by nobody', () => {
    const world = atWork();
    const before = world.dueTurns().length;
    world.director.says('Use euros everywhere.', 'P1.S1');
    expect(world.dueTurns()).toHaveLength(before);
    expect(world.project().remarks).toMatchObject([{ place: 'P1.S1' }]);
  });

  test('that names a Specialist in a stream is answered by that Specialist', () => {
    const world = atWork();
    world.director.says('Ada, do you speak Portuguese?', 'P1.S1', 'A1');
    const answers = world.project().turns;
    expect(Object.values(answers)).toContainEqual(
      expect.objectContaining({ kind: 'specialist.answer', agentId: 'A1', conversation: 'P1.S1' }),
    );
  });

  test('without words is only kept', () => {
    const world = atWork();
    const before = world.dueTurns();
    world.director.says('', 'P1.S1.A1');
    expect(world.dueTurns()).toEqual(before);
  });

  test('after the hand-over is still answered', () => {
    const world = atWork();
    world.settle();
    world.director.says('Which tram was it?', 'P1.S1.A1');
    world.settle();
    expect(world.read('P1.S1.A1').at(-1)).toContain('An answer: Which tram was it?');
  });

  test('after the hand-over that cannot be answered says so', () => {
    const world = atWork();
    world.settle();
    world.script(
      'specialist.answer',
      () => fails(),
      () => fails('the endpoint is away'),
    );
    world.director.says('Which tram was it?', 'P1.S1.A1');
    world.settle();
    expect(world.read('P1.S1.A1').at(-1)).toContain('I could not answer: the endpoint is away');
  });

  test('that is delivered twice is heard once', () => {
    const world = atWork();
    const say = {
      type: 'message-received' as const,
      id: 'discord.message.1',
      at: 1,
      place: 'P1.overview',
      channelId: '300000000000000001',
      messageId: '200000000000000009',
      by: {
        kind: 'human' as const,
        userId: '200000000000000001',
        name: 'Dora',
        standing: 'director' as const,
      },
      text: 'How is it going?',
      files: [],
      addressee: null,
    };
    const first = world.handle(say);
    expect(world.handle(say)).toBe(first);
    expect(world.project().remarks).toHaveLength(1);
  });
});

test('whoever writes in a project that was cancelled learns it, once in each place', () => {
  const world = atWork();
  world.director.does({ type: 'cancel', project: 'P1' });
  const told = (place: string) => world.read(place).filter((one) => one.includes('has ended'));
  world.director.says('How far are you?', 'P1.overview');
  world.director.says('', 'P1.overview');
  world.director.says('And you?', 'P1.S1.A1');
  expect(told('P1.overview')).toHaveLength(1);
  expect(told('P1.S1.A1')).toHaveLength(1);
  expect(world.said('notice').at(-1)?.text).toContain('write a new objective in #director');
  expect(world.project().remarks).toHaveLength(3);
});

describe('what waits for the Director', () => {
  test('is mentioned once more after a day', () => {
    const world = atPlan();
    const timer = world.timers.at(-1);
    expect(timer?.timer).toEqual({ type: 'remind', decision: 'P1-D2' });
    const remind = { type: 'remind' as const, decision: 'P1-D2' };
    world.happens({ type: 'timer-fired', aggregate: 'P1', timer: remind });
    const reminder = world.posts.at(-1);
    expect(reminder).toMatchObject({
      place: 'agency.decisions',
      notify: ['200000000000000001'],
      body: {
        title: 'Still waiting for you: A guide to Lisbon: approve the plan',
        text: '`/approve decision:P1-D2` · Approve · Revise · Cancel',
      },
    });
  });

  test('is not mentioned once it is decided', () => {
    const world = atPlan();
    const before = world.posts.length;
    const remind = { type: 'remind' as const, decision: 'P1-D1' };
    world.happens({ type: 'timer-fired', aggregate: 'P1', timer: remind });
    expect(world.posts).toHaveLength(before);
  });
});

test('a turn that has to wait says why in its place, and goes on later', () => {
  const world = atWork();
  const turn = world.until('specialist.work');
  const reason = 'The model does not answer.';
  const delayed = { type: 'turn-delayed' as const, id: `turn.${turn.id}.delayed`, at: 1 };
  world.handle({ ...delayed, turnId: turn.id, reason });
  expect(world.said('notice').at(-1)).toMatchObject({
    tone: 'warning',
    text: 'The model does not answer.\nI keep trying; nothing is lost.',
  });
  expect(world.project().turns[turn.id]).toBeDefined();
  world.settle();
  expect(world.project().phase).toBe('done');
});

describe('a turn that is put off', () => {
  const until = Date.UTC(2026, 10, 21, 12, 3);
  const putOff = (world: World, turnId: string, code: string, times = 1) => {
    const event = { type: 'turn-delayed' as const, at: 1, turnId, reason: 'Slow down.' };
    const wait = { code, until };
    world.handle({ ...event, id: `turn.${turnId}.delayed.${times}`, wait });
  };

  test('says until when, once, and its status says it as long as it is true', () => {
    const world = atWork();
    const turn = world.until('specialist.work');
    putOff(world, turn.id, 'rate-limited');
    putOff(world, turn.id, 'rate-limited', 2);
    expect(world.said('notice').filter(({ title }) => title.includes('has to wait'))).toEqual([
      expect.objectContaining({
        text: 'Slow down.\nIt goes on by itself at 12:03:00 UTC; nothing is lost.',
      }),
    ]);
    const working = (times: [string, number][] = []) =>
      statusView(world.project(), new Map(times)).working.at(-1)?.what;
    expect(working([[turn.id, until]])).toBe('works on T1, waits until 12:03:00 UTC (rate limit)');
    // The living message is not edited each time that it is tried again.
    expect(working()).toBe('works on T1, waits (rate limit)');
    world.happens({ type: 'turn-went-on', turnId: turn.id });
    expect(working()).toBe('works on T1');
    putOff(world, turn.id, 'rate-limited', 3);
    expect(world.said('notice').filter(({ title }) => title.includes('has to wait'))).toHaveLength(
      1,
    );
    world.settle();
    expect(world.project().phase).toBe('done');
  });

  test('again for the same cause is nothing to record', () => {
    const world = atWork();
    const turn = world.until('specialist.work');
    putOff(world, turn.id, 'unreachable');
    const before = world.factsOf('P1').length;
    for (let times = 2; times < 9; times += 1) putOff(world, turn.id, 'unreachable', times);
    expect(world.factsOf('P1')).toHaveLength(before);
    putOff(world, turn.id, 'rate-limited', 9);
    expect(world.factsOf('P1')).toHaveLength(before + 1);
  });

  test('for want of credit is told whatever it waited for before, and whoever else did', () => {
    const world = atWork(planOf([{}, { doer: 'analyst' }]));
    world.until('specialist.work');
    const [first = '', second = ''] = Object.entries(world.project().turns).flatMap(
      ([id, { kind }]) => (kind === 'specialist.work' ? [id] : []),
    );
    const asked = () =>
      world.posts.filter(({ place, body }) => {
        return (
          place === agencyPlaces.director && 'text' in body && body.text?.includes('Slow down')
        );
      }).length;
    putOff(world, first, 'rate-limited');
    putOff(world, first, 'quota-exhausted', 2);
    expect(asked()).toBe(1);
    world.happens({ type: 'turn-went-on', turnId: first });
    putOff(world, second, 'quota-exhausted');
    expect(asked()).toBe(2);
    putOff(world, first, 'quota-exhausted', 3);
    expect(asked()).toBe(2);
  });

  test('for want of credit is the Director’s to know, once for all turns', () => {
    const world = atWork(planOf([{}, { doer: 'analyst' }]));
    world.until('specialist.work');
    const works = Object.entries(world.project().turns).filter(
      ([, { kind }]) => kind === 'specialist.work',
    );
    expect(works).toHaveLength(2);
    for (const [id] of works) putOff(world, id, 'quota-exhausted');
    const notices = world.posts.filter(
      ({ body }) => 'title' in body && body.title.includes('has to wait'),
    );
    expect(notices).toMatchObject([
      { place: agencyPlaces.director, notify: [world.project().director.userId] },
    ]);
  });
});

test('a turn whose model declined, also in other words, is the Director’s to decide at once', () => {
  const world = atWork();
  world.script('specialist.work', () => fails('The model declined: no.', 'model-refused'));
  world.take(world.until('specialist.work'));
  const [stuck] = Object.values(world.project().decisions);
  expect(stuck).toMatchObject({
    kind: 'stuck',
    why: expect.stringContaining('declined') as string,
  });
});
