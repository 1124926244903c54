// A bad plan is refused before a human sees it, in sentences that say what is wrong and where.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkPlan } from '../../src/domain/check-plan.ts';
import type { Check } from '../../src/domain/criterion.ts';
import { Plan } from '../../src/domain/plan.ts';
import { goodPlans, planOf } from '../support/plans.ts';

type Spoil = (plan: Plan) => void;

/** Three tasks in two streams, good as it is. */
function threeTasks(): Plan {
  return planOf([
    { doer: 'analyst', stream: 'S1', approver: 'writer' },
    { doer: 'writer', stream: 'S1', after: ['T1'] },
    { doer: 'writer', stream: 'S2', after: ['T1', 'T2'], approver: 'director' },
  ]);
}

function spoiled(spoil: Spoil): Plan {
  const plan = threeTasks();
  spoil(plan);
  return plan;
}

/** The n-th of a list that is known to have it. */
function at<T>(list: readonly T[], n: number): T {
  const item = list[n];
  if (item === undefined) throw new Error(`The plan has no item ${n}.`);
  return item;
}

/** The first criterion becomes this check, on a file that the output has. */
function misfitting(
  sentence: string,
  check: Exclude<Check, { kind: 'judged' }>,
): [string, Spoil][] {
  return [
    [
      sentence,
      ({ outputs }) => {
        const output = at(outputs, 0);
        if (!output.files.includes(check.file)) output.files.push(check.file);
        at(output.criteria, 0).check = check;
      },
    ],
  ];
}

const faults: [string, Spoil][] = [
  ['The task T1 appears more than once.', ({ tasks }) => (at(tasks, 1).id = 'T1')],
  ['The output O1 appears more than once.', ({ outputs }) => (at(outputs, 1).id = 'O1')],
  ['The stream S1 appears more than once.', ({ streams }) => (at(streams, 1).id = 'S1')],
  ['The team member writer appears more than once.', ({ team }) => (at(team, 0).key = 'writer')],
  [
    'The criterion C1 appears more than once.',
    ({ outputs }) => (at(at(outputs, 1).criteria, 0).id = 'C1'),
  ],
  [
    'The stream title the same appears more than once.',
    ({ streams }) =>
      streams.forEach((stream, n) => (stream.title = n === 0 ? 'The same' : 'the SAME')),
  ],
  ['The file o1.md appears more than once.', ({ outputs }) => at(outputs, 1).files.push('O1.md')],
  ['Task T2 is in stream S9, which does not exist.', ({ tasks }) => (at(tasks, 1).stream = 'S9')],
  ['Task T1 waits for T7, which does not exist.', ({ tasks }) => at(tasks, 0).after.push('T7')],
  [
    'Task T1 is done by "cook", who is not in the team.',
    ({ tasks }) => (at(tasks, 0).doer = 'cook'),
  ],
  ['Stream S2 has no task.', ({ tasks }) => (at(tasks, 2).stream = 'S1')],
  [
    'Team member writer reuses A9, who is not in the roster.',
    ({ team }) => (at(team, 1).reuse = 'A9'),
  ],
  [
    'A1 is reused for two places in the team; one must be sameAs the other.',
    ({ team }) => team.forEach((member) => (member.reuse = 'A1')),
  ],
  ['Team member cook has nothing to do.', ({ team }) => team.push({ ...at(team, 0), key: 'cook' })],
  [
    'Team member director has a key that means somebody else; choose another.',
    ({ team, tasks }) => {
      at(team, 0).key = 'director';
      at(tasks, 0).doer = 'director';
    },
  ],
  ['Output O1 (Output 1) is made by no task.', ({ tasks }) => (at(tasks, 0).output = 'O2')],
  ['Output O2 is made by 2 tasks; it must be one.', ({ tasks }) => (at(tasks, 0).output = 'O2')],
  ['Task T1 makes output O9, which does not exist.', ({ tasks }) => (at(tasks, 0).output = 'O9')],
  [
    'No output is delivered to the Director.',
    ({ outputs }) => outputs.forEach((output) => (output.deliver = false)),
  ],
  ['Task T1 is approved by its own doer.', ({ tasks }) => (at(tasks, 0).approver = 'analyst')],
  [
    'Task T1 is approved by "boss", who is unknown.',
    ({ tasks }) => (at(tasks, 0).approver = 'boss'),
  ],
  [
    'Criterion C1 checks other.md, not a file of O1.',
    ({ outputs }) =>
      (at(at(outputs, 0).criteria, 0).check = { kind: 'file-exists', file: 'other.md' }),
  ],
  ...misfitting('Criterion C1 checks o1.md for sum, which needs a .csv file.', {
    kind: 'sum',
    file: 'o1.md',
    column: 'Cost',
    totalLabel: 'Total',
  }),
  ...misfitting('Criterion C1 checks o1.md for the format csv, which needs a .csv file.', {
    kind: 'format',
    file: 'o1.md',
    format: 'csv',
  }),
  ...misfitting('Criterion C1 checks o1.md for the format json, which needs a .json file.', {
    kind: 'format',
    file: 'o1.md',
    format: 'json',
  }),
  ...misfitting('Criterion C1 checks a.csv for sections, which needs a .md file.', {
    kind: 'sections',
    file: 'a.csv',
    sections: ['Budget'],
  }),
  ...misfitting('Criterion C1 checks a.json for the format markdown, which needs a .md file.', {
    kind: 'format',
    file: 'a.json',
    format: 'markdown',
  }),
  [
    'The hand-over writes Manifest.json itself; call the file of O1 otherwise.',
    ({ outputs }) => at(outputs, 0).files.push('Manifest.json'),
  ],
  [
    'Criterion C1 asks for at least 500 words and at most fewer.',
    ({ outputs }) =>
      (at(at(outputs, 0).criteria, 0).check = {
        kind: 'length',
        file: 'o1.md',
        wordsMin: 500,
        wordsMax: 100,
      }),
  ],
  [
    'Only 2 of 6 criteria can be checked by code; half must be.',
    ({ outputs }) => (at(at(outputs, 0).criteria, 0).check = { kind: 'judged' }),
  ],
  ['These tasks wait for each other: T1 → T3 → T1.', ({ tasks }) => at(tasks, 0).after.push('T3')],
  ['These tasks wait for each other: T1 → T1.', ({ tasks }) => at(tasks, 0).after.push('T1')],
];

