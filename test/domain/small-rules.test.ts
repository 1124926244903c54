// Small rules, each a table: names, places, skills, estimates, what code checks.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameOf, prefixOf } from '../../src/domain/agent.ts';
import { isCheckedByCode } from '../../src/domain/criterion.ts';
import { forecast } from '../../src/domain/estimate.ts';
import { aggregateFor } from '../../src/domain/event.ts';
import { PlaceKey, channelName, partsOf, placeOf } from '../../src/domain/place.ts';
import { bestFor, skillMatch } from '../../src/domain/roster.ts';
import type { RosterEntry } from '../../src/domain/agency.ts';

describe('skills', () => {
  test.each([
    [['writing'], ['writer'], 1],
    [['Budget Analysis', 'travel'], ['budgets'], 0.5],
    [['ai', 'r'], ['AI', 'R'], 1],
    [['editing', 'maps'], ['cooking'], 0],
    [[], ['writer'], 0],
    [['writer'], [], 0],
  ])('%j wanted of one who has %j match %d', (wanted, has, share) => {
    expect(skillMatch(wanted, has)).toBe(share);
  });

  test('find the best free Specialist: by match, then by what was accepted', () => {
    const entry = (id: string, skills: string[], rest: Partial<RosterEntry> = {}): RosterEntry => ({
      agent: {
        id,
        name: id,
        title: 'Writer',
        role: 'specialist',
        skills,
        persona: null,
        bullets: [],
        personaVersion: 1,
      },
      reservedBy: null,
      projects: 0,
      accepted: 0,
      rejections: 0,
      ...rest,
    });
    const roster = [
      entry('A1', ['cooking']),
      entry('A2', ['writing']),
      entry('A3', ['writing'], { accepted: 3 }),
      entry('A4', ['writing', 'travel'], { reservedBy: 'P1' }),
      entry('A5', ['writing', 'travel']),
    ];
    const best = bestFor(['writing', 'travel'], roster);
    expect(best.map((one) => one.entry.agent.id)).toEqual(['A5', 'A3', 'A2']);
  });
});

describe('an estimate', () => {
  const tasks = [1, 2, 3, 4, 10].map((n) => ({ microUsd: n * 1000, ms: n * 60_000 }));

  test('is not given before five tasks are on record', () => {
    const history = { tasks: tasks.slice(1), ceilingMicroUsd: 5_000_000 };
    expect(forecast(history, 3, 2)).toEqual({
      microUsdLow: null,
      microUsdHigh: null,
      microUsdCeiling: 5_000_000,
      msLow: null,
      msHigh: null,
    });
  });

  test('is the range of past tasks: cost by all of them, time by the longest chain', () => {
    expect(forecast({ tasks, ceilingMicroUsd: 5_000_000 }, 3, 2)).toEqual({
      microUsdLow: 9000,
      microUsdHigh: 30_000,
      microUsdCeiling: 5_000_000,
      msLow: 360_000,
      msHigh: 1_200_000,
    });
  });

  test('never promises more than the ceiling lets be spent, and low is never above high', () => {
    const past = fc.array(fc.record({ microUsd: fc.nat(10_000_000), ms: fc.nat(10_000_000) }), {
      minLength: 5,
      maxLength: 20,
    });
    fc.assert(
      fc.property(past, fc.nat(20_000_000), fc.nat(40), (history, ceilingMicroUsd, count) => {
        const given = forecast({ tasks: history, ceilingMicroUsd }, count, count);
        expect(given.microUsdLow).toBeLessThanOrEqual(given.microUsdHigh ?? 0);
        expect(given.microUsdHigh).toBeLessThanOrEqual(ceilingMicroUsd);
        expect(given.msLow).toBeLessThanOrEqual(given.msHigh ?? 0);
      }),
    );
  });
});

describe('a place', () => {
  test.each([
    ['agency', null, null, null],
    ['agency.director', null, null, null],
    ['P7', 'P7', null, null],
    [placeOf.overview('P7'), 'P7', null, null],
    [placeOf.stream('P7', 'S2'), 'P7', 'S2', null],
    [placeOf.thread('P7', 'S2', 'A12'), 'P7', 'S2', 'A12'],
    [placeOf.thread('P7', 'S2', 'P7-S2'), 'P7', 'S2', 'P7-S2'],
  ])('%s names its project, stream and agent', (key, projectId, streamId, agentId) => {
    expect(PlaceKey.parse(key)).toBe(key);
    expect(partsOf(key)).toEqual({ projectId, streamId, agentId });
  });

  test.each(['', 'P0', 'agency.other', 'P1.T1', 'P1.S1.', '../P1'])('is never called %j', (key) => {
    expect(PlaceKey.safeParse(key).success).toBe(false);
  });

  test.each([
    ['Budget & Bookings', 'budget-bookings'],
    ['  Größe  ', 'größe'],
    ['東京 guide', '東京-guide'],
    ['!!!', 'stream'],
    ['x'.repeat(80), 'x'.repeat(60)],
    [`${'x'.repeat(59)} y`, 'x'.repeat(59)],
    [`${'x'.repeat(59)}𐐨`, 'x'.repeat(59)],
  ])('for the stream %j becomes the channel %s', (title, name) => {
    expect(channelName(title)).toBe(name);
  });
});

describe('names', () => {
  test('are handed out in order and repeat with a number', () => {
    expect([0, 25, 26, 52].map(nameOf)).toEqual(['Ada', 'Zoe', 'Ada 2', 'Ada 3']);
  });

  test('stand with the title before everything an agent posts', () => {
    expect(prefixOf({ name: 'Ada', title: 'Researcher' })).toBe('[Ada · Researcher]');
  });
});

test('code checks every criterion but those that are judged', () => {
  const criterion = { id: 'C1', text: 'It is so.' };
  expect(isCheckedByCode({ ...criterion, check: { kind: 'judged' } })).toBe(false);
  const check = { kind: 'file-exists' as const, file: 'a.md' };
  expect(isCheckedByCode({ ...criterion, check })).toBe(true);
});

describe('a command belongs', () => {
  const by = {
    kind: 'human' as const,
    userId: '200000000000000001',
    name: 'Dora',
    standing: 'director' as const,
  };
  const common = { type: 'action-taken' as const, id: 'e1', at: 1, by };
  const approve = (decision: string | null) => ({
    type: 'approve' as const,
    decision,
    choice: null,
  });
  const cancel = (project: string | null) => ({ type: 'cancel' as const, project });

  test.each([
    ['to the project of the decision it names', approve('P3-D1'), 'P2.overview', 'P1', 'P3'],
    ['to the project it names', cancel('P4'), 'P2.overview', 'P1', 'P4'],
    ['to the project it was said in', cancel(null), 'P2.S1.A1', 'P1', 'P2'],
    ['to the project talked about', cancel(null), 'agency.director', 'P1', 'P1'],
    ['to the agency when there is none', cancel(null), null, null, 'agency'],
    [
      'to the agency when it is a new objective',
      { type: 'give-objective' as const, text: 'x' },
      'P2.overview',
      'P1',
      'agency',
    ],
  ])('%s', (_where, action, place, focus, aggregate) => {
    expect(aggregateFor({ ...common, action, place }, focus)).toBe(aggregate);
  });
});
