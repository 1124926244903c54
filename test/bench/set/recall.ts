// Retrieval: does what proves an answer stand among the first five, or ten, of what is found? Plain
// BM25 and Postgres' own ts_rank beside the chosen method, which runs as in service: on Postgres,
// through the port, over all twelve projects at once. The set and its limits: `../corpus.ts`.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Posting } from '../../../src/domain/memory.ts';
import { startPostgres } from '../../../src/embedded/postgres/start-postgres.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { silentLog } from '../../../src/lib/log.ts';
import { hashingEmbedder } from '../../../src/memory/hash-words.ts';
import { bm25, linesOf, placesOf, rank } from '../../../src/memory/rank.ts';
import type { Leg } from '../../../src/memory/rank.ts';
import { reading, wordsOf } from '../../../src/memory/read-text.ts';
import { recall, search } from '../../../src/memory/recall.ts';
import type { RecallDeps } from '../../../src/memory/recall.ts';
import { createMemoryRows } from '../../../src/store/memories.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/open-store.ts';
import { saveMessages } from '../../../src/store/places.ts';
import { quantile } from '../bench.ts';
import type { BenchResult } from '../bench.ts';
import { makeCorpus } from '../corpus.ts';
import type { Asked, Corpus } from '../corpus.ts';

export const name = 'recall';

const found = 10;

/** @returns ids of messages, the best first */
type Finder = (question: string, scopes: readonly string[]) => Promise<string[]>;

export async function run(): Promise<BenchResult> {
  const corpus = await makeCorpus();
  await using database = await openDatabase();
  const { store } = database;
  const deps = await fill(store, corpus);
  const finders: [string, Finder][] = [
    ['plain BM25, single turns', plainBm25(corpus)],
    ['Postgres ts_rank, words joined by or', tsRank(store)],
    ['BM25, our reading, single turns', legsAlone(deps, corpus, [{ radius: 0, weight: 1 }])],
    ['BM25, our reading, windows of 3', legsAlone(deps, corpus, [{ radius: 1, weight: 1 }])],
    ['chosen: turns and windows, fused', chosen(deps, corpus)],
  ];
  const scopes = [...new Set(corpus.messages.map(({ scope }) => scope))];
  const measured = [];
  for (const [label, finder] of finders) {
    measured.push({ label, ...(await measure(finder, corpus, () => scopes)) });
  }
  const [label, finder] = finders.at(-1) ?? ['', plainBm25(corpus)];
  const own = await measure(finder, corpus, ({ scope }) => [scope]);
  const all = [...measured, { label: `${label}, asked in its project`, ...own }];
  return report(corpus, all, await wronglyAnswered(deps, corpus));
}

/** The share of questions that nothing answers, asked in every project, that get an answer. */
async function wronglyAnswered(deps: RecallDeps, corpus: Corpus): Promise<number> {
  const scopes = [...new Set(corpus.messages.map(({ scope }) => scope))];
  const asked = corpus.unanswerable.flatMap((text) => scopes.map((scope) => ({ text, scope })));
  let answered = 0;
  for (const { text, scope } of asked) {
    const { items } = await recall(deps, { text, scopes: [scope], kinds: ['message'] });
    if (items.length > 0) answered += 1;
  }
  return (100 * answered) / asked.length;
}

interface Answer extends Asked {
  /** The share of its evidence among the first five and ten. */
  at5: number;
  at10: number;
  ms: number;
}

interface Measured {
  label: string;
  answers: Answer[];
}

async function measure(
  finder: Finder,
  corpus: Corpus,
  scopesOf: (question: Asked) => readonly string[],
): Promise<{ answers: Answer[] }> {
  const answers: Answer[] = [];
  for (const question of corpus.questions) {
    const began = systemClock.monotonic();
    const ids = await finder(question.text, scopesOf(question));
    const ms = systemClock.monotonic() - began;
    const shareIn = (first: readonly string[]) =>
      question.evidence.filter((id) => first.includes(id)).length / question.evidence.length;
    answers.push({ ...question, at5: shareIn(ids.slice(0, 5)), at10: shareIn(ids), ms });
  }
  return { answers };
}

