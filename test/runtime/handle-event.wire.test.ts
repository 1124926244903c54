import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Event } from '../../src/domain/event.ts';
import { noUsage } from '../../src/domain/turn.ts';
import { readProject, refold } from '../../src/store/record.ts';
import { claimTurn, dueTurns } from '../../src/store/turns.ts';
import { cancelled, openDoor, openProject, opened, said } from './arrange.ts';
import type { Door } from './arrange.ts';

/** Rows of every table that an event may write to. */
async function rowsOf({ store }: Door): Promise<Record<string, number>> {
  const tables = ['inbox', 'facts', 'texts', 'outbox', 'turns', 'places', 'aggregates'];
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const counted = await store.db.execute(
      sql`select count(*)::int as n from ${sql.identifier(table)}`,
    );
    counts[table] = z.object({ n: z.number() }).parse(counted.rows[0]).n;
  }
  return counts;
}

const talk = {
  action: {
    type: 'brief' as const,
    title: 'Hello',
    understanding: 'Good morning!',
    isObjective: true,
    questions: ['For whom?'],
  },
  line: '/brief',
};

function finished(turnId = 'P1.turn.1'): Event {
  const output = { said: '', commands: [talk], files: [], checks: [], usage: noUsage };
  return { type: 'turn-finished', id: `turn.${turnId}.finished`, at: 5, turnId, output };
}

test('an event that comes again, and again at the same time, happened once', async () => {
  await using door = await openDoor();
  await door.handleEvent(opened());
  const receipts = await Promise.all(
    Array.from({ length: 10 }, () => door.handleEvent(said('Write me a guide.'))),
  );
  expect(receipts.filter((one) => one.ok && one.text === 'Already received.')).toHaveLength(9);
  const rows = await rowsOf(door);
  await door.handleEvent(said('Write me a guide, or rather not.'));
  expect(await rowsOf(door)).toEqual(rows);
  await door.deliverEvents();
  expect(await dueTurns(door.store.db, null)).toEqual(['P1.turn.1']);
  expect(door.hinted).toEqual(['P1.turn.1']);
});

test('an event that cannot be decided over leaves nothing, and can be tried again', async () => {
  await using door = await openDoor();
  await door.handleEvent(opened());
  const before = await rowsOf(door);
  const wakes = door.wakes;
  const joined: Event = { type: 'staff-joined', id: 'j', at: 1, projectId: 'P4', joined: [] };
  await expect(door.handleEvent(joined)).rejects.toThrow('never opened');
  expect(await rowsOf(door)).toEqual(before);
  expect(door.wakes).toBe(wakes);
});

test('the result of a turn counts under its fence, once', async () => {
  await using door = await openProject();
  const { db } = door.store;
  const id = 'P1.turn.1';
  const slow = await claimTurn(db, id, 60_000);
  await door.store.passTime();
  const quick = await claimTurn(db, id, 60_000);
  const before = await rowsOf(door);
  const late = { id, fence: slow?.fence ?? 0, status: 'done' as const };
  expect(await door.handleEvent(finished(), late)).toMatchObject({ ok: false });
  expect(await rowsOf(door)).toEqual(before);
  await door.handleEvent(finished(), { ...late, fence: quick?.fence ?? 0 });
  expect((await readProject(db, 'P1'))?.title).toBe('Hello');
  const after = await rowsOf(door);
  await door.handleEvent(finished(), { ...late, fence: quick?.fence ?? 0 });
  expect(await rowsOf(door)).toEqual(after);
});

test('what a decision cancels is stopped after the commit, and its result counts for nothing', async () => {
  await using door = await openProject();
  const held = await claimTurn(door.store.db, 'P1.turn.1', 60_000);
  await door.handleEvent(cancelled());
  expect(door.stopped).toEqual(['P1.turn.1']);
  const ended = { id: 'P1.turn.1', fence: held?.fence ?? 0, status: 'done' as const };
  expect(await door.handleEvent(finished(), ended)).toMatchObject({ ok: false });
  expect((await readProject(door.store.db, 'P1'))?.phase).toBe('cancelled');
});

test('characters that Postgres refuses cost nobody an event', async () => {
  await using door = await openProject('A guide\u0000 to \ud83d Lisbon');
  expect((await readProject(door.store.db, 'P1'))?.objective).toBe('A guide to \ufffd Lisbon');
  const held = await claimTurn(door.store.db, 'P1.turn.1', 60_000);
  const event = finished();
  if (event.type !== 'turn-finished') throw new Error('another event');
  const title = `Lisbon\u0000 ${'\u{1f69f}'.repeat(30)}`;
  const command = { action: { ...talk.action, title }, line: '/brief title:\ud83d' };
  const ended = { id: 'P1.turn.1', fence: held?.fence ?? 0, status: 'done' as const };
  await door.handleEvent({ ...event, output: { ...event.output, commands: [command] } }, ended);
  expect((await readProject(door.store.db, 'P1'))?.title).toMatch(/^Lisbon /);
  expect(await refold(door.store.db, 'P1')).toMatchObject({
    chainHolds: true,
    state: await readProject(door.store.db, 'P1'),
  });
});
