// What effects mean outside, against a Discord that is as forgetful as the real one: whoever
// creates a message again gets the one that was made before, as it was made before.
import { expect, test } from 'vitest';
import type { PlaceOrder } from '../../src/domain/place.ts';
import type { Post } from '../../src/domain/post.ts';
import { projectManager } from '../../src/domain/agent.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { DiscordError } from '../../src/lib/errors.ts';
import { silentLog } from '../../src/lib/log.ts';
import { createEffects } from '../../src/runtime/carry-out.ts';
import type { Speaker } from '../../src/runtime/carry-out.ts';
import { createDeliverer } from '../../src/runtime/deliver.ts';
import { plainText } from '../../src/runtime/plain-text.ts';
import { OutboxKind, countOpen, enqueue } from '../../src/store/outbox.ts';
import type { OutboxEntry } from '../../src/store/outbox.ts';
import { savePlaces } from '../../src/store/places.ts';
import { until } from '../support/agency.ts';
import { cancelled, openProject } from './arrange.ts';
import type { Door } from './arrange.ts';
import { nothingForgotten } from './nothing-remembered.ts';

interface Discord extends Speaker {
  /** Text of each message by its id. */
  messages: Map<string, string>;
  /** Channels in the order they were opened, with their parent. */
  opened: string[];
  /** How many of the next answers to a new message are lost. */
  losesAnswers: number;
}

function createFakeDiscord(): Discord {
  const byNonce = new Map<string, string>();
  const channels = new Map<string, string>();
  const discord: Discord = {
    messages: new Map(),
    opened: [],
    losesAnswers: 0,
    openPlace: ({ key }, { parentChannelId, directorIds }) => {
      const known = channels.get(key);
      const id = known ?? `c${channels.size + 1}`;
      channels.set(key, id);
      const inside = parentChannelId === null ? '' : ` in ${parentChannelId}`;
      discord.opened.push(`${key} is ${id}${inside} for ${directorIds.join()}`);
      return Promise.resolve(id);
    },
    send: (post) => {
      const id = byNonce.get(post.id) ?? `m${byNonce.size + 1}`;
      if (!byNonce.has(post.id)) discord.messages.set(id, plainText(post.body));
      byNonce.set(post.id, id);
      if (discord.losesAnswers === 0) return Promise.resolve([id]);
      discord.losesAnswers -= 1;
      const options = { code: 'lost', retry: 'later', retryAfterMs: 1 } as const;
      return Promise.reject(new DiscordError('The answer was lost', options));
    },
    find: ({ id }) => {
      const made = byNonce.get(id);
      return Promise.resolve(made === undefined ? [] : [made]);
    },
    edit: (post, { messageIds: ids }) => {
      for (const id of ids) discord.messages.set(id, plainText(post.body));
      return Promise.resolve([...ids]);
    },
    react: () => Promise.resolve(),
  };
  return discord;
}

const overview: PlaceOrder = {
  key: 'P1.overview',
  kind: 'channel',
  parent: 'P1',
  name: 'overview',
  topic: null,
  humans: [],
};
const category: PlaceOrder = { ...overview, key: 'P1', kind: 'category', parent: null, name: 'P1' };

async function delivererFor({ store, handleEvent }: Door, speaker: Speaker) {
  await store.transact((tx) => savePlaces(tx, [category, overview]));
  const writeBundle = () => Promise.resolve();
  const effects = { speaker, handleEvent, writeBundle, forget: nothingForgotten };
  const shared = { store, clock: systemClock, ...effects };
  const { carryOut } = createEffects(shared);
  const deliverer = createDeliverer({
    store,
    log: silentLog,
    kinds: OutboxKind.options,
    carryOut,
    lanesMax: 8,
    leaseMs: 5000,
    renewMs: 1000,
  });
  return {
    add: async (...entries: OutboxEntry[]) => {
      await store.transact((tx) => enqueue(tx, entries));
      deliverer.wake();
      await until(async () => ((await countOpen(store.db)) === 0 ? true : null), 'quiet');
    },
    [Symbol.asyncDispose]: () => deliverer.close(),
  };
}

function speech(id: string, text: string): Post {
  const body = { type: 'speech', text } as const;
  return { id, place: 'P1.overview', speaker: projectManager, body, notify: [], pin: false };
}

const status: OutboxEntry = {
  id: 'status.P1',
  kind: 'status',
  lane: 'status.P1',
  payload: { projectId: 'P1' },
};

const say = (post: Post): OutboxEntry => {
  return { id: post.id, kind: 'post', lane: post.place, payload: post };
};

const change = (id: string, post: Post): OutboxEntry => {
  return { id, kind: 'edit', lane: post.place, payload: post };
};

test('the living status shows what is true now, whatever its first attempts showed', async () => {
  await using door = await openProject();
  const discord = createFakeDiscord();
  const send: Speaker['send'] = discord.send.bind(discord);
  let isFirst = true;
  discord.send = async (post, way) => {
    const ids = await send(post, way);
    if (post.id !== 'P1.status' || !isFirst) return ids;
    isFirst = false;
    // While the answer is lost the project goes on.
    await door.handleEvent(cancelled());
    throw new DiscordError('lost', { code: 'lost', retry: 'later', retryAfterMs: 1 });
  };
  await using deliverer = await delivererFor(door, discord);
  await deliverer.add(status);
  const shown = [...discord.messages.values()].filter((text) => text.startsWith('**P1**'));
  expect(shown).toEqual(['**P1**: cancelled']);
});

test('a post is said once and its change is seen, even if it was never known to be said', async () => {
  await using door = await openProject();
  const discord = createFakeDiscord();
  await using deliverer = await delivererFor(door, discord);
  // Until here the agency has said what it says at its start.
  await deliverer.add();
  discord.losesAnswers = 3;
  await deliverer.add(say(speech('a', 'It is open.')), change('a.edit', speech('a', 'Decided.')));
  expect(discord.losesAnswers).toBe(0);
  await deliverer.add(change('b.edit', speech('b', 'Never said before.')));
  await deliverer.add(change('a.again', speech('a', 'Decided again.')));
  const shown = [...discord.messages.values()].filter((text) => /Decided|said/.test(text));
  expect(shown).toEqual(['Decided again.', 'Never said before.']);
});

test('a place opens after its parent, once for all who need it, and again when it is ordered', async () => {
  await using door = await openProject();
  const discord = createFakeDiscord();
  await using deliverer = await delivererFor(door, discord);
  await deliverer.add(say(speech('a', 'One.')), say(speech('b', 'Two.')), status);
  const ofProject = () => discord.opened.filter((line) => line.startsWith('P1'));
  expect(ofProject()).toHaveLength(2);
  expect(ofProject()[0]).toMatch(/^P1 is c\d+ for 2/);
  expect(ofProject()[1]).toMatch(/^P1\.overview is c\d+ in c\d+ for 2/);
  const order: OutboxEntry = {
    id: 'place.P1.overview',
    kind: 'place',
    lane: 'p',
    payload: overview,
  };
  await deliverer.add(order);
  expect(ofProject()).toHaveLength(3);
});

test('an effect that nobody can read is parked, and its lane goes on', async () => {
  await using door = await openProject();
  const discord = createFakeDiscord();
  await using deliverer = await delivererFor(door, discord);
  const broken = { ...say(speech('a', 'x')), payload: { place: 'nowhere' } };
  await deliverer.add(broken, say(speech('b', 'And on.')));
  expect([...discord.messages.values()]).toContain('And on.');
});
