// Stopping the program while a model is thinking: the answer is paid for, so it is waited for, kept
// and used after the next start.
import { expect, test } from 'vitest';
import { startTestAgency, until } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';

/** A model whose first answer comes when the test says so. */
async function startSlowModel() {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  let isFirst = true;
  const model = await startCast(planOf([{}]), async () => {
    if (!isFirst) return undefined;
    isFirst = false;
    asked.resolve();
    await answer.promise;
    return undefined;
  });
  return { model, asked: asked.promise, answer: () => answer.resolve() };
}

test('an answer that is under way when the program stops is paid for once', async () => {
  const { model, asked, answer } = await startSlowModel();
  await using _model = model;
  await using world = await startTestAgency({
    modelUrl: model.url,
    durations: { turnsOutMs: 20_000 },
  });
  await world.director.says('director', 'Write me a guide to Lisbon.');
  await asked;
  const restarted = world.restart();
  // The bot is gone from Discord while the answer is waited for.
  await until(async () => {
    const { status } = await fetch(`${world.agency.url}/readyz`);
    return status === 503 ? true : null;
  }, 'the bot to leave');
  answer();
  await restarted;
  await world.untilProject('P1', ({ phase }) => phase === 'approaches');
  await world.untilQuiet();
  const calls = model.requests.map(({ turn, step }) => `${turn} ${step}`);
  expect(calls).toEqual([...new Set(calls)]);
});

test('a model that does not answer is not waited for longer than the time to stop', async () => {
  const { model, asked, answer } = await startSlowModel();
  await using _model = model;
  await using world = await startTestAgency({ modelUrl: model.url, durations: { turnsOutMs: 50 } });
  await world.director.says('director', 'Write me a guide to Lisbon.');
  await asked;
  await world.restart();
  answer();
  const project = await world.untilProject('P1', ({ phase }) => phase === 'approaches');
  expect(project.title).not.toBe('');
});
