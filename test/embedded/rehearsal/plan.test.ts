import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkPlan } from '../../../src/domain/check-plan.ts';
import { isCheckedByCode } from '../../../src/domain/criterion.ts';
import { criteriaOf, Plan } from '../../../src/domain/plan.ts';
import { playApproaches } from '../../../src/embedded/rehearsal/play/approaches.ts';
import { flavours } from '../../../src/embedded/rehearsal/play/flavours.ts';
import { playPlan } from '../../../src/embedded/rehearsal/play/plan.ts';
import { parseValue } from '../../../src/lib/json.ts';
import { anyObjective, bikeKit, five } from './objectives.ts';
import { asked } from './requests.ts';

const roster = [
  candidate('A1', { title: 'Writer', skills: ['writing', 'editing'] }),
  candidate('A2', { title: 'Analyst', skills: ['budgeting', 'figures'], busy: true }),
];

function candidate(id: string, about: { title: string; skills: string[]; busy?: boolean }) {
  const record = { projects: 2, accepted: 5, rejections: 1 };
  return { id, name: `Name ${id}`, busy: false, ...record, ...about };
}

function planFor(objective: string, more: Record<string, unknown> = {}): Plan {
  return playPlan(asked('project-manager.plan', { objective, roster, ...more }));
}

function approach(label: string, tasks = 5) {
  return { title: `${label}: something`, get: '', leftOut: '', streams: ['a'], risk: '', tasks };
}

function faultsOf(plan: Plan): string[] {
  const parsed = parseValue(Plan, plan);
  return [...(parsed.ok ? [] : [parsed.reason]), ...checkPlan(plan, ['A1', 'A2'])];
}

const anyApproach = fc.constantFrom(...flavours.map(({ label }) => approach(label)));

