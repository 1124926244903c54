import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { textOf } from '../../src/demo/seen-text.ts';
import { approvePlan } from '../scenarios/begin.ts';
import { startTestAgency, until } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';

test('what is written in a channel before it is known to be ours is heard at once', async () => {
  await using model = await startCast(planOf([{}]));
  await using world = await startTestAgency({ modelUrl: model.url });
  await approvePlan(world);
  const { director, agency } = world;
  const { db } = agency.store;
  const { id } = await director.channel('overview');
  await world.untilQuiet();
  // As it is between the making of a channel and its entry: the message is nobody's.
  await db.execute(sql`update places set channel_id = null where key = 'P1.overview'`);
  const { id: asked } = await director.say(id, 'How far are you?');
  // A message that is ours and came later shows that this one was looked at.
  await director.types('director', '/status');
  await db.execute(sql`update outbox set status = 'ready' where id = 'place.P1.overview'`);
  const answered = async () => {
    const said = await director.readAll(id);
    return said.find((one) => BigInt(one.id) > BigInt(asked)) ?? null;
  };
  const answer = await until(answered, 'an answer');
  expect(textOf(answer)).toContain('Here is my answer.');
});
