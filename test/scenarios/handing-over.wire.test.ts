// The hand-over as whoever receives it checks it: every file is there, whole, with its hash, and
// the transcript tells the story.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseJson, sha256 } from '../../src/lib/json.ts';
import { startTestAgency } from '../support/agency.ts';
import { calls, startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { beginWork, untilDone } from './begin.ts';

const Manifest = z.strictObject({
  project: z.string(),
  objective: z.string(),
  files: z.array(
    z.strictObject({
      path: z.string(),
      sha256: z.string(),
      bytes: z.int(),
      author: z.string(),
      approver: z.string(),
    }),
  ),
  criteria: z.array(
    z.strictObject({
      text: z.string(),
      met: z.boolean(),
      evidence: z.string(),
      checkedBy: z.enum(['code', 'agent', 'human']),
    }),
  ),
  costUsd: z.number(),
  tokens: z.int(),
  seconds: z.number(),
});

test('the hand-over is whole: files, hashes, criteria, cost and transcript', async () => {
  const plan = planOf([
    { deliver: false },
    { doer: 'analyst', approver: 'director', after: ['T1'] },
    { approver: 'analyst', after: ['T2'], stream: 'S2' },
  ]);
  await using model = await startCast(plan, ({ kind, request }) => {
    if (kind !== 'project-manager.assemble' || request.body.messages.at(-1)?.role === 'tool') {
      return undefined;
    }
    const evidence = 'It promises maps that are not there.';
    const criteria = [{ criterion: 'C6', met: false, evidence }];
    const openRisks = ['Prices change in spring.'];
    return calls('', [['assemble', { summary: 'A guide.', criteria, openRisks, lessons: [] }]]);
  });
  const env = { MODEL_ECONOMY_PRICE_IN: '1', MODEL_ECONOMY_PRICE_OUT: '2' };
  await using world = await startTestAgency({ modelUrl: model.url, env });
  const { director } = world;
  await beginWork(world);
  await director.clicks('decisions', /^\/accept task:T2/);
  await untilDone(world);

  const post = await director.hears('P1.overview', '🏁');
  const folder = join(world.home, 'handover', 'P1');
  const names = (await readdir(folder)).sort();
  expect(names).toEqual(['handover.md', 'manifest.json', 'o2.md', 'o3.md', 'transcript.md']);
  const contents = new Map<string, Buffer>();
  for (const name of names) contents.set(name, await readFile(join(folder, name)));
  const text = (name: string) => contents.get(name)?.toString('utf8') ?? '';

  // The zip on disk, the one in Discord and the folder are the same.
  const zip = await readFile(join(world.home, 'handover', 'P1.zip'));
  const attached = post.attachments.find(({ filename }) => filename === 'P1.zip');
  expect(Buffer.from(await director.download(attached?.url ?? ''))).toEqual(zip);
  const unzipped = unzipSync(zip);
  expect(Object.keys(unzipped).sort()).toEqual(names);
  for (const name of names) expect(Buffer.from(unzipped[name] ?? [])).toEqual(contents.get(name));

  const manifest = parseJson(Manifest, text('manifest.json'));
  if (!manifest.ok) throw new Error(manifest.reason);
  const { files, criteria, costUsd, tokens, seconds, ...about } = manifest.value;
  for (const { path, sha256: hash, bytes } of files) {
    expect(sha256(contents.get(path) ?? '')).toBe(hash);
    expect(contents.get(path)?.byteLength).toBe(bytes);
  }
  expect({ ...about, files: files.map((file) => Object.values(file).slice(3).join(' → ')) })
    .toMatchInlineSnapshot(`
      {
        "files": [
          "Ada → Director",
          "Bruno → Ada",
        ],
        "objective": "Write me a guide to Lisbon.",
        "project": "P1",
      }
    `);
  expect(criteria.map((one) => Object.values(one).join(' · '))).toMatchInlineSnapshot(`
    [
      "The file is there. · true · o1.md has 11 words. · code",
      "It reads well. · true · Day one begins at the river. · agent",
      "The file is there. · true · o2.md has 11 words. · code",
      "It reads well. · true · Accepted by Director. · human",
      "The file is there. · true · o3.md has 11 words. · code",
      "It reads well. · false · It promises maps that are not there. · agent",
    ]
  `);
  const project = await world.agency.readProject('P1');
  expect(costUsd).toBe((project?.usage.microUsd ?? 0) / 1e6);
  expect(costUsd).toBeGreaterThan(0);
  expect(tokens).toBeGreaterThan(1000);
  expect(seconds).toBeGreaterThan(0);

  expect(text('handover.md')).toMatchInlineSnapshot(`
    "# A guide to Lisbon

    A guide.

    ## Objective

    > Write me a guide to Lisbon.

    ## Files

    - o2.md
    - o3.md

    ## Criteria

    - [x] C1 The file is there. — o1.md has 11 words. (code)
    - [x] C2 It reads well. — Day one begins at the river. (agent)
    - [x] C3 The file is there. — o2.md has 11 words. (code)
    - [x] C4 It reads well. — Accepted by Director. (human)
    - [x] C5 The file is there. — o3.md has 11 words. (code)
    - [ ] C6 It reads well. — It promises maps that are not there. (agent)

    ## Open risks

    - Prices change in spring.
    "
  `);
  const transcript = text('transcript.md').replaceAll(/\d\d:\d\d:\d\d/g, 'time');
  const sections = transcript.split('\n## ').slice(1);
  expect(sections.map((section) => section.split('\n')[0])).toMatchInlineSnapshot(`
    [
      "#director",
      "#decisions",
      "#overview",
      "#stream-s1",
      "Thread: Ada · Analyst (P1.S1.A1)",
      "Thread: Bruno · Writer (P1.S1.A2)",
      "#stream-s2",
      "Thread: Bruno · Writer (P1.S2.A2)",
    ]
  `);
  expect(sections.find((section) => section.startsWith('Thread: Ada'))).toMatchInlineSnapshot(`
    "Thread: Ada · Analyst (P1.S1.A1)

    **[Ada · Analyst]** · time

    **Ada · Analyst** (new): Somebody must be the analyst.
    Writes
    Writing
    A brief in, a file out
    Hands over early
    Revises

    **[Paul · Project Manager]** · time

    **T2 Task 2** → Ada
    Write o2.md.
    Why Ada: It fits.
    Model: economy tier, as the approved plan says; it goes up after two rejections.
    - C3 The file is there.
    - C4 It reads well.

    **[Ada · Analyst]** · time

    \`/start task:T2 approach:"I write it in one go."\`
    Let me think.

    **[Ada · Analyst]** · time

    \`/submit task:T2 summary:Done. files:[1 item] openPoints:[]\`
    **T2 Task 2**, version 1
    Done.
    Files: o2.md
    ✅ C3 The file is there.: o2.md has 11 words. (code)

    **[Paul · Project Manager]** · time

    **T2 Task 2: accepted**
    Accepted by Director.
    ✅ C3 The file is there.: o2.md has 11 words. (code)
    ✅ C4 It reads well.: Accepted by Director. (human)
    "
  `);
  expect(sections[0]).toContain('**Director** · time\n\nWrite me a guide to Lisbon.\n');
});
