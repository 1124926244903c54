import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { readBacklog } from '../../src/store/backlog.ts';
import { openTestStore } from './arrange.ts';

test('only what could be done now is due, and its age counts from when it could', async () => {
  await using store = await openTestStore();
  const { db } = store;
  expect(await readBacklog(db)).toEqual({
    turns: 0,
    turnsAgeMs: 0,
    deliveries: 0,
    deliveriesAgeMs: 0,
  });
  // The second of a conversation waits for the first; others are put off until a minute ago, or
  // until later, are under lease, or done.
  await db.execute(sql`
    insert into turns (id, aggregate_id, conversation, agent_id, kind, tier, subject, created_at,
      not_before, lease_until, status)
    select 'P1.turn.' || n, 'P1', place, 'pm', 'project-manager.talk', 'economy', '{}',
      now() - interval '10 minutes', not_before, lease_until, status
    from (values
      (1, 'P1.overview', '-infinity'::timestamptz, '-infinity'::timestamptz, 'ready'),
      (2, 'P1.overview', '-infinity', '-infinity', 'ready'),
      (3, 'P1.S1', now() - interval '1 minute', '-infinity', 'ready'),
      (4, 'P1.S2', now() + interval '1 minute', '-infinity', 'ready'),
      (5, 'P1.S3', '-infinity', now() + interval '1 minute', 'running'),
      (6, 'P1.S4', '-infinity', '-infinity', 'done')
    ) as given (n, place, not_before, lease_until, status)`);
  await db.execute(sql`
    insert into outbox (id, kind, lane, payload, created_at, not_before, status) values
      ('a', 'post', 'x', '{}', now() - interval '3 minutes', '-infinity', 'ready'),
      ('b', 'post', 'x', '{}', now() - interval '3 minutes', 'infinity', 'ready'),
      ('c', 'post', 'x', '{}', now() - interval '9 minutes', '-infinity', 'parked')`);
  const { turns, turnsAgeMs, deliveries, deliveriesAgeMs } = await readBacklog(db);
  expect([turns, deliveries]).toEqual([2, 1]);
  expect(Math.round(turnsAgeMs / 60_000)).toBe(10);
  expect(Math.round(deliveriesAgeMs / 60_000)).toBe(3);
});
