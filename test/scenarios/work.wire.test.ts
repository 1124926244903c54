// Specialists at work: at the same time where they can be, one after the other where they must be,
// with questions to colleagues and outputs that come back.
import { expect, test } from 'vitest';
import { startTestAgency } from '../support/agency.ts';
import { calls, startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { beginWork, untilDone } from './begin.ts';

test('independent tasks are worked on at the same time, dependent ones after the handoff', async () => {
  const plan = planOf([{}, { doer: 'analyst', stream: 'S2' }, { after: ['T1', 'T2'] }]);
  const both = Promise.withResolvers<void>();
  const working: string[] = [];
  await using model = await startCast(plan, async ({ kind, task }) => {
    if (kind !== 'specialist.work' || task === 'T3') return undefined;
    if (!working.includes(task)) working.push(task);
    // Neither is answered before both have asked.
    if (working.length === 2) both.resolve();
    await both.promise;
    return undefined;
  });
  await using world = await startTestAgency({ modelUrl: model.url });
  await beginWork(world);
  await untilDone(world);
  const order = model.asked.map(({ kind, task }) => `${kind} ${task}`);
  const last = order.indexOf('specialist.work T3');
  expect(last).toBeGreaterThan(order.indexOf('collaborator.hand-over T1'));
  expect(last).toBeGreaterThan(order.indexOf('collaborator.hand-over T2'));
  expect(model.asked[last]?.user).toContain('Use T2.');
  expect(model.asked[last]?.user).toContain('Version of T1.');
});

test('a Specialist asks a colleague, and revises what code and the reviewer send back', async () => {
  const plan = planOf([{}, { doer: 'analyst' }]);
  const submit = (name: string, content: string): [string, unknown] => [
    'submit',
    { task: 'T1', summary: 'Done.', files: [{ name, content }], openPoints: [] },
  ];
  let tries = 0;
  await using model = await startCast(plan, ({ kind, task, user, request }) => {
    const isAnswered = user.includes('At the river.');
    if (task !== 'T1' && kind !== 'specialist.answer') return undefined;
    if (kind === 'specialist.answer') return { text: 'At the river.' };
    if (kind === 'specialist.work') {
      if (request.body.messages.at(-1)?.role === 'tool') return undefined;
      const ask: [string, unknown] = ['ask', { to: 'A1', question: 'Where to begin?' }];
      return calls('', [isAnswered ? submit('wrong.md', 'At the river.') : ask]);
    }
    if (kind === 'specialist.revise') {
      tries += 1;
      return calls('I see.', [submit('o1.md', `At the river. Version ${tries}.`)]);
    }
    if (kind === 'collaborator.review' && tries === 1) {
      return calls('Nearly.', [['changes', { task, reasons: ['Say what it costs.'] }]]);
    }
    return undefined;
  });
  await using world = await startTestAgency({ modelUrl: model.url });
  await beginWork(world);
  await untilDone(world);
  const revised = model.asked.filter(({ kind }) => kind === 'specialist.revise');
  expect(revised.map(({ user }) => /<reasons-\w+>\n(.*)\n<.reasons-/s.exec(user)?.[1]))
    .toMatchInlineSnapshot(`
    [
      "[
     "C1 (The file is there.): o1.md was not submitted."
    ]",
      "[
     "Say what it costs."
    ]",
    ]
  `);
  expect(await world.sees('Bruno · Writer')).toMatchInlineSnapshot(`
    "#stream-s1 › Bruno · Writer
    - [Bruno · Writer] Bruno joins the team
        Bruno · Writer
        Writes
        **Expertise**
        Writing
        **Expects**
        A brief in, a file out
        **Works with others**
        Hands over early
        **Adapts**
        Revises
        **Skills**
        writer · travel
        **Why new**
        Somebody must be the writer.
    - [Paul · Project Manager] T1 → Bruno
        T1 · Task 1
        Write o1.md.
        **It is done when**
        ▫️ The file is there. · measured
        ▫️ It reads well.
        **Why Bruno**
        It fits.
        **Model**
        economy tier, as the approved plan says; it goes up after two rejections.
    - [Bruno · Writer] \`/ask @Ada\`
        Where to begin?
    - [Ada · Analyst]
        At the river.
    - [Bruno · Writer] \`/submit task:T1 summary:Done. files:[1 item] openPoints:[]\`
        T1 · Task 1
        Done.
        **Criteria**
        ❌ The file is there.
        ↳ o1.md was not submitted. · measured
        ▫️ It reads well.
        📄 wrong.md · 13 B
        [wrong.md]
        (★ 1) (★ 2) (★ 3) (★ 4) (★ 5) (Why?)
    - [Paul · Project Manager]
        🔁 Changes requested · T1 · Task 1
        The checks by code did not pass, so no reviewer was asked yet.
        **What must change**
        • C1 (The file is there.): o1.md was not submitted.
        **Criteria**
        ❌ The file is there.
        ↳ o1.md was not submitted. · measured
        ▫️ It reads well.
    - [Bruno · Writer]
        I see.
    - [Bruno · Writer] \`/submit task:T1 summary:Done. files:[1 item] openPoints:[]\`
        T1 · Task 1 · v2
        Done.
        **Criteria**
        ✅ The file is there.
        ↳ o1.md has 5 words. · measured
        ▫️ It reads well.
        📄 o1.md · 24 B
        [o1.md]
        (★ 1) (★ 2) (★ 3) (★ 4) (★ 5) (Why?)
    - [Wanda · Collaborator] \`/changes task:T1 reasons:["Say what it costs."]\`
        🔁 Changes requested · T1 · Task 1
        Nearly.
        **What must change**
        • Say what it costs.
        **Criteria**
        ✅ The file is there.
        ↳ o1.md has 5 words. · measured
        ▫️ It reads well.
    - [Bruno · Writer]
        I see.
    - [Bruno · Writer] \`/submit task:T1 summary:Done. files:[1 item] openPoints:[]\`
        T1 · Task 1 · v3
        Done.
        **Criteria**
        ✅ The file is there.
        ↳ o1.md has 5 words. · measured
        ▫️ It reads well.
        📄 o1.md · 24 B
        [o1.md]
        (★ 1) (★ 2) (★ 3) (★ 4) (★ 5) (Why?)
    - [Wanda · Collaborator] \`/accept task:T1 criteria:[1 item]\`
        ✅ Accepted · T1 · Task 1
        **Criteria**
        ✅ The file is there.
        ↳ o1.md has 5 words. · measured
        ✅ It reads well.
        ↳ Day one begins at the river. · judged"
  `);
});
