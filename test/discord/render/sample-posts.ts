// Posts of every kind, small but whole, for reading and for breaking.
import type { Agent } from '../../../src/domain/agent.ts';
import type { Plan } from '../../../src/domain/plan.ts';
import type { Forecast, Post, PostBody, StatusView } from '../../../src/domain/post.ts';

export const ada: Agent = {
  id: 'A1',
  name: 'Ada',
  title: 'Researcher',
  role: 'specialist',
  skills: ['research', 'writing'],
  persona: {
    role: 'Finds and weighs sources.',
    expertise: 'Market research.',
    expectations: 'A question with a scope.',
    collaboration: 'Hands over tables with sources.',
    adaptability: 'Says at once when a source contradicts the plan.',
  },
  bullets: [],
  personaVersion: 1,
};

export const noEstimate: Forecast = {
  microUsdLow: null,
  microUsdHigh: null,
  microUsdCeiling: 5_000_000,
  msLow: null,
  msHigh: null,
};

export const estimate: Forecast = {
  microUsdLow: 120_000,
  microUsdHigh: 900_000,
  microUsdCeiling: 5_000_000,
  msLow: 20 * 60_000,
  msHigh: 80 * 60_000,
};

export const plan: Plan = {
  title: 'A week of talks',
  summary: 'A programme with a budget that adds up.',
  outputs: [
    {
      id: 'O1',
      title: 'Programme',
      files: ['programme.md'],
      deliver: true,
      criteria: [
        { id: 'C1', text: 'Every day has two talks', check: { kind: 'judged' } },
        {
          id: 'C2',
          text: '300 to 600 words',
          check: { kind: 'length', file: 'programme.md', wordsMin: 300, wordsMax: 600 },
        },
      ],
    },
    {
      id: 'O2',
      title: 'Budget',
      files: ['budget.csv'],
      deliver: true,
      criteria: [
        {
          id: 'C3',
          text: 'The costs add up',
          check: { kind: 'sum', file: 'budget.csv', column: 'Cost', totalLabel: 'Total' },
        },
      ],
    },
    {
      id: 'O3',
      title: 'Speakers',
      files: ['speakers.md'],
      deliver: false,
      criteria: [{ id: 'C4', text: 'Ten names with topics', check: { kind: 'judged' } }],
    },
  ],
  streams: [
    {
      id: 'S1',
      title: 'Programme',
      purpose: 'Who speaks when.',
      oversight: 'milestones',
      coordination: { by: 'collaborator', why: 'One Specialist works here.' },
    },
    {
      id: 'S2',
      title: 'Money',
      purpose: 'What it costs.',
      oversight: 'every-output',
      coordination: null,
    },
  ],
  team: [
    {
      key: 'researcher',
      title: 'Researcher',
      skills: ['research'],
      reuse: 'A1',
      why: 'Knows it.',
      sameAs: null,
    },
    {
      key: 'budget',
      title: 'Budget Analyst',
      skills: ['money'],
      reuse: null,
      why: 'Nobody counts.',
      sameAs: null,
    },
  ],
  tasks: [
    {
      id: 'T1',
      title: 'Find speakers',
      brief: 'Ten of them.',
      stream: 'S1',
      output: 'O3',
      after: [],
      doer: 'researcher',
      approver: 'collaborator',
      tier: 'economy',
    },
    {
      id: 'T2',
      title: 'Write the programme',
      brief: 'Five days.',
      stream: 'S1',
      output: 'O1',
      after: ['T1'],
      doer: 'researcher',
      approver: 'budget',
      tier: 'standard',
    },
    {
      id: 'T3',
      title: 'Count the money',
      brief: 'All of it.',
      stream: 'S2',
      output: 'O2',
      after: ['T1', 'T2'],
      doer: 'budget',
      approver: 'director',
      tier: 'premium',
    },
  ],
};

export const planBody: PostBody = {
  type: 'plan',
  decision: 'P1-D2',
  plan,
  seats: [
    {
      key: 'researcher',
      label: 'Ada · Researcher',
      reused: true,
      why: 'Knows the field.',
      sameAs: null,
    },
    {
      key: 'budget',
      label: 'Budget Analyst',
      reused: false,
      why: 'Nobody here counts money.',
      sameAs: null,
    },
  ],
  forecast: noEstimate,
  criticalPath: ['T1', 'T2', 'T3'],
  faults: [],
};

export const statusView: StatusView = {
  projectId: 'P1',
  title: 'A week of talks',
  phase: 'running',
  tasks: [
    { id: 'T1', title: 'Find speakers', state: 'accepted', assignee: 'Ada' },
    { id: 'T2', title: 'Write the programme', state: 'working', assignee: 'Ada' },
    { id: 'T3', title: 'Count the money', state: 'waiting', assignee: null },
  ],
  waiting: [{ id: 'P1-D3', title: 'Accept the programme?', where: 'decisions' }],
  paused: null,
  held: 0,
  working: [{ agent: 'Ada', what: 'T2, revision 1' }],
  spentMicroUsd: 34_500,
  ceilingMicroUsd: 5_000_000,
  tokens: 48_210,
  startedAt: 1_700_000_000_000,
  endedAt: null,
};

const hash = 'ab'.repeat(32);
export const file = (name: string, bytes = 2048) => ({ name, sha256: hash, bytes });

export const criteria = plan.outputs[0]?.criteria ?? [];
export const results = [
  {
    criterion: 'C1',
    met: true,
    evidence: '“Monday: Ada, Bruno”',
    checkedBy: 'agent' as const,
  },
  { criterion: 'C2', met: false, evidence: '212 words', checkedBy: 'code' as const },
];

export function post(body: PostBody, parts: Partial<Post> = {}): Post {
  const id = 'P1.turn.1.post.1';
  return { id, place: 'P1.overview', speaker: ada, body, notify: [], pin: false, ...parts };
}
