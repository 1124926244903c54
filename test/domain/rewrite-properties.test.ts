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
  { maxLength: 25 },
);

function eventFor(step: Step, at: number): Event {
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
  const action: Action =
    'back' in step
      ? { type: 'roll-back', rewrite: null, who: 'A1', version: step.back }
      : { type: 'decide-rewrite', rewrite: `L${step.decide}`, isApplied: step.isApplied };
  return { type: 'action-taken', ...common, by, place: null, action };
}

function decide(agency: Agency, event: Event): Agency {
  const { facts } = decideAgency(agency, event);
  // As the store gives them back.
  return facts.map((fact) => AgencyFact.parse(fact)).reduce(evolveAgency, agency);
}

test('every version can be had again byte for byte, and none differs outside its scope', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const created: AgencyFact = { type: 'specialist-created', agent: ada };
      let agency = evolveAgency(newAgency, created);
      const rendered = new Map([[1, domains.map((domain) => promptIn(agency, domain))]]);
      for (const [at, step] of list.entries()) {
        const before = agency;
        agency = decide(before, eventFor(step, at + 1));
        const version = agency.roster[0]?.agent.personaVersion ?? 1;
        const prompts = domains.map((domain) => promptIn(agency, domain));
        const made = agency.learning.versions['A1']?.at(-1);
        const known = rendered.get(version);
        // What changes nothing is no new version, and what is one keeps its prompts for ever.
        if (known !== undefined) expect(prompts).toEqual(known);
        rendered.set(version, prompts);
        if (made === undefined || known !== undefined) continue;
        if (made.backTo !== null) expect(prompts).toEqual(rendered.get(made.backTo));
        const old = before.roster[0]?.agent.bullets ?? [];
        const touched = diffOf(old, made.bullets).join(' ');
        for (const domain of domains) {
          if (touched.includes(domain)) continue;
          expect(promptIn(agency, domain)).toBe(promptIn(before, domain));
        }
      }
    }),
    { numRuns: 200 },
  );
});
