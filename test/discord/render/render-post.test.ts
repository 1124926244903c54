import { describe, expect, test } from 'vitest';
import { renderPost } from '../../../src/discord/render/render-post.ts';
import type { PostBody } from '../../../src/domain/post.ts';
import { asRead } from './read-payload.ts';
import { estimate, noEstimate, planBody, post } from './sample-posts.ts';

const read = (body: PostBody, notify: string[] = []): string =>
  asRead(renderPost(post(body, { notify })));

describe('talk', () => {
  test('speech stands in the own embed of who speaks, below the prefix', () => {
    expect(read({ type: 'speech', text: 'I compare **three** sources.' })).toMatchInlineSnapshot(`
      "[Ada · Researcher]
      | Ada · Researcher
      | I compare **three** sources."
    `);
  });

  test('a command that needs no words is one quiet line', () => {
    expect(read({ type: 'command', line: '/start task:T3', text: null })).toMatchInlineSnapshot(
      `"[Ada · Researcher] \`/start task:T3\`"`,
    );
  });

  test('nothing in a command line can end its code or ping', () => {
    const line = '/ask to:A2 question:"`x` ``y`` @everyone?"';
    expect(read({ type: 'command', line, text: 'Hello @here' }).replaceAll('\u200b', '~'))
      .toMatchInlineSnapshot(`
      "[Ada · Researcher] \`\` /ask to:A2 question:"\`x\` \`~\`y\`~\` @~everyone?" \`\`
      | Ada · Researcher
      | Hello @~here"
    `);
  });

  test('who must know is named in the message, because embeds never notify', () => {
    const questions = ['For how many people?', 'Which month?'];
    expect(read({ type: 'questions', questions, text: 'Before I plan:' }, ['100000000000000001']))
      .toMatchInlineSnapshot(`
      "[Ada · Researcher] <@100000000000000001> A few questions for you
      | Ada · Researcher
      | Before I plan:
      |
      | **1.** For how many people?
      | **2.** Which month?"
    `);
  });
});

