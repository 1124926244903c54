import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { startSweeper } from '../../src/runtime/sweep.ts';
import { removeOld } from '../../src/store/retention.ts';
import { until } from '../support/agency.ts';
import { openTestStore } from './arrange.ts';
import type { TestStore } from './arrange.ts';

/** Rows just inside and just outside of what is kept, each named by what it is. */
async function addRows({ db }: TestStore): Promise<void> {
  const ago = (days: number) => sql`now() - ${days} * interval '1 day'`;
  for (const [id, status, days] of [
    ['done-6', 'done', 6],
    ['done-8', 'done', 8],
    ['ready-8', 'ready', 8],
    ['parked-8', 'parked', 8],
    ['held-8', 'held', 8],
    ['withdrawn-8', 'cancelled', 8],
  ] as const) {
    await db.execute(sql`insert into outbox (id, kind, lane, payload, status, created_at)
      values (${id}, 'post', 'a', '{}', ${status}, ${ago(days)})`);
  }
  for (const [id, status, days] of [
    ['ended-29', 'done', 29],
    ['ended-31', 'failed', 31],
    ['open-31', 'ready', 31],
    ['held-31', 'held', 31],
  ] as const) {
    await db.execute(sql`insert into turns
      (id, aggregate_id, conversation, agent_id, kind, tier, subject, status, finished_at)
      values (${id}, 'P1', 'c', 'pm', 'k', 'economy', '{}', ${status}, ${ago(days)})`);
    await db.execute(sql`insert into steps (turn_id, key, result) values (${id}, '1', '{}')`);
  }
  for (const days of [6, 8, 9]) {
    await db.execute(sql`insert into sends (nonce, channel_id, first_at, window_at, last_at)
      select ${`sent-${days}`}, '1', at, at, at from (select ${ago(days)} as at) as sent`);
  }
  for (const days of [89, 91]) {
    await db.execute(sql`insert into inbox (event_id, aggregate_id, type, accepted_at)
      values (${`seen-${days}`}, 'P1', 't', ${ago(days)})`);
  }
}

async function kept({ db }: TestStore): Promise<string[]> {
  const { rows } = await db.execute(sql`
    select id from outbox union all select turn_id from steps union all
    select event_id from inbox union all select nonce from sends`);
  return rows.map((row) => String(row['id'])).sort();
}

/** What was sent 8 days ago may be part of a post of that day that is still to be said. */
const remaining = [
  'done-6',
  'ended-29',
  'held-31',
  'held-8',
  'open-31',
  'parked-8',
  'ready-8',
  'seen-89',
  'sent-6',
  'sent-8',
];

test('what was carried out long ago goes, what is open or young stays', async () => {
  await using store = await openTestStore();
  await addRows(store);
  expect(await removeOld(store)).toEqual({ outbox: 2, sends: 1, steps: 1, inbox: 1 });
  expect(await kept(store)).toEqual(remaining);
  expect(await removeOld(store)).toEqual({ outbox: 0, sends: 0, steps: 0, inbox: 0 });
});

test('the sweep of the gateway that leads does so, once an hour', async () => {
  await using store = await openTestStore();
  await addRows(store);
  let leads = false;
  let ms = 0;
  let sweeps = 0;
  const sweeper = startSweeper({
    store,
    hints: {
      deliveries: () => {
        sweeps += 1;
      },
      takeHere: () => undefined,
    },
    clock: { ...systemClock, monotonic: () => ms },
    log: silentLog,
    everyMs: 5,
    isLeading: () => leads,
  });
  await using _end = { [Symbol.asyncDispose]: () => sweeper.close() };
  const untilSwept = async () => {
    const before = sweeps;
    await until(async () => (sweeps > before + 2 ? true : null), 'some sweeps');
  };
  await untilSwept();
  expect(await kept(store)).toHaveLength(15);
  leads = true;
  await untilSwept();
  expect(await kept(store)).toEqual(remaining);
  await store.db.execute('truncate outbox, sends, turns, steps, inbox');
  await addRows(store);
  ms = 3_599_999;
  await untilSwept();
  expect(await kept(store)).toHaveLength(15);
  ms = 3_600_000;
  await untilSwept();
  expect(await kept(store)).toEqual(remaining);
});
