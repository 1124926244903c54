// What only people can put right: nothing is lost, Discord is not asked again and again, people are
// told once, and everything goes out in its order when they have.
import { expect, test } from 'vitest';
import { hasEarlierPosts, readUnsaid } from '../../src/store/outbox.ts';
import type { Seen } from '../discord/fault-proxy.ts';
import { until } from '../support/agency.ts';
import { allowBot, hurry, orders, say, startOutbound } from './effects-on-discord.ts';
import type { Outbound } from './effects-on-discord.ts';

const all = ['view', 'send', 'embed', 'history'] as const;

const said = (outbound: Outbound, key: string, count: number) =>
  until(async () => {
    const texts = await outbound.reads(key);
    return texts.length >= count ? texts : null;
  }, `${count} messages in ${key}`);

async function untilHeld(outbound: Outbound): Promise<void> {
  await until(
    async () => ((await readUnsaid(outbound.store.db)).length > 0 ? true : null),
    'a hold',
  );
  await outbound.quiet();
}

test('a place that was closed to the bot is told once, asked twice at most, and goes on by itself', async () => {
  await using outbound = await startOutbound();
  const { add, told, refusals } = outbound;
  await add(say('p1', 'One.'));
  await said(outbound, 'P1.S1', 1);
  await allowBot(outbound, 'P1.S1', ['view', 'embed', 'history']);
  await add(say('p2', 'Two.'), say('p3', 'Three.'), say('o1', 'Elsewhere.', 'P1.overview'));
  await untilHeld(outbound);
  await add(say('p4', 'Four.'));
  await outbound.quiet();
  await outbound.restart();
  await untilHeld(outbound);
  expect(told).toEqual([expect.stringMatching(/^P1\.S1: .*permission.*invitation link/) as string]);
  expect(refusals(403)).toBe(2);
  expect(await outbound.reads('P1.overview')).toEqual(['Elsewhere.']);
  expect(await readUnsaid(outbound.store.db)).toMatchObject([{ effects: 3 }]);
  await allowBot(outbound, 'P1.S1', all);
  expect(await said(outbound, 'P1.S1', 4)).toEqual(['One.', 'Two.', 'Three.', 'Four.']);
  expect(refusals(403)).toBe(2);
});

test('what happens again after it was put right is told again', async () => {
  await using outbound = await startOutbound();
  const { add, told } = outbound;
  await add(say('p1', 'One.'));
  await said(outbound, 'P1.S1', 1);
  for (const n of [2, 3]) {
    await allowBot(outbound, 'P1.S1', ['send', 'embed', 'history']);
    await add(say(`p${n}`, `Post ${n}.`));
    await untilHeld(outbound);
    await allowBot(outbound, 'P1.S1', all);
    await said(outbound, 'P1.S1', n);
  }
  expect(told).toHaveLength(2);
  expect(told[0]).toContain('View Channel');
});

test('threads of a channel that is closed are closed with it, and told with it', async () => {
  await using outbound = await startOutbound();
  const { add, told, refusals } = outbound;
  await add(say('a1', 'Begin.', 'P1.S1.A1'), say('b1', 'Begin.', 'P1.S1.A2'));
  await said(outbound, 'P1.S1.A2', 1);
  await said(outbound, 'P1.S1.A1', 1);
  await allowBot(outbound, 'P1.S1', ['send', 'embed', 'history']);
  await add(say('a2', 'On.', 'P1.S1.A1'));
  await untilHeld(outbound);
  await add(say('b2', 'On.', 'P1.S1.A2'), say('s1', 'All.', 'P1.S1'));
  await outbound.quiet();
  expect(told).toHaveLength(1);
  expect(refusals(403)).toBe(1);
  await allowBot(outbound, 'P1.S1', all);
  expect(await said(outbound, 'P1.S1.A1', 2)).toEqual(['Begin.', 'On.']);
  expect(await said(outbound, 'P1.S1.A2', 2)).toEqual(['Begin.', 'On.']);
});

