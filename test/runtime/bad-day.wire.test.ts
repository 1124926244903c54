// Discord at its worst, with time made short: it forgets a nonce after a second and a half, breaks
// four of ten posts in every way there is, some long after the sender has given up, and the process
// is replaced now and then. What people see is what they would see on a good day.
import { expect, test } from 'vitest';
import { delay } from '../../src/lib/clock.ts';
import { countOpen } from '../../src/store/outbox.ts';
import type { Fault, FaultProxy } from '../discord/fault-proxy.ts';
import { until } from '../support/agency.ts';
import { hurry, say, startOutbound } from './effects-on-discord.ts';
import type { Outbound } from './effects-on-discord.ts';

/** In proportion to each other as in service; a try that is late is so by less than the quiet. */
const short = { nonceMs: 800, quietMs: 1000, postMs: 300, armedMs: 200 };
const nonceWindowMs = 1500;

const places = ['P1.overview', 'P1.S1', 'P1.S1.A1'];
const postsPerPlace = 12;
const longText = Array.from({ length: 280 }, (_, n) => `Paragraph ${n} with words.`).join('\n\n');

/** Every third is two messages long; every fourth says what another one said. */
function textOf(place: string, n: number): string {
  if (n % 3 === 2) return `${place} ${n}\n\n${longText}`;
  return n % 4 === 3 ? 'Agreed.' : `${place} ${n}`;
}

const faults: (() => Fault)[] = [
  () => 'lose-answer',
  () => 'lose-request',
  () => 'withhold-answer',
  () => 'withhold-request',
  () => 'deny-answer',
  () => ({ status: 500, body: {} }),
  () => ({ status: 429, body: { retry_after: 0.1 }, headers: { 'retry-after': '0.1' } }),
  () => ({ until: delay(450), onArrived: () => undefined }),
  () => ({ until: delay(250), onArrived: () => undefined }),
];

/** @returns what has struck, by its place in the list */
function strike(proxy: FaultProxy, seed: number): Map<number, number> {
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
  return struck;
}

/** What stands in a place, every message with all of its text. */
async function textsIn(outbound: Outbound, place: string): Promise<string[]> {
  const messages = await outbound.agency.director.readAll(await outbound.channelIdOf(place));
  return messages
    .filter(({ type }) => type === 0)
    .map(({ embeds }) => embeds.map(({ description }) => description ?? '').join('\n\n'));
}

test('on the worst of days every post is seen once, whole and in its order', async () => {
  await using outbound = await startOutbound({ sending: short, nonceWindowMs });
  const { add, agency, told } = outbound;
  for (const place of places) await add(say(`${place}.open`, 'Open.', place));
  await outbound.quiet();
  const struck = strike(agency.proxy, 20261121);
  const posts = Array.from({ length: postsPerPlace }, (_, n) =>
    places.map((place) => say(`${place}.${n}`, textOf(place, n), place)),
  ).flat();
  await add(...posts);
  for (let restarts = 0; restarts < 3; restarts += 1) {
    const asked = agency.proxy.seen.length + 15;
    await until(async () => {
      await hurry(outbound);
      return agency.proxy.seen.length > asked ? true : null;
    }, 'some requests');
    await outbound.restart();
  }
  await until(async () => {
    await hurry(outbound);
    return (await countOpen(outbound.store.db)) === 0 ? true : null;
  }, 'the last of them');
  for (const place of places) {
    const wanted = Array.from({ length: postsPerPlace }, (_, n) => textOf(place, n));
    expect((await textsIn(outbound, place)).join('\n\n')).toBe(['Open.', ...wanted].join('\n\n'));
  }
  expect(told).toEqual([]);
  const strikes = [...struck.values()].reduce((all, count) => all + count, 0);
  expect(struck.size).toBe(faults.length);
  expect(strikes).toBeGreaterThan(20);
});
