// A person says how good the work is, in every way there is: it counts for the version that was
// made, for whoever made it, with which system message and model, before the end and after.
import { expect, test } from 'vitest';
import { readOutcomes } from '../../src/store/outcomes.ts';
import { startTestAgency } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { beginWork, untilDone } from './begin.ts';

test('what people say of an output counts for it, whichever way they say it', async () => {
  const plan = planOf([{}, { doer: 'zoologist', after: ['T1'] }]);
  const held = Promise.withResolvers<void>();
  await using model = await startCast(plan, async ({ kind, task }) => {
    if (kind === 'specialist.work' && task === 'T2') await held.promise;
    return undefined;
  });
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director } = world;
  const thread = 'Ada · Writer';
  await beginWork(world);
  await director.hears(thread, '✅ Accepted');
  const output = await director.hears(thread, '/submit');
  const said = (...ratings: (number | null)[]) =>
    world.untilProject('P1', ({ feedback }) => {
      return String(feedback.map(({ rating }) => rating)) === String(ratings);
    });

  // Thumbs count while they stand there; other reactions mean nothing.
  const { channel_id: channelId, id } = output;
  await director.react(channelId, id, '🎉');
  await director.react(channelId, id, '👍');
  await said(5);
  await director.unreact(channelId, id, '👍');
  await said();
  await director.react(channelId, id, '👎');
  await said(1);

  // A button rates; the same one twice rates once, another one instead.
  const rated = "Noted for Ada's “Output 1” v1";
  expect(await director.clicks(thread, /rating:3/)).toBe(`${rated}: 3 of 5.`);
  expect(await director.clicks(thread, /rating:3/)).toBe(`${rated}: 3 of 5.`);
  await said(1, 3);
  expect(await director.uses(thread, 'feedback', { rating: 2, text: 'No year.' })).toBe(
    `${rated}: 2 of 5, with your words.`,
  );
  await said(1, 2);

  // A reply says how it should have been.
  await director.replies(thread, '/submit', 'Name the year in the first line.');
  await director.hears(thread, "Noted as a correction of Ada's “Output 1” v1.");
  await director.hears(thread, 'Here is my answer.');
  await said(1, 2, null);

  const why = await director.clicks(thread, /^\/why /);
  expect(why.replace(/\$.* s of/, '$n · n s of')).toMatchInlineSnapshot(`
    "**T1 · Ada's “Output 1” v1**
    **Brief** Write o1.md.
    **Why this Specialist** It fits.
    **Built on** the brief alone
    **Model** gpt-6-luna, economy tier: as the plan says
    **System message** version 1
    **Cost** $n · n s of model time
    **Used** start, submit
    **Judged by** Wanda: accepted
      ✅ C1 o1.md has 11 words.
      ✅ C2 Day one begins at the river.
    **Director** 1 of 5
    **Director** 2 of 5: No year.
    **Director** correction: Name the year in the first line."
  `);

  // Slips are named.
  expect(await director.types(thread, '/feedback task:T9 rating:3')).toContain(
    'P1 has no task T9. These have an output: T1.',
  );
  expect(await director.types(thread, '/feedback rating:9')).toContain('/feedback: rating');
  expect(await director.types('P1.overview', '/feedback rating:3')).toContain(
    'P1 has handed nothing over yet. These have an output: T1.',
  );
  held.resolve();
  await untilDone(world);
});

test('feedback is heard after the end, and every outcome knows what it came from', async () => {
  const plan = planOf([{}, { doer: 'zoologist', after: ['T1'] }]);
  await using model = await startCast(plan);
  const prices = { MODEL_ECONOMY_PRICE_IN: '10', MODEL_ECONOMY_PRICE_OUT: '10' };
  const env = { MODEL_ECONOMY: 'small', ...prices };
  await using world = await startTestAgency({ modelUrl: model.url, env });
  await beginWork(world);
  await untilDone(world);
  const { director } = world;
  const both = "Noted for Ada's “Output 1” v1 and Bruno's “Output 2” v1: 5 of 5.";
  expect(await director.clicks('director', /rating:5/)).toBe(both);
  const { channel_id: overview, id: card } = await director.hears('P1.overview', '📦 Output 2');
  await director.react(overview, card, '👎');
  await world.untilProject('P1', ({ feedback }) => feedback.length === 3);
  expect(await director.uses('director', 'feedback', { text: 'Good on the whole.' })).toBe(
    "Noted for Ada's “Output 1” v1 and Bruno's “Output 2” v1.",
  );
  expect(
    await director.types('Bruno · Zoologist', '/feedback rating:2 It lacks the bears.'),
  ).toContain("Noted for Bruno's “Output 2” v1: 2 of 5, with your words.");
  // Somebody who sees everything and is not the Director: an owner of the server.
  await world.restart({ DIRECTOR_USER_IDS: world.agency.local?.strangerId ?? '' });
  await world.director.react(overview, card, '👍');
  const refused = await world.director.clicks('P1.overview', /rating:1/);
  expect(refused).toContain('/feedback is for the Director');

  const outcomes = await readOutcomes(world.agency.store.db, { projectId: 'P1' });
  const common = { revision: 0, personaVersion: 1, accepted: true, blocked: false };
  expect(outcomes).toMatchObject([
    {
      ...common,
      task: 'T1',
      agentId: 'A1',
      domains: ['writer', 'travel'],
      feedback: [
        { kind: 'rating', rating: 5, by: 'Director' },
        { kind: 'comment', text: 'Good on the whole.' },
      ],
    },
    {
      ...common,
      task: 'T2',
      agentId: 'A2',
      domains: ['zoologist', 'travel'],
      feedback: [
        { kind: 'reaction', rating: 1 },
        { kind: 'comment', text: 'Good on the whole.' },
        { kind: 'rating', rating: 2, text: 'It lacks the bears.' },
      ],
    },
  ]);
  for (const { turnId, model: name, tier, latencyMs, microUsd } of outcomes) {
    expect(turnId).toMatch(/^P1\.turn\.\d+$/);
    expect({ name, tier }).toEqual({ name: 'small', tier: 'economy' });
    expect(microUsd).toBeGreaterThan(0);
    expect(latencyMs).toBeGreaterThan(0);
  }
  expect((await world.agency.readProject('P1'))?.remarks.map(({ text }) => text)).toEqual([
    "Director gave Bruno's “Output 2” v1 1 of 5, which was accepted (T2)",
    "Director gave Bruno's “Output 2” v1 2 of 5, which was accepted (T2): It lacks the bears.",
  ]);
});
