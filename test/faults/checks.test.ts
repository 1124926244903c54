// The checks of a run see what they are there for: each is given a world with one thing wrong.
import { describe, expect, test } from 'vitest';
import { checkCalls } from './check-calls.ts';
import type { Mishap, Step } from './check-calls.ts';
import { checkDiscord } from './check-discord.ts';
import { noFindings } from './findings.ts';
import type { Findings } from './findings.ts';
import type { Call } from './model-proxy.ts';
import type { Told } from './read-told.ts';
import { recoveriesOf, timesOf } from './recovery.ts';
import type { Ending } from './supervisor.ts';
import { renderPost } from '../../src/discord/render/render-post.ts';
import { projectManager } from '../../src/domain/agent.ts';
import type { Post } from '../../src/domain/post.ts';
import type { SeenMessage } from '../../src/embedded/discord/person.ts';

const channelId = '300000000000000001';
const bot = { id: '1', username: 'A-TEAMs', bot: true };
const human = { id: '2', username: 'director' };

function postOf(id: string, text: string): Post {
  const body = { type: 'speech' as const, text };
  return { id, place: 'P1.overview', speaker: projectManager, body, notify: [], pin: false };
}

function message(id: string, said: string | Post): SeenMessage {
  const [rendered] = typeof said === 'string' ? [] : renderPost(said);
  return {
    id,
    channel_id: channelId,
    author: rendered === undefined ? human : bot,
    content: typeof said === 'string' ? said : (rendered?.content ?? ''),
    timestamp: '2026-11-20T00:00:00.000Z',
    type: 0,
    pinned: false,
    embeds: (rendered?.embeds ?? []).map(({ title, description }) => ({ title, description })),
    components: [],
    attachments: [],
    mentions: [],
  };
}

const one = postOf('one', 'First.');
const two = postOf('two', 'Second.');
const posts = [one, two];

/** Two posts said as decided, and one word of the Director that was heard. */
function world(change: { told?: Partial<Told>; messages?: SeenMessage[] } = {}): Findings {
  const ids = ['101', '102'];
  const told: Told = {
    said: posts.map((post, at) => ({
      id: post.id,
      seq: at,
      firstSeq: at,
      kind: 'post',
      lane: post.place,
      payload: post,
      status: 'done',
      aggregateId: 'P1',
      isDue: true,
      lastError: null,
    })),
    edited: [],
    open: [],
    messageIds: new Map(posts.map(({ id }, at) => [id, [ids[at] ?? '']])),
    places: new Set([channelId]),
    heard: new Set(['103']),
    inbox: new Set(['discord.message.103']),
    openTurns: [],
    turns: 0,
    ...change.told,
  };
  const messages = change.messages ?? [
    ...posts.map((post, at) => message(ids[at] ?? '', post)),
    message('103', 'Go on.'),
  ];
  const findings = noFindings();
  const shown = { channels: [], messages: new Map(messages.map((each) => [each.id, each])) };
  checkDiscord(findings, { shown, told, posted: [] });
  return findings;
}

describe('what Discord shows', () => {
  test('is fine when it is what was decided', () => {
    expect(world()).toEqual(noFindings());
  });

  test('may not lack a message that is recorded', () => {
    const { lost } = world({
      messages: [message('101', one), message('103', 'Go on.')],
    });
    expect(lost).toEqual(['post two: its message 102 is not to be seen']);
  });

  test('may not lack a post that was decided', () => {
    const { lost } = world({ told: { messageIds: new Map([['one', ['101']]]) } });
    expect(lost).toEqual(['post two was decided and never recorded as said']);
  });

  test('may not hold a message twice', () => {
    const { duplicates } = world({
      messages: [
        message('101', one),
        message('102', two),
        message('104', two),
        message('103', 'Go on.'),
      ],
    });
    expect(duplicates).toHaveLength(1);
    expect(duplicates[0]).toMatch(/^message 104 .* is of no post/);
  });

  test('may not read otherwise than was decided', () => {
    const { lost } = world({
      messages: [message('101', two), message('102', one), message('103', 'Go on.')],
    });
    expect(lost).toHaveLength(2);
  });

  test('may not stand in another order', () => {
    const swapped = new Map([
      ['one', ['102']],
      ['two', ['101']],
    ]);
    const { disorder } = world({
      told: { messageIds: swapped },
      messages: [message('101', two), message('102', one)],
    });
    expect(disorder).toEqual(['two stands before one in P1.overview']);
  });

  test('may not hold a word that was not heard', () => {
    const { lost } = world({ told: { heard: new Set(), inbox: new Set() } });
    expect(lost).toEqual([
      '“Go on.” (103) was never heard',
      '“Go on.” (103) was never decided over',
    ]);
  });
});

