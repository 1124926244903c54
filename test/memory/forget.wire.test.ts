// What is forgotten is nowhere any more. A word that stands in no other text is put wherever a text
// can get to, forgotten, and then looked for in every row of every table, in files and in Chroma.
import { sql } from 'drizzle-orm';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { evolveAgency, newAgency } from '../../src/domain/agency.ts';
import type { AgencyFact } from '../../src/domain/fact.ts';
import { createChromaIndex } from '../../src/memory/chroma-index.ts';
import { hashingEmbedder } from '../../src/memory/hash-words.ts';
import { readFileContent, saveFile } from '../../src/store/files.ts';
import { saveMessages } from '../../src/store/places.ts';
import { append, lockAggregate, readAgency, refold } from '../../src/store/record.ts';
import type { TestStore } from '../store/arrange.ts';
import { aMemory, monday, openTestMemory, useChroma } from './arrange.ts';

const chroma = useChroma();
const secret = 'Zwetschge';
const text = `The client's "${secret}" recipe\nneeds 3 kg of plums – tell nobody.`;

const Name = z.object({ name: z.string() });

/** Tables with a row, or a file in it, that still has the word. */
async function whereIs({ db }: TestStore, word: string): Promise<string[]> {
  const tables = await db.execute(sql`select table_name as name from information_schema.tables
    where table_schema in ('public', 'bullmq') and table_type = 'BASE TABLE'`);
  const found: string[] = [];
  for (const { name } of tables.rows.map((row) => Name.parse(row))) {
    const hits = await db.execute(sql`select 1 from ${sql.identifier(name)} as one
      where to_jsonb(one)::text ilike ${`%${word}%`}`);
    if (hits.rows.length > 0) found.push(name);
  }
  const files = await db.execute(sql`select content from files`);
  const Content = z.object({ content: z.instanceof(Buffer) });
  for (const { content } of files.rows.map((row) => Content.parse(row))) {
    const parts = content[0] === 0x50 ? Object.values(unzipSync(content)) : [content];
    if (parts.some((part) => strFromU8(part).includes(word))) found.push('a file');
  }
  return found;
}

/** As the door does it: a fact, and the state that it folds to. */
async function noteLesson(store: TestStore, lesson: string): Promise<void> {
  await store.transact(async (tx) => {
    const aggregate = await lockAggregate(tx, 'agency');
    const founded: AgencyFact = {
      type: 'agency-founded',
      guildId: '123456789012345678',
      directorIds: [],
      ceilingMicroUsd: 1,
      rehearsal: true,
    };
    const noted: AgencyFact = { type: 'lesson-noted', projectId: 'P1', text: lesson };
    const facts = [founded, noted];
    const state = facts.reduce(evolveAgency, newAgency);
    await append(tx, { aggregate, eventId: 'e1', at: monday, facts, state });
  });
}

async function spreadEverywhere(store: TestStore): Promise<{ files: string[] }> {
  const { db } = store;
  const quoting = `Lesson: ${text} (noted)`;
  await db.execute(sql`insert into turns (id, aggregate_id, conversation, agent_id, kind, tier,
    subject) values ('P1.turn.1', 'P1', 'c', 'pm', 'k', 'economy',
    ${JSON.stringify({ brief: quoting })}::jsonb)`);
  await db.execute(sql`insert into steps (turn_id, key, result) values ('P1.turn.1', '1',
    ${JSON.stringify({ text: quoting, calls: [{ argumentsText: 'none' }] })}::jsonb)`);
  const payload = JSON.stringify({ body: { lessons: [text] } });
  await db.execute(sql`insert into outbox (id, kind, lane, payload, last_error)
    values ('o1', 'post', 'l', ${payload}::jsonb, ${`refused: ${text}`})`);
  await db.execute(sql`insert into outputs (project_id, task_id, revision, summary, files, checks)
    values ('P1', 'T1', 0, ${quoting}, '[]', ${JSON.stringify([{ evidence: text }])}::jsonb)`);
  await db.execute(sql`insert into reservations (id, scopes, micro_usd, tokens)
    values ('r1', ${sql.param(['agency', text])}::text[], 0, 0)`);
  const at = monday;
  await saveMessages(db, [
    { id: '11', place: 'P1.overview', speaker: 'PM', agentId: 'pm', text: quoting, at },
    { id: '12', place: 'P1.overview', speaker: 'Dana', agentId: null, text: 'Fine with me.', at },
  ]);
  const plain = await saveFile(db, 'notes.md', strToU8(quoting));
  const json = await saveFile(db, 'notes.json', strToU8(JSON.stringify({ quoting })));
  const zip = zipSync({ 'a/transcript.md': strToU8(quoting), 'b.bin': new Uint8Array([0, 255]) });
  const bundle = await saveFile(db, 'bundle.zip', zip);
  const other = await saveFile(db, 'other.md', strToU8('Nothing of it.'));
  expect(await readFileContent(db, other.sha256)).toEqual(Buffer.from('Nothing of it.'));
  return { files: [plain.sha256, json.sha256, bundle.sha256].toSorted() };
}

