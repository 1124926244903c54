// What an agent sees in a turn is what it needs to take it: nobody answers blind.
import { describe, expect, test } from 'vitest';
import { contextOf } from '../../src/agents/context.ts';
import { sectionsAt } from '../../src/agents/context-levels.ts';
import { fileSections } from '../../src/agents/file-sections.ts';
import { limits } from '../../src/domain/limits.ts';
import { placeOf } from '../../src/domain/place.ts';
import type { Project } from '../../src/domain/project.ts';
import type { TurnOrder } from '../../src/domain/turn.ts';
import { asks } from '../support/players.ts';
import { planOf } from '../support/plans.ts';
import { atWork } from '../support/stages.ts';

const plan = planOf([
  { doer: 'analyst', deliver: false },
  { doer: 'writer', after: ['T1'] },
]);
const file = 'Day one begins at the river.';

async function seen(project: Project, order: TurnOrder, text = file) {
  const context = await contextOf(project, order, () => Promise.resolve(text));
  const sections = sectionsAt(context, 'whole');
  const valueOf = (name: string) => sections.find((section) => section.name === name)?.value;
  return { sections, valueOf, names: sections.map(({ name }) => name) };
}

/** Both Specialists have worked; the writer asks the analyst or the PM before it submits. */
function asked(to: string): ReturnType<typeof atWork> {
  const world = atWork(plan);
  world.take(world.until('specialist.work'));
  const [analyst] = world.project().team;
  if (analyst === undefined) throw new Error('nobody is in the team');
  world.script('specialist.work', () => asks(to === 'pm' ? 'pm' : analyst.agent.id));
  return world;
}

describe('a Specialist who is asked', () => {
  test('sees its tasks with their briefs, its newest output, what it was told, and who asks', async () => {
    const world = asked('analyst');
    const order = world.until('specialist.answer');
    const { valueOf, sections } = await seen(world.project(), order);
    expect(valueOf('tasks')).toEqual([
      expect.objectContaining({ id: 'T1', brief: 'Write o1.md.' }),
    ]);
    expect(valueOf('submission')).toMatchObject({
      summary: 'What T1 asked for.',
      files: ['o1.md'],
    });
    expect(sections).toContainEqual({ name: 'file', value: file, attributes: { name: 'o1.md' } });
    expect(valueOf('asker')).toMatchObject({ title: 'Writer', task: 'T2' });
    expect(valueOf('question')).toBe('Which year?');
  });

  test('sees what was handed to it and what people said where it is asked', async () => {
    const world = asked('pm');
    const work = world.until('specialist.work');
    const thread = placeOf.thread('P1', 'S1', work.agentId);
    world.director.says('Mind the hills.', thread);
    const { agentId } = work;
    const order = { ...work, kind: 'specialist.answer' as const, agentId, conversation: thread };
    const { valueOf } = await seen(world.project(), order);
    expect(valueOf('handoffs')).toEqual([
      expect.objectContaining({ from: 'T1', files: ['o1.md'] }),
    ]);
    expect(valueOf('remarks')).toContainEqual({ by: 'Dora', text: 'Mind the hills.' });
    expect(valueOf('asker')).toMatch(/^a person/);
  });
});

describe('the Project Manager who is asked', () => {
  test('by a Specialist sees the plan, who does what, and the task it is about', async () => {
    const world = asked('pm');
    const order = world.until('project-manager.talk');
    const { valueOf } = await seen(world.project(), order);
    expect(valueOf('plan')).toMatchObject({
      outputs: [{ files: ['o1.md'] }, { files: ['o2.md'] }],
    });
    expect(JSON.stringify(valueOf('status'))).toContain('"doer"');
    expect(valueOf('task')).toMatchObject({ id: 'T2', brief: 'Write o2.md.' });
    expect(valueOf('asker')).toMatchObject({ title: 'Writer' });
  });

  test('after the end sees what was handed over, and before a plan the approaches', async () => {
    const world = atWork(plan);
    const talk = { ...world.until('specialist.work'), kind: 'project-manager.talk' as const };
    const order = { ...talk, agentId: 'pm', subject: { ...talk.subject, task: null } };
    expect((await seen(world.project(), order)).names).not.toContain('hand-over');
    world.settle();
    const { valueOf, names } = await seen(world.project(), order);
    expect(valueOf('hand-over')).toMatchObject({
      summary: 'The guide is complete.',
      bundle: 'handover/P1',
    });
    expect(names).not.toContain('approaches');
    const early = { ...world.project(), plan: null };
    expect((await seen(early, order)).names).toContain('approaches');
  });
});

test('a Specialist at work is told that it may ask the Project Manager', async () => {
  const world = atWork(plan);
  const { valueOf } = await seen(world.project(), world.until('specialist.work'));
  expect(valueOf('colleagues')).toContainEqual(
    expect.objectContaining({ id: 'pm', title: 'Project Manager' }),
  );
});

describe('files in a prompt', () => {
  test('of the whole project begin with the deliverables', async () => {
    const world = atWork(plan);
    const order = world.until('project-manager.assemble');
    const { sections } = await seen(world.project(), order);
    const names = sections.flatMap(({ attributes }) => attributes?.['name'] ?? []);
    expect(names).toEqual(['o2.md', 'o1.md']);
  });

  test('have a limit together; what does not fit is named and can still be read', async () => {
    const files = Array.from({ length: 9 }, (_, n) => ({
      name: `${n}.md`,
      text: n === 8 ? '' : 'x'.repeat(20_000),
    }));
    const sections = fileSections(files);
    const shown = sections.filter(({ name }) => name === 'file');
    expect(shown.map(({ attributes }) => attributes?.['name'])).toEqual([
      '0.md',
      '1.md',
      '2.md',
      '3.md',
      '4.md',
      '8.md',
    ]);
    expect(String(shown[0]?.value)).toMatch(
      /x\n\[8000 characters left out; use read-file from:12000\]$/,
    );
    expect(sections.at(-1)).toMatchObject({
      name: 'files-left-out',
      value: { files: ['5.md', '6.md', '7.md'].map((name) => ({ name, characters: 20_000 })) },
    });
    const total = sections.map(({ value }) => JSON.stringify(value)).join('').length;
    expect(total).toBeLessThan(limits.filesInPromptCharsMax + 2000);
  });

  test('are never cut inside a character', () => {
    const [section] = fileSections([{ name: 'a.md', text: `x${'😀'.repeat(9000)}` }]);
    expect(String(section?.value).isWellFormed()).toBe(true);
  });
});

test('whoever assembles the whole reads that the Director rated an accepted output low', async () => {
  const world = atWork(planOf([{}, { doer: 'zoologist', after: ['T1'] }]));
  world.until('collaborator.hand-over');
  const said = { project: 'P1', task: 'T1', revision: null, text: 'No year.', isTakenBack: false };
  world.director.does({ type: 'give-feedback', kind: 'rating', rating: 2, ...said });
  const { valueOf } = await seen(world.project(), world.until('project-manager.assemble'));
  expect(JSON.stringify(valueOf('remarks'))).toContain('2 of 5, which was accepted (T1): No year.');
});
