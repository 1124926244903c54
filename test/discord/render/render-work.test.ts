import { describe, expect, test } from 'vitest';
import { colourOf } from '../../../src/discord/render/palette.ts';
import { renderPost } from '../../../src/discord/render/render-post.ts';
import type { PostBody } from '../../../src/domain/post.ts';
import { asRead } from './read-payload.ts';
import { criteria, file, post, results, statusView, ada } from './sample-posts.ts';

const read = (body: PostBody, notify: string[] = []): string =>
  asRead(renderPost(post(body, { notify })));

describe('work', () => {
  test('a Specialist introduces itself with all five parts of its persona', () => {
    expect(
      read({
        type: 'specialist-card',
        agent: ada,
        reused: true,
        why: 'Did it well in P1.',
        isOtherSeat: false,
      }),
    ).toMatchInlineSnapshot(`
      "[Ada · Researcher] Ada is back on the team
      | Ada · Researcher
      | # Ada · Researcher
      | Finds and weighs sources.
      |
      | **Expertise**
      | Market research.
      |
      | **Expects**
      | A question with a scope.
      |
      | **Works with others**
      | Hands over tables with sources.
      |
      | **Adapts**
      | Says at once when a source contradicts the plan.
      |
      | **Skills**
      | research · writing
      |
      | **Why again**
      | Did it well in P1."
    `);
  });

  test('an assignment says why this Specialist and why this model', () => {
    expect(
      read({
        type: 'assignment',
        task: 'T2',
        title: 'Write the programme',
        brief: 'Five days, two talks each.',
        criteria,
        assignee: 'Ada',
        why: 'Free, and three of four skills fit.',
        model: 'standard · prose for readers',
      }),
    ).toMatchInlineSnapshot(`
      "[Ada · Researcher] T2 → Ada
      | Ada · Researcher
      | # T2 · Write the programme
      | Five days, two talks each.
      |
      | **It is done when**
      | ▫️ Every day has two talks
      | ▫️ 300 to 600 words · measured
      |
      | **Why Ada**
      | Free, and three of four skills fit.
      |
      | **Model**
      | standard · prose for readers"
    `);
  });

  test('an output carries its files and what code found about them', () => {
    expect(
      read({
        type: 'output',
        line: '/submit task:T2 summary:"Five days" files:["programme.md"]',
        task: 'T2',
        title: 'Write the programme',
        revision: 1,
        summary: 'Five days, ten talks.',
        files: [file('programme.md')],
        checks: results.slice(1),
        criteria,
        openPoints: ['One speaker is not sure.'],
      }),
    ).toMatchInlineSnapshot(`
      "[Ada · Researcher] \`/submit task:T2 summary:"Five days" files:["programme.md"]\`
      | Ada · Researcher
      | # T2 · Write the programme · v2
      | Five days, ten talks.
      |
      | **Criteria**
      | ▫️ Every day has two talks
      | ❌ 300 to 600 words
      | ↳ 212 words · measured
      |
      | **Open points**
      | • One speaker is not sure.
      |
      | 📄 programme.md · 2.05 kB
      <programme.md>"
    `);
  });

  test('a verdict shows every criterion with its evidence', () => {
    expect(
      read({
        type: 'verdict',
        line: '/changes task:T2 reasons:[2 items]',
        task: 'T2',
        title: 'Write the programme',
        accepted: false,
        results,
        criteria,
        reasons: ['Too short.', 'Friday lacks a talk.'],
        text: null,
      }),
    ).toMatchInlineSnapshot(`
      "[Ada · Researcher] \`/changes task:T2 reasons:[2 items]\`
      | Ada · Researcher
      | # 🔁 Changes requested · T2 · Write the programme
      | **What must change**
      | • Too short.
      | • Friday lacks a talk.
      |
      | **Criteria**
      | ✅ Every day has two talks
      | ↳ “Monday: Ada, Bruno” · judged
      | ❌ 300 to 600 words
      | ↳ 212 words · measured"
    `);
  });

  test('a handoff names its files without sending them again', () => {
    expect(
      read({
        type: 'handoff',
        line: '/handoff task:T1 to:["T2","T3"]',
        from: 'T1',
        to: [
          { task: 'T2', agent: 'Ada' },
          { task: 'T3', agent: 'Bruno' },
        ],
        summary: 'Ten speakers.',
        files: [file('speakers.md', 812)],
        openPoints: [],
      }),
    ).toMatchInlineSnapshot(`
      "[Ada · Researcher] \`/handoff task:T1 to:["T2","T3"]\`
      | Ada · Researcher
      | # T1 → T2, T3
      | **For**
      | T2 (Ada), T3 (Bruno)
      |
      | Ten speakers.
      |
      | **Files**
      | 📄 speakers.md · 812 B"
    `);
  });

  test('a deliverable names who made it and who approved it', () => {
    expect(
      read({
        type: 'deliverable',
        title: 'Programme',
        files: [file('programme.md')],
        results,
        criteria,
        author: 'Ada',
        approver: 'Bruno',
      }),
    ).toMatchInlineSnapshot(`
      "[Ada · Researcher] A deliverable is ready
      | Ada · Researcher
      | # 📦 Programme
      | 📄 programme.md · 2.05 kB
      |
      | **1 of 2 criteria met**
      | ✅ Every day has two talks
      | ↳ “Monday: Ada, Bruno” · judged
      | ❌ 300 to 600 words
      | ↳ 212 words · measured
      | [Made by] Ada
      | [Approved by] Bruno
      <programme.md>"
    `);
  });

  test('the hand-over ticks the criteria and brings everything in one bundle', () => {
    expect(
      read({
        type: 'hand-over',
        projectId: 'P1',
        title: 'A week of talks',
        summary: 'All there.',
        files: [file('programme.md'), file('budget.csv')],
        bundle: file('p1.zip', 1_234_567 / 2),
        results,
        criteria,
        decisions: ['Approach 1', 'Plan approved'],
        openRisks: ['Speakers may cancel.'],
        lessons: [],
        microUsd: 43_210,
        tokens: 51_000,
        seconds: 754,
      }),
    ).toMatchInlineSnapshot(`
      "[Ada · Researcher] P1 is done · 1 of 2 criteria met
      | Ada · Researcher
      | # 🏁 A week of talks
      | All there.
      |
      | **Files**
      | 📄 p1.zip · 617 kB
      | 📄 programme.md · 2.05 kB
      | 📄 budget.csv · 2.05 kB
      | [Cost] $0.04
      | [Tokens] 51,000
      | [Time] 13 min
      | # 1 of 2 criteria met
      | ✅ Every day has two talks
      | ↳ “Monday: Ada, Bruno” · judged
      | ❌ 300 to 600 words
      | ↳ 212 words · measured
      | **Decisions taken**
      | • Approach 1
      | • Plan approved
      |
      | **Open risks**
      | • Speakers may cancel.
      (★ 1) /feedback rating:1 project:P1
      (★ 2) /feedback rating:2 project:P1
      (★ 3) /feedback rating:3 project:P1
      (★ 4) /feedback rating:4 project:P1
      (★ 5) /feedback rating:5 project:P1
      <p1.zip>
      <programme.md>
      <budget.csv>"
    `);
  });
});