test('a channel that people deleted is not made again until they make another one', async () => {
  await using outbound = await startOutbound();
  const { add, agency, asOwner, told } = outbound;
  await add(say('p1', 'One.'));
  await said(outbound, 'P1.S1', 1);
  const gone = await outbound.channelIdOf('P1.S1');
  await asOwner('DELETE', `/channels/${gone}`);
  await add(say('p2', 'Two.'), say('p3', 'Three.'));
  await untilHeld(outbound);
  await outbound.restart();
  await untilHeld(outbound);
  const names = async () =>
    (await agency.director.channels(agency.local.guildId)).map(({ name }) => name);
  expect(await names()).not.toContain('programme');
  expect(told).toHaveLength(1);
  const mark = /\[ag:[\w.]+\]/.exec(told[0] ?? '')?.[0] ?? '';
  await asOwner('POST', `/guilds/${agency.local.guildId}/channels`, {
    name: 'second',
    topic: mark,
  });
  await until(
    async () => ((await outbound.channelIdOf('P1.S1')) === gone ? null : true),
    'another channel',
  );
  expect(await said(outbound, 'P1.S1', 2)).toEqual(['Two.', 'Three.']);
});

test('a channel that the bot may not see is missing, not deleted', async () => {
  await using outbound = await startOutbound();
  const { add, agency, told } = outbound;
  await add(say('p1', 'One.'));
  await said(outbound, 'P1.S1', 1);
  await allowBot(outbound, 'P1.S1', ['send', 'embed', 'history']);
  const [order] = orders.filter(({ key }) => key === 'P1.S1');
  await add({ id: 'place.P1.S1', kind: 'place', lane: 'P1.S1', payload: order });
  await untilHeld(outbound);
  const channels = await agency.director.channels(agency.local.guildId);
  expect(channels.filter(({ name }) => name === 'programme')).toHaveLength(1);
  expect(told).toEqual([expect.stringContaining('View Channel') as string]);
});

test('a category that people deleted is asked for when a channel is to be made in it', async () => {
  await using outbound = await startOutbound();
  const { add, agency, asOwner, told } = outbound;
  await add(say('p1', 'One.'));
  await said(outbound, 'P1.S1', 1);
  await asOwner('DELETE', `/channels/${await outbound.channelIdOf('P1')}`);
  await add(say('p2', 'Two.'), say('o1', 'Here.', 'P1.overview'));
  expect(await said(outbound, 'P1.S1', 2)).toEqual(['One.', 'Two.']);
  await untilHeld(outbound);
  expect(told).toEqual([expect.stringContaining('exactly this name: Talks · P1') as string]);
  await asOwner('POST', `/guilds/${agency.local.guildId}/channels`, {
    name: 'Talks · P1',
    type: 4,
  });
  expect(await said(outbound, 'P1.overview', 1)).toEqual(['Here.']);
});

test('what belongs in a thread that is deleted or locked is said in its channel, which says so', async () => {
  await using outbound = await startOutbound();
  const { add, agency, asOwner, told } = outbound;
  await add(say('a1', 'One.', 'P1.S1.A1'), say('b1', 'One.', 'P1.S1.A2'));
  await said(outbound, 'P1.S1.A1', 1);
  await said(outbound, 'P1.S1.A2', 1);
  await asOwner('DELETE', `/channels/${await outbound.channelIdOf('P1.S1.A1')}`);
  await add(say('a2', 'Two.', 'P1.S1.A1'), say('a3', 'Three.', 'P1.S1.A1'));
  await said(outbound, 'P1.S1', 3);
  const thread = `/channels/${await outbound.channelIdOf('P1.S1.A2')}`;
  agency.proxy.rule = ({ method, path }) =>
    method === 'POST' && path === `${thread}/messages`
      ? { status: 400, body: { code: 160005, message: 'Thread is locked' } }
      : null;
  await add(say('b2', 'Four.', 'P1.S1.A2'));
  expect(await said(outbound, 'P1.S1', 5)).toEqual([
    'The thread “Ada · Researcher” was deleted',
    'Two.',
    'Three.',
    'The thread “Bruno · Editor” is locked',
    'Four.',
  ]);
  expect(told).toEqual([]);
  agency.proxy.rule = () => null;
  await asOwner('PATCH', thread, { locked: true });
  await asOwner('PATCH', thread, { locked: false });
  await until(async () => {
    await add(say(`again-${agency.proxy.seen.length}`, 'Unlocked.', 'P1.S1.A2'));
    await outbound.quiet();
    return (await outbound.reads('P1.S1.A2')).includes('Unlocked.') ? true : null;
  }, 'the thread to be used again');
});

