// Whatever people and turns do, in whatever order, the promises of the domain hold.
// Method: random lives. The driver checks every promise after every decision (domain-breaches.ts);
// here the lives are made, and what holds over a whole life is asked at their end.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evolveAgency, newAgency } from '../../src/domain/agency.ts';
import { evolveProject } from '../../src/domain/evolve-project.ts';
import { AgencyFact, ProjectFact } from '../../src/domain/fact.ts';
import { FeedbackKind } from '../../src/domain/feedback.ts';
import { hasEnded } from '../../src/domain/project.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { Project } from '../../src/domain/project.ts';
import { createWorld } from '../support/domain.ts';
import type { World } from '../support/domain.ts';
import { goodPlans, planOf } from '../support/plans.ts';
import {
  accepts,
  approaches,
  asks,
  brief,
  drafts,
  fails,
  says,
  sendsBack,
  submits,
  uses,
} from '../support/players.ts';
import type { Player } from '../support/players.ts';

/** One thing that happens; `n` and `m` choose among what there is at that moment. */
type Happening = { what: keyof typeof happenings; n: number; m: number };

const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % list.length];

const places = (world: World) => [
  'agency.director',
  'agency.decisions',
  ...[...world.places.keys()].filter((key) => key.includes('.') && !key.startsWith('agency')),
];

/** Answers that fit the kind of turn and make it hard for everyone. */
function struggle(world: World, n: number, m: number): void {
  const turn = pick(world.dueTurns(), n);
  if (turn === undefined) return;
  const project = world.project(turn.id.slice(0, turn.id.indexOf('.')));
  const isReview = turn.kind.endsWith('.review');
  const isWork = turn.kind === 'specialist.work' || turn.kind === 'specialist.revise';
  const answers = [
    fails(),
    fails('It would pass the ceiling.', 'budget-exhausted'),
    fails('The day is spent.', 'agency-budget-exhausted'),
    fails('It was begun 3 times.', 'turn-attempts'),
    ...(isReview ? [sendsBack(turn, 'Shorter.'), sendsBack(turn, 'Longer.')] : []),
    ...(isWork ? [submits(turn, project, ['C1', 'C3', 'C5']), asks('A2'), asks('pm')] : []),
    ...(turn.kind === 'project-manager.plan' ? [drafts(planOf([{ approver: 'writer' }]))] : []),
  ];
  const answer = pick(answers, m);
  if (answer === undefined) return;
  world.script(turn.kind, () => answer);
  world.take(turn);
}

/** Answers that fit the kind of turn, and answers that do not. */
function anyAnswer(world: World, n: number, m: number): void {
  const turn = pick(world.dueTurns(), n);
  if (turn === undefined) return;
  const project = world.project(turn.id.slice(0, turn.id.indexOf('.')));
  const task = turn.subject.task;
  const answers: ReturnType<Player>[] = [
    fails(),
    uses([]),
    says('Only words.'),
    brief(['For whom?']),
    approaches('One'),
    drafts(planOf([{ doer: 'writer', approver: 'writer' }])),
    asks('A1'),
    asks('pm'),
    sendsBack(turn, 'Shorter.'),
    uses([{ type: 'accept', task: 'T1', project: null, criteria: [], note: null }]),
    ...(task === null ? [] : [submits(turn, project, ['C1', 'C3']), accepts(turn, project)]),
  ];
  const answer = pick(answers, m);
  if (answer === undefined) return;
  world.script(turn.kind, () => answer);
  world.take(turn);
}

