// Forgetting as the Director asks for it: shown first, confirmed, proven.
import { expect, test } from 'vitest';
import type { Agency } from '../../src/domain/agency.ts';
import type { ActionOf } from '../../src/domain/action.ts';
import type { Receipt } from '../../src/domain/decision.ts';
import { decideAgency } from '../../src/domain/decide/decide.ts';
import type { Event } from '../../src/domain/event.ts';
import { evolveAgency, newAgency } from '../../src/domain/agency.ts';
import { addRows, selectionOf } from '../../src/domain/forgetting.ts';
import type { ErasureProof, ErasureTarget, Findings } from '../../src/domain/forgetting.ts';

const secret = 'The vault code is plum-7.';
const nothing: ErasureTarget = {
  memories: [],
  words: null,
  message: null,
  project: null,
  source: null,
};
const found: Findings = {
  memories: ['P1.turn.1.lesson'],
  messagesOfPeople: 1,
  messagesOfOurs: 4,
  files: 2,
  rows: 12,
  tables: 5,
};
const proof: ErasureProof = {
  memories: [],
  rows: [{ table: 'texts', column: 'text', count: 2, keys: ['a', 'b'] }],
  kept: [],
  messages: [],
  places: [],
  files: [],
  paths: ['handover/P1.zip'],
  index: 'erased',
  database: 'rewritten',
  passes: 2,
};

/** What people are told at once. */
function told({ receipt }: { receipt: Receipt }): string {
  return receipt.ok ? receipt.text : `refused: ${receipt.reason}`;
}

type Forget = Partial<ActionOf<'forget'>>;

function asks(more: Forget, id = 'discord.interaction.1', standing = 'director' as const): Event {
  const action = { type: 'forget', erasure: null, isConfirmed: null, found, ...more } as const;
  return {
    type: 'action-taken',
    id,
    at: 5,
    by: { kind: 'human', userId: '200000000000000001', name: 'Dora', standing },
    place: 'agency.director',
    action: { target: nothing, ...action },
  };
}

function after(agency: Agency, ...events: Event[]): Agency {
  return events.reduce(
    (state, event) => decideAgency(state, event).facts.reduce(evolveAgency, state),
    agency,
  );
}

const words = { ...nothing, words: secret };

test('what would go is shown before anything goes, without telling it', () => {
  const { receipt, facts, erasures } = decideAgency(newAgency, asks({ target: words }));
  expect(facts.map(({ type }) => type)).toEqual(['forgetting-asked']);
  expect(erasures).toEqual([]);
  if (!receipt.ok) throw new Error(receipt.reason);
  expect(receipt.text).not.toContain('plum');
  expect(receipt.text.split('\n').slice(0, 6)).toEqual([
    '**E1: this would be forgotten for ever**',
    '• 1 memory: `P1.turn.1.lesson`',
    '• 1 message of people: deleted in Discord where I may',
    '• 4 messages of ours: changed in Discord',
    '• 2 files, bundles among them: written anew',
    '• 12 rows of 5 tables in the database',
  ]);
  expect(receipt.buttons?.map(({ label, line }) => `${label}: ${line}`)).toEqual([
    'Forget it: /memory do:forget id:E1 confirm:true',
    'Keep it: /memory do:forget id:E1 confirm:false',
  ]);
});

test('a yes begins it once, a second yes says that it has begun', () => {
  const asked = after(newAgency, asks({ target: words }));
  const yes = asks({ erasure: 'E1', isConfirmed: true }, 'discord.interaction.2');
  const { erasures } = decideAgency(asked, yes);
  expect(erasures).toEqual([{ id: 'forget.E1', erasure: 'E1', target: words, asking: null }]);
  const again = decideAgency(after(asked, yes), yes);
  expect(again.erasures).toEqual([]);
  expect(told(again)).toContain('under way');
});

test('a no calls it off for good', () => {
  const asked = after(newAgency, asks({ target: words }));
  const no = asks({ erasure: 'E1', isConfirmed: false }, 'discord.interaction.2');
  const dropped = after(asked, no);
  expect(dropped.erasures).toMatchObject([{ state: 'dropped' }]);
  const yes = asks({ erasure: 'E1', isConfirmed: true }, 'discord.interaction.3');
  expect(decideAgency(dropped, yes)).toMatchObject({ receipt: { ok: false }, erasures: [] });
});

test('a typed command that holds the words is itself one of the messages to go', () => {
  const typed = asks({ target: words, isConfirmed: true }, 'discord.message.400000000000000001');
  expect(decideAgency(newAgency, typed).erasures).toMatchObject([
    { asking: { place: 'agency.director', messageId: '400000000000000001' } },
  ]);
});

test.each<[string, Forget, string]>([
  ['nothing is named', {}, 'Say what to forget'],
  [
    'the words stand everywhere',
    { target: { ...nothing, words: 'the plan' } },
    'Those words stand in too many other',
  ],
  ['nobody asked for it', { erasure: 'E9', isConfirmed: true }, 'Nobody asked for E9'],
])('it is refused when %s', (_why, action, reason) => {
  expect(told(decideAgency(newAgency, asks(action)))).toContain(`refused: ${reason}`);
});

test('words that are nowhere are answered, and nothing is written', () => {
  const none = {
    ...found,
    memories: [],
    messagesOfPeople: 0,
    messagesOfOurs: 0,
    files: 0,
    rows: 0,
  };
  const decision = decideAgency(newAgency, asks({ target: words, found: none }));
  expect(decision.facts).toEqual([]);
  expect(told(decision)).toContain('nothing of that');
});

test('the proof is kept in the record and told in #director', () => {
  const begun = after(newAgency, asks({ target: words, isConfirmed: true }));
  const finished = { type: 'forgetting-finished', id: 'forget.E1.finished', at: 9 } as const;
  const { facts, posts } = decideAgency(begun, { ...finished, erasure: 'E1', proof });
  expect(facts).toEqual([{ type: 'memory-forgotten', id: 'E1', proof, at: 9 }]);
  expect(posts.map(({ place }) => place)).toEqual(['agency.director']);
  expect(posts[0]?.body).toMatchObject({ title: 'E1 is forgotten' });
  expect(JSON.stringify(posts[0]?.body)).toContain('handover/P1.zip');
});

test('what a target means to memory', () => {
  expect(selectionOf({ ...nothing, words: secret, project: 'P1' })).toEqual({ words: secret });
  expect(selectionOf({ ...nothing, project: 'P1' })).toMatchObject({ source: { projectId: 'P1' } });
  expect(selectionOf({ ...nothing, source: 'A2' })).toMatchObject({ source: { agentId: 'A2' } });
  expect(selectionOf({ ...nothing, source: 'P1.turn.2' })).toMatchObject({
    source: { turnId: 'P1.turn.2' },
  });
  expect(selectionOf(nothing)).toBeNull();
});

test('a proof of many passes counts each row once', () => {
  const first = addRows([], [{ table: 't', column: 'c', keys: ['1', '2'] }]);
  expect(addRows(first, [{ table: 't', column: 'c', keys: ['2', '3'] }])).toEqual([
    { table: 't', column: 'c', count: 3, keys: ['1', '2', '3'] },
  ]);
});
