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

test('that #agency-log cannot be written is not written in #agency-log', () => {
  const world = createWorld();
  world.happens({ ...parked, lane: 'agency.log' });
  expect(world.read('agency.log')).toEqual([]);
});

test('a bundle that could not be written is told to the Director too', () => {
  const world = createWorld();
  world.happens({ ...parked, kind: 'bundle', lane: 'P1.bundle' });
  const title = '[Paul · Project Manager] notice: The hand-over bundle could not be delivered';
  expect(world.read('agency.log')).toEqual([title]);
  expect(world.read('agency.director').at(-1)).toBe(title);
});