const happenings = {
  works: (world: World, n: number) => {
    const turn = pick(world.dueTurns(), n);
    if (turn !== undefined) world.take(turn);
  },
  struggles: struggle,
  answersAnything: anyAnswer,
  settles: (world: World) => world.settle(),
  approves: (world: World, n: number, m: number) => {
    const decision = `P${(n % 2) + 1}-D${(m % 6) + 1}`;
    const choice = m % 3 === 0 ? null : (m % 4) + 1;
    world.director.does({ type: 'approve', decision: n % 3 === 0 ? null : decision, choice });
  },
  revises: (world: World) =>
    world.director.does({ type: 'ask-revision', decision: null, text: 'Another one.' }),
  speaks: (world: World, n: number, m: number) => {
    const who = [world.director, world.colleague, world.stranger][n % 3] ?? world.director;
    const addressee = [null, null, 'pm', 'A1', 'P1-S1', 'A99'][m % 6] ?? null;
    who.says(`What about Sintra ${world.posts.length}?`, pick(places(world), m), addressee);
  },
  rates: (world: World, n: number, m: number) => {
    const who = [world.director, world.colleague, world.stranger][n % 3] ?? world.director;
    const kind = FeedbackKind.options[m % FeedbackKind.options.length] ?? 'rating';
    const text = kind === 'rating' || kind === 'reaction' ? null : `It lacks Sintra ${n}.`;
    const rating = text === null ? (n % 5) + 1 : null;
    const task = m % 3 === 0 ? null : `T${(n % 4) + 1}`;
    const revision = m % 4 === 0 ? null : n % 3;
    const said = { kind, rating, text, task, revision, isTakenBack: m % 5 === 0 };
    const project = m % 7 === 0 ? 'P1' : null;
    who.does({ type: 'give-feedback', project, ...said }, pick(places(world), m));
  },
  proposes: (world: World, n: number, m: number) => {
    world.script('lpm.study', () =>
      uses([
        { type: 'advise', to: m % 2 === 0 ? 'pm' : 'A1', text: 'Name the season.' },
        {
          type: 'propose-rewrite',
          learner: ['A1', 'A2', 'pm', 'collaborator'][n % 4] ?? 'A1',
          delta: {
            type: 'add',
            section: 'expectations',
            text: ['State the season first.', 'Give a source each time.'][m % 2] ?? '',
            scope: [['travel'], ['plan'], ['review']][n % 3] ?? ['travel'],
          },
          hypothesis: 'It goes back less.',
          evidence: [`P${(n % 2) + 1}.T${(m % 3) + 1}.v1`],
        },
      ]),
    );
  },
  learns: (world: World, n: number, m: number) => {
    const who = ['Ada', 'pm', 'collaborator', null][n % 4] ?? null;
    const rewrite = m % 2 === 0 ? null : `L${(n % 3) + 1}`;
    const project = ['P1', 'P2', null][m % 3] ?? null;
    if (m % 5 === 0) world.director.does({ type: 'study', project, who });
    else if (m % 5 === 1) {
      world.director.does({ type: 'roll-back', rewrite, who, version: (n % 4) + 1 });
    } else {
      const isApplied = m % 5 < 4;
      world.director.does({ type: 'decide-rewrite', rewrite: `L${(n % 3) + 1}`, isApplied });
    }
  },
  pauses: (world: World, n: number) =>
    world.director.does({ type: 'pause', project: [null, 'P1', 'P2'][n % 3] ?? null }),
  resumes: (world: World, n: number) =>
    world.director.does({ type: 'resume', project: [null, 'P1', 'P2'][n % 3] ?? null }),
  repeats: (world: World, n: number) => {
    const event = pick(world.events, n);
    if (event !== undefined) world.handle(event);
  },
  judges: (world: World, n: number, m: number) => {
    const task = `T${(n % 4) + 1}`;
    if (m % 2 === 0) {
      world.director.does({ type: 'accept', task, project: null, criteria: [], note: null });
    } else {
      const reasons = ['Shorter.'];
      world.director.does({ type: 'request-changes', task, project: null, reasons });
    }
  },
  assigns: (world: World, n: number, m: number) => {
    const to = ['Ada', 'bruno', 'writer', 'A3', 'Nobody'][m % 5] ?? 'Ada';
    const task = `T${(n % 4) + 1}`;
    world.director.does({ type: 'assign', task, to, why: '', project: null });
  },
  bundles: (world: World) => {
    const bundle = world.bundles.shift();
    if (bundle !== undefined) world.writeBundle(bundle);
  },
  reminds: (world: World, n: number) => {
    const due = pick(world.timers, n);
    if (due === undefined) return;
    const aggregate = due.id.slice(0, due.id.indexOf('-'));
    world.happens({ type: 'timer-fired', aggregate, timer: due.timer });
  },
  endsLate: (world: World, n: number) => {
    world.handle({
      type: 'turn-finished',
      id: `late.${n}.${world.taken.length}`,
      at: 1,
      turnId: `P1.turn.${(n % 20) + 1}`,
      output: says('Sorry, I was away.'),
    });
  },
  objects: (world: World) => world.director.does({ type: 'give-objective', text: 'Another one.' }),
  cancels: (world: World, n: number) =>
    world.director.does({ type: 'cancel', project: n % 5 === 0 ? 'P1' : 'P77' }),
};

const often: Happening['what'][] = [
  ...Array.from({ length: 8 }, () => 'works' as const),
  ...Array.from({ length: 10 }, () => 'struggles' as const),
  'approves',
];
const all: Happening['what'][] = [
  'works',
  'struggles',
  'answersAnything',
  'settles',
  'approves',
  'revises',
  'speaks',
  'judges',
  'assigns',
  'bundles',
  'reminds',
  'endsLate',
  'objects',
  'proposes',
  'learns',
  'learns',
  'pauses',
  'pauses',
  'resumes',
  'resumes',
  'repeats',
  'cancels',
];

const aHappening: fc.Arbitrary<Happening> = fc.record({
  what: fc.constantFrom(...often, ...all),
  n: fc.nat(50),
  m: fc.nat(50),
});

interface Life {
  plan: Plan;
  ceilingMicroUsd: number;
  before: number;
  happenings: Happening[];
}

