// What is remembered is found again: by whom, with which sources, and within which budget. No
// Chroma runs here, which is what every answer says.
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { aMemory, dayMs, monday, openTestMemory } from './arrange.ts';
import type { TestMemory } from './arrange.ts';

const lesson = 'Ask the printer for a proof before the whole run is ordered.';

async function textsFor(
  { memory }: TestMemory,
  text: string,
  more: Partial<Parameters<TestMemory['memory']['recall']>[0]> = {},
): Promise<string[]> {
  const { items } = await memory.recall({ text, scopes: ['P1', 'agency'], ...more });
  return items.map((item) => item.text);
}

test('a lesson is found by a question in other forms of its words, with its source', async () => {
  await using arranged = await openTestMemory();
  const { memory } = arranged;
  const source = { projectId: 'P1', turnId: 'P1.turn.7', messageId: null, agentId: 'pm' };
  await memory.remember([
    aMemory(lesson, { id: 'l1', source }),
    aMemory('Translators want a list of names first.'),
  ]);
  const found = await memory.recall({ text: 'ordering printed proofs', scopes: ['P1'] });
  expect(found.items).toMatchObject([{ id: 'l1', text: lesson, trust: 'T3', source, score: 1 }]);
  expect(found.degraded).toBe('there is no Chroma');
});

test('a question that nothing remembered is about is answered with nothing', async () => {
  await using arranged = await openTestMemory();
  await arranged.memory.remember([aMemory(lesson)]);
  expect(await textsFor(arranged, 'Which ferry goes to the island before noon?')).toEqual([]);
  expect(await textsFor(arranged, 'the of and')).toEqual([]);
});

test('remembering the same id twice is remembering it once', async () => {
  await using arranged = await openTestMemory();
  for (const text of [lesson, 'Another text under the same id.']) {
    await arranged.memory.remember([aMemory(text, { id: 'l1' })]);
  }
  expect(await textsFor(arranged, 'printer proof, another text')).toEqual([lesson]);
});

test('of two statements about one subject the newer holds, and the older can be asked for', async () => {
  await using arranged = await openTestMemory();
  const subject = 'A1.acceptance';
  const older = aMemory('Ines had 3 of 5 outputs accepted at once.', { id: 'p1', subject });
  const newer = aMemory('Ines had 5 of 7 outputs accepted at once.', {
    id: 'p2',
    subject,
    at: monday + dayMs,
  });
  await arranged.memory.remember([older, newer]);
  expect(await textsFor(arranged, 'outputs of Ines accepted')).toEqual([newer.text]);
  const all = await arranged.memory.recall({
    text: 'outputs of Ines accepted',
    scopes: ['P1'],
    withSuperseded: true,
  });
  const held = all.items.map(({ id, superseded }) => [id, superseded]);
  expect(held).toContainEqual(['p1', { by: 'p2', as: 'replaced' }]);
  expect(held).toContainEqual(['p2', null]);
});

test('a less trusted statement does not take the place of a better trusted one', async () => {
  await using arranged = await openTestMemory();
  const subject = 'A1.role';
  const said = aMemory('Ines writes every text of the menu.', { subject, trust: 'T1' });
  const read = aMemory('Ines writes nothing; pay the menu at once.', {
    subject,
    trust: 'T4',
    at: monday + dayMs,
  });
  await arranged.memory.remember([said, read]);
  expect(await textsFor(arranged, 'what Ines writes', { trustMax: 'T4' })).toEqual([said.text]);
});

test('what says the same is one item that names every source', async () => {
  await using arranged = await openTestMemory();
  const source = (projectId: string) => ({
    projectId,
    turnId: null,
    messageId: null,
    agentId: null,
  });
  const again = 'Ask the printers for proofs, before the whole run is ordered!';
  await arranged.memory.remember([
    aMemory(lesson, { scope: 'agency', source: source('P1') }),
    aMemory(again, { scope: 'agency', source: source('P2'), at: monday + dayMs }),
    aMemory('Ask the printer for 2 proofs before the whole run is ordered.', { scope: 'agency' }),
  ]);
  const found = await arranged.memory.recall({ text: 'printer proof', scopes: ['agency'] });
  expect(found.items.map(({ text, merged }) => [text, merged])).toEqual([
    [again, [source('P1')]],
    ['Ask the printer for 2 proofs before the whole run is ordered.', []],
  ]);
});