test('after forgetting, the text is in no table, no file and no index; the proof says where it was', async () => {
  await using arranged = await openTestMemory({ chromaUrl: chroma.url() });
  const { memory, store, namespace } = arranged;
  await noteLesson(store, text);
  const { files } = await spreadEverywhere(store);
  await memory.remember([aMemory(text, { id: 'l1', speaker: `Baker ${secret}`, subject: secret })]);
  await memory.recall({ text: 'plums', scopes: ['P1'], kinds: ['message'] });
  await memory.indexer.pass();
  expect((await whereIs(store, secret)).length).toBeGreaterThan(9);

  const proof = await memory.forget({ ids: ['l1'] });
  expect(await whereIs(store, secret)).toEqual([]);
  expect(JSON.stringify(proof)).not.toContain(secret);
  expect(proof).toMatchObject({ index: 'erased', messageIds: ['11'], kept: [] });
  expect(proof.files.toSorted()).toEqual(files);
  expect(proof.memories).toMatchObject([{ id: 'l1', scope: 'P1' }]);
  expect(proof.rows.map(({ table, column, keys }) => `${table}.${column} ${keys.length}`)).toEqual([
    'memory_words.word 1',
    'texts.text 1',
    'messages.text 1',
    'outbox.last_error 1',
    'outbox.payload 1',
    'outputs.checks 1',
    'outputs.summary 1',
    'reservations.scopes 1',
    'steps.result 1',
    'turns.subject 1',
    'files.content 3',
    'aggregates.state 1',
  ]);
  const index = createChromaIndex({ url: chroma.url(), namespace, embedderId: hashingEmbedder.id });
  expect(await index.ids('P1')).not.toContain('l1');
  expect((await memory.recall({ text: 'plums', scopes: ['P1'] })).items).toEqual([]);
});

test('the record stays whole: its chain holds, and folding it gives the state', async () => {
  await using arranged = await openTestMemory();
  const { memory, store } = arranged;
  await noteLesson(store, text);
  await memory.remember([aMemory(text, { id: 'l1' })]);
  await memory.forget({ ids: ['l1'] });
  const { state, chainHolds } = await refold(store.db, 'agency');
  expect(chainHolds).toBe(true);
  expect(state).toEqual(await readAgency(store.db));
  expect(JSON.stringify(state)).toContain('[erased]');
});

test('a tombstone keeps ids and hashes, and what was forgotten is not learnt again', async () => {
  await using arranged = await openTestMemory();
  const { memory, store } = arranged;
  await memory.remember([aMemory(text, { id: 'l1' })]);
  const [first] = (await memory.forget({ ids: ['l1'] })).memories;
  const { rows } = await store.db.execute(sql`select id, text_hash, forgotten_at from memories`);
  expect(rows).toMatchObject([{ id: 'l1', text_hash: first?.textHash }]);
  await memory.remember([aMemory(text, { id: 'l2' })]);
  expect((await memory.recall({ text: 'plums recipe', scopes: ['P1'] })).items).toEqual([]);
  expect(await whereIs(store, secret)).toEqual([]);
});

