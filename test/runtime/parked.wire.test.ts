// What cannot be delivered is told to people, and tried again when they have put it right.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { approvePlan, objective } from '../scenarios/begin.ts';
import { messageText } from '../scenarios/reading.ts';
import { startTestAgency, until } from '../support/agency.ts';
import type { TestAgency } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';

test('a bundle that cannot be written is told, and written after the next start', async () => {
  await using model = await startCast(planOf([{ deliver: true }]));
  await using world = await startTestAgency({ modelUrl: model.url });
  const inTheWay = join(world.home, 'handover');
  await writeFile(inTheWay, '');
  await approvePlan(world);
  const { db } = world.agency.store;
  await until(async () => {
    // Its last attempt, without waiting for those before.
    const { rows } = await db.execute(sql`
      update outbox set attempts = 11, not_before = '-infinity'
      where kind = 'bundle' and last_error is not null returning id`);
    return rows.length > 0 ? true : null;
  }, 'the first failure');
  const { director } = world;
  const notice = 'The hand-over bundle could not be delivered';
  const told = await director.hears('agency-log', notice);
  expect(told.embeds[0]?.description).toContain(`I could not write it to ${inTheWay}/P1: `);
  await director.hears('director', notice);
  expect((await world.agency.readProject('P1'))?.phase).toBe('assembling');
  await rm(inTheWay);
  await world.restart();
  await world.untilProject('P1', ({ phase }) => phase === 'done');
});

test('a channel that is closed to the bot is told to the Director, and goes on when it is open', async () => {
  await using model = await startCast(planOf([{}]));
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director } = world;
  await director.says('director', objective);
  await director.clicks('director', new RegExp('^/approve decision:"?P1-D1"? choice:1'));
  await director.hears('decisions', 'P1-D2');
  await allowBot(world, 'decisions', { mayView: false });
  await director.clicks('director', new RegExp('^/approve decision:"?P1-D2'));
  const notice = await director.hears('director', 'waits until something is put right');
  expect(messageText(notice)).toContain('View Channel');
  expect(await director.uses('director', 'status')).toMatch(/⚠️ \d+ not delivered: .*View Channel/);
  await allowBot(world, 'decisions', { mayView: true });
  await director.hears('decisions', 'P1-D2 is decided');
  expect(await director.uses('director', 'status')).not.toContain('not delivered');
});

/** As the owner of the server would. */
async function allowBot(
  { agency, director }: TestAgency,
  name: string,
  { mayView }: { mayView: boolean },
): Promise<void> {
  const { local } = agency;
  const { id } = await director.channel(name);
  const viewAndSpeak = String((1 << 10) | (1 << 11) | (1 << 14) | (1 << 15) | (1 << 16));
  const view = String(1 << 10);
  const url = `${local?.apiUrl ?? ''}/v10/channels/${id}/permissions/${local?.applicationId ?? ''}`;
  const answer = await fetch(url, {
    method: 'PUT',
    headers: {
      authorization: local?.directorToken ?? '',
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      type: 1,
      allow: mayView ? viewAndSpeak : '0',
      deny: mayView ? '0' : view,
    }),
  });
  expect(answer.status).toBe(204);
}
