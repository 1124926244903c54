// A project is called off while one of its cards is on its way to Discord: whether the card got out
// is found out, and if it did its buttons go; if it did not it is never seen.
import { expect, test } from 'vitest';
import type { Seen } from '../discord/fault-proxy.ts';
import { withdrawSpeech, withholdEdits } from '../../src/store/hold.ts';
import { enqueue } from '../../src/store/outbox.ts';
import type { OutboxEntry } from '../../src/store/outbox.ts';
import { until } from '../support/agency.ts';
import { hurry, say, startOutbound } from './effects-on-discord.ts';
import type { Outbound } from './effects-on-discord.ts';

const card = (id: string): OutboxEntry => ({ ...say(id, 'Yes or no?'), aggregateId: 'P1' });
const closing = (cardId: string): OutboxEntry => {
  return { ...say(cardId, 'Called off.'), id: `${cardId}.edit`, kind: 'edit', aggregateId: 'P1' };
};
const isTry = ({ method, path }: Seen) => method === 'POST' && path.endsWith('/messages');

async function callOff({ store, wake }: Outbound, cardId: string): Promise<void> {
  await store.transact(async (tx) => {
    await withdrawSpeech(tx, 'P1');
    await enqueue(tx, [closing(cardId)]);
    await withholdEdits(tx, 'P1');
  });
  wake();
}

/** What people read once nothing is left to do, however long a try may stay under way. */
async function inTheEnd(outbound: Outbound): Promise<string[]> {
  await outbound.passTime(5 * 60_000);
  await hurry(outbound);
  await outbound.quiet();
  return outbound.reads('P1.S1');
}

test('a card that arrives after its project was called off is closed', async () => {
  await using outbound = await startOutbound();
  const { add, agency, reads } = outbound;
  const late = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  agency.proxy.rule = (request) =>
    isTry(request) ? { until: late.promise, onArrived: arrived.resolve } : null;
  await add(card('p1'));
  await until(() => Promise.resolve(agency.proxy.seen.some(isTry) || null), 'a try');
  await callOff(outbound, 'p1');
  late.resolve();
  await arrived.promise;
  const seen = await until(async () => {
    await hurry(outbound);
    const texts = await reads('P1.S1');
    return texts.includes('Called off.') ? texts : null;
  }, 'the card to be closed');
  expect(seen).toEqual(['Called off.']);
  expect(agency.proxy.seen.filter(isTry)).toHaveLength(1);
  await outbound.quiet();
});

test('a card that was answered before its project was called off is closed all the same', async () => {
  await using outbound = await startOutbound();
  const { add, agency, store, wake, quiet, reads } = outbound;
  await add(card('p1'));
  await quiet();
  agency.proxy.rule = ({ method }) => (method === 'PATCH' ? { status: 503, body: {} } : null);
  await add(closing('p1'));
  await until(() => Promise.resolve(agency.proxy.answers.includes(503) || null), 'a try');
  await store.transact((tx) => withdrawSpeech(tx, 'P1'));
  agency.proxy.rule = () => null;
  wake();
  await quiet();
  expect(await reads('P1.S1')).toEqual(['Called off.']);
});

test('a card whose project was called off is not seen when no try arrived, nor without one', async () => {
  await using outbound = await startOutbound();
  const { add, agency, quiet } = outbound;
  await add(say('first', 'Hello.'));
  await quiet();
  agency.proxy.rule = (request) => (isTry(request) ? 'lose-request' : null);
  await add(card('p1'));
  await until(() => Promise.resolve(agency.proxy.seen.filter(isTry).length > 1 || null), 'a try');
  await callOff(outbound, 'p1');
  agency.proxy.rule = () => null;
  expect(await inTheEnd(outbound)).toEqual(['Hello.']);
  await outbound.store.transact((tx) => enqueue(tx, [card('p2')]));
  await callOff(outbound, 'p2');
  expect(await inTheEnd(outbound)).toEqual(['Hello.']);
});
