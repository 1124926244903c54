import { expect, test } from 'vitest';
import { createWorld } from '../support/domain.ts';

const parked = {
  type: 'delivery-parked' as const,
  kind: 'post',
  lane: 'P1.overview',
  reason: 'Discord refuses it.',
};

test('what could not be delivered is said in #agency-log with why and what to do', () => {
  const world = createWorld();
  world.happens(parked);
  const [notice] = world.said('notice').slice(-1);
  expect(notice?.text).toContain('`P1.overview`. Why: Discord refuses it.');
  expect(notice?.text).toContain('start the program again');
  expect(world.read('agency.log')).toEqual([
    '[Paul · Project Manager] notice: A message could not be delivered',
  ]);
});

test('that #agency-log cannot be written is said in #director', () => {
  const world = createWorld();
  world.happens({ ...parked, lane: 'agency.log' });
  expect(world.read('agency.log')).toEqual([]);
  expect(world.read('agency.director').at(-1)).toBe(
    '[Paul · Project Manager] notice: A message could not be delivered',
  );
});

test('what waits for people to put something right is told to the Director, and not where it waits', () => {
  const world = createWorld();
  const waits = { ...parked, reason: 'Give my role "View Channel" there.', waits: true };
  world.happens(waits);
  const title = '[Paul · Project Manager] notice: A message waits until something is put right';
  expect(world.read('agency.log')).toEqual([title]);
  expect(world.read('agency.director').at(-1)).toBe(title);
  const [notice] = world.said('notice').slice(-1);
  expect(notice?.text).toContain('View Channel');
  expect(notice?.text).toContain('goes out by itself');
  world.happens({ ...waits, lane: 'agency.director', reason: 'Give it back in #director.' });
  expect(world.read('agency.log')).toEqual([title, title]);
  expect(world.read('agency.director').filter((line) => line === title)).toHaveLength(1);
});

test('a bundle that could not be written is told to the Director too', () => {
  const world = createWorld();
  world.happens({ ...parked, kind: 'bundle', lane: 'P1.bundle' });
  const title = '[Paul · Project Manager] notice: The hand-over bundle could not be delivered';
  expect(world.read('agency.log')).toEqual([title]);
  expect(world.read('agency.director').at(-1)).toBe(title);
});