type Of = (answer: Answer) => number;
const at5: Of = (answer) => answer.at5;
const at10: Of = (answer) => answer.at10;

function percent(answers: readonly Answer[], of: Of): number {
  return (100 * answers.reduce((sum, answer) => sum + of(answer), 0)) / Math.max(1, answers.length);
}

function report(corpus: Corpus, measured: readonly Measured[], wrong: number): BenchResult {
  const round = (value: number) => value.toFixed(1);
  const columns = ['method', 'dev @5', '@10', 'test @5', '@10', 'ms p50', 'p95'];
  const tableOf = (title: string, isIn: (answer: Asked) => boolean) => ({
    title: `${title} (${corpus.questions.filter(isIn).length} questions), recall in percent`,
    columns,
    rows: measured.map(({ label, answers }) => {
      const some = answers.filter(isIn);
      const [dev, test] = [half(some, 'dev'), half(some, 'test')];
      const times = some.map(({ ms }) => ms);
      const shares = [
        percent(dev, at5),
        percent(dev, at10),
        percent(test, at5),
        percent(test, at10),
      ];
      return [label, ...[...shares, quantile(times, 0.5), quantile(times, 0.95)].map(round)];
    }),
  });
  const kinds = [...new Set(corpus.questions.map(({ kind }) => kind))];
  const byKind = kinds.map((kind) => {
    const of = (answers: readonly Answer[]) =>
      half(answers, 'test').filter((answer) => answer.kind === kind);
    const cells = measured.map(({ answers }) => round(percent(of(answers), at10)));
    return [`${kind} (${of(measured[0]?.answers ?? []).length})`, ...cells];
  });
  const shared = (by: Asked['by']) => `${round(100 * overlap(corpus, by))} percent`;
  return {
    figures: { ...figuresOf(corpus, measured), unanswerableAnswered: wrong },
    tables: [
      tableOf('All questions', () => true),
      tableOf('Asked by the team', ({ by }) => by === 'team'),
      tableOf('Asked by an outsider, in other words', ({ by }) => by === 'outsider'),
      {
        title: 'Recall @10 by kind of question, test half; methods in the order above',
        columns: ['kind', ...measured.map((_one, at) => String(at + 1))],
        rows: byKind,
      },
    ],
    notes: [
      `${corpus.messages.length} messages. Words of a question that stand in its evidence: ` +
        `team ${shared('team')}, outsider ${shared('outsider')}.`,
      `Of questions that nothing answers, ${round(wrong)} percent get an answer from recall.`,
      'Tuned on dev, reported on test; how the set was made and its limits: test/bench/corpus.ts.',
      'Plain BM25 runs in memory, the others ask Postgres. No embedding model took part.',
    ],
  };
}

function half(answers: readonly Answer[], which: Asked['half']): Answer[] {
  return answers.filter((answer) => answer.half === which);
}

function figuresOf(corpus: Corpus, measured: readonly Measured[]): Record<string, number> {
  const test = (at: number) => half(measured[at]?.answers ?? [], 'test');
  const byTeam = (at: number) => test(at).filter(({ by }) => by === 'team');
  const times = measured[4]?.answers.map(({ ms }) => ms) ?? [];
  return {
    messages: corpus.messages.length,
    questions: corpus.questions.length,
    plainRecallAt5: percent(test(0), at5),
    plainRecallAt10: percent(test(0), at10),
    tsRankRecallAt5: percent(test(1), at5),
    tsRankRecallAt10: percent(test(1), at10),
    recallAt5: percent(test(4), at5),
    recallAt10: percent(test(4), at10),
    teamPlainRecallAt10: percent(byTeam(0), at10),
    teamRecallAt10: percent(byTeam(4), at10),
    msP50: quantile(times, 0.5),
    msP95: quantile(times, 0.95),
  };
}

