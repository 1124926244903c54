import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { points } from '../../src/lib/points.ts';
import { repositoryFiles, repositoryPath } from '../tidy/repository-files.ts';
import { createSchedule, pointsOf } from './schedule.ts';
import type { Schedule } from './schedule.ts';
import { edited, editions } from './mutants.ts';

const names = Array.from({ length: 2000 }, (_, at) => `nonce-${at}`);

/** What a schedule says to requests of some names, asked in the order given. */
function said(schedule: Schedule, asked: readonly string[]): Map<string, unknown> {
  return new Map(
    asked.map((name) => [
      name,
      [0, 1, 2].map((attempt) => [
        schedule.onPost(name, attempt),
        schedule.onModel(name, attempt),
        schedule.lateMs(name, attempt),
      ]),
    ]),
  );
}

test('a seed gives the same schedule of faults again, and another seed another', () => {
  const first = createSchedule({ seed: 7 });
  const again = createSchedule({ seed: 7 });
  const other = createSchedule({ seed: 8 });
  expect(again.hash).toBe(first.hash);
  expect(other.hash).not.toBe(first.hash);
  const lives = Array.from({ length: 60 }, (_, life) => life);
  const fates = ({ fate }: Schedule) => lives.map((life) => fate('one', 'all', life));
  expect(fates(again)).toEqual(fates(first));
  expect(fates(other)).not.toEqual(fates(first));
});

test('what happens to a request depends on its name and attempt, not on what came before it', () => {
  const asked = names.slice(0, 300);
  const forwards = said(createSchedule({ seed: 7 }), asked);
  const backwards = said(createSchedule({ seed: 7 }), asked.toReversed());
  for (const name of asked) expect(backwards.get(name)).toEqual(forwards.get(name));
});

test('four of ten posts go wrong, in every way there is', () => {
  const { onPost } = createSchedule({ seed: 3 });
  const faults = names.flatMap((name) => onPost(name, 0) ?? []);
  expect(faults.length / names.length).toBeCloseTo(0.4, 1);
  expect(new Set(faults).size).toBe(7);
});

test('every point is one that some life ends at, and in turn', () => {
  const { fate } = createSchedule({ seed: 5 });
  const reachable = pointsOf('worker').length;
  const ends = Array.from({ length: reachable }, (_, life) => fate('one', 'worker', life)?.point);
  expect(new Set(ends).size).toBeGreaterThan(reachable - 3);
  const both = new Set([...pointsOf('gateway'), ...pointsOf('worker')]);
  const missed = points.filter((point) => !both.has(point));
  // Those have a scenario of their own: forgetting-processes.wire.test.ts.
  expect(missed.every((point) => point.startsWith('forget.'))).toBe(true);
});

test('only the points asked for end a life', () => {
  const { fate } = createSchedule({ seed: 5, only: ['call.begun'] });
  const lives = Array.from({ length: 40 }, (_, life) => life);
  expect(new Set(lives.map((life) => fate('w', 'worker', life)?.point))).toEqual(
    new Set(['call.begun']),
  );
  expect(lives.map((life) => fate('g', 'gateway', life)).every((one) => one === null)).toBe(true);
});

test('every labelled point is passed somewhere in the program', () => {
  const source = repositoryFiles()
    .filter(({ path }) => path.startsWith('src/') && path.endsWith('.ts'))
    .map(({ text }) => text)
    .join('\n');
  expect(points.filter((point) => !source.includes(`reach('${point}')`))).toEqual([]);
});

test.each(editions)('the edition $name fits the modules as they are', (edition) => {
  for (const [file, edits] of Map.groupBy(edition.edits, (edit) => edit.file)) {
    const source = readFileSync(`${repositoryPath}/${file}`, 'utf8');
    expect(edited(edition, edits, source)).not.toBe(source);
  }
});

test('an edition that a module has outgrown says so', () => {
  const [edition] = editions;
  if (edition === undefined) throw new Error('There is no edition.');
  expect(() => edited(edition, edition.edits, 'const a = 1;')).toThrow(/finds it 0 times/);
});
