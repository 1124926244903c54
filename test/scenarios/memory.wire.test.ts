// What a project teaches reaches the next one, with its source, whatever becomes of the index.
import { ChromaClient } from 'chromadb';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { startChroma } from '../../src/embedded/chroma/start-chroma.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { parseJson } from '../../src/lib/json.ts';
import { silentLog } from '../../src/lib/log.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';
import { startTestAgency, until } from '../support/agency.ts';
import type { TestAgency } from '../support/agency.ts';
import { calls, json, startCast } from '../support/cast.ts';
import type { Asked } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';

const plan = planOf([{}]);
const lesson = 'Ask for the season before you name a beach.';

/** What a prompt brings up in a section, as a model would read it. */
function broughtUp(user: string, section: string): string {
  const found = new RegExp(`<${section}-(\\w+)>\\n([\\s\\S]*?)\\n</${section}-\\1>`).exec(user);
  return found?.[2] ?? '';
}

const Lessons = z.array(z.object({ text: z.string(), from: z.string() }));

function lessonsIn(user: string): z.infer<typeof Lessons> {
  const parsed = parseJson(Lessons, broughtUp(user, 'lessons'));
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
}

/** A model that cites what it is reminded of, notes a finding, and asks memory. */
function mindful(asked: Asked) {
  const { kind, user, request } = asked;
  const isFirst = !user.includes('Porto');
  if (kind === 'project-manager.assemble' && isFirst) {
    const [criterion = ''] = /C\d+/.exec(user) ?? [];
    const criteria = [{ criterion, met: true, evidence: 'Lisbon' }];
    return calls('', [
      ['assemble', { summary: 'Done.', criteria, openRisks: [], lessons: [lesson] }],
    ]);
  }
  if (kind === 'project-manager.plan' && !isFirst) {
    const [first] = lessonsIn(user);
    return json({ ...plan, summary: `${first?.from} taught: “${first?.text}”` });
  }
  const isBegun = request.body.messages.some(({ role }) => role === 'tool');
  if (kind !== 'specialist.work' || isBegun) return undefined;
  return isFirst ? undefined : calls('', [['recall', { question: 'season beach' }]]);
}

async function accomplish(world: TestAgency, project: string, words: string): Promise<void> {
  const { director } = world;
  await director.says('director', words);
  await world.untilProject(project, ({ decisions }) => `${project}-D1` in decisions);
  await director.clicks('director', new RegExp(`^/approve decision:${project}-D1 choice:1`));
  await world.untilProject(project, ({ decisions }) => `${project}-D2` in decisions);
  await director.clicks('director', new RegExp(`^/approve decision:${project}-D2`));
  await world.untilProject(project, ({ phase }) => phase === 'done');
  // What it taught is the agency's now.
  await world.untilQuiet();
}

test('the second project cites what the first taught, though Chroma is away, and says so', async () => {
  await using model = await startCast(plan, mindful);
  await using world = await startTestAgency({ modelUrl: model.url });
  await accomplish(world, 'P1', 'Write me a guide to Lisbon.');
  await accomplish(world, 'P2', 'Write me a guide to Porto.');
  expect(await world.sees('director')).toContain(`P1 taught: “${lesson}”`);
  const status = await world.director.types('director', '/status');
  expect(status).toContain('⚠️ memory is degraded, the work goes on');
  const planned = model.asked.find(
    ({ kind, user }) => kind === 'project-manager.plan' && user.includes('Porto'),
  );
  expect(broughtUp(planned?.user ?? '', 'memories')).toMatch(
    /"note": "Memory is degraded[\s\S]*Ada \(A1\), Writer[\s\S]*"who someone is, by an LLM"/,
  );
  const answered = model.requests.flatMap(({ body }) =>
    body.messages.flatMap(({ role, content }) => (role === 'tool' ? [String(content)] : [])),
  );
  const answer = answered.find((text) => text.includes(lesson));
  expect(answer).toMatch(/\[lesson from P1, by an LLM, \d{4}-\d\d-\d\d\]/);
});

test('what an agent notes is seen where it works, and later turns of its project know it', async () => {
  const note = 'Output 2 needs the times of the night ferry.';
  const two = planOf([{}, { after: ['T1'] }]);
  await using model = await startCast(two, ({ kind, task, request }) => {
    const isBegun = request.body.messages.some(({ role }) => role === 'tool');
    if (kind !== 'specialist.work' || task !== 'T1' || isBegun) return undefined;
    return calls('', [['remember', { text: note }]]);
  });
  await using world = await startTestAgency({ modelUrl: model.url });
  await accomplish(world, 'P1', 'Write me a guide to the night ferry.');
  expect(await world.sees()).toContain(`/remember text:"${note}"`);
  const second = model.asked.find(({ kind, task }) => kind === 'specialist.work' && task === 'T2');
  expect(broughtUp(second?.user ?? '', 'memories')).toContain(note);
});

test('an index that is wiped in the middle of a project is whole again, and nobody notices', async () => {
  await using folder = await temporaryFolder();
  const chroma = await startChroma({ folder: folder.path, log: silentLog, clock: systemClock });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => chroma.close());
  const address = new URL(chroma.url);
  const client = new ChromaClient({ host: address.hostname, port: Number(address.port) });
  let isWiped = false;
  await using model = await startCast(plan, async ({ kind }) => {
    if (kind !== 'specialist.work' || isWiped) return undefined;
    isWiped = true;
    const collections = await until(async () => {
      const found = await client.listCollections();
      return found.length > 0 ? found : null;
    }, 'something is in the index');
    for (const { name } of collections) await client.deleteCollection({ name });
    return undefined;
  });
  const env = { CHROMA_URL: chroma.url };
  await using world = await startTestAgency({ modelUrl: model.url, env });
  await accomplish(world, 'P1', 'Write me a guide to Lisbon.');
  const { db } = world.agency.store;
  await until(async () => {
    const collections = await client.listCollections();
    const counts = await Promise.all(collections.map((one) => one.count()));
    const held = counts.reduce((sum, count) => sum + count, 0);
    const rows = await db.execute(sql`select count(*)::int as live from memories
      where forgotten_at is null`);
    const { live } = z.object({ live: z.number() }).parse(rows.rows[0]);
    const dirty = await db.execute(sql`select 1 from memories where is_dirty limit 1`);
    return live > 5 && held === live && dirty.rows.length === 0 ? true : null;
  }, 'the index holds what the rows say');
  expect(await (await fetch(`${world.agency.url}/readyz`)).text()).toBe(
    '{"ready":true,"degraded":[]}',
  );
});
