import { expect, test } from 'vitest';
import { createWorld } from '../support/domain.ts';
import type { World } from '../support/domain.ts';
import { planOf } from '../support/plans.ts';
import { sendsBack, submits, uses } from '../support/players.ts';

/** What is remembered, with where it is seen, its kind and how far it is trusted; wrapped. */
function remembered(world: World, wanted = (_kind: string): boolean => true): string {
  return world.memories
    .filter(({ kind }) => wanted(kind))
    .map(({ scope, kind, trust, text }) => `${scope} ${kind} ${trust}: ${text}`)
    .map((line) => line.replaceAll(/(.{60}\S*) /g, '$1\n    '))
    .join('\n');
}

function begin(world: World): void {
  world.director.says('Make me a guide.');
  world.settle();
  world.director.does({ type: 'approve', decision: null, choice: 1 });
  world.settle();
  world.director.does({ type: 'approve', decision: null, choice: 1 });
}

test('of a project is remembered what was decided, made and learned, and who did it well', () => {
  const world = createWorld(planOf([{}, { after: ['T1'] }]));
  begin(world);
  world.settle();
  expect(remembered(world)).toMatchInlineSnapshot(`
    "P1 decision T1: P1 A guide to Lisbon: Dora decided “A guide to
        Lisbon: choose an approach”: 1 · Short.
    P1 decision T1: P1 A guide to Lisbon: Dora decided “A guide to
        Lisbon: approve the plan”: Approved.
    agency definition T3: Ada (A1), Writer, knows writer, travel.
        Role: Does it. Expertise: Knows it.
    P1 summary T3: T1 Output 1 (o1.md), made by Ada: What T1 asked
        for.
    P1 summary T3: T2 Output 2 (o2.md), made by Ada: What T2 asked
        for.
    P1 observation T3: Open at the hand-over of P1: Prices
    agency pattern T0: Worked well in P1: Ada (Writer) and Wanda
        (Collaborator) as reviewer, 2 outputs accepted the first time.
    agency performance T0: Ada (A1), Writer, in P1: 2 outputs accepted,
        0 sent back. So far 2 accepted and 0 sent back in 1 projects.
    agency lesson T3: Ask for the season first."
  `);
});

test('what went back is remembered with why and by whom, and so is a note of an agent', () => {
  const world = createWorld(planOf([{}]));
  world.script('collaborator.review', (order) => sendsBack(order, 'It names no season.'));
  world.script('specialist.revise', (order, project) => {
    const output = submits(order, project);
    const note = uses([{ type: 'remember', text: 'The ferry runs in summer only.' }]);
    return { ...output, commands: [...note.commands, ...output.commands] };
  });
  begin(world);
  world.settle();
  const made = remembered(world, (kind) => kind === 'observation');
  expect(made).toMatchInlineSnapshot(`
    "P1 observation T3: T1 Task 1 of Ada was sent back by Wanda: It
        names no season.
    P1 observation T3: The ferry runs in summer only.
    P1 observation T3: Open at the hand-over of P1: Prices"
  `);
  const [note] = world.memories.filter(({ text }) => text.startsWith('The ferry'));
  expect(note?.source).toMatchObject({ projectId: 'P1', agentId: 'A1' });
  expect(note?.source.turnId).toMatch(/^P1\.turn\.\d+$/);
});

test('what the agency closes by itself is no decision, and a project that is cancelled teaches nothing', () => {
  const world = createWorld(planOf([{}]));
  world.director.says('Make me a guide.');
  world.settle();
  world.director.does({ type: 'cancel', project: 'P1' });
  world.settle();
  expect(remembered(world, (kind) => kind !== 'definition')).toMatchInlineSnapshot(`
    "P1 decision T1: P1 A guide to Lisbon: Dora decided “A guide to
        Lisbon: choose an approach”: cancelled."
  `);
});
