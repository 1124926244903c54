import { expect, test } from 'vitest';
import { newAgency, evolveAgency } from '../../src/domain/agency.ts';
import type { Agency } from '../../src/domain/agency.ts';
import { decideAgency } from '../../src/domain/decide/decide.ts';
import type { Event } from '../../src/domain/event.ts';

const minute = 60_000;
const begun = Date.UTC(2026, 0, 1);

/** What is said of each event, or why nothing is. */
function tell(events: readonly (Partial<Event> & { minutes: number })[]): string[] {
  let agency: Agency = newAgency;
  return events.map(({ minutes, ...more }, index) => {
    const at = begun + minutes * minute;
    // The table below holds whole events but for these two.
    const event = { id: `event.${index}`, at, ...more } as Event;
    const { facts, posts, receipt } = decideAgency(agency, event);
    agency = facts.reduce(evolveAgency, agency);
    const titles = posts.map(({ place, body }) => {
      return `${place}: ${body.type === 'notice' ? body.title : body.type}`;
    });
    return receipt.ok ? titles.join(' · ') : receipt.reason;
  });
}

const down = { type: 'part-changed', part: 'memory', isUp: false, reason: 'away' } as const;
const up = { ...down, isUp: true, reason: '' } as const;

test('an alert of one cause is given once an hour, and another cause at any time', () => {
  const parked = { type: 'delivery-parked', kind: 'post', lane: 'P1.S1', reason: '500' } as const;
  const told = 'People were told of it within the last hour.';
  expect(
    tell([
      { minutes: 0, ...down },
      { minutes: 5, ...up },
      { minutes: 10, ...down },
      { minutes: 11, ...up },
      { minutes: 12, ...parked },
      { minutes: 13, ...parked, lane: 'P1.S2' },
      { minutes: 14, ...parked, reason: '403' },
      { minutes: 60, ...down },
      { minutes: 61, ...down },
    ]),
  ).toEqual([
    'agency.log: Memory is degraded',
    'agency.log: Memory is whole again',
    told,
    told,
    'agency.log: A message could not be delivered',
    told,
    'agency.log: A message could not be delivered',
    'agency.log: Memory is degraded',
    told,
  ]);
});

test('every part that may be away has its cure', () => {
  const parts = ['memory', 'turns', 'deliveries'] as const;
  for (const part of parts) {
    const event = { ...down, part, id: 'event.1', at: begun } as const;
    const [post] = decideAgency(newAgency, event).posts;
    expect(post?.body).toMatchObject({ type: 'notice', tone: 'warning' });
    expect(post?.body.type === 'notice' && post.body.text).toMatch(/^Why: away\n\n\w/);
  }
});
