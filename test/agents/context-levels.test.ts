// What each step of the ladder leaves out of a turn's material, and that it never adds any.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contextOf } from '../../src/agents/context.ts';
import type { Section, TurnContext } from '../../src/agents/context.ts';
import { studyContext } from '../../src/agents/study-sections.ts';
import { contextLevels, cutText, historyAt, sectionsAt } from '../../src/agents/context-levels.ts';
import type { ContextLevel } from '../../src/agents/context-levels.ts';
import { nothingLearned } from '../../src/domain/learning.ts';
import type { Project } from '../../src/domain/project.ts';
import { TurnKind } from '../../src/domain/turn.ts';
import { planOf } from '../support/plans.ts';
import { atWork } from '../support/stages.ts';

const long = (word: string, chars: number) => `${word} `.repeat(chars / (word.length + 1));

/** A project about which everything that can be said was said at length. */
function wordy(): Project {
  const world = atWork(planOf([{ deliver: false }, { after: ['T1'] }]));
  world.take(world.until('collaborator.review'));
  const project = world.project();
  const line = { by: 'Dora', text: long('words', 3_000) };
  const places = [...new Set(project.remarks.map(({ place }) => place))];
  const tasks: Project['tasks'] = {};
  for (const [id, task] of Object.entries(project.tasks)) {
    const { submission } = task;
    const summed = submission && { ...submission, summary: long('sum', 1_490) };
    tasks[id] = { ...task, state: 'accepted', reasons: [long('reason', 490)], submission: summed };
  }
  return {
    ...project,
    tasks,
    objective: long('objective', 19_000),
    understanding: long('understood', 1_900),
    dialogue: Array.from({ length: 20 }, () => line),
    remarks: ['P1.S1' as const, ...places].flatMap((place) =>
      Array.from({ length: 12 }, () => ({ place, ...line })),
    ),
    terms: { ...project.terms, lessons: Array.from({ length: 20 }, () => long('lesson', 390)) },
    plan:
      project.plan === null ? null : { ...project.plan, summary: long('summary of the plan', 990) },
  };
}

async function contextFor(kind: TurnKind): Promise<TurnContext> {
  const project = wordy();
  const [order] = Object.entries(project.turns).map(([id, turn]) => ({ id, ...turn }));
  const subject = { stream: 'S1', task: 'T1', prompt: 'Which year?', asker: null };
  const agentId = kind.startsWith('specialist') ? (project.team[0]?.agent.id ?? '') : 'pm';
  const conversation = order?.conversation ?? 'director';
  const about = { kind, agentId, conversation, tier: 'standard' as const, subject };
  const turn = { id: 'P1.turn.9', ...about };
  if (kind === 'lpm.study') {
    return studyContext(project, turn, { learning: nothingLearned, outcomes: [] });
  }
  return contextOf(project, turn, () => Promise.resolve(long('file', 40_000)));
}

function charsAt(context: TurnContext, level: ContextLevel): number {
  return JSON.stringify(sectionsAt(context, level)).length;
}

test.each(TurnKind.options)('each step shortens the material of %s', async (kind) => {
  const context = await contextFor(kind);
  const [whole = 0, shortened = 0, bare = 0] = contextLevels.map((level) =>
    charsAt(context, level),
  );
  expect(shortened).toBeLessThan(whole);
  expect(bare).toBeLessThan(shortened);
  // What is left is small enough for a model that reads 8,192 tokens.
  expect(bare).toBeLessThan(16_000);
});

async function shown(kind: TurnKind, level: ContextLevel) {
  const sections = sectionsAt(await contextFor(kind), level);
  const valueOf = (name: string) => sections.find((section) => section.name === name)?.value;
  return { sections, valueOf, names: sections.map(({ name }) => name) };
}