test('what may have been said in a thread that is deleted since is said once, in its channel', async () => {
  await using outbound = await startOutbound();
  const { add, agency, asOwner, told, passTime } = outbound;
  await add(say('a1', 'One.', 'P1.S1.A1'));
  await said(outbound, 'P1.S1.A1', 1);
  const thread = `/channels/${await outbound.channelIdOf('P1.S1.A1')}`;
  const isTry = ({ method, path }: Seen) => method === 'POST' && path === `${thread}/messages`;
  const gone = Promise.withResolvers<void>();
  let tries = 0;
  agency.proxy.rule = (request) => {
    if (!isTry(request)) return null;
    tries += 1;
    if (tries > 1) return null;
    asOwner('DELETE', thread).then(() => gone.resolve(), gone.reject);
    return { until: gone.promise, onArrived: () => undefined };
  };
  await add(say('a2', 'Two.', 'P1.S1.A1'));
  await gone.promise;
  await until(async () => {
    await passTime(5 * 60_000);
    await hurry(outbound);
    const texts = await outbound.reads('P1.S1');
    return texts.includes('Two.') ? true : null;
  }, 'what was tried in the thread');
  await outbound.quiet();
  const moved = 'The thread “Ada · Researcher” was deleted';
  expect(await outbound.reads('P1.S1')).toEqual([moved, 'Two.']);
  expect(told).toEqual([]);
});

test('a thread that fell asleep locked is not woken', async () => {
  await using outbound = await startOutbound();
  const { add, asOwner, agency } = outbound;
  await add(say('a1', 'One.', 'P1.S1.A1'));
  await said(outbound, 'P1.S1.A1', 1);
  const thread = `/channels/${await outbound.channelIdOf('P1.S1.A1')}`;
  await asOwner('PATCH', thread, { archived: true, locked: true });
  agency.proxy.rule = ({ method, path }) =>
    method === 'POST' && path === `${thread}/messages`
      ? { status: 400, body: { code: 50083, message: 'Thread is archived' } }
      : null;
  await add(say('a2', 'Two.', 'P1.S1.A1'));
  await said(outbound, 'P1.S1', 2);
  expect(agency.proxy.seen.filter(({ method }) => method === 'PATCH')).toEqual([]);
});

test('a server that is full is asked once, not for every place', async () => {
  await using outbound = await startOutbound();
  const { add, agency, told, asOwner } = outbound;
  await add(say('p1', 'One.'));
  await said(outbound, 'P1.S1', 1);
  let asked = 0;
  agency.proxy.rule = ({ method, path }) => {
    if (method !== 'POST' || !path.endsWith('/channels')) return null;
    asked += 1;
    return { status: 400, body: { code: 30013, message: 'Maximum number of guild channels' } };
  };
  await add(say('o1', 'Here.', 'P1.overview'), say('o2', 'Here too.', 'P1.overview'));
  await untilHeld(outbound);
  await add(say('p2', 'Two.'));
  expect(await said(outbound, 'P1.S1', 2)).toEqual(['One.', 'Two.']);
  expect([asked, told.length]).toEqual([1, 1]);
  agency.proxy.rule = () => null;
  const made = await asOwner('POST', `/guilds/${agency.local.guildId}/channels`, { name: 'spare' });
  const { id } = (await made.json()) as { id: string }; // made just now
  await asOwner('DELETE', `/channels/${id}`);
  expect(await said(outbound, 'P1.overview', 2)).toEqual(['Here.', 'Here too.']);
});

