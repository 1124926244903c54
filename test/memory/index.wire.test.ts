// Chroma's index beside the rows: whatever happens to it, it is made whole again, and nobody waits.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Embedder } from '../../src/domain/memory.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createChromaIndex } from '../../src/memory/chroma-index.ts';
import { hashingEmbedder } from '../../src/memory/hash-words.ts';
import { startIndexing } from '../../src/memory/keep-index.ts';
import { aClock, aMemory, openTestMemory, useChroma } from './arrange.ts';
import type { TestMemory } from './arrange.ts';

const chroma = useChroma();
const lesson = 'Ask the printer for a proof before the whole run is ordered.';

function indexOf({ namespace }: TestMemory, embedder = hashingEmbedder) {
  return createChromaIndex({ url: chroma.url(), namespace, embedderId: embedder.id });
}

async function fill({ memory, say }: TestMemory): Promise<void> {
  await memory.remember([
    aMemory(lesson, { id: 'l1' }),
    aMemory('Translators want a list of names first.', { id: 'l2' }),
    aMemory('The agency bills by the hour in spring.', { id: 'a1', scope: 'agency' }),
  ]);
  await say('P2.S1', [['Dana', 'How is the poster coming along?']]);
}

async function held(arranged: TestMemory): Promise<Record<string, string[]>> {
  const index = indexOf(arranged);
  const scopes = (await index.scopes()).toSorted();
  const ids = scopes.map(async (scope) => [scope, (await index.ids(scope)).toSorted()] as const);
  return Object.fromEntries(await Promise.all(ids));
}

const whole = {
  agency: ['a1'],
  P1: ['l1', 'l2'],
  P2: ['message.1000000000000000001'],
};

test('every scope has a collection, whose ids are those of the rows', async () => {
  await using arranged = await openTestMemory({ chromaUrl: chroma.url() });
  await fill(arranged);
  expect(await arranged.memory.indexer.pass()).toMatchObject({ fault: null });
  expect(await held(arranged)).toEqual(whole);
  await arranged.memory.indexer.pass();
  expect(await held(arranged)).toEqual(whole);
  expect(await arranged.memory.fault()).toBeNull();
  expect(await arranged.memory.recall({ text: 'printer', scopes: ['P1'] })).toMatchObject({
    items: [{ id: 'l1' }],
    degraded: null,
  });
});

test('no text ever reaches Chroma', async () => {
  await using arranged = await openTestMemory({ chromaUrl: chroma.url() });
  await fill(arranged);
  await arranged.memory.indexer.pass();
  const collections = await chroma.client().listCollections();
  const ours = collections.filter(({ name }) => name.includes(arranged.namespace));
  expect(ours).toHaveLength(3);
  for (const collection of ours) {
    const got = await collection.get({ include: ['documents', 'metadatas'] });
    expect(got.documents.every((document) => document === null)).toBe(true);
    expect(got.metadatas.flatMap((labels) => Object.keys(labels ?? {}).toSorted())).toEqual(
      got.ids.flatMap(() => ['at', 'kind', 'trust']),
    );
  }
});

test('a wiped index is whole again, at a pace of 5,000 items a minute or more', async () => {
  let ms = 0;
  const clock = { ...aClock(), monotonic: () => ms };
  await using arranged = await openTestMemory({ chromaUrl: chroma.url(), clock });
  const { memory } = arranged;
  const many = 1_000;
  await memory.remember(
    Array.from({ length: many }, (_, at) => {
      const words = Array.from({ length: 12 }, (_word, place) => `word${(at * (place + 3)) % 997}`);
      return aMemory(words.join(' '));
    }),
  );
  expect(await memory.indexer.pass()).toMatchObject({ fault: null });
  const index = indexOf(arranged);
  expect(await index.count('P1')).toBe(many);
  await index.drop('P1');
  ms += 60_000;
  const began = systemClock.monotonic();
  expect(await memory.indexer.pass()).toMatchObject({ fault: null });
  expect(systemClock.monotonic() - began).toBeLessThan((many / 5_000) * 60_000);
  expect(await index.count('P1')).toBe(many);
});

test('ids that should not be there go, those that are missing come back', async () => {
  let ms = 0;
  await using arranged = await openTestMemory({
    chromaUrl: chroma.url(),
    clock: { ...aClock(), monotonic: () => ms },
  });
  await fill(arranged);
  await arranged.memory.indexer.pass();
  const index = indexOf(arranged);
  const [vector = []] = await hashingEmbedder.embed(['stranger']);
  await index.remove('P1', ['l1']);
  const stranger = (id: string) => ({ id, vector, labels: { kind: 'lesson' } });
  await index.upsert('P1', [stranger('x1'), stranger('x2')]);
  await index.upsert('P9', [stranger('x3')]);
  ms += 60_000;
  expect(await arranged.memory.indexer.pass()).toMatchObject({ fault: null });
  expect(await held(arranged)).toEqual(whole);
});

test('a collection of another dimension is made anew', async () => {
  let ms = 0;
  await using arranged = await openTestMemory({
    chromaUrl: chroma.url(),
    clock: { ...aClock(), monotonic: () => ms },
  });
  const wrong = { id: 'l1', vector: [1, 0, 0], labels: { kind: 'lesson' } };
  await indexOf(arranged).upsert('P1', [wrong]);
  await fill(arranged);
  expect(await arranged.memory.indexer.pass()).toMatchObject({ fault: null });
  expect(await held(arranged)).toEqual(whole);
  await indexOf(arranged).drop('P1');
  await indexOf(arranged).upsert('P1', [wrong, { ...wrong, id: 'l2' }]);
  ms += 60_000;
  expect(await arranged.memory.indexer.pass()).toMatchObject({ fault: null });
  expect(await indexOf(arranged).dimension('P1')).toBe(256);
  expect(await held(arranged)).toEqual(whole);
});