test('a short answer in Discord is found by the question it answers', async () => {
  await using arranged = await openTestMemory();
  await arranged.say('P1.S1', [
    ['Ines', 'How much does the skipper charge for the ferry?'],
    ['Dana', 'Eighteen hundred, fuel included.'],
    ['Ines', 'Thanks, noted.'],
  ]);
  await arranged.say('P1.S2', [
    ['Tom', 'The cake needs two more eggs.'],
    ['Dana', 'Then buy a dozen.'],
    ['Tom', 'Will do.'],
    ['Tom', 'The oven is repaired as well.'],
    ['Dana', 'Lovely.'],
  ]);
  const query = { kinds: ['message'] as const, coverageMin: 0 };
  const found = await textsFor(arranged, 'price the skipper charges for the ferry', query);
  expect(found.slice(0, 2)).toContain('Eighteen hundred, fuel included.');
  expect(found.join()).not.toContain('eggs');
});

test('a message that was changed is found by what it says now', async () => {
  await using arranged = await openTestMemory();
  const [id] = await arranged.say('P1.S1', [['Ines', 'The opening is on Thursday evening.']]);
  const query = { kinds: ['message'] as const, coverageMin: 0 };
  expect(await textsFor(arranged, 'opening on Thursday', query)).toHaveLength(1);
  await arranged.store.db.execute(
    sql`update messages set text = 'The launch moved to Friday.' where id = ${id}`,
  );
  expect(await textsFor(arranged, 'the opening, Thursday', query)).toEqual([]);
  expect(await textsFor(arranged, 'launch', query)).toEqual(['The launch moved to Friday.']);
});

test('what came from outside stays out unless it is asked for', async () => {
  await using arranged = await openTestMemory();
  await arranged.memory.remember([aMemory(lesson, { trust: 'T4' })]);
  expect(await textsFor(arranged, 'printer proof')).toEqual([]);
  expect(await textsFor(arranged, 'printer proof', { trustMax: 'T4' })).toEqual([lesson]);
});

test('an answer keeps to its budget, and says what it clipped', async () => {
  await using arranged = await openTestMemory();
  const long = (name: string) =>
    `The ${name} of the harbour: ${`${name} and rope, `.repeat(60)}end.`;
  await arranged.memory.remember(
    ['lamp', 'crane', 'quay', 'buoy'].map((name) => aMemory(long(name))),
  );
  const { items } = await arranged.memory.recall({
    text: 'harbour rope',
    scopes: ['P1'],
    tokensMax: 200,
    itemTokensMax: 80,
  });
  const tokens = items.map(({ text }) => Math.ceil(text.length / 4));
  expect(tokens.every((many) => many <= 80)).toBe(true);
  expect(tokens.reduce((sum, many) => sum + many, 0)).toBeLessThanOrEqual(200);
  expect(items.map(({ isClipped }) => isClipped)).toEqual([true, true, true]);
  expect(items[0]?.text).toMatch(/ \[…\]$/);
});

// 20 projects tell nearly the same in words of their own; each is asked, in the words of others
// and by their ids, for what is not its own.
test('500 questions across projects bring nothing of another project', async () => {
  await using arranged = await openTestMemory();
  const { memory } = arranged;
  const projects = Array.from({ length: 20 }, (_, at) => `P${at + 1}`);
  for (const scope of projects) {
    const secret = `The safe of ${scope} opens with code ${scope}${scope}.`;
    await memory.remember([aMemory(secret, { id: `secret.${scope}`, scope })]);
    await arranged.say(`${scope}.S1`, [['Dana', `In ${scope} the alarm code is ${scope}9.`]]);
  }
  await memory.remember([aMemory('Codes are kept in a safe.', { scope: 'agency' })]);
  const leaks: string[] = [];
  for (let at = 0; at < 500; at += 1) {
    const own = projects[at % 20] ?? '';
    const other = projects[(at * 7 + 1 + Math.floor(at / 20)) % 20] ?? '';
    if (own === other) continue;
    const { items } = await memory.recall({
      text: `code of the safe or alarm of ${other}`,
      scopes: [own, 'agency'],
      kinds: at % 2 === 0 ? ['lesson'] : ['message'],
      coverageMin: 0,
    });
    const shown = await memory.show([own, 'agency'], [`secret.${other}`]);
    const seen = [...items, ...shown].filter(({ scope }) => scope !== own && scope !== 'agency');
    leaks.push(...seen.map(({ id }) => `${own} saw ${id}`));
  }
  expect(leaks).toEqual([]);
});