/** How much a question gives away: of its words as we read them, those in its evidence. */
function overlap({ questions, messages }: Corpus, asker: Asked['by']): number {
  const texts = new Map(messages.map(({ id, text }) => [id, text]));
  const asked = questions.filter(({ by }) => by === asker);
  const shares = asked.map(({ text, evidence }) => {
    const there = new Set(evidence.flatMap((id) => wordsOf(texts.get(id) ?? '')));
    const words = [...new Set(wordsOf(text))];
    return words.filter((word) => there.has(word)).length / Math.max(1, words.length);
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** As in a textbook: words as they are written, k1 1.2, b 0.75. */
function plainBm25({ messages }: Corpus): Finder {
  const tokens = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const read = messages.map(({ text }) => tokens(text));
  const lines = linesOf(read.map((words, seq) => [{ seq, words: words.length }]));
  const index = new Map<string, Map<number, number>>();
  read.forEach((words, seq) => {
    for (const word of words) {
      const times = index.get(word) ?? new Map<number, number>();
      index.set(word, times.set(seq, (times.get(seq) ?? 0) + 1));
    }
  });
  const postingOf = (word: string): Posting => ({
    word,
    in: [...(index.get(word) ?? [])].map(([seq, times]) => ({ seq, times })),
  });
  return async (question) => {
    const postings = [...new Set(tokens(question))].map(postingOf);
    const scores = bm25(lines, placesOf(lines, postings), { radius: 0, k1: 1.2, b: 0.75 });
    return [...scores.keys()]
      .filter((line) => (scores[line] ?? 0) > 0)
      .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
      .slice(0, found)
      .flatMap((line) => messages[line]?.id ?? []);
  };
}

const Id = z.object({ id: z.string() });

function tsRank({ db }: Store): Finder {
  return async (question) => {
    const words = (question.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' | ');
    const result = await db.execute(sql`
      select id from bench_text, to_tsquery('english', ${words}) as query
      where vector @@ query order by ts_rank(vector, query) desc, id limit ${found}`);
    return result.rows.map((row) => Id.parse(row).id);
  };
}

function chosen(deps: RecallDeps, corpus: Corpus): Finder {
  const idOf = idsBySeq(corpus);
  return async (text, scopes) => {
    const query = { text, scopes, kinds: ['message' as const] };
    const { ranked } = await search(deps, query, found);
    return ranked.map(({ seq }) => idOf(seq));
  };
}

/** What each part of the method does by itself. */
function legsAlone(deps: RecallDeps, corpus: Corpus, legs: readonly Leg[]): Finder {
  const idOf = idsBySeq(corpus);
  return async (text, scopes) => {
    const kinds = ['message' as const];
    const shelf = { scopes, kinds, trustMax: 'T4' as const, withSuperseded: false };
    const words = [...new Set(wordsOf(text))];
    const [conversations, postings] = await Promise.all([
      deps.rows.conversations(shelf),
      deps.rows.postings(shelf, words),
    ]);
    const question = { conversations, postings, words: words.length, dense: new Map() };
    return rank(question, found, legs).map(({ seq }) => idOf(seq));
  };
}

/** Rows were taken in in the order of their instants. */
function idsBySeq({ messages }: Corpus): (seq: number) => string {
  const ordered = messages.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  return (seq) => ordered[seq - 1]?.id ?? '';
}

async function fill(store: Store, { messages }: Corpus): Promise<RecallDeps> {
  const rows = createMemoryRows(store);
  await saveMessages(
    store.db,
    messages.map(({ id, place, speaker, text, at, scope: projectId }) => {
      return { id, place, speaker, agentId: speaker === 'Dana' ? null : 'pm', text, at, projectId };
    }),
  );
  await rows.takeIn(null, messages.length);
  while ((await rows.readNew({ scopes: null, max: 1_000 }, reading)) > 0);
  await store.db.execute(sql`create table bench_text as
    select id, to_tsvector('english', text) as vector from messages`);
  await store.db.execute(sql`create index on bench_text using gin (vector)`);
  await store.db.execute(sql`analyze`);
  return {
    rows,
    index: null,
    embedder: hashingEmbedder,
    clock: systemClock,
    countTokens: (text) => text.length / 4,
    indexFault: () => Promise.resolve(null),
  };
}

async function openDatabase(): Promise<{ store: Store } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'ateams-bench-'));
  const server = await startPostgres({ folder, log: silentLog, clock: systemClock });
  await migrate(server.url);
  const store = openStore(server.url, silentLog);
  return {
    store,
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
