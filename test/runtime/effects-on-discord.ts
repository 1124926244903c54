// The outbound half on its own: the store, the deliverer with every effect, the real adapter, and a
// local Discord behind a proxy. A project has a category, a channel with a thread, and an overview.
// Time passes when a test says so.
import { sql } from 'drizzle-orm';
import type { SendDurations } from '../../src/discord/discord-limits.ts';
import type { AccessChange } from '../../src/domain/access-change.ts';
import { projectManager } from '../../src/domain/agent.ts';
import type { PlaceKey, PlaceOrder } from '../../src/domain/place.ts';
import type { Post } from '../../src/domain/post.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { createEffects } from '../../src/runtime/carry-out.ts';
import type { Effects } from '../../src/runtime/carry-out.ts';
import { createDeliverer } from '../../src/runtime/deliver.ts';
import type { Deliverer } from '../../src/runtime/deliver.ts';
import { reopen } from '../../src/runtime/reopen.ts';
import { OutboxKind, countOpen, enqueue, retryParked } from '../../src/store/outbox.ts';
import type { OutboxEntry } from '../../src/store/outbox.ts';
import { readPlace, savePlaces } from '../../src/store/places.ts';
import { readChannel, startAgency } from '../discord/agency.ts';
import type { Agency } from '../discord/agency.ts';
import { openTestStore } from '../store/arrange.ts';
import type { TestStore } from '../store/arrange.ts';
import { until } from '../support/agency.ts';
import { nothingForgotten } from './nothing-remembered.ts';

export interface Outbound extends AsyncDisposable {
  agency: Agency;
  store: TestStore;
  /** What people were told, as `lane: reason`. */
  told: string[];
  /** Adds effects and wakes the deliverer. */
  add: (...entries: OutboxEntry[]) => Promise<void>;
  wake: () => void;
  /** Until nothing is left that can be done. */
  quiet: () => Promise<void>;
  /** For what is remembered of messages and for Discord; `hurry` does it for what waits. */
  passTime: (ms: number) => Promise<void>;
  /** Another process takes over: memory is gone, what was parked or held is tried again. */
  restart: (meanwhile?: () => Promise<void>) => Promise<void>;
  channelIdOf: (key: PlaceKey) => Promise<string>;
  /** What people read in a place, oldest first: descriptions, or titles of notices. */
  reads: (key: PlaceKey) => Promise<string[]>;
  /** How many requests were answered with this status. */
  refusals: (status: number) => number;
  /** As the owner of the server. */
  asOwner: (method: string, path: string, body?: object) => Promise<Response>;
}

const base = { topic: null, humans: [] };
export const orders: PlaceOrder[] = [
  { ...base, key: 'P1', kind: 'category', parent: null, name: 'Talks · P1' },
  { ...base, key: 'P1.overview', kind: 'channel', parent: 'P1', name: 'overview' },
  { ...base, key: 'P1.S1', kind: 'channel', parent: 'P1', name: 'programme' },
  { ...base, key: 'P1.S1.A1', kind: 'thread', parent: 'P1.S1', name: 'Ada · Researcher' },
  { ...base, key: 'P1.S1.A2', kind: 'thread', parent: 'P1.S1', name: 'Bruno · Editor' },
];

export function say(id: string, text: string, place: PlaceKey = 'P1.S1'): OutboxEntry {
  const body = { type: 'speech', text } as const;
  const post: Post = { id, place, speaker: projectManager, body, notify: [], pin: false };
  return { id, kind: 'post', lane: place, payload: post };
}

export interface OutboundOptions {
  sending?: Partial<SendDurations>;
  /** How long Discord remembers a nonce, in the time that passes when a test says so. */
  nonceWindowMs?: number;
}