describe('the first step', () => {
  test('keeps the last six lines of what was said, each cut', async () => {
    const { valueOf } = await shown('project-manager.plan', 'shortened');
    const dialogue = valueOf('dialogue');
    expect(dialogue).toHaveLength(6);
    expect(JSON.stringify(dialogue)).toMatch(/\[2\d{3} characters left out here\]/);
  });

  test('shows head and tail of a file and offers the rest', async () => {
    const { sections } = await shown('collaborator.review', 'shortened');
    const file = String(sections.find(({ name }) => name === 'file')?.value);
    expect(file).toMatch(/^file file .*\n\[37000 characters left out; use read-file from:2200\]\n/);
    expect(file.length).toBeLessThan(3_100);
  });

  test('leaves nothing out but text', async () => {
    const whole = await shown('project-manager.plan', 'whole');
    const { names } = await shown('project-manager.plan', 'shortened');
    expect(names).toEqual(whole.names);
  });
});

describe('the second step', () => {
  test('keeps what the turn is about as it is', async () => {
    const whole = await shown('collaborator.review', 'whole');
    const bare = await shown('collaborator.review', 'bare');
    for (const name of ['task', 'criteria', 'submission', 'request']) {
      expect(bare.valueOf(name)).toEqual(whole.valueOf(name));
    }
  });

  test('leaves out what nothing fails without', async () => {
    const { names } = await shown('project-manager.plan', 'bare');
    expect(names).not.toContain('lessons');
    expect(names).not.toContain('roster');
    expect(names).toEqual(expect.arrayContaining(['objective', 'dialogue']));
  });

  test('keeps the beginning and the end of the objective', async () => {
    const { valueOf } = await shown('project-manager.approaches', 'bare');
    expect(valueOf('objective')).toMatch(/^objective [^]* characters left out here\][^]*objective/);
  });
});

test('results of tools earlier in the turn are cut as well, and the words of the model are not', () => {
  const said = { role: 'assistant' as const, text: long('word', 9_000), toolCalls: [] };
  const result = { role: 'tool' as const, callId: 'c', name: 'read-file', text: long('x', 9_000) };
  expect(historyAt([said, result], 'whole')).toEqual([said, result]);
  const [words, cut] = historyAt([said, result], 'bare');
  expect(words).toEqual(said);
  expect(cut?.text.length).toBeLessThan(1_100);
});

const words = fc.oneof(
  fc.string({ maxLength: 4_000, unit: 'binary' }),
  fc.integer({ min: 0, max: 30_000 }).map((length) => 'é😀a'.repeat(length / 4)),
);

test('no text is ever longer or broken for being cut', () => {
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 5_000 }), (text, max) => {
      const cut = cutText(text, max);
      expect(cut.length).toBeLessThanOrEqual(text.length);
      expect(cut.length).toBeLessThanOrEqual(max + 60);
      expect(cut.isWellFormed() || !text.isWellFormed()).toBe(true);
    }),
  );
});

test('for every material a lower step is never longer, and says the same each time', () => {
  const names = ['task', 'dialogue', 'objective', 'lessons', 'plan', 'whatever'];
  const section = fc.record({
    name: fc.constantFrom(...names),
    value: fc.oneof(words, fc.jsonValue(), fc.array(words, { maxLength: 9 })),
  });
  const file = fc.record({ name: fc.constantFrom('a.md', 'b.csv'), text: words });
  const material = fc.record({
    sections: fc.array<Section>(section, { maxLength: 8 }),
    files: fc.array(file, { maxLength: 8 }),
  });
  fc.assert(
    fc.property(material, (context) => {
      const [whole = 0, shortened = 0, bare = 0] = contextLevels.map(
        (level) => JSON.stringify(sectionsAt(context, level)).length,
      );
      expect(sectionsAt(context, 'bare')).toEqual(sectionsAt(context, 'bare'));
      // A note that names what is missing takes a few characters of its own.
      const notes = 200 + context.files.length * 120 + context.sections.length * 60;
      expect(shortened).toBeLessThanOrEqual(whole + notes);
      expect(bare).toBeLessThanOrEqual(shortened + notes);
    }),
    { numRuns: 60 },
  );
});
