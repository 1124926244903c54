import { expect, test } from 'vitest';
import { readFaultArguments } from './arguments.ts';

test('without words the run is the one that is promised: 150 kills, all points, controls', () => {
  expect(readFaultArguments([])).toEqual({
    seed: 1,
    kills: 150,
    only: null,
    hasControls: true,
    isJson: false,
  });
});

test('seed, kills and points can be chosen', () => {
  const words = ['--seed', '9', '--kills', '12', '--points', 'call.begun,send.armed'];
  expect(readFaultArguments([...words, '--no-controls', '--json'])).toEqual({
    seed: 9,
    kills: 12,
    only: ['call.begun', 'send.armed'],
    hasControls: false,
    isJson: true,
  });
});

test.each([
  [['--seed', 'x'], '--seed wants a whole number'],
  [['--kills', '0'], '--kills wants a whole number from 1 to 5000'],
  [['--points', 'call.begun,nowhere'], 'There is no point nowhere.'],
])('%j is refused in words', (words, fault) => {
  expect(readFaultArguments(words)).toEqual({ fault });
});
