// Discord at its worst: it forgets a nonce after the minute we trust it for, breaks four of ten
// posts in every way there is, some of them arriving long after the sender has given up, while the
// process is replaced again and again and whole minutes pass. People see what they see on a good
// day.
import { expect, test } from 'vitest';
import { countOpen } from '../../src/store/outbox.ts';
import type { Fault } from '../discord/fault-proxy.ts';
import { until } from '../support/agency.ts';
import { hurry, say, startOutbound } from './effects-on-discord.ts';
import type { Outbound } from './effects-on-discord.ts';

const nonceWindowMs = 60_000;
/** The sender repeats a nonce for half a minute: its last repeat may be late by the other half. */
const lateMs = 29_000;
/** How much time passes between two looks; now and then more than Discord remembers. */
const pauses = [1000, 20_000, lateMs, 61_000, 5 * 60_000];

const places = ['P1.overview', 'P1.S1', 'P1.S1.A1'];
const postsPerPlace = 12;
const longText = Array.from({ length: 280 }, (_, n) => `Paragraph ${n} with words.`).join('\n\n');

/** Every third is two messages long; every fourth says what another one said. */
function textOf(place: string, n: number): string {
  if (n % 3 === 2) return `${place} ${n}\n\n${longText}`;
  return n % 4 === 3 ? 'Agreed.' : `${place} ${n}`;
}

interface Strikes {
  /** How often each kind struck, by its place in the list. */
  struck: Map<number, number>;
  /** Lets time pass, in which what is late arrives when it is due. */
  pass: (ms: number) => Promise<void>;
}

interface Due {
  at: number;
  release: () => void;
  arrived: Promise<void>;
}

function strike({ agency, passTime }: Outbound, seed: number): Strikes {
  const { proxy } = agency;
  let now = 0;
  const underWay: Due[] = [];
  const late = (): Fault => {
    const released = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    underWay.push({ at: now + lateMs, release: released.resolve, arrived: arrived.promise });
    return { until: released.promise, onArrived: arrived.resolve };
  };
  const limited = { message: 'limited', retry_after: 0.1, global: false };
  const faults: (() => Fault)[] = [
    () => 'lose-answer',
    () => 'lose-request',
    () => 'withhold-answer',
    () => 'withhold-request',
    () => 'deny-answer',
    () => ({ status: 500, body: {} }),
    () => ({ status: 429, body: limited, headers: { 'retry-after': '0.1' } }),
    late,
  ];
  const struck = new Map<number, number>();
  let random = seed;
  proxy.rule = ({ method, path }) => {
    if (method !== 'POST' || !path.endsWith('/messages')) return null;
    random = (random * 1103515245 + 12345) % 2147483648;
    if (random / 2147483648 > 0.4) return null;
    const kind = (random >> 8) % faults.length;
    struck.set(kind, (struck.get(kind) ?? 0) + 1);
    return faults[kind]?.() ?? null;
  };
  const pass = async (ms: number): Promise<void> => {
    const end = now + ms;
    while (underWay[0] !== undefined && underWay[0].at <= end) {
      const [due] = underWay.splice(0, 1);
      if (due === undefined) break;
      await passTime(due.at - now);
      now = due.at;
      due.release();
      await due.arrived;
    }
    await passTime(end - now);
    now = end;
  };
  return { struck, pass };
}

/** What stands in a place, every message with all of its text. */
async function textsIn(outbound: Outbound, place: string): Promise<string[]> {
  const messages = await outbound.agency.director.readAll(await outbound.channelIdOf(place));
  return messages
    .filter(({ type }) => type === 0)
    .map(({ embeds }) => embeds.map(({ description }) => description ?? '').join('\n\n'));
}

test('on the worst of days every post is seen once, whole and in its order', async () => {
  await using outbound = await startOutbound({ sending: { postMs: 300 }, nonceWindowMs });
  const { add, agency, told, store } = outbound;
  for (const place of places) await add(say(`${place}.open`, 'Open.', place));
  await outbound.quiet();
  const { struck, pass } = strike(outbound, 20261121);
  const posts = Array.from({ length: postsPerPlace }, (_, n) =>
    places.map((place) => say(`${place}.${n}`, textOf(place, n), place)),
  ).flat();
  await add(...posts);
  let looks = 0;
  await until(async () => {
    looks += 1;
    // Between two processes, because what is under way at the sender's side is so for no time that
    // counts; at Discord's side, too.
    await outbound.restart(async () => {
      await until(async () => (agency.proxy.underWay === 0 ? true : null), 'the wire to be free');
      await pass(pauses[looks % pauses.length] ?? 0);
    });
    await hurry(outbound);
    return (await countOpen(store.db)) === 0 ? true : null;
  }, 'every post');
  await pass(lateMs);
  for (const place of places) {
    const wanted = Array.from({ length: postsPerPlace }, (_, n) => textOf(place, n));
    expect((await textsIn(outbound, place)).join('\n\n')).toBe(['Open.', ...wanted].join('\n\n'));
  }
  expect(told).toEqual([]);
  const strikes = [...struck.values()].reduce((all, count) => all + count, 0);
  expect(struck.size).toBe(8);
  expect(strikes).toBeGreaterThan(20);
});
