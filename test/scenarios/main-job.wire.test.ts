// The main job from objective to hand-over, on real parts: discord.js against the local Discord,
// Postgres, BullMQ, and the openai client against a model server that plays a capable model.
import { expect, test } from 'vitest';
import { startTestAgency } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';

const plan = planOf([{}, { doer: 'analyst', after: ['T1'] }]);

test('an objective becomes a plan, work, and a hand-over', async () => {
  await using model = await startCast(plan);
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director } = world;
  await director.says('director', 'Write me a guide to Lisbon.');
  await director.clicks('director', /^\/approve .*choice:2/);
  await director.clicks('director', /^\/approve decision:P1-D2/);
  await world.untilProject('P1', ({ phase }) => phase === 'done');
  await world.untilQuiet();
  expect(await world.sees()).toMatchInlineSnapshot(`
    "== Agency ==

    #decisions
    - [Paul · Project Manager] P1-D1 is decided
        ✔️ A guide to Lisbon: choose an approach
        **Decided**
        2 · Long · Director
        The plan is made from the approach you choose. Nothing is spent on work yet.
    - [Paul · Project Manager] P1-D2 is decided
        ✔️ A guide to Lisbon: approve the plan
        **Decided**
        Approved · Director
        Three days in Lisbon, with a budget.

    #director
    - [Paul · Project Manager]
        The agency is ready
        Write your objective here in plain words, as you would to a colleague. I will ask
        what is unclear, offer you two to four approaches, and put a plan before you.
        Nothing is spent on work before you approve it. \`/status\` shows where everything
        stands, \`/help\` what you can say.
    - Director: Write me a guide to Lisbon. 👀
    - [Paul · Project Manager] \`/brief title:"A guide to Lisbon" understanding:"Three days
        in Lisbon, with a budget." questions:[]\`
    - [Paul · Project Manager]
        Three days in Lisbon, with a budget.
    - [Paul · Project Manager] \`\`\`
        /propose title:Short get:"A guide" leftOut:Maps streams:["Writing"] risk:Rain
        tasks:3
        /propose title:Long get:"A guide" leftOut:Maps streams:["Writing"] risk:Rain tasks:3
        \`\`\`
    - [Paul · Project Manager] The approaches
        2 · Long · Director
        1 · Short
        A guide
        **Not included**
        Maps
        **Work streams**
        Writing
        **Main risk**
        Rain
        Cost: no estimate yet · at most $5.00 | Time: no estimate yet | Work: 3 tasks
        2 · Long
        A guide
        **Not included**
        Maps
        **Work streams**
        Writing
        **Main risk**
        Rain
        Cost: no estimate yet · at most $5.00 | Time: no estimate yet | Work: 3 tasks
    - [Paul · Project Manager] \`/plan title:"A guide to Lisbon" summary:"Three days in
        Lisbon, with a budget." outputs:[2 items] streams:[1 item] team:[2 items] tasks:[2
        items]\`
    - [Paul · Project Manager] The plan
        A guide to Lisbon
        Three days in Lisbon, with a budget.
        Cost: no estimate yet · at most $5.00 | Time: no estimate yet | Work: 2 tasks
        Outputs and their criteria
        **O1 · Output 1**
        📄 o1.md
        ▫️ The file is there. · measured
        ▫️ It reads well.
        **O2 · Output 2**
        📄 o2.md
        ▫️ The file is there. · measured
        ▫️ It reads well.
        Work streams and tasks
        **S1 · Stream S1**
        What S1 delivers.
        👁 runs on its own
        🤝 a Collaborator coordinates it
        ↳ It fits the work.
        **T1** · Task 1
        ↳ new · Writer → Collaborator · economy
        **T2** ← T1 · Task 2
        ↳ new · Analyst → Collaborator · economy
        **Order**
        \`\`\`
        T1*
           ↓
        T2*
        \`\`\`
        **Critical path** T1 → T2
        Team
        **new · Analyst** · 🆕 new
        ↳ Somebody must be the analyst.
        **new · Writer** · 🆕 new
        ↳ Somebody must be the writer.
    - [Paul · Project Manager] @Director P1 is done · 4 of 4 criteria met
        🏁 A guide to Lisbon
        A guide.
        **Files**
        📄 P1.zip · n kB
        📄 o1.md · 55 B
        📄 o2.md · 55 B
        Cost: $0 | Tokens: n | Time: n s
        4 of 4 criteria met
        ✅ The file is there.
        ↳ o1.md has 11 words. · measured
        ✅ It reads well.
        ↳ Day one begins at the river. · judged
        ✅ The file is there.
        ↳ o2.md has 11 words. · measured
        ✅ It reads well.
        ↳ Day one begins at the river. · judged
        **Decisions taken**
        • Approach 2: Long
        • Plan of 2 tasks approved
        **Lessons**
        • Start early.
        [P1.zip] [o1.md] [o2.md]
        (★ 1) (★ 2) (★ 3) (★ 4) (★ 5)

    #agency-log
    - [Lotte · Learning & Performance Manager] How the work on P1 went
        A guide to Lisbon
        **Bruno · Writer**
        • All tasks: 1 task, none went wrong; expect 18 % (4–39 %, 90 % sure)
        **Ada · Analyst**
        • All tasks: 1 task, none went wrong; expect 18 % (4–39 %, 90 % sure)
        **Worked well together**
        • What Bruno (A2, Writer) made passed the review of a Collaborator at the first try
        1 of 1 time.
        • What Ada (A1, Analyst) made passed the review of a Collaborator at the first try 1
        of 1 time.
        • Ada (A1, Analyst) built on what Bruno (A2, Writer) handed over, and nothing came
        back 1 of 1 time.
        Proposals: none | Cost: $0

    == A guide to Lisbon · P1 ==

    #stream-s1
    - [Wanda · Collaborator]
        This stream writes the guide.
    - [Wanda · Collaborator] \`/handoff task:T1 to:["T2"] summary:"Use T1." openPoints:[]\`
        T1 → T2
        **For**
        T2 (Ada)
        Use T1.
        **Files**
        📄 o1.md · 55 B
    - [Wanda · Collaborator]
        The stream is complete.

    #stream-s1 › Ada · Analyst
    - [Ada · Analyst] Ada joins the team
        Ada · Analyst
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
        analyst · travel
        **Why new**
        Somebody must be the analyst.
    - [Paul · Project Manager] T2 → Ada
        T2 · Task 2
        Write o2.md.
        **It is done when**
        ▫️ The file is there. · measured
        ▫️ It reads well.
        **Why Ada**
        It fits.
        **Model**
        economy tier, as the approved plan says; it goes up after two rejections.
    - [Ada · Analyst] \`/start task:T2 approach:"I write it in one go."\`
        Let me think.
    - [Ada · Analyst] \`/submit task:T2 summary:Done. files:[1 item] openPoints:[]\`
        T2 · Task 2
        Done.
        **Criteria**
        ✅ The file is there.
        ↳ o2.md has 11 words. · measured
        ▫️ It reads well.
        📄 o2.md · 55 B
        [o2.md]
        (★ 1) (★ 2) (★ 3) (★ 4) (★ 5) (Why?)
    - [Wanda · Collaborator] \`/accept task:T2 criteria:[1 item]\`
        ✅ Accepted · T2 · Task 2
        **Criteria**
        ✅ The file is there.
        ↳ o2.md has 11 words. · measured
        ✅ It reads well.
        ↳ Day one begins at the river. · judged

    #stream-s1 › Bruno · Writer
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
    - [Bruno · Writer] \`/start task:T1 approach:"I write it in one go."\`
        Let me think.
    - [Bruno · Writer] \`/submit task:T1 summary:Done. files:[1 item] openPoints:[]\`
        T1 · Task 1
        Done.
        **Criteria**
        ✅ The file is there.
        ↳ o1.md has 11 words. · measured
        ▫️ It reads well.
        📄 o1.md · 55 B
        [o1.md]
        (★ 1) (★ 2) (★ 3) (★ 4) (★ 5) (Why?)
    - [Wanda · Collaborator] \`/accept task:T1 criteria:[1 item]\`
        ✅ Accepted · T1 · Task 1
        **Criteria**
        ✅ The file is there.
        ↳ o1.md has 11 words. · measured
        ✅ It reads well.
        ↳ Day one begins at the river. · judged

    #overview
    - 📌 [Paul · Project Manager] P1 · 🏁 done
        A guide to Lisbon
        ▰▰▰▰▰▰▰▰▰▰ 2 of 2 tasks
        **✅ Accepted**
        T1 · Task 1 · Bruno
        T2 · Task 2 · Ada
        Spent: $0 of $5.00 | Tokens: n | Took: n s
    - 📌 [Paul · Project Manager] The plan
        A guide to Lisbon
        Three days in Lisbon, with a budget.
        Cost: no estimate yet · at most $5.00 | Time: no estimate yet | Work: 2 tasks
        Outputs and their criteria
        **O1 · Output 1**
        📄 o1.md
        ▫️ The file is there. · measured
        ▫️ It reads well.
        **O2 · Output 2**
        📄 o2.md
        ▫️ The file is there. · measured
        ▫️ It reads well.
        Work streams and tasks
        **S1 · Stream S1**
        What S1 delivers.
        👁 runs on its own
        🤝 a Collaborator coordinates it
        ↳ It fits the work.
        **T1** · Task 1
        ↳ new · Writer → Collaborator · economy
        **T2** ← T1 · Task 2
        ↳ new · Analyst → Collaborator · economy
        **Order**
        \`\`\`
        T1*
           ↓
        T2*
        \`\`\`
        **Critical path** T1 → T2
        Team
        **new · Analyst** · 🆕 new
        ↳ Somebody must be the analyst.
        **new · Writer** · 🆕 new
        ↳ Somebody must be the writer.
    - [Paul · Project Manager] \`\`\`
        /create-stream stream:S1 topic:Guide
        /create-specialist member:analyst role:Writes expertise:Writing expectations:"A
        brief in, a file out" collaboration:"Hands over early" adaptability:Revises
        /create-specialist member:writer role:Writes expertise:Writing expectations:"A brief
        in, a file out" collaboration:"Hands over early" adaptability:Revises
        /assign task:T1 to:writer why:"It fits."
        /assign task:T2 to:analyst why:"It fits."
        \`\`\`
        I set it up.
    - [Paul · Project Manager] A deliverable is ready
        📦 Output 1
        📄 o1.md · 55 B
        **2 of 2 criteria met**
        ✅ The file is there.
        ↳ o1.md has 11 words. · measured
        ✅ It reads well.
        ↳ Day one begins at the river. · judged
        Made by: Bruno | Approved by: Wanda
        [o1.md]
        (★ 1) (★ 2) (★ 3) (★ 4) (★ 5) (Why?)
    - [Paul · Project Manager] A deliverable is ready
        📦 Output 2
        📄 o2.md · 55 B
        **2 of 2 criteria met**
        ✅ The file is there.
        ↳ o2.md has 11 words. · measured
        ✅ It reads well.
        ↳ Day one begins at the river. · judged
        Made by: Ada | Approved by: Wanda
        [o2.md]
        (★ 1) (★ 2) (★ 3) (★ 4) (★ 5) (Why?)
    - [Paul · Project Manager] \`/assemble summary:"A guide." criteria:[2 items]
        openRisks:[] lessons:["Start early."]\`
        All there.
    - [Paul · Project Manager] P1 is done · 4 of 4 criteria met
        🏁 A guide to Lisbon
        A guide.
        **Files**
        📄 P1.zip · n kB
        📄 o1.md · 55 B
        📄 o2.md · 55 B
        Cost: $0 | Tokens: n | Time: n s
        4 of 4 criteria met
        ✅ The file is there.
        ↳ o1.md has 11 words. · measured
        ✅ It reads well.
        ↳ Day one begins at the river. · judged
        ✅ The file is there.
        ↳ o2.md has 11 words. · measured
        ✅ It reads well.
        ↳ Day one begins at the river. · judged
        **Decisions taken**
        • Approach 2: Long
        • Plan of 2 tasks approved
        **Lessons**
        • Start early.
        [P1.zip] [o1.md] [o2.md]
        (★ 1) (★ 2) (★ 3) (★ 4) (★ 5)"
  `);
});
