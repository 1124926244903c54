// Ceilings as the Director meets them: a card instead of a bill, and the work goes on where it
// stopped.
import { expect, test } from 'vitest';
import { startTestAgency } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { untilDone } from './begin.ts';

/** The plan's turn may use 12,000 tokens beside its prompt; the turns before it need far less. */
const env = { BUDGET_PROJECT_TOKENS: '12000' };

test('a call that might pass the ceiling is not made before the Director says so', async () => {
  await using model = await startCast(planOf([{}]));
  await using world = await startTestAgency({ modelUrl: model.url, env });
  const { director } = world;
  await director.says('director', 'Write me a guide to Lisbon.');
  await director.clicks('director', /^\/approve .*choice:1/);
  const card = await director.hears('decisions', 'the budget is spent');
  expect(card.embeds[0]?.description).toMatch(/may use up to \d+ tokens, and P1 may use 12000/);
  const asked = model.requests.length;
  const held = await world.untilProject('P1', ({ held: turns }) => turns.length > 0);
  expect(held.phase).toBe('planning');
  await director.clicks('decisions', /^\/approve decision:P1-D2 choice:1/);
  const { terms } = await world.untilProject('P1', ({ plan }) => plan !== null);
  expect(terms.ceilingTokens).toBe(24_000);
  expect(model.requests.length).toBe(asked + 1);
});

test('the agency’s ceiling of the day is a card, and the work goes on when it may be spent again', async () => {
  await using model = await startCast(planOf([{}]));
  const prices = {
    MODEL_STANDARD_PRICE_IN: '10',
    MODEL_STANDARD_PRICE_OUT: '10',
    MODEL_ECONOMY_PRICE_IN: '10',
    MODEL_ECONOMY_PRICE_OUT: '10',
  };
  await using world = await startTestAgency({
    modelUrl: model.url,
    env: { ...prices, BUDGET_AGENCY_USD_PER_DAY: '0.1' },
  });
  const { director } = world;
  await director.says('director', 'Write me a guide to Lisbon.');
  await director.clicks('director', /^\/approve decision:P1-D1 choice:1/);
  const card = await director.hears('decisions', 'the budget is spent');
  expect(card.embeds[0]?.description).toMatch(
    /the agency may spend at most \$0\.10 a day \(BUDGET_AGENCY_USD_PER_DAY\)/,
  );
  const asked = model.requests.length;
  // As long as it is spent, trying once more asks nobody and says so again.
  await director.clicks('decisions', /^\/approve decision:P1-D2 choice:1/);
  await director.hears('decisions', 'P1-D3 waits for you');
  expect(model.requests.length).toBe(asked);
  await world.restart({ ...prices, BUDGET_AGENCY_USD_PER_DAY: '20' });
  await world.director.clicks('decisions', /^\/approve decision:P1-D3 choice:1/);
  await world.director.clicks('director', /^\/approve decision:P1-D4/);
  await untilDone(world);
});