describe('every plan of the rehearsal', () => {
  test('passes the checks, whatever the objective', () => {
    fc.assert(
      fc.property(anyObjective, anyApproach, (objective, chosen) => {
        expect(faultsOf(planFor(objective, { approach: chosen }))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('passes them after a request in words as well', () => {
    fc.assert(
      fc.property(anyObjective, anyObjective, anyApproach, (objective, request, chosen) => {
        const previous = planFor(objective, { approach: chosen });
        const more = { approach: chosen, 'previous-plan': previous, request };
        expect(faultsOf(planFor(objective, more))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test('has code check half of the criteria, and a person one of every delivered output', () => {
    fc.assert(
      fc.property(anyObjective, anyApproach, (objective, chosen) => {
        const plan = planFor(objective, { approach: chosen });
        const criteria = criteriaOf(plan);
        expect(criteria.filter(isCheckedByCode).length * 2).toBeGreaterThanOrEqual(criteria.length);
        for (const output of plan.outputs.filter(({ deliver }) => deliver)) {
          expect(output.criteria.some((criterion) => !isCheckedByCode(criterion))).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('has two to four members, up to three streams and others who approve', () => {
    fc.assert(
      fc.property(anyObjective, anyApproach, (objective, chosen) => {
        const plan = planFor(objective, { approach: chosen });
        const keys = plan.team.map(({ key }) => key);
        expect([2, 3, 4]).toContain(keys.length);
        const isSmall = plan.tasks.length <= 3;
        expect(isSmall ? [1] : [2, 3]).toContain(plan.streams.length);
        expect(plan.streams.some(({ oversight }) => oversight === 'milestones')).toBe(true);
        const isOneLlm = plan.team.some(({ sameAs }) => sameAs !== null);
        expect(isOneLlm).toBe(isSmall && chosen.title.startsWith('Bare minimum'));
        expect(plan.tasks.some(({ approver }) => keys.includes(approver))).toBe(!isOneLlm);
        expect(new Set(plan.tasks.map(({ tier }) => tier)).size).toBeGreaterThan(1);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a small objective', () => {
  const guide = 'Write a one-page guide to the tram lines of Lisbon.';

  test('is coordinated by the Project Manager, and the plan says why', () => {
    const plan = planFor(guide, { approach: approach('Lean', 3) });
    expect(plan.streams.map(({ title }) => title)).toEqual(['All of it']);
    expect(plan.streams[0]?.coordination).toEqual({
      by: 'project-manager',
      why:
        '3 tasks in one stream: a Collaborator would cost more turns than it saves, ' +
        'so I do it myself.',
    });
  });

  test('in its shortest form has one LLM in both roles, which approves nothing', () => {
    const plan = planFor(guide, { approach: approach('Bare minimum', 3) });
    expect(plan.team.map(({ key, sameAs }) => [key, sameAs])).toEqual([
      ['researcher', null],
      ['writer', 'researcher'],
    ]);
    expect(plan.team[1]?.why).toBe(
      'The work needs texts that readers act on as well. Its tasks follow each other, ' +
        'so a second LLM would only wait: one takes both roles and switches.',
    );
    expect(new Set(plan.tasks.map(({ approver }) => approver))).toEqual(new Set(['collaborator']));
  });

  test('gets a Specialist for each role when the Director asks', () => {
    const lean = { approach: approach('Bare minimum', 3) };
    const previous = planFor(guide, lean);
    const request = 'I want a Specialist for each role.';
    const { team } = planFor(guide, { ...lean, 'previous-plan': previous, request });
    expect(team.map(({ key, sameAs }) => [key, sameAs])).toEqual([
      ['researcher', null],
      ['writer', null],
    ]);
  });

  test('gets a Collaborator of its own when the Director asks, or when it grows', () => {
    const previous = planFor(guide, { approach: approach('Lean', 3) });
    const change = (request: string) =>
      planFor(guide, { approach: approach('Lean', 3), 'previous-plan': previous, request });
    const by = (plan: Plan) => plan.streams.map(({ coordination }) => coordination);
    expect(by(change('Give it its own Collaborator, please.'))).toEqual([
      { by: 'collaborator', why: 'You asked for one.' },
    ]);
    const grown = change('Add a checklist for the first day.');
    expect(by(grown)).toEqual([
      { by: 'collaborator', why: '2 Specialists work here: one keeps the stream in step.' },
    ]);
  });
});

describe('a plan', () => {
  test('has the outputs that were asked for and a task that compares them', () => {
    const plan = planFor(bikeKit, { approach: approach('Lean', 4) });
    expect(plan.tasks.map(({ id, title, after }) => `${id} ${title} ← ${after.join(' ')}`))
      .toMatchInlineSnapshot(`
        [
          "T1 Write the one-page plan ← ",
          "T2 Write the three announcements ← T1",
          "T3 Work out the budget table ← ",
          "T4 Compare all parts: the overview and consistency check ← T1 T2 T3",
        ]
      `);
    expect(plan.outputs.map(({ files }) => files[0])).toEqual([
      'plan.md',
      'announcements.md',
      'budget.csv',
      'overview.md',
    ]);
  });

  test.each(Object.entries(five))('%s has as many tasks as its card promised', (_, objective) => {
    const { calls } = playApproaches(asked('project-manager.approaches', { objective }));
    for (const { args } of calls) {
      const plan = planFor(objective, { approach: args });
      expect(plan.tasks).toHaveLength(Number(args['tasks']));
      expect(plan.streams.map(({ title }) => title)).toEqual(args['streams']);
    }
  });

  test('reuses a Specialist of the roster who fits and is free, and says why', () => {
    const { team } = planFor(bikeKit, { approach: approach('Lean') });
    const writer = team.find(({ key }) => key === 'writer');
    expect(writer?.reuse).toBe('A1');
    expect(writer?.why).toContain('5 accepted outputs, 1 sent back, in 2 projects');
    const analyst = team.find(({ key }) => key === 'analyst');
    expect(analyst?.reuse).toBeNull();
    expect(analyst?.why).toContain('Name A2 is busy');
  });

  test('is changed by a request and says what changed, keeping everything else', () => {
    const previous = planFor(bikeKit, { approach: approach('Lean') });
    const change = (request: string) =>
      planFor(bikeKit, { approach: approach('Lean'), 'previous-plan': previous, request });
    const dropped = change('Please drop the budget.');
    expect(dropped.outputs.flatMap(({ files }) => files)).toEqual([
      'plan.md',
      'announcements.md',
      'overview.md',
    ]);
    expect(dropped.summary).toContain('budget.csv is left out');
    expect(dropped.tasks.find(({ id }) => id === 'T1')).toEqual(previous.tasks[0]);
    const added = change('Add a checklist for the opening day.');
    expect(added.outputs.at(-1)?.files).toEqual(['checklist.md']);
    expect(added.tasks.find(({ id }) => id === 'T4')?.after).toContain('T5');
    const shorter = change('Make it shorter.');
    expect(shorter.outputs[0]?.criteria[1]?.text).not.toBe(previous.outputs[0]?.criteria[1]?.text);
    const wish = change('Nobody should be called a customer.');
    expect(wish.tasks[0]?.brief).toContain('“Nobody should be called a customer.”');
  });

  test('is made anew when the checks refused the one before', () => {
    const broken = { ...planFor(bikeKit), team: [] };
    const request = 'The plan was refused by the checks:\nTeam member writer has nothing to do.';
    expect(faultsOf(planFor(bikeKit, { 'previous-plan': broken, request }))).toEqual([]);
  });
});

describe('approaches', () => {
  const offered = (request?: string) =>
    playApproaches(
      asked('project-manager.approaches', {
        objective: bikeKit,
        ...(request === undefined ? {} : { request }),
      }),
    ).calls.map(({ args }) => String(args['title']).split(':')[0]);

  test('are three that differ, and others on request', () => {
    expect(offered()).toEqual(['Lean', 'Thorough', 'Review-heavy']);
    expect(offered('Something cheaper, please')).toEqual(['Bare minimum', 'Lean', 'Pilot first']);
    expect(offered('Only two')).toHaveLength(2);
    expect(offered('Show me four ideas')).toHaveLength(4);
  });
});
