// The life of a project as people see it, from an objective to the hand-over.
import { describe, expect, test } from 'vitest';
import { createWorld } from '../support/domain.ts';
import { planOf } from '../support/plans.ts';

describe('a project', () => {
  test('goes from an objective to a hand-over', () => {
    const world = createWorld(
      planOf([
        { doer: 'analyst', approver: 'writer', stream: 'S1' },
        { doer: 'writer', stream: 'S2', after: ['T1'] },
      ]),
    );
    world.director.says('Make me a guide to Lisbon.');
    world.settle();
    world.director.does({ type: 'approve', decision: null, choice: 2 });
    world.settle();
    world.director.does({ type: 'approve', decision: null, choice: null });
    world.settle();
    expect(world.project().phase).toBe('done');
    expect(world.read('agency.director')).toMatchInlineSnapshot(`
      [
        "[Paul · Project Manager] notice: The agency is ready",
        "[Paul · Project Manager] command: /brief",
        "[Paul · Project Manager] speech: You want a guide for three days.",
        "[Paul · Project Manager] command: /propose",
        "[Paul · Project Manager] approaches: Short, Thorough",
        "[Paul · Project Manager] command: /draft-plan",
        "[Paul · Project Manager] plan: A guide to Lisbon, 2 tasks",
        "[Paul · Project Manager] hand-over: A guide to Lisbon: o1.md, o2.md",
      ]
    `);
    expect(world.read('P1.overview')).toMatchInlineSnapshot(`
      [
        "[Paul · Project Manager] plan: A guide to Lisbon, 2 tasks",
        "[Paul · Project Manager] command: /create-stream /create-specialist /assign",
        "[Paul · Project Manager] deliverable: Output 1 by Ada, approved by Bruno",
        "[Paul · Project Manager] deliverable: Output 2 by Bruno, approved by Viktor",
        "[Paul · Project Manager] command: /assemble",
        "[Paul · Project Manager] hand-over: A guide to Lisbon: o1.md, o2.md",
      ]
    `);
    expect(world.read('P1.S1')).toMatchInlineSnapshot(`
      [
        "[Wanda · Collaborator] speech: Here we write the guide.",
        "[Wanda · Collaborator] handoff: T1 to T2",
        "[Wanda · Collaborator] speech: All of it is accepted.",
      ]
    `);
    expect(world.read('P1.S1.A1')).toMatchInlineSnapshot(`
      [
        "[Ada · Analyst] specialist-card: new here",
        "[Paul · Project Manager] assignment: T1 for Ada",
        "[Ada · Analyst] command: /start",
        "[Ada · Analyst] output: T1 with o1.md",
        "[Bruno · Writer] verdict: T1 accepted",
      ]
    `);
    expect(world.read('P1.S2')).toMatchInlineSnapshot(`
      [
        "[Viktor · Collaborator] speech: Here we write the guide.",
        "[Wanda · Collaborator] handoff: T1 to T2",
        "[Viktor · Collaborator] speech: All of it is accepted.",
      ]
    `);
    expect(world.read('P1.S2.A2')).toMatchInlineSnapshot(`
      [
        "[Bruno · Writer] specialist-card: new here",
        "[Paul · Project Manager] assignment: T2 for Bruno",
        "[Bruno · Writer] command: /start",
        "[Bruno · Writer] output: T2 with o2.md",
        "[Viktor · Collaborator] verdict: T2 accepted",
      ]
    `);
  });
});
