// How outputs fared, as rows: the same however the facts came, and complete for the learning.
import { asc } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ActionOf } from '../../src/domain/action.ts';
import { evolveProject } from '../../src/domain/evolve-project.ts';
import { ProjectFact } from '../../src/domain/fact.ts';
import type { Project } from '../../src/domain/project.ts';
import { readOutcomes } from '../../src/store/outcomes.ts';
import { projectProject } from '../../src/store/projections.ts';
import { feedback, ledger, outputs, turns } from '../../src/store/schema.ts';
import type { World } from '../support/domain.ts';
import { fails, sendsBack } from '../support/players.ts';
import type { Player } from '../support/players.ts';
import { goodPlans, planOf } from '../support/plans.ts';
import { atWork } from '../support/stages.ts';
import { openTestStore } from './arrange.ts';
import type { TestStore } from './arrange.ts';

type Said = ActionOf<'give-feedback'>;

const give = (said: Partial<Said>): Said => ({
  type: 'give-feedback',
  project: 'P1',
  task: 'T1',
  revision: null,
  kind: 'rating',
  rating: null,
  text: null,
  isTakenBack: false,
  ...said,
});

/** Projects the facts of P1 in transactions that end after these numbers of facts. */
async function keep(store: TestStore, facts: readonly ProjectFact[], ends: number[]) {
  await store.db.delete(outputs);
  await store.db.delete(feedback);
  let before: Project | null = null;
  let from = 0;
  for (const end of [...ends, facts.length]) {
    const part = facts.slice(from, end);
    const after: Project | null = part.reduce<Project | null>(evolveProject, before);
    if (after === null) continue;
    const change = { before, after, facts: part, at: 1000 };
    await store.transact((tx) => projectProject(tx, change));
    before = after;
    from = end;
  }
  const words = await store.db.select().from(feedback).orderBy(asc(feedback.id));
  return {
    outputs: await store.db
      .select()
      .from(outputs)
      .orderBy(asc(outputs.taskId), asc(outputs.revision)),
    feedback: words.map(({ id: _id, ...row }) => row),
  };
}

const factsOf = (world: World) => world.factsOf('P1').map((fact) => ProjectFact.parse(fact));

/** A life with rejections, failures, ratings and reactions. */
function live(world: World, troubles: readonly number[]): void {
  for (const [at, trouble] of troubles.entries()) {
    const turn = world.dueTurns()[trouble % 3] ?? world.dueTurns()[0];
    const task = `T${(trouble % 4) + 1}`;
    const rating = (trouble % 5) + 1;
    if (turn !== undefined && trouble % 3 === 0 && turn.kind.endsWith('.review')) {
      world.script(turn.kind, () => sendsBack(turn, `Shorter by ${at}.`));
    }
    if (turn !== undefined && trouble % 7 === 0) world.script(turn.kind, () => fails());
    if (turn !== undefined) world.take(turn);
    const isTakenBack = trouble % 4 === 0;
    world.director.does(give({ task, rating, revision: trouble % 2 === 0 ? null : 0 }));
    world.director.does(give({ task, kind: 'reaction', rating: trouble % 2 ? 5 : 1, isTakenBack }));
    world.colleague.does(give({ task, kind: 'correction', text: `Not ${at}.` }));
  }
}

test('projecting the facts again gives the same rows, wherever the transactions end', async () => {
  await using store = await openTestStore();
  await fc.assert(
    fc.asyncProperty(
      goodPlans,
      fc.array(fc.nat(1000), { maxLength: 40 }),
      fc.array(fc.nat(400), { maxLength: 12 }),
      async (plan, troubles, cuts) => {
        const world = atWork(plan);
        live(world, troubles);
        const facts = factsOf(world);
        const ends = cuts.map((cut) => cut % (facts.length + 1)).sort((a, b) => a - b);
        const rows = await keep(store, facts, []);
        expect(await keep(store, facts, ends)).toEqual(rows);
        const submitted = facts.filter(({ type }) => type === 'output-submitted');
        expect(rows.outputs).toHaveLength(submitted.length);
        const known = world.project().feedback.map(({ at: _at, ...one }) => one);
        const shown = rows.feedback.map(({ projectId: _p, taskId: task, at: _at, ...row }) => {
          return { task, ...row };
        });
        expect(shown).toEqual(known);
      },
    ),
    { numRuns: 12 },
  );
});