describe('decisions', () => {
  test('approach cards stand under each other with their numbers as buttons', () => {
    const approach = {
      title: 'Two streams, one editor',
      get: 'A programme and a budget.',
      leftOut: 'No poster.',
      streams: ['Programme', 'Money'],
      risk: 'Speakers may cancel.',
      tasks: 3,
    };
    const offers = [
      { approach, forecast: noEstimate },
      { approach: { ...approach, title: 'Programme only', tasks: 1 }, forecast: estimate },
    ];
    expect(read({ type: 'approaches', decision: 'P1-D1', approaches: offers, text: 'Two ways.' }))
      .toMatchInlineSnapshot(`
        "[Ada · Researcher] 2 approaches · P1-D1 waits for you
        | Ada · Researcher
        | Two ways.
        | # 1 · Two streams, one editor
        | A programme and a budget.
        |
        | **Not included**
        | No poster.
        |
        | **Work streams**
        | Programme · Money
        |
        | **Main risk**
        | Speakers may cancel.
        | [Cost] no estimate yet · at most $5.00
        | [Time] no estimate yet
        | [Work] 3 tasks
        | # 2 · Programme only
        | A programme and a budget.
        |
        | **Not included**
        | No poster.
        |
        | **Work streams**
        | Programme · Money
        |
        | **Main risk**
        | Speakers may cancel.
        | [Cost] $0.12–$0.90 · at most $5.00
        | [Time] 20 min–1 h 20 min
        | [Work] 1 task
        (1) /approve decision:P1-D1 choice:1
        (2) /approve decision:P1-D1 choice:2
        (Other ideas) modal /revise decision:P1-D1"
      `);
  });

  test('a plan with faults says what is wrong and cannot be approved', () => {
    if (planBody.type !== 'plan') throw new Error('The sample is no plan.');
    const shown = read({ ...planBody, faults: ['Task T1 waits for T9, which does not exist.'] });
    expect(shown).toContain('Task T1 waits for T9');
    expect(shown).toContain('/revise decision:P1-D2');
    expect(shown).not.toContain('/approve decision:P1-D2');
  });

  test('the plan shows outputs, tasks, team, order, cost and its buttons', () => {
    expect(read(planBody)).toMatchInlineSnapshot(`
      "[Ada · Researcher] The plan · P1-D2 waits for you
      | Ada · Researcher
      | # A week of talks
      | A programme with a budget that adds up.
      | [Cost] no estimate yet · at most $5.00
      | [Time] no estimate yet
      | [Work] 3 tasks
      | # Outputs and their criteria
      | **O1 · Programme**
      | 📄 programme.md
      | ▫️ Every day has two talks
      | ▫️ 300 to 600 words · measured
      |
      | **O2 · Budget**
      | 📄 budget.csv
      | ▫️ The costs add up · measured
      |
      | **O3 · Speakers · working material**
      | 📄 speakers.md
      | ▫️ Ten names with topics
      | # Work streams and tasks
      | **S1 · Programme**
      | Who speaks when.
      | 👁 you see its milestones
      | 🤝 a Collaborator coordinates it
      | ↳ One Specialist works here.
      | **T1** · Find speakers
      | ↳ Ada · Researcher → Collaborator · economy
      | **T2** ← T1 · Write the programme
      | ↳ Ada · Researcher → Budget Analyst · standard
      |
      | **S2 · Money**
      | What it costs.
      | 👁 you decide on every output
      | **T3** ← T1, T2 · Count the money
      | ↳ Budget Analyst → you · premium
      |
      | **Order**
      | \`\`\`
      | T1*
      |    ↓
      | T2*
      |    ↓
      | T3*
      | \`\`\`
      |
      | **Critical path** T1 → T2 → T3
      | # Team
      | **Ada · Researcher** · ♻️ reused
      | ↳ Knows the field.
      | **Budget Analyst** · 🆕 new
      | ↳ Nobody here counts money.
      (Approve plan) /approve decision:P1-D2
      (Revise…) modal /revise decision:P1-D2
      (Cancel project) /cancel project:P1"
    `);
  });

  test('an output that waits has an accept button and a modal for changes', () => {
    const decision = {
      id: 'P1-D3',
      kind: 'output' as const,
      title: 'Accept the programme?',
      why: 'The stream is under your own eyes.',
      options: ['Accept', 'Request changes'],
      task: 'T2',
      openedAt: 0,
    };
    expect(read({ type: 'decision', decision, outcome: null })).toMatchInlineSnapshot(`
      "[Ada · Researcher] P1-D3 waits for you
      | Ada · Researcher
      | # Accept the programme?
      | The stream is under your own eyes.
      (Accept) /accept task:T2 project:P1
      (Ask for changes…) modal /changes task:T2 project:P1"
    `);
    expect(read({ type: 'decision', decision, outcome: 'Accepted · Maria' }))
      .toMatchInlineSnapshot(`
      "[Ada · Researcher] P1-D3 is decided
      | Ada · Researcher
      | # ✔️ Accept the programme?
      | **Decided**
      | Accepted · Maria
      |
      | The stream is under your own eyes."
    `);
  });

  test('stuck work offers its options in words', () => {
    const decision = {
      id: 'P1-D4',
      kind: 'stuck' as const,
      title: 'T2 was rejected three times',
      why: 'The word count is never met.',
      options: ['Try once more with a stronger model', 'Accept as it is', 'Cancel the project'],
      task: 'T2',
      openedAt: 0,
    };
    expect(read({ type: 'decision', decision, outcome: null })).toMatchInlineSnapshot(`
      "[Ada · Researcher] P1-D4 waits for you
      | Ada · Researcher
      | # T2 was rejected three times
      | The word count is never met.
      |
      | **1.** Try once more with a stronger model
      | **2.** Accept as it is
      | **3.** Cancel the project
      (1 · Try once more with a stronger model) /approve decision:P1-D4 choice:1
      (2 · Accept as it is) /approve decision:P1-D4 choice:2
      (3 · Cancel the project) /approve decision:P1-D4 choice:3"
    `);
  });
});

test('a post that would take many messages is attached whole below its beginning', () => {
  const text = Array.from({ length: 900 }, (_, n) => `Line ${n} of a very long log.`).join('\n');
  const messages = renderPost(post({ type: 'speech', text }));
  expect(messages).toHaveLength(3);
  expect(messages[2]?.content).toBe('[Ada · Researcher] *The whole text is in the attached file.*');
  expect(messages[2]?.texts[0]?.text).toContain(text);
});
