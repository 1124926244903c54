// Somebody deletes a channel while a project is at work: what people are told, and that the work
// itself goes on.
import { expect, test } from 'vitest';
import { startTestAgency } from '../support/agency.ts';
import type { TestAgency } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { beginWork } from './begin.ts';
import { messageText } from './reading.ts';

/** What the owner of the server does beside talking. */
async function asOwner({ agency }: TestAgency, method: string, path: string, body?: object) {
  const { local } = agency;
  const response = await fetch(`${local?.apiUrl ?? ''}/v10${path}`, {
    method,
    headers: {
      authorization: local?.directorToken ?? '',
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.ok).toBe(true);
}

test('a project whose channel is deleted ends all the same, and people are told what to do', async () => {
  const held = Promise.withResolvers<void>();
  await using model = await startCast(planOf([{}]), async ({ kind }) => {
    if (kind === 'specialist.work') await held.promise;
    return undefined;
  });
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director } = world;
  await beginWork(world);
  await director.hears('Ada · Writer', 'T1 → Ada');
  await asOwner(world, 'DELETE', `/channels/${(await director.channel('P1.S1')).id}`);
  held.resolve();
  await director.hears('P1.overview', 'P1 is done');
  await director.hears('agency-log', /./);
  await director.hears('director', 'waits until something is put right');
  await world.untilQuiet();
  const [notice = '', ...more] = (await world.sees('agency-log')).split('- [Paul').slice(1);
  expect(notice).toContain('To go on there, make a text channel, called as you like, and put');
  expect(notice).toContain('[ag:P1.S1]');
  // The channel and the thread in it may be missed at the same moment.
  expect(more.length).toBeLessThanOrEqual(1);
});

test('without #director the agency works on, and says there later what it has to say', async () => {
  await using model = await startCast(planOf([{}]));
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director } = world;
  await beginWork(world);
  const gone = await director.channel('director');
  await asOwner(world, 'DELETE', `/channels/${gone.id}`);
  await director.hears('P1.overview', 'P1 is done');
  // The notice and the report of the study come in any order.
  await director.hears('agency-log', 'How the work on P1 went');
  const waits = await director.hears('agency-log', 'waits until something is put right');
  expect(messageText(waits)).toMatchInlineSnapshot(`
    "- [Paul · Project Manager]
        ⚠️ A message waits until something is put right
        It is for \`agency.director\`. #director was deleted. What people delete I do not make
        again by myself. To go on there, make a text channel, called as you like, and put
        this into its topic: [ag:agency.director]
        Nothing is lost: whatever needs the same waits too, in its order, and goes out by
        itself once that is done."
  `);
  const text = 'Another guide.';
  expect(await director.uses('P1.overview', 'objective', { text })).toContain('Received as P2.');
  const topic = '[ag:agency.director]';
  await asOwner(world, 'POST', `/guilds/${world.guildId}/channels`, { name: 'director', topic });
  await director.hears('director', 'P2-D1 waits for you');
  expect(await world.skims('director')).toMatchInlineSnapshot(`
    "#director
    - [Paul · Project Manager] @Director P1 is done · 2 of 2 criteria met | 🏁 A guide to
        Lisbon | 2 of 2 criteria met | **Decisions taken** | [P1.zip] [o1.md]
    - [Paul · Project Manager] /brief
    - [Paul · Project Manager] | Three days in Lisbon, with a budget.
    - [Paul · Project Manager] /propose /propose
    - [Paul · Project Manager] 2 approaches · P2-D1 waits for you | I see two ways. | 1 ·
        Short | 2 · Long | (1) (2) (Other ideas)"
  `);
});
