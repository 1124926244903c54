// The main job from objective to hand-over, on real parts: discord.js against the local Discord,
// Postgres, BullMQ, and the openai client against a model server that plays a capable model.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectRecordHolds, startTestAgency } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';

const plan = planOf([{}, { doer: 'analyst' }, { after: ['T1', 'T2'] }]);

test('an objective becomes a plan, work, and a hand-over', async () => {
  await using model = await startCast(plan);
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director, agency } = world;
  await director.says('director', 'Write me a guide to Lisbon.');
  await director.clicks('director', /^\/approve .*choice:2/);
  await director.clicks('director', /^\/approve decision:P1-D2/);
  const project = await world.untilProject('P1', ({ phase }) => phase === 'done');
  await world.untilQuiet();
  expect(project.handOver?.results.every((result) => result.met)).toBe(true);
  const manifest = await readFile(join(world.home, 'handover', 'P1', 'manifest.json'), 'utf8');
  expect(manifest).toContain('"path": "o3.md"');
  expect(await expectRecordHolds(agency)).toBeGreaterThan(20);
});
