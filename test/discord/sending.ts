// The sender with its memory: the adapter, a local Discord behind a proxy, and the store, in which
// one post is under lease. Time passes when a test says so, for the database and for Discord.
import { sql } from 'drizzle-orm';
import type { Sends } from '../../src/domain/sends.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { AppError } from '../../src/lib/errors.ts';
import { claimDeliveries, enqueue } from '../../src/store/outbox.ts';
import { createSends } from '../../src/store/sends.ts';
import { openTestStore } from '../store/arrange.ts';
import type { TestStore } from '../store/arrange.ts';
import type { Fault } from './fault-proxy.ts';
import { readChannel, startAgency } from './agency.ts';
import type { Agency } from './agency.ts';

export interface Sending extends AsyncDisposable {
  agency: Agency;
  store: TestStore;
  /** The memory of messages, in the hands of whoever claimed their post last. */
  sends: Sends;
  way: { channelId: string; sends: Sends };
  /** Somebody else gets the post, because its lease ran out. */
  claimAgain: () => Promise<Sends>;
  /** For the database and for Discord alike. */
  passTime: (ms: number) => Promise<void>;
  /** What the next tries to post meet, one after the other. */
  meets: (...faults: (Fault | null)[]) => void;
  /** How often a message was posted, whatever came of it. */
  tries: () => number;
  /** What people see. */
  texts: () => Promise<string[]>;
}

export const minute = 60_000;

export async function startSending(clock: Clock = systemClock): Promise<Sending> {
  await using parts = new AsyncDisposableStack();
  let ahead = 0;
  const discordClock = { ...systemClock, now: () => systemClock.now() + ahead };
  const store = parts.use(await openTestStore());
  const agency = parts.use(
    await startAgency({ clock, sending: { postMs: 500 } }, 'proxy', { clock: discordClock }),
  );
  await store.transact((tx) => enqueue(tx, [{ id: 'a', kind: 'post', lane: 'a', payload: {} }]));
  const claim = async (): Promise<Sends> => {
    await store.passTime();
    const claiming = { max: 1, leaseMs: 60_000, kinds: ['post'] as const };
    const [delivery] = await claimDeliveries(store.db, claiming);
    if (delivery === undefined) throw new Error('There is nothing to claim.');
    return createSends(store.db, delivery);
  };
  const sends = await claim();
  const { channelId, director, proxy } = agency;
  const kept = parts.move();
  return {
    agency,
    store,
    sends,
    way: { channelId, sends },
    claimAgain: claim,
    passTime: async (ms) => {
      ahead += ms;
      const by = sql`${ms} * interval '1 ms'`;
      await store.db.execute(sql`update sends set first_at = first_at - ${by},
        window_at = window_at - ${by}, last_at = last_at - ${by}`);
    },
    meets: (...faults) => {
      proxy.rule = ({ method, path }) =>
        method === 'POST' && path.endsWith('/messages') ? (faults.shift() ?? null) : null;
    },
    tries: () =>
      proxy.seen.filter(({ method, path }) => method === 'POST' && path.endsWith('/messages'))
        .length,
    texts: async () => {
      const messages = await readChannel(director, channelId);
      return messages.map(({ content, embeds }) => {
        const said = embeds.map(({ description }) => description ?? '');
        return said.length === 0 ? content : said.join('\n\n');
      });
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

export async function failureOf(call: Promise<unknown>): Promise<AppError> {
  const outcome: unknown = await call.catch((error: unknown) => error);
  if (outcome instanceof AppError) return outcome;
  throw new Error(`no AppError but ${String(outcome)}`);
}
