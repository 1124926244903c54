// Applying and taking back in any order: the rendered prompt of every version can be had again byte
// for byte, and no prompt outside a scope ever differs.
// Method: random proposals come in as studies do; the Director applies, rejects and goes back at
// random; after each step the prompts of turns in every domain are rendered and compared.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { promptOf } from '../../src/agents/prompt.ts';
import type { TurnMessage } from '../../src/agents/system-message.ts';
import type { Action } from '../../src/domain/action.ts';
import { evolveAgency, newAgency } from '../../src/domain/agency.ts';
import type { Agency } from '../../src/domain/agency.ts';
import type { Agent } from '../../src/domain/agent.ts';
import { bulletsInScope } from '../../src/domain/bullet.ts';
import { decideAgency } from '../../src/domain/decide/decide.ts';
import type { Event } from '../../src/domain/event.ts';
import { AgencyFact } from '../../src/domain/fact.ts';
import { diffOf } from '../../src/domain/rewrite.ts';
import type { Delta, ProposedRewrite } from '../../src/domain/rewrite.ts';

const domains = ['writing', 'travel', 'figures'];

const persona = {
  role: 'Writes guides.',
  expertise: 'Travel.',
  expectations: 'A brief.',
  collaboration: 'Early.',
  adaptability: 'Much.',
};

const turn: TurnMessage = {
  role: 'specialist',
  turn: 'work',
  kind: 'specialist.work',
  summary: 'Do a task',
  answer: 'commands',
  commands: ['submit'],
  tools: [],
  needs: [],
  ends: 'first',
  outputTokensMax: 1000,
  body: 'Do the task.',
};

const ada: Agent = {
  id: 'A1',
  name: 'Ada',
  title: 'Writer',
  role: 'specialist',
  skills: domains,
  persona,
  bullets: [],
  personaVersion: 1,
};

/** What the model would be sent in a turn of this domain. */
function promptIn(agency: Agency, domain: string): string {
  const agent = agency.roster[0]?.agent ?? ada;
  const shown = { ...agent, bullets: bulletsInScope(agent.bullets, [domain]) };
  return promptOf({ role: 'You are a Specialist.', agent: shown, turn, sections: [] })
    .map((message) => message.text)
    .join('\n');
}

const nouns = ['season', 'source', 'price', 'reader', 'owner', 'measure', 'weather', 'map', 'name'];

const delta: fc.Arbitrary<Delta> = fc
  .record({
    type: fc.constantFrom('add' as const, 'edit' as const, 'retire' as const),
    section: fc.constantFrom('expertise' as const, 'expectations' as const),
    words: fc.uniqueArray(fc.constantFrom(...nouns), { minLength: 3, maxLength: 5 }),
    scope: fc.subarray(domains, { minLength: 1 }),
    bullet: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ type, section, words, scope, bullet }) => {
    const text = `State the ${words.join(' and the ')}.`;
    const id = `B${bullet}`;
    if (type === 'add') return { type, section, text, scope };
    return type === 'edit' ? { type, bullet: id, text, scope } : { type, bullet: id };
  });

type Step = { delta: Delta } | { decide: number; isApplied: boolean } | { back: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: delta.map((one): Step => ({ delta: one })) },
    {
      weight: 3,
      arbitrary: fc
        .record({ decide: fc.integer({ min: 1, max: 8 }), isApplied: fc.constant(true) })
        .map((one): Step => one),
    },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 8 }).map((back): Step => ({ back })) },
  ),
  { minLength: 12, maxLength: 25 },
);

/** Decides over what there is at that moment. */
function eventFor(step: Step, at: number, { learning, roster }: Agency): Event {
  const common = { id: `step.${at}`, at };
  if ('delta' in step) {
    const rewrite: ProposedRewrite = {
      learner: 'A1',
      delta: step.delta,
      hypothesis: 'It will be better.',
      evidence: [{ id: 'P1.T1.v1', text: 'It went back.' }],
    };
    const counted = {
      works: [],
      pairings: [],
      advice: [],
      refused: [],
      failure: null,
      microUsd: 0,
    };
    const study = { projectId: 'P1', turnId: null, rewrites: [rewrite], ...counted };
    return { type: 'study-finished', ...common, ...study };
  }
  const by = {
    kind: 'human' as const,
    userId: '200000000000000001',
    name: 'Dora',
    standing: 'director' as const,
  };
  const now = roster[0]?.agent.personaVersion ?? 1;
  const action: Action =
    'back' in step
      ? { type: 'roll-back', rewrite: null, who: 'A1', version: (step.back % now) + 1 }
      : {
          type: 'decide-rewrite',
          rewrite: `L${(step.decide % Math.max(1, learning.rewriteCount)) + 1}`,
          isApplied: step.isApplied,
        };
  return { type: 'action-taken', ...common, by, place: null, action };
}

function decide(agency: Agency, event: Event): Agency {
  const { facts } = decideAgency(agency, event);
  // As the store gives them back.
  return facts.map((fact) => AgencyFact.parse(fact)).reduce(evolveAgency, agency);
}

/** What the prompts of every version were, and whether a later look finds them the same. */
function createMemory(first: Agency) {
  const rendered = new Map([[1, promptsOf(first)]]);
  return (before: Agency, after: Agency): string[] => {
    const version = after.roster[0]?.agent.personaVersion ?? 1;
    const prompts = promptsOf(after);
    const known = rendered.get(version);
    rendered.set(version, prompts);
    // What changes nothing is no new version, and what is one keeps its prompts for ever.
    if (known !== undefined) return differences(prompts, known, `version ${version} itself`);
    const made = after.learning.versions['A1']?.at(-1);
    const old = before.roster[0]?.agent.bullets ?? [];
    const touched = diffOf(old, made?.bullets ?? []).join(' ');
    const outside = domains.filter((domain) => !touched.includes(domain));
    return [
      ...(made === undefined || made.backTo === null
        ? []
        : differences(prompts, rendered.get(made.backTo) ?? [], `version ${made.backTo}`)),
      ...outside
        .filter((domain) => promptIn(after, domain) !== promptIn(before, domain))
        .map((domain) => `${domain} is touched by version ${version}`),
    ];
  };
}

function promptsOf(agency: Agency): string[] {
  return domains.map((domain) => promptIn(agency, domain));
}

function differences(prompts: readonly string[], as: readonly string[], what: string): string[] {
  return prompts.flatMap((prompt, at) => (prompt === as[at] ? [] : [`differs from ${what}`]));
}

test('every version can be had again byte for byte, and none differs outside its scope', () => {
  let versions = 0;
  let returns = 0;
  fc.assert(
    fc.property(steps, (list) => {
      let agency = evolveAgency(newAgency, { type: 'specialist-created', agent: ada });
      const differs = createMemory(agency);
      for (const [at, step] of list.entries()) {
        const before = agency;
        agency = decide(before, eventFor(step, at + 1, before));
        expect(differs(before, agency)).toEqual([]);
      }
      const made = agency.learning.versions['A1'] ?? [];
      versions += made.length;
      returns += made.filter(({ backTo }) => backTo !== null).length;
    }),
    { numRuns: 200 },
  );
  // Otherwise nothing of what this is about was tried.
  expect(versions).toBeGreaterThan(200);
  expect(returns).toBeGreaterThan(30);
});
