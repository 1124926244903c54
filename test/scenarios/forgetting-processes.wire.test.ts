// Forgetting is broken off by kill -9 at every instant that has a name, one process after the
// other, and is carried out to its end all the same: nothing is left, and the proof is whole.
import { expect, test } from 'vitest';
import type { Point } from '../../src/lib/points.ts';
import { pointsChannel } from '../../src/lib/points.ts';
import { migrate } from '../../src/store/migrate.ts';
import { countOpen } from '../../src/store/outbox.ts';
import { readAgency } from '../../src/store/record.ts';
import { expectRecordHolds, until } from '../support/agency.ts';
import { calls, startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { inDatabase, inDiscord } from './leftovers.ts';
import { startGround } from './process-ground.ts';

const secret = 'The vault code is plum-7 and Karla Vogt keeps it.';
const words = /vault|plum.?7|karla|vogt/i;

/** Node's own way to run something more in a process: there is no time to do anything after it. */
function killedAt(point: Point, nth: number): { NODE_OPTIONS: string } {
  const script = `import { subscribe } from 'node:diagnostics_channel'; let left = ${nth};
    subscribe('${pointsChannel}', (point) => {
      if (point === '${point}' && --left === 0) process.kill(process.pid, 'SIGKILL');
    });`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
}

test('kill -9 at any instant of forgetting costs time and nothing else', async () => {
  await using model = await startCast(planOf([{}]), ({ kind, task, request }) => {
    const isWork = kind === 'specialist.work' && request.body.messages.at(-1)?.role !== 'tool';
    if (!isWork) return undefined;
    const files = [{ name: 'o1.md', content: `# Guide\n\n${secret}\n` }];
    return calls(secret, [
      ['start', { task, approach: secret }],
      ['submit', { task, summary: secret, files, openPoints: [] }],
    ]);
  });
  await using database = await createTestDatabase({ name: 'migrated', prepare: migrate });
  await using ground = await startGround({
    databaseUrl: database.url,
    modelUrl: model.url,
    redisUrl: null,
  });
  const { director, store, guildId } = ground;
  const first = await ground.start('all', 'all', killedAt('forget.erased', 1));
  await director.says('director', `Write me a guide to Lisbon. ${secret}`);
  await director.clicks('director', /^\/approve decision:"?P1-D1"? choice:1/);
  await director.clicks('director', /^\/approve decision:"?P1-D2/);
  await ground.untilProject('P1', ({ phase }) => phase === 'done');
  await until(async () => ((await countOpen(store.db)) === 0 ? true : null), 'all to be said');
  const shown = await inDiscord({ director, guildId }, words);
  expect(shown.length).toBeGreaterThan(5);

  await director.uses('director', 'memory', { do: 'forget', words: secret, confirm: true });
  expect(await first.end()).toBe('SIGKILL');
  const lives: [Point, number][] = [
    ['forget.shown-changed', 1],
    ['forget.shown-changed', 3],
    ['forget.proven', 1],
    ['door.committed', 2],
  ];
  for (const [point, nth] of lives) {
    // Whoever starts so often is made to wait, which is another matter.
    await store.db.execute('delete from identifies');
    // It may die before it has said that it is there.
    const life = await ground.start('all', 'all', killedAt(point, nth)).catch(() => null);
    expect((await life?.end()) ?? 'SIGKILL').toBe('SIGKILL');
  }
  await store.db.execute('delete from identifies');
  await ground.start('all', 'all');
  const proof = await until(async () => {
    const [erasure] = (await readAgency(store.db)).erasures;
    return erasure?.proof ?? null;
  }, 'the proof');
  await director.hears('director', 'E1 is forgotten');
  await until(async () => {
    const { rows } = await store.db.execute(`select 1 from outbox
      where kind = 'forget' and status <> 'done'`);
    return rows.length === 0 ? true : null;
  }, 'the effect to end');

  expect(await inDatabase(store, words)).toEqual([]);
  await expectRecordHolds({ store });
  const linkOf = ({ channelId, messageId }: (typeof proof.messages)[number]) =>
    `https://discord.com/channels/${guildId}/${channelId ?? ''}/${messageId}`;
  expect(await inDiscord({ director, guildId }, words)).toEqual([]);
  // However often it was broken off, the proof tells of each message that showed it.
  const told = proof.messages.map(linkOf);
  expect(shown.filter((link) => !told.includes(link))).toEqual([]);
  expect(proof.messages.filter(({ outcome }) => outcome === 'gone')).toEqual([]);
  expect(proof.paths).toContain('handover/P1.zip');
  const said = await director.reads('director');
  const proofs = said.filter(({ embeds }) => embeds.some(({ title }) => /E1 is/.test(title ?? '')));
  expect(proofs).toHaveLength(1);
}, 150_000);