test('the hand-over does not wait for what people have to put right', async () => {
  await using outbound = await startOutbound();
  const { add, store } = outbound;
  await add(say('p1', 'One.'));
  await said(outbound, 'P1.S1', 1);
  await allowBot(outbound, 'P1.S1', ['send', 'embed', 'history']);
  await add(say('p2', 'Two.'));
  await untilHeld(outbound);
  await add({ id: 'P1.bundle', kind: 'timer', lane: 'P1.bundle', payload: {} });
  expect(await hasEarlierPosts(store.db, { id: 'P1.bundle', projectId: 'P1' })).toBe(false);
});

test('a fault of ours is parked and told once, and its lane goes on', async () => {
  await using outbound = await startOutbound();
  const { add, agency, told, store } = outbound;
  await add(say('p1', 'One.'));
  await said(outbound, 'P1.S1', 1);
  let isFirst = true;
  agency.proxy.rule = ({ method, path }) => {
    if (method !== 'POST' || !path.endsWith('/messages') || !isFirst) return null;
    isFirst = false;
    return { status: 400, body: { code: 50035, message: 'Invalid Form Body' } };
  };
  await add(say('p2', 'Two.'), say('p3', 'Three.'));
  expect(await said(outbound, 'P1.S1', 2)).toEqual(['One.', 'Three.']);
  expect(told).toEqual([expect.stringContaining('a fault of mine') as string]);
  expect(await readUnsaid(store.db)).toEqual([
    { reason: expect.stringContaining('a fault of mine') as string, effects: 1 },
  ]);
});

test('while Discord answers nobody nothing is given up, however long', async () => {
  await using outbound = await startOutbound();
  const { add, agency, told } = outbound;
  await add(say('p1', 'One.'));
  await said(outbound, 'P1.S1', 1);
  let tries = 0;
  agency.proxy.rule = ({ method }) => {
    if (method !== 'POST') return null;
    tries += 1;
    return { status: 502, body: {} };
  };
  await add(say('p2', 'Two.'));
  await until(async () => {
    await hurry(outbound);
    return tries > 20 ? true : null;
  }, '20 tries');
  agency.proxy.rule = () => null;
  await until(async () => {
    await hurry(outbound);
    return (await outbound.reads('P1.S1')).length === 2 ? true : null;
  }, 'the post');
  expect(told).toEqual([]);
});

test('what Discord fails on alone, while it answers others, is given up in the end', async () => {
  await using outbound = await startOutbound();
  const { add, agency, told } = outbound;
  await add(say('p1', 'One.'), say('o1', 'Here.', 'P1.overview'));
  await said(outbound, 'P1.S1', 1);
  await said(outbound, 'P1.overview', 1);
  const poisoned = `/channels/${await outbound.channelIdOf('P1.S1')}/messages`;
  agency.proxy.rule = ({ method, path }) =>
    method === 'POST' && path === poisoned ? { status: 500, body: {} } : null;
  await add(say('p2', 'Two.'));
  let n = 1;
  await until(async () => {
    n += 1;
    await add(say(`o${n}`, `Here ${n}.`, 'P1.overview'));
    await said(outbound, 'P1.overview', n);
    await hurry(outbound);
    return told.length > 0 ? true : null;
  }, 'the end of its tries');
  expect(told).toEqual([expect.stringMatching(/^P1\.S1: /) as string]);
});

test('a pause that Discord asks for is kept and costs no attempt', async () => {
  await using outbound = await startOutbound();
  const { add, agency, store } = outbound;
  await add(say('p1', 'One.'));
  await said(outbound, 'P1.S1', 1);
  const headers = { 'retry-after': '90' };
  const body = { message: 'limited', retry_after: 90, global: false };
  agency.proxy.rule = ({ method, path }) =>
    method === 'POST' && path.endsWith('/messages') ? { status: 429, body, headers } : null;
  await add(say('p2', 'Two.'));
  const row = await until(async () => {
    const { rows } = await store.db.execute(`select attempts, status,
      extract(epoch from not_before - now())::float8 as seconds from outbox
      where id = 'p2' and last_error is not null`);
    return rows[0] ?? null;
  }, 'the pause');
  expect(row).toMatchObject({ attempts: 0, status: 'ready' });
  expect(Number(row['seconds'])).toBeGreaterThan(80);
});