const lives: fc.Arbitrary<Life> = fc.record({
  plan: goodPlans,
  ceilingMicroUsd: fc.constantFrom(5_000_000, 5_000_000, 8_000, 2_000),
  before: fc.constantFrom(0, 1, 2, 2, 2),
  happenings: fc.array(aHappening, { minLength: 1, maxLength: 60, size: 'max' }),
});

/**
 * A world some way into its first project, after which the happenings happened.
 * @param between is called before each of them
 */
function live(life: Life, between: (world: World) => void = () => undefined): World {
  const world = createWorld(life.plan, { ceilingMicroUsd: life.ceilingMicroUsd });
  world.director.says('Make me a guide.');
  for (let step = 0; step < life.before; step += 1) {
    world.settle();
    world.director.does({ type: 'approve', decision: null, choice: step === 0 ? 1 : null });
  }
  for (const { what, n, m } of life.happenings) {
    between(world);
    happenings[what](world, n, m);
  }
  return world;
}

/** What a project has come to, without what a pause adds. */
function gist({ phase, tasks, turns, held, decisions, usage, turnCount }: Project) {
  const open = Object.keys(turns).sort();
  const waiting = held.map(({ turnId, because }) => `${turnId} ${because}`);
  return { phase, tasks, open, waiting, decisions, usage, turnCount };
}

/** The Director says yes to whatever is left, until everything has ended. */
function finish(world: World): void {
  for (let round = 0; round < 200; round += 1) {
    for (const id of world.projectIds()) {
      if (world.project(id).paused !== null) world.director.does({ type: 'resume', project: id });
    }
    world.settle();
    const open = world.projectIds().flatMap((id) => Object.values(world.project(id).decisions));
    const [decision] = open;
    const asked = world.projectIds().find((id) => {
      const { phase, turns } = world.project(id);
      return phase === 'intake' && Object.keys(turns).length === 0;
    });
    if (decision === undefined && asked === undefined) return;
    if (decision === undefined) {
      if (asked !== undefined) world.director.does({ type: 'cancel', project: asked });
    } else if (decision.kind === 'plan' && !decision.options.includes('Approve')) {
      const text = 'Mend it.';
      world.director.does({ type: 'ask-revision', decision: decision.id, text });
    } else world.director.does({ type: 'approve', decision: decision.id, choice: 1 });
  }
  throw new Error('The Director said yes two hundred times and it still goes on.');
}

const runs = { numRuns: 150 };

describe('whatever happens', () => {
  test('every promise of the domain holds after every decision', () => {
    const promises = fc.property(lives, (life) => {
      // The driver throws a broken promise; what is asked here is only that it got this far.
      expect(live(life).agency.projectCount).toBeGreaterThan(0);
    });
    fc.assert(promises, runs);
  });

  test('a project comes to its end once everyone does their part', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const world = live(life);
        finish(world);
        for (const id of world.projectIds()) {
          expect(hasEnded(world.project(id).phase), `${id} ended`).toBe(true);
        }
        expect(world.agency.roster.filter((entry) => entry.reservedBy !== null)).toEqual([]);
      }),
      runs,
    );
  });

  // After every decision no question was dropped without a word (domain-breaches.ts); here nothing
  // is left that could still answer it.
  test('what was accepted from a person ends in an answer, a card or with its project', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const world = live(life);
        finish(world);
        for (const id of world.projectIds()) {
          const { turns, held, paused, decisions } = world.project(id);
          expect({ id, turns, held, paused, decisions }).toEqual({
            id,
            turns: {},
            held: [],
            paused: null,
            decisions: {},
          });
        }
      }),
      runs,
    );
  });

  test('a pause opens nothing and forgets nothing', () => {
    fc.assert(
      fc.property(lives, (life) => {
        live(life, (world) => {
          const running = world.projectIds().filter((id) => {
            const { paused, phase } = world.project(id);
            return paused === null && !hasEnded(phase);
          });
          const gists = () => running.map((id) => gist(world.project(id)));
          const before = gists();
          for (const project of running) world.director.does({ type: 'pause', project });
          expect(running.map((id) => world.project(id).turns)).toEqual(running.map(() => ({})));
          for (const project of running) world.director.does({ type: 'resume', project });
          expect(gists()).toEqual(before);
        });
      }),
      { numRuns: 60 },
    );
  });

  test('folding the facts from nothing gives the state', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const world = live(life);
        const facts = world.factsOf('agency').map((fact) => AgencyFact.parse(fact));
        expect(facts.reduce(evolveAgency, newAgency)).toEqual(world.agency);
        for (const id of world.projectIds()) {
          const own = world.factsOf(id).map((fact) => ProjectFact.parse(fact));
          expect(own.reduce<Project | null>(evolveProject, null)).toEqual(world.project(id));
        }
      }),
      { numRuns: 60 },
    );
  });
});