test('without Chroma everything is found by its words, and the answer says so', async () => {
  const port = await closedPort();
  await using arranged = await openTestMemory({ chromaUrl: `http://127.0.0.1:${port}` });
  await fill(arranged);
  expect((await arranged.memory.indexer.pass()).fault).toMatch(/^Chroma: /);
  expect(await arranged.memory.fault()).toMatch(/^Chroma: /);
  const found = await arranged.memory.recall({ text: 'printer', scopes: ['P1'] });
  expect(found).toMatchObject({ items: [{ id: 'l1' }] });
  expect(found.degraded).toMatch(/^Chroma: /);
  // It comes back empty, and is filled.
  await using back = await openTestMemory({ chromaUrl: chroma.url(), store: arranged.store });
  expect(await back.memory.indexer.pass()).toMatchObject({ fault: null });
  expect(await held(back)).toEqual(whole);
});

test('a Chroma that accepts calls and never answers holds up nobody for long', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await using _end = {
    [Symbol.asyncDispose]: async () => {
      silent.closeAllConnections();
      await new Promise((resolve) => silent.close(resolve));
    },
  };
  await new Promise((resolve) => silent.once('listening', resolve));
  await using arranged = await openTestMemory({
    chromaUrl: `http://127.0.0.1:${portOf(silent.address())}`,
  });
  await fill(arranged);
  const began = systemClock.monotonic();
  for (let asked = 0; asked < 10; asked += 1) {
    const found = await arranged.memory.recall({ text: 'printer', scopes: ['P1'] });
    expect(found.items.map(({ id }) => id)).toEqual(['l1']);
    expect(found.degraded).toMatch(/^Chroma: /);
  }
  expect(systemClock.monotonic() - began).toBeLessThan(3_000);
});

/** Knows that a motor is an engine, as feature hashing does not. */
const knowing: Embedder = {
  id: 'knowing',
  ranks: true,
  embed: async (texts) =>
    texts.map((text) => [
      /motor|engine/i.test(text) ? 1 : 0,
      /poster|placard/i.test(text) ? 1 : 0,
      0.1,
    ]),
};

test('with an embedding model what means the same is found, in its own scope', async () => {
  await using arranged = await openTestMemory({ chromaUrl: chroma.url(), embedder: knowing });
  const { memory } = arranged;
  await memory.remember([
    aMemory('The engine of the boat needs a new belt.', { id: 'boat' }),
    aMemory('The engine of the lorry leaks.', { id: 'lorry', scope: 'P2' }),
    aMemory('Placards hang in the hall.', { id: 'hall' }),
  ]);
  expect(await memory.indexer.pass()).toMatchObject({ fault: null });
  const query = { text: 'motors', scopes: ['P1'], coverageMin: 0 };
  const { items, degraded } = await memory.recall(query);
  expect(degraded).toBeNull();
  expect(items[0]?.id).toBe('boat');
  expect(items.map(({ id }) => id)).not.toContain('lorry');
});

test('while the embedding model is away words rank alone, and vectors are made later', async () => {
  let isAway = true;
  const embedder: Embedder = {
    ...knowing,
    embed: (texts) => (isAway ? Promise.reject(new Error('away')) : knowing.embed(texts)),
  };
  let ms = 0;
  const clock = { ...aClock(), monotonic: () => ms };
  await using arranged = await openTestMemory({ chromaUrl: chroma.url(), embedder, clock });
  await fill(arranged);
  expect(await arranged.memory.indexer.pass()).toMatchObject({ fault: 'away' });
  const found = await arranged.memory.recall({ text: 'printer', scopes: ['P1'] });
  expect(found).toMatchObject({ items: [{ id: 'l1' }], degraded: 'away' });
  isAway = false;
  ms += 60_000;
  expect(await arranged.memory.indexer.pass()).toMatchObject({ fault: null });
  expect(await indexOf(arranged, knowing).count('P1')).toBe(2);
});

test('another embedding model gets collections of its own, and the old ones go', async () => {
  await using arranged = await openTestMemory({ chromaUrl: chroma.url() });
  await fill(arranged);
  await arranged.memory.indexer.pass();
  const { store, namespace } = arranged;
  await using other = await openTestMemory({
    chromaUrl: chroma.url(),
    embedder: knowing,
    store,
    namespace,
  });
  expect(await other.memory.indexer.pass()).toMatchObject({ fault: null });
  const names = (await chroma.client().listCollections()).map(({ name }) => name);
  expect(names.filter((name) => name.includes(namespace))).toHaveLength(3);
  expect(await indexOf(other, knowing).count('P1')).toBe(2);
});

test('the loop fills the index while its process leads, and ends when it is closed', async () => {
  await using arranged = await openTestMemory({ chromaUrl: chroma.url() });
  await fill(arranged);
  let leads = false;
  const loop = startIndexing(arranged.memory.indexer, { everyMs: 5, isLeading: () => leads });
  leads = true;
  await expect.poll(() => held(arranged), { timeout: 10_000 }).toEqual(whole);
  await loop.close();
  const { rows } = await arranged.store.db.execute(sql`select 1 from memories where is_dirty`);
  expect(rows).toEqual([]);
});

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const port = portOf(server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