test('forgetting a message erases it from the record, even when it is a single word', async () => {
  await using arranged = await openTestMemory();
  const { memory, store, say } = arranged;
  const [id = ''] = await say('P1.S1', [
    ['Dana', secret],
    ['Dana', 'Let us talk of something else.'],
  ]);
  const search = () =>
    memory.recall({ text: secret, scopes: ['P1'], kinds: ['message'], coverageMin: 0 });
  expect((await search()).items.map((item) => item.source.messageId)).toContain(id);
  const proof = await memory.forget({ messageIds: [id] });
  expect(proof.messageIds).toEqual([id]);
  expect(await whereIs(store, secret)).toEqual([]);
  expect((await search()).items).toEqual([]);
});

test('forgetting takes along what says the same, and leaves everything else', async () => {
  await using arranged = await openTestMemory();
  const { memory } = arranged;
  await memory.remember([
    aMemory('Ask the printer for a proof before the run is ordered.', { id: 'old' }),
    aMemory('Ask printers for proofs before the run is ordered.', { id: 'new', at: monday + 1 }),
    aMemory('Pay the printer after the run.', { id: 'other' }),
  ]);
  await memory.recall({ text: 'printer', scopes: ['P1'] });
  const proof = await memory.forget({ ids: ['new'] });
  expect(proof.memories.map(({ id }) => id).toSorted()).toEqual(['new', 'old']);
  const { items } = await memory.recall({ text: 'printer run', scopes: ['P1'] });
  expect(items.map(({ id }) => id)).toEqual(['other']);
});

test('everything from one source, or from outside, can be forgotten at once', async () => {
  await using arranged = await openTestMemory();
  const { memory } = arranged;
  const from = (turnId: string) => ({
    projectId: 'P1',
    turnId,
    messageId: null,
    agentId: null,
  });
  await memory.remember([
    aMemory('The web page says to buy gold now.', { id: 'w1', trust: 'T4' }),
    aMemory('Another page says to buy silver now.', { id: 'w2', trust: 'T4', scope: 'P2' }),
    aMemory('Plum cake sells best in August.', { id: 't1', source: from('P1.turn.1') }),
    aMemory('Cherry cake sells best in June.', { id: 't2', source: from('P1.turn.2') }),
  ]);
  const ids = async (selection: Parameters<typeof memory.forget>[0]) =>
    (await memory.forget(selection)).memories.map(({ id }) => id).toSorted();
  expect(await ids({ scope: 'P1', trustFrom: 'T4' })).toEqual(['w1']);
  expect(await ids({ source: { turnId: 'P1.turn.1' } })).toEqual(['t1']);
  expect(await ids({ words: 'buy silver' })).toEqual(['w2']);
  expect(await ids({ words: 'buy silver' })).toEqual([]);
  expect(await ids({})).toEqual([]);
  expect((await memory.show(['P1', 'P2'], ['w1', 'w2', 't1', 't2'])).map(({ id }) => id)).toEqual([
    't2',
  ]);
});

test('what is forgotten while Chroma is away goes from there as soon as it is back', async () => {
  await using arranged = await openTestMemory({ chromaUrl: chroma.url() });
  const { memory, store, namespace } = arranged;
  await memory.remember([aMemory(text, { id: 'l1' })]);
  await memory.indexer.pass();
  const index = createChromaIndex({ url: chroma.url(), namespace, embedderId: hashingEmbedder.id });
  expect(await index.ids('P1')).toEqual(['l1']);
  await using without = await openTestMemory({ chromaUrl: null, store });
  expect(await without.memory.forget({ ids: ['l1'] })).toMatchObject({ index: 'later' });
  await memory.indexer.pass();
  expect(await index.ids('P1')).toEqual([]);
});
