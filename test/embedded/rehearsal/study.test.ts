// The rehearsal's Learning & Performance Manager proposes one habit from what really went back, and
// whoever has learned it does not fall into the same fault again.
import { expect, test } from 'vitest';
import { readAsked } from '../../../src/embedded/rehearsal/read-request.ts';
import type { Asked } from '../../../src/embedded/rehearsal/read-request.ts';
import { rehearse } from '../../../src/embedded/rehearsal/rehearse.ts';
import { aspects } from '../../../src/embedded/rehearsal/write/aspects.ts';
import { weaknessFor } from '../../../src/embedded/rehearsal/write/write-files.ts';

const fault = aspects.call.general ?? '';
const habit = aspects.call.habit ?? '';

function studying(sections: Record<string, unknown>): Asked {
  const blocks = Object.entries(sections).map(
    ([name, value]) => `<${name}-ab12>\n${JSON.stringify(value)}\n</${name}-ab12>`,
  );
  const asked = readAsked([
    { role: 'system', text: '# Turn: lpm.study\n\nStudy.', calls: [] },
    { role: 'user', text: ['MARK is ab12.', ...blocks].join('\n\n'), calls: [] },
  ]);
  if (asked === null) throw new Error('The request names no turn.');
  return asked;
}

const evidence = [
  { id: 'P1.T1.v1', learner: 'A1', domains: ['planning'], text: 'Accepted at the first try.' },
  { id: 'P1.T2.v1', learner: 'A2', domains: ['writing'], text: `It says “${fault}”` },
];

test('an output that went back is the evidence for one habit of its maker', () => {
  const { calls } = rehearse(studying({ evidence }), 1);
  expect(calls.map(({ name }) => name)).toEqual(['propose-rewrite', 'advise']);
  expect(calls[0]?.args).toMatchObject({
    learner: 'A2',
    change: 'add',
    text: habit,
    scope: ['writing'],
    evidence: ['P1.T2.v1'],
  });
});

test.each([
  ['nothing went back', { evidence: evidence.slice(0, 1) }],
  [
    'it is learned already',
    { evidence, learners: [{ learner: 'A2', bullets: [{ text: habit }] }] },
  ],
  [
    'the Director did not want it',
    { evidence, 'proposed-before': [{ learner: 'A2', delta: { text: habit } }] },
  ],
])('nothing is proposed where %s', (_why, sections) => {
  expect(rehearse(studying(sections), 1).calls).toEqual([]);
});

test('whoever has the habit does not fall into the fault again', () => {
  const asked = readAsked([
    {
      role: 'system',
      text: [
        'You are a Specialist.\n- You work alone.',
        '# Who you are\nRole: Writes\nExpectations: A brief',
        `- ${habit}\n\n# Turn: specialist.work\n\n- Submit.`,
      ].join('\n'),
      calls: [],
    },
  ]);
  expect(asked?.learned).toEqual([habit]);
  const task = {
    id: 'T2',
    title: 'Announcements',
    brief: '',
    output: 'Announcements',
    files: ['announcements.md'],
    criteria: [
      {
        id: 'C1',
        text: 'Every text in announcements.md tells its readers the next step to take.',
        check: { kind: 'judged' as const },
      },
    ],
  };
  expect(weaknessFor(task, { lessons: [], habits: [] })?.id).toBe('call');
  expect(weaknessFor(task, { lessons: [], habits: asked?.learned ?? [] })).toBeNull();
});