export async function startOutbound(options: OutboundOptions = {}): Promise<Outbound> {
  await using parts = new AsyncDisposableStack();
  const store = parts.use(await openTestStore());
  const told: string[] = [];
  let ahead = 0;
  const on: { change: (change: AccessChange) => void } = { change: () => undefined };
  const agency = parts.use(
    await startAgency(
      { onAccessChanged: (change) => on.change(change), sending: options.sending },
      'proxy',
      {
        clock: { ...systemClock, now: () => systemClock.now() + ahead },
        ...(options.nonceWindowMs === undefined ? {} : { nonceWindowMs: options.nonceWindowMs }),
      },
    ),
  );
  await store.transact((tx) => savePlaces(tx, orders));
  const begin = (): Deliverer => {
    const effects = effectsOn(store, agency);
    const deliverer = createDeliverer({
      store,
      log: silentLog,
      kinds: OutboxKind.options,
      carryOut: effects.carryOut,
      onTrouble: async ({ lane }, { reason }) => void told.push(`${lane}: ${reason}`),
      lanesMax: 8,
      leaseMs: 5000,
      renewMs: 1000,
    });
    on.change = (change) =>
      void reopen({ store, log: silentLog, effects, wake: () => deliverer.wake() }, change);
    return deliverer;
  };
  const running = { deliverer: begin() };
  parts.defer(() => running.deliverer.close());
  const channelIdOf = async (key: PlaceKey): Promise<string> => {
    const id = (await readPlace(store.db, key))?.channelId;
    if (id === null || id === undefined) throw new Error(`${key} is not open`);
    return id;
  };
  const { local, director, proxy } = agency;
  const kept = parts.move();
  return {
    agency,
    store,
    told,
    add: async (...entries) => {
      await store.transact((tx) => enqueue(tx, entries));
      running.deliverer.wake();
    },
    wake: () => running.deliverer.wake(),
    quiet: async () => {
      const isDone = async () => ((await countOpen(store.db)) === 0 ? true : null);
      await until(isDone, 'nothing left to do');
    },
    passTime: async (ms) => {
      ahead += ms;
      const by = sql`${ms} * interval '1 ms'`;
      await store.db.execute(sql`update sends set first_at = first_at - ${by},
        window_at = window_at - ${by}, last_at = last_at - ${by}`);
    },
    restart: async (meanwhile = () => Promise.resolve()) => {
      await running.deliverer.close();
      await meanwhile();
      await retryParked(store.db);
      running.deliverer = begin();
      running.deliverer.wake();
    },
    channelIdOf,
    reads: async (key) => {
      const channelId = (await readPlace(store.db, key))?.channelId ?? null;
      if (channelId === null) return [];
      const messages = await readChannel(director, channelId);
      return messages.map(({ content, embeds }) => {
        const [embed] = embeds;
        return embed?.title ?? embed?.description ?? content;
      });
    },
    refusals: (status) => proxy.answers.filter((answer) => answer === status).length,
    asOwner: (method, path, body) =>
      fetch(`${local.apiUrl}/v10${path}`, {
        method,
        headers: { authorization: local.directorToken, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function effectsOn(store: TestStore, agency: Agency): Effects {
  return createEffects({
    store,
    clock: systemClock,
    speaker: agency.discord,
    handleEvent: () => Promise.resolve({ ok: true, text: '' }),
    writeBundle: () => Promise.resolve(),
    forget: nothingForgotten,
  });
}

/** Lets whatever waits for a time be due now. */
export async function hurry({ store, wake }: Outbound): Promise<void> {
  await store.db.execute(sql`update outbox set not_before = '-infinity'
    where status = 'ready' and not_before < 'infinity'`);
  wake();
}

const bits = { view: 1 << 10, send: 1 << 11, embed: 1 << 14, history: 1 << 16 };

/** What the bot itself may do in a channel, as its owner would set it. */
export async function allowBot(
  { asOwner, agency, channelIdOf }: Outbound,
  key: PlaceKey,
  names: readonly (keyof typeof bits)[],
): Promise<void> {
  const target = `/channels/${await channelIdOf(key)}/permissions/${agency.local.applicationId}`;
  const sum = (chosen: readonly (keyof typeof bits)[]) =>
    String(chosen.reduce((all, name) => all | bits[name], 0));
  const every: (keyof typeof bits)[] = ['view', 'send', 'embed', 'history'];
  const answer = await asOwner('PUT', target, {
    type: 1,
    allow: sum(names),
    deny: sum(every.filter((name) => !names.includes(name))),
  });
  if (answer.status !== 204) throw new Error(`${answer.status} ${await answer.text()}`);
}