describe('a model call', () => {
  const call = (at: number, answeredAt: number | null): Call => {
    return { turn: 'P1.turn.1', step: 'answer', attempt: 0, at, fault: null, answeredAt };
  };
  const paid = (calls: Call[], mishaps: Mishap[] = [], steps: Step[] = []): string[] => {
    const findings = noFindings();
    checkCalls(findings, { calls, mishaps, steps });
    return findings.paidTwice;
  };

  test('may be made again after a death', () => {
    expect(paid([call(1000, 1100), call(7000, 7100)], [{ at: 1150 }])).toEqual([]);
  });

  test('may be made again when it was not answered', () => {
    expect(paid([call(1000, null), call(2000, 2100)])).toEqual([]);
  });

  test('may not be made again for nothing', () => {
    const why = 'P1.turn.1 answer was answered again without a mishap';
    expect(paid([call(1000, 1100), call(7000, 7100)], [{ at: 9000 }])).toEqual([why]);
  });

  test('may not be made when its answer is in the journal', () => {
    const steps = [{ turn: 'P1.turn.1', step: 'answer', at: 1200 }];
    expect(paid([call(1000, 1100), call(7000, null)], [{ at: 1300 }], steps)).toEqual([
      'P1.turn.1 answer was asked 5800 ms after its answer was journaled',
    ]);
  });
});

describe('recovery', () => {
  const end = (slot: string, at: number): Ending => {
    const role = slot.startsWith('w') ? 'worker' : 'gateway';
    return { slot, role, life: 0, at, how: 'point', point: null, code: null, output: '' };
  };
  const takeover = { kind: 'turns' as const, id: 'P1.turn.1', holder: 'a-teams.w1' };

  test('of a turn counts from the death of whoever held it', () => {
    const takeovers = [{ ...takeover, heldAt: 1000, leaseUntil: 7500, at: 8000 }];
    const recoveries = recoveriesOf({ takeovers, endings: [end('w1', 1500)], readyTimes: [] });
    expect(recoveries).toEqual([{ what: 'turn', ms: 6500, isPrey: false }]);
  });

  test('is kept apart where the next one died on the way', () => {
    const takeovers = [{ ...takeover, heldAt: 1000, leaseUntil: 7500, at: 12_000 }];
    const endings = [end('w1', 1500), end('w2', 7600)];
    expect(recoveriesOf({ takeovers, endings, readyTimes: [] })).toEqual([
      { what: 'turn', ms: 10_500, isPrey: true },
    ]);
  });

  test('of a gateway lasts until one is ready again', () => {
    const readyTimes = [
      { slot: 'g1', role: 'gateway' as const, at: 500 },
      { slot: 'g1', role: 'gateway' as const, at: 4500 },
    ];
    const endings = [end('g1', 1000), end('w1', 1200), end('g1', 2500)];
    expect(recoveriesOf({ takeovers: [], endings, readyTimes })).toEqual([
      { what: 'gateway', ms: 2000, isPrey: false },
    ]);
  });

  test('is told by its middle, its worst twentieth and its worst', () => {
    const recoveries = Array.from({ length: 100 }, (_, at) => {
      return { what: 'turn' as const, ms: at + 1, isPrey: false };
    });
    expect(timesOf(recoveries)).toEqual({ count: 100, p50: 50, p95: 95, max: 100 });
  });
});