describe('status', () => {
  test('the living message shows progress, who works, what waits and the spend', () => {
    expect(read({ type: 'status', view: statusView })).toMatchInlineSnapshot(`
      "[Ada · Researcher] P1 · 🔨 working
      | Ada · Researcher
      | # A week of talks
      | ▰▰▰▱▱▱▱▱▱▱ 1 of 3 tasks
      |
      | **Waiting for you**
      | 🙋 P1-D3 · Accept the programme? · in #decisions
      |
      | **Working**
      | Ada · T2, revision 1
      |
      | **🔨 In work**
      | T2 · Write the programme · Ada
      |
      | **⏳ Next**
      | T3 · Count the money
      |
      | **✅ Accepted**
      | T1 · Find speakers · Ada
      | [Spent] $0.03 of $5.00
      | [Tokens] 48,210
      | [Started] <t:1700000000:R>
      (Pause) /pause project:P1"
    `);
  });

  test('a paused project says who paused it and how to go on, and has the button for it', () => {
    const paused = { by: 'Dora', at: 1_700_000_060_000 };
    const view = { ...statusView, paused, held: 2, waiting: [], working: [], tasks: [] };
    expect(read({ type: 'status', view })).toMatchInlineSnapshot(`
      "[Ada · Researcher] P1 · ⏸ paused
      | Ada · Researcher
      | # A week of talks
      | ⏸ Paused by Dora <t:1700000060:R>. 2 turns are held; \`/resume project:P1\` goes on.
      | [Spent] $0.03 of $5.00
      | [Tokens] 48,210
      | [Started] <t:1700000000:R>
      (Resume) /resume project:P1"
    `);
  });

  test('turns that wait for a budget are counted', () => {
    const view = { ...statusView, held: 1, waiting: [], working: [], tasks: [] };
    expect(read({ type: 'status', view })).toContain('⏸ 1 turn is held until more may be spent.');
  });

  test('a finished project says how long it took', () => {
    const view = { ...statusView, phase: 'done' as const, waiting: [], working: [], tasks: [] };
    expect(read({ type: 'status', view: { ...view, endedAt: 1_700_000_754_000 } }))
      .toMatchInlineSnapshot(`
        "[Ada · Researcher] P1 · 🏁 done
        | Ada · Researcher
        | # A week of talks
        | [Spent] $0.03 of $5.00
        | [Tokens] 48,210
        | [Took] 13 min"
      `);
  });
});

test('each agent has a colour of its own, and the two Collaborators of a stream differ', () => {
  const colours = ['pm', 'lpm', 'A1', 'A2', 'P7-S2', 'P7-S2b'].map((id) => colourOf({ id }));
  expect(new Set(colours).size).toBe(colours.length);
});
