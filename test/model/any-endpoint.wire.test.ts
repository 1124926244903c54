// The main job from objective to hand-over, on real parts, with endpoints that are not as most.
import { expect, test } from 'vitest';
import type { Project } from '../../src/domain/project.ts';
import { startTestAgency, type TestAgency } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { startTextOnlyServer } from './text-only-server.ts';

const plan = planOf([{}, { doer: 'analyst', after: ['T1'] }]);

async function playUntilDone(world: TestAgency): Promise<Project> {
  const { director } = world;
  await director.says('director', 'Write me a guide to Lisbon.');
  await director.clicks('director', /^\/approve .*choice:2/);
  await director.clicks('director', /^\/approve decision:P1-D2/);
  return world.untilProject('P1', ({ phase }) => phase === 'done');
}

test.each(['refused', 'ignored'] as const)(
  'an objective becomes a hand-over where tools are %s',
  async (tools) => {
    await using model = await startCast(plan, ({ user }) =>
      // After the results of its commands a capable model has nothing left to do.
      user.includes('Result of /') ? { text: 'Done.' } : undefined,
    );
    await using textOnly = await startTextOnlyServer(model, tools);
    await using world = await startTestAgency({ modelUrl: textOnly.url });
    expect((await playUntilDone(world)).plan?.tasks).toHaveLength(2);
    const transcript = await world.sees();
    expect(transcript).toContain('Let me think.');
    expect(transcript).not.toContain('~~~');
  },
);

test('an objective becomes a hand-over where Responses are spoken', async () => {
  await using model = await startCast(plan);
  const env = { MODEL_API: 'responses' };
  await using world = await startTestAgency({ modelUrl: model.url, env });
  expect((await playUntilDone(world)).plan?.tasks).toHaveLength(2);
  expect(model.requests.every(({ sent }) => JSON.stringify(sent).includes('"store":false'))).toBe(
    true,
  );
});
