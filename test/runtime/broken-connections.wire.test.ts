// The database breaks every connection while a project is under way, again and again.
import { expect, test } from 'vitest';
import { approvePlan } from '../scenarios/begin.ts';
import { posts } from '../../src/store/schema.ts';
import { textOf } from '../../src/demo/seen-text.ts';
import { startTestAgency, until } from '../support/agency.ts';
import type { TestAgency } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';

/** @returns how many connections were cut: not the one that asks */
async function cutAll({ agency }: TestAgency): Promise<number> {
  const result = await agency.store.db.execute(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`,
  );
  return result.rows.length;
}

test('a project whose connections break again and again ends well, and says nothing twice', async () => {
  const cuts: number[] = [];
  let world: TestAgency | null = null;
  // One after the other: two at the same time would cut each other off.
  let cutting = Promise.resolve();
  // Every question to the model finds the connections broken when it is answered.
  await using model = await startCast(
    planOf([{}, { after: ['T1'] }, { deliver: true, after: ['T2'] }]),
    async () => {
      cutting = cutting.then(async () => {
        if (world !== null) cuts.push(await cutAll(world));
      });
      await cutting;
      return undefined;
    },
  );
  await using started = await startTestAgency({ modelUrl: model.url });
  world = started;
  // Through Discord alone, as a test has no better connections.
  await approvePlan(started);
  await started.director.hears('overview', 'P1 is done');
  world = null;
  await started.untilQuiet();
  expect(cuts.length).toBeGreaterThan(10);
  expect(Math.min(...cuts)).toBeGreaterThan(0);
  const { agency, director, guildId } = started;
  const project = await agency.readProject('P1');
  // A turn whose lease ran out while everything was broken is taken again; nothing else is.
  const asked = model.requests.length;
  const paid = project?.usage.calls ?? 0;
  expect([paid <= asked, asked - paid <= 2]).toEqual([true, true]);
  await until(async () => (agency.isStandby() ? null : true), 'it leads on');
  // Whatever was sent a second time is in Discord, and under no post of ours.
  const kept = await agency.store.db.select({ ids: posts.messageIds }).from(posts);
  const known = new Set(kept.flatMap(({ ids }) => ids));
  const channels = (await director.channels(guildId)).filter(({ type }) => type !== category);
  const said = (await Promise.all(channels.map(({ id }) => director.readAll(id)))).flat();
  const spoken = said.filter(({ author, type }) => author.bot === true && type === 0);
  expect(spoken.length).toBeGreaterThan(10);
  expect(spoken.filter(({ id }) => !known.has(id)).map((one) => textOf(one))).toEqual([]);
});

/** Discord's type of a category. */
const category = 4;
