// A bad day of Discord. Every way in which a request can go wrong happens again and again, and in
// the end people see what they see on a good day: nothing lost, nothing said twice.
import { expect, test } from 'vitest';
import type { Fault, FaultProxy } from '../discord/fault-proxy.ts';
import { startTestAgency } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { beginWork, untilDone } from './begin.ts';

const plan = planOf([{}, { doer: 'analyst', after: ['T1'] }]);

async function storyWith(discordFaults?: FaultProxy['rule']): Promise<string> {
  await using model = await startCast(plan);
  await using world = await startTestAgency({
    modelUrl: model.url,
    ...(discordFaults === undefined ? {} : { discordFaults }),
  });
  await beginWork(world);
  // A bad day has a restart, too.
  if (discordFaults !== undefined) await world.restart();
  await untilDone(world);
  return await world.sees();
}

const limited = { message: 'You are being rate limited.', retry_after: 0.02, global: false };
const faults: Fault[] = [
  'lose-answer',
  'deny-answer',
  'lose-request',
  { status: 502, body: { message: 'Bad Gateway' } },
  'lose-answer',
  { status: 429, body: limited, headers: { 'retry-after': '0.02' } },
  { status: 500, body: { message: 'Internal Server Error' } },
];

/** So that the pauses between tries stay short. */
const inARowMax = 4;

/** Breaks four of ten requests that change something, in every way, the same on every run. */
function badDay(): FaultProxy['rule'] {
  let random = 42;
  const inARow = new Map<string, number>();
  return ({ method, path }) => {
    // The start does not try again, its operator does; who clicks is told at once or not at all.
    if (method === 'GET' || /\/(commands|interactions|webhooks)/.test(path)) return null;
    random = (random * 1103515245 + 12345) % 2147483648;
    const before = inARow.get(path) ?? 0;
    if (random / 2147483648 > 0.4 || before === inARowMax) {
      inARow.delete(path);
      return null;
    }
    inARow.set(path, before + 1);
    return faults[random % faults.length] ?? null;
  };
}

test('on a bad day of Discord everything is said, and once', async () => {
  expect(await storyWith(badDay())).toBe(await storyWith());
});
