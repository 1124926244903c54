import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { untilDone } from '../scenarios/begin.ts';
import { startTestAgency } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';

test('the transcript of a project holds what is about it, and nothing about others', async () => {
  await using model = await startCast(planOf([{ deliver: true }]));
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director } = world;
  for (const [id, town] of [
    ['P1', 'Lisbon'],
    ['P2', 'Porto'],
  ] as const) {
    await director.says('director', `Write me a guide to ${town}.`);
    await director.hears('decisions', `${id}-D1`);
    await director.says('director', `${town} in spring, I mean.`);
    await director.types('director', `/approve ${id}-D1 choice:1`);
    await director.clicks('director', new RegExp(`^/approve decision:"?${id}-D2`));
    await untilDone(world, id);
  }
  const [first, second] = await Promise.all(
    ['P1', 'P2'].map((id) => readFile(join(world.home, 'handover', id, 'transcript.md'), 'utf8')),
  );
  for (const words of ['guide to Lisbon.', 'Lisbon in spring', 'P1-D2', '/approve P1-D1']) {
    expect(first).toContain(words);
    expect(second).not.toContain(words);
  }
  for (const words of ['guide to Porto.', 'Porto in spring', 'P2-D2', '/approve P2-D1']) {
    expect(second).toContain(words);
    expect(first).not.toContain(words);
  }
  expect(second).toContain('## #director');
  expect(second).toContain('## #decisions');
});