describe('a plan', () => {
  test('that is good has no fault', () => {
    expect(checkPlan(threeTasks(), [])).toEqual([]);
    fc.assert(
      fc.property(goodPlans, (plan) => {
        expect(checkPlan(plan, [])).toEqual([]);
        expect(Plan.parse(plan)).toEqual(plan);
      }),
    );
  });

  test.each(faults)('is refused: %s', (sentence, spoil) => {
    expect(checkPlan(spoiled(spoil), ['A1', 'A2'])).toContain(sentence);
  });

  test('may reuse whom the roster has', () => {
    const plan = planOf([{}], { reuse: { writer: 'A2' } });
    expect(checkPlan(plan, ['A2'])).toEqual([]);
    expect(checkPlan(plan, ['A1'])).toHaveLength(1);
  });

  test('may call what stays inside the project as it likes, and checks may fit in any case', () => {
    const plan = spoiled(({ outputs }) => {
      const output = at(outputs, 0);
      Object.assign(output, { deliver: false, files: ['handover.md', 'A.CSV'] });
      at(output.criteria, 0).check = { kind: 'format', file: 'A.CSV', format: 'csv' };
    });
    expect(checkPlan(plan, [])).toEqual([]);
  });

  test('names every fault at once', () => {
    const plan = spoiled(({ tasks }) => {
      at(tasks, 0).doer = 'cook';
      at(tasks, 1).stream = 'S9';
      at(tasks, 2).after = ['T7'];
    });
    expect(checkPlan(plan, []).length).toBeGreaterThanOrEqual(3);
  });

  test('that was good and is spoiled anywhere is refused', () => {
    const spoils: fc.Arbitrary<(plan: Plan, n: number) => void> = fc.constantFrom(
      ({ tasks }, n) => (at(tasks, n).doer = 'nobody'),
      ({ tasks }, n) => (at(tasks, n).approver = at(tasks, n).doer),
      ({ tasks }, n) => (at(tasks, n).output = 'O99'),
      ({ tasks }, n) => (at(tasks, n).stream = 'S99'),
      ({ tasks }, n) => at(tasks, n).after.push(at(tasks, n).id),
      ({ outputs }, n) => outputs.splice(n, 1),
      ({ tasks }, n) => tasks.splice(n, 1),
      ({ outputs }, n) => at(outputs, n).criteria.push(at(at(outputs, n).criteria, 0)),
    );
    fc.assert(
      fc.property(goodPlans, spoils, fc.nat(), (plan, spoil, n) => {
        const bad = structuredClone(plan);
        spoil(bad, n % bad.tasks.length);
        expect(checkPlan(bad, [])).not.toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  // Forty tasks that all wait for each other: every fault is found without walking every path.
  test('that is one knot is refused at once', () => {
    const ids = Array.from({ length: 40 }, (_, n) => `T${n + 1}`);
    const knot = planOf(ids.map(() => ({ after: ids })));
    expect(checkPlan(knot, [])).toContain('These tasks wait for each other: T1 → T1.');
  });
});
