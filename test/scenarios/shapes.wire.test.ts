// Teams of every shape as people see them: a small project that the Project Manager coordinates
// itself, one LLM in two roles, two Collaborators for many Specialists, and what is refused.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startTestAgency } from '../support/agency.ts';
import type { TestAgency } from '../support/agency.ts';
import { json, startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { beginWork, objective, untilDone } from './begin.ts';

/** The text of the newest card with this title in #director. */
async function card({ director }: TestAgency, title: string): Promise<string> {
  const messages = await director.reads('director');
  const cards = messages.flatMap(({ embeds }) => embeds);
  return cards.findLast((embed) => embed.title === title)?.description ?? '';
}

// The rehearsal plans it, as `npm start` shows it.
test('a small project has no Collaborator: the Project Manager takes that role and says so', async () => {
  await using world = await startTestAgency({ modelUrl: null });
  const { director } = world;
  await director.says('director', 'Write a one-page guide to the tram lines of Lisbon.');
  await director.hears('director', /question/i);
  await director.says('director', 'Decide as you think best.');
  await director.clicks('director', /^\/approve decision:P1-D1 choice:1/);
  await director.hears('director', 'The plan · P1-D2 waits for you');
  expect(await card(world, 'Work streams and tasks')).toMatchInlineSnapshot(`
    "**S1 · All of it**
    Delivers brief.md, guide.md and overview.md for Lisbon.
    👁 you see its milestones
    🤝 Paul coordinates it himself, as Collaborator
    ↳ 3 tasks in one stream: a Collaborator would cost more turns than it saves, so I do it myself.
    **T1** · Prepare the working brief
    ↳ new · Researcher → Project Manager as Collaborator · economy
    **T2** ← T1 · Write the one-page guide
    ↳ new · Writer → Project Manager as Collaborator · standard
    **T3** ← T2 · Compare all parts: the overview and consistency check
    ↳ new · Writer → new · Researcher · premium

    **Order**
    \`\`\`
    T1*
       ↓
    T2*
       ↓
    T3*
    \`\`\`

    **Critical path** T1 → T2 → T3"
  `);
  await director.clicks('director', /^\/approve decision:P1-D2/);
  await untilDone(world);
  expect(await world.skims('P1.S1')).toMatchInlineSnapshot(`
    "#all-of-it
    - [Paul · Project Manager as Collaborator] | “All of it” delivers working brief,
        one-page guide and overview and consistency check for Lisbon.
    - [Paul · Project Manager as Collaborator] /handoff | T1 → T2
    - [Paul · Project Manager as Collaborator] /handoff | T2 → T3
    - [Paul · Project Manager as Collaborator] | “All of it” is complete: three outputs
        accepted (brief.md, guide.md and overview.md). Sent back and mended: T2 One-page
        guide. Worth quoting: guide.md: “What changes in practice for its readers – the
        people it is meant for – is this: from week 2 there is a first trial with a small
        group, and they know how to take part.” Open: Names of persons and exact dates are
        still to be filled in by people who know them. (rehearsal)"
  `);
});

test('one LLM takes two roles, one task at a time, and is in each turn only the one', async () => {
  const plan = planOf([{}, { doer: 'editor', after: ['T1'] }], {
    by: 'project-manager',
    sameAs: { writer: 'editor' },
  });
  await using model = await startCast(plan);
  await using world = await startTestAgency({ modelUrl: model.url });
  await beginWork(world);
  await untilDone(world);
  expect(await card(world, 'Team')).toMatchInlineSnapshot(`
    "**new · Editor** · 🆕 new
    ↳ Somebody must be the editor.
    **new · Writer** · 🎭 the same LLM as Editor
    ↳ Somebody must be the writer."
  `);
  expect(await world.skims('P1.S1', 'Ada · Editor and Writer')).toMatchInlineSnapshot(`
    "#stream-s1
    - [Paul · Project Manager as Collaborator] | This stream writes the guide.
    - [Paul · Project Manager as Collaborator] /handoff | T1 → T2
    - [Paul · Project Manager as Collaborator] | The stream is complete.

    #stream-s1 › Ada · Editor and Writer
    - [Ada · Editor] Ada joins the team | Ada · Editor
    - [Ada · Writer] Ada works as Writer as well: one LLM, another role | Ada · Writer
    - [Paul · Project Manager] T1 → Ada as Writer | T1 · Task 1
    - [Ada · Writer] /start | Let me think.
    - [Ada · Writer] /submit | T1 · Task 1 | [o1.md]
    - [Paul · Project Manager as Collaborator] /accept | ✅ Accepted · T1 · Task 1
    - [Paul · Project Manager] T2 → Ada as Editor | T2 · Task 2
    - [Ada · Editor] /start | Let me think.
    - [Ada · Editor] /submit | T2 · Task 2 | [o2.md]
    - [Paul · Project Manager as Collaborator] /accept | ✅ Accepted · T2 · Task 2"
  `);
  const handedOver = (name: string) =>
    readFile(join(world.home, 'handover', 'P1', name), { encoding: 'utf8' });
  const transcript = await handedOver('transcript.md');
  expect(transcript).toContain('S1 is coordinated by project-manager: It fits the work.');
  expect(transcript).toContain('new · Writer (the same LLM as editor): Somebody must be');
  expect(transcript).toContain('**[Paul · Project Manager as Collaborator]**');
  expect(await handedOver('manifest.json')).toContain('"approver": "Paul"');
  const roles = model.asked.flatMap(({ kind, task, system }) => {
    const who = /^You are (Ada, .+)\.$/m.exec(system)?.[1];
    return who === undefined ? [] : [`${kind} ${task}: ${who}`];
  });
  expect(new Set(roles)).toMatchInlineSnapshot(`
    Set {
      "specialist.work T1: Ada, Writer (id A1)",
      "specialist.work T2: Ada, Editor (id A1)",
    }
  `);
  const reviewed = model.asked.find(({ kind }) => kind === 'collaborator.review');
  expect(reviewed?.system).toContain('You are the Collaborator of one work stream');
  expect(reviewed?.system).not.toContain('You are the Project Manager');
  expect(reviewed?.system).toContain('You are Paul, Project Manager as Collaborator (id pm).');
});

test('two Collaborators share a stream with many Specialists, and people read who has whom', async () => {
  const doers = ['artist', 'critic', 'editor', 'mapper', 'writer'];
  const tasks = [...doers.map((doer) => ({ doer })), { after: ['T1'] }];
  // The model leaves it to code, which counts.
  const plan = planOf(tasks, { by: null });
  await using model = await startCast(plan);
  await using world = await startTestAgency({ modelUrl: model.url });
  await beginWork(world);
  await untilDone(world);
  expect(await card(world, 'Work streams and tasks')).toMatchInlineSnapshot(`
    "**S1 · Stream S1**
    What S1 delivers.
    👁 runs on its own
    🤝 two Collaborators coordinate it
    ↳ 5 Specialists work here: two share the reviews, so that nobody waits for one.
    ↳ one for Writer, Editor
    ↳ one for Artist, Critic, Mapper
    **T1** · Task 1
    ↳ new · Artist → Collaborator · economy
    **T2** · Task 2
    ↳ new · Critic → Collaborator · economy
    **T3** · Task 3
    ↳ new · Editor → Collaborator · economy
    **T4** · Task 4
    ↳ new · Mapper → Collaborator · economy
    **T5** · Task 5
    ↳ new · Writer → Collaborator · economy
    **T6** ← T1 · Task 6
    ↳ new · Writer → Collaborator · economy

    **Order**
    \`\`\`
    T1*  T2  T3  T4  T5
       ↓
    T6*
    \`\`\`

    **Critical path** T1 → T6"
  `);
  expect(await world.sees('P1.S1')).toMatchInlineSnapshot(`
    "#stream-s1
    - [Paul · Project Manager]
        Two Collaborators share this stream
        • Wanda reviews and hands over for Edith, Chidi.
        • Viktor reviews and hands over for Ada, Bruno, Dana.
        Wanda introduces the stream and sums it up.
    - [Wanda · Collaborator]
        This stream writes the guide.
    - [Viktor · Collaborator] \`/handoff task:T1 to:["T6"] summary:"Use T1." openPoints:[]\`
        T1 → T6
        **For**
        T6 (Edith)
        Use T1.
        **Files**
        📄 o1.md · 55 B
    - [Wanda · Collaborator]
        The stream is complete."
  `);
  const threads = ['Ada · Artist', 'Bruno · Critic', 'Chidi · Editor', 'Dana · Mapper'];
  const verdicts = await world.skims(...threads, 'Edith · Writer');
  expect(verdicts.split('\n').filter((line) => line.includes('✅'))).toMatchInlineSnapshot(`
    [
      "- [Viktor · Collaborator] /accept | ✅ Accepted · T1 · Task 1",
      "- [Viktor · Collaborator] /accept | ✅ Accepted · T2 · Task 2",
      "- [Wanda · Collaborator] /accept | ✅ Accepted · T3 · Task 3",
      "- [Viktor · Collaborator] /accept | ✅ Accepted · T4 · Task 4",
      "- [Wanda · Collaborator] /accept | ✅ Accepted · T5 · Task 5",
      "- [Wanda · Collaborator] /accept | ✅ Accepted · T6 · Task 6",
    ]
  `);
  const introduced = model.asked.find(({ kind }) => kind === 'collaborator.introduce');
  expect(introduced?.user).toContain('"collaborator": "Viktor"');
});

test('a plan in which one LLM would approve its own output never gets a button to approve it', async () => {
  const tasks = [{ approver: 'editor' }, { doer: 'editor' }];
  const bad = planOf(tasks, { sameAs: { writer: 'editor' } });
  await using model = await startCast(bad, ({ kind }) =>
    kind === 'project-manager.plan' ? json(bad) : undefined,
  );
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director } = world;
  await director.says('director', objective);
  await director.clicks('director', /^\/approve decision:P1-D1 choice:1/);
  await director.hears('director', 'The plan · P1-D2 waits for you');
  expect(await card(world, '⚠️ What is wrong with it')).toBe(
    '• Task T1 is done by writer and approved by editor, and one LLM fills both seats; ' +
      'whoever makes an output never approves it.',
  );
  const cards = await director.reads('decisions');
  const buttons = cards.at(-1)?.components?.flatMap((row) => row.components ?? []) ?? [];
  expect(buttons.map(({ label }) => label)).toEqual(['Revise…', 'Cancel project']);
  const asked = model.asked.filter(({ kind }) => kind === 'project-manager.plan');
  expect(asked).toHaveLength(3);
  expect(asked[1]?.user).toContain('whoever makes an output never approves it');
});
