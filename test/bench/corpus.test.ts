import { expect, test } from 'vitest';
import { makeCorpus } from './corpus.ts';

test('the set is large enough, the same every time, and every answer is proved in its project', async () => {
  const corpus = await makeCorpus();
  expect(corpus.messages.length).toBeGreaterThanOrEqual(3_000);
  expect(corpus.questions.length).toBeGreaterThanOrEqual(200);
  const scopeOf = new Map(corpus.messages.map(({ id, scope }) => [id, scope]));
  expect(scopeOf.size).toBe(corpus.messages.length);
  for (const { evidence, scope } of corpus.questions) {
    expect(new Set(evidence.map((id) => scopeOf.get(id)))).toEqual(new Set([scope]));
  }
  const left = [...corpus.messages, ...corpus.questions].filter(({ text }) => /[{}]/.test(text));
  expect(left).toEqual([]);
  expect(await makeCorpus()).toEqual(corpus);
});

test('both halves have every kind of question, and no story is in both', async () => {
  const { questions } = await makeCorpus();
  const half = (which: string) => questions.filter((question) => question.half === which);
  const [dev, tested] = [half('dev'), half('test')];
  const kinds = (some: typeof dev) => new Set(some.map(({ kind }) => kind));
  expect(kinds(dev)).toEqual(kinds(tested));
  const proofs = new Set(dev.flatMap(({ evidence }) => evidence));
  expect(tested.flatMap(({ evidence }) => evidence).filter((id) => proofs.has(id))).toEqual([]);
});