test('an outcome has the output, its turn, Specialist, system message, model, time and cost', async () => {
  await using store = await openTestStore();
  const world = atWork(planOf([{ tier: 'standard' }]));
  world.script('collaborator.review', (turn) => sendsBack(turn, 'Shorter.'));
  world.settle();
  world.director.does(give({ rating: 5 }));
  world.director.does(give({ revision: 0, kind: 'correction', text: 'Name the year.' }));
  await keep(store, factsOf(world), []);
  const versions = world.project().tasks['T1']?.versions ?? [];
  const [first = '', second = ''] = versions.map(({ turnId }) => turnId ?? '');
  const turn = { aggregateId: 'P1', conversation: 'P1.S1.A1', agentId: 'A1', subject: {} };
  await store.db.insert(turns).values([
    { ...turn, id: first, kind: 'specialist.work', tier: 'standard' },
    { ...turn, id: second, kind: 'specialist.revise', tier: 'premium', personaVersion: 3 },
  ]);
  const call = {
    aggregateId: 'P1',
    agentId: 'A1',
    tier: 'premium',
    inputTokens: 10,
    cachedTokens: 0,
    estimated: false,
    microUsd: 40,
    latencyMs: 100,
  };
  await store.db.insert(ledger).values([
    { ...call, id: 'a', turnId: second, model: 'small', outputTokens: 5 },
    { ...call, id: 'b', turnId: second, model: 'large', outputTokens: 50 },
    { ...call, id: 'c', turnId: 'P1.turn.99', model: 'other', outputTokens: 500 },
  ]);
  const outcomes = await readOutcomes(store.db, { agentIds: ['A1'], projectId: 'P1' });
  const common = { projectId: 'P1', task: 'T1', agentId: 'A1', domains: ['writer', 'travel'] };
  expect(outcomes).toMatchObject([
    {
      ...common,
      revision: 0,
      turnId: first,
      personaVersion: 1,
      tier: 'standard',
      model: null,
      microUsd: 0,
      latencyMs: 0,
      accepted: false,
      judgedBy: 'P1-S1',
      reasons: ['Shorter.'],
      feedback: [{ kind: 'correction', text: 'Name the year.', by: 'Dora' }],
    },
    {
      ...common,
      revision: 1,
      turnId: second,
      personaVersion: 3,
      tier: 'premium',
      model: 'large',
      microUsd: 80,
      latencyMs: 200,
      accepted: true,
      judgedBy: 'P1-S1',
      reasons: [],
      blocked: false,
      feedback: [{ kind: 'rating', rating: 5 }],
    },
  ]);
  expect(await readOutcomes(store.db, { agentIds: ['A2'] })).toEqual([]);
  expect(await readOutcomes(store.db, { projectId: 'P2' })).toEqual([]);
});

test('an output is blocked when its task was stuck over it, or before there was any', async () => {
  await using store = await openTestStore();
  const world = atWork(planOf([{}]));
  const fail = () => fails();
  const sendBack: Player = (turn) => sendsBack(turn, 'Shorter.');
  world.script('specialist.work', fail, fail);
  world.script('collaborator.review', sendBack, sendBack, sendBack);
  // Before the first version, and after the third.
  for (let times = 0; times < 2; times += 1) {
    world.settle();
    const [decision] = Object.values(world.project().decisions);
    expect(decision?.kind).toBe('stuck');
    world.director.does({ type: 'approve', decision: decision?.id ?? null, choice: 1 });
  }
  world.settle();
  await keep(store, factsOf(world), []);
  const outcomes = await readOutcomes(store.db, { projectId: 'P1' });
  expect(outcomes.map(({ blocked, accepted }) => ({ blocked, accepted }))).toEqual([
    { blocked: true, accepted: false },
    { blocked: false, accepted: false },
    { blocked: true, accepted: false },
    { blocked: false, accepted: true },
  ]);
});
