// The door on a database of its own, with everything it wakes on record, and a project that has
// come as far as its first turn.
import { createHandleEvent } from '../../src/runtime/handle-event.ts';
import type { HandleEvent } from '../../src/runtime/handle-event.ts';
import type { Event } from '../../src/domain/event.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { claimDeliveries, finishDelivery } from '../../src/store/outbox.ts';
import { parseValue } from '../../src/lib/json.ts';
import { Event as EventSchema } from '../../src/domain/event.ts';
import { openTestStore } from '../store/arrange.ts';
import type { TestStore } from '../store/arrange.ts';

export interface Door extends AsyncDisposable {
  store: TestStore;
  handleEvent: HandleEvent;
  /** Turns that were hinted at, in order. */
  hinted: string[];
  stopped: string[];
  /** How often deliverers were woken. */
  wakes: number;
  /** Lets the aggregates' events reach each other. */
  deliverEvents(): Promise<void>;
}

export const directorId = '200000000000000001';
const by = { kind: 'human', userId: directorId, name: 'Dora', standing: 'director' } as const;

export function opened(at = 1): Event {
  return {
    type: 'agency-opened',
    id: `agency.opened.${at}`,
    at,
    guildId: '100000000000000001',
    directorIds: [directorId],
    ceilingMicroUsd: 5_000_000,
    rehearsal: false,
  };
}

export function said(text: string, n = 1): Event {
  return {
    type: 'message-received',
    id: `discord.message.${n}`,
    at: 2,
    place: 'agency.director',
    channelId: '300000000000000001',
    messageId: `40000000000000000${n}`,
    by,
    text,
    files: [],
    addressee: null,
  };
}

export function cancelled(n = 1): Event {
  const action = { type: 'cancel', project: 'P1' } as const;
  return { type: 'action-taken', id: `interaction.${n}`, at: 3, by, place: null, action };
}

export function paused(type: 'pause' | 'resume' = 'pause'): Event {
  const action = { type, project: 'P1' } as const;
  return { type: 'action-taken', id: `interaction.${type}`, at: 3, by, place: null, action };
}

export async function openDoor(): Promise<Door> {
  const store = await openTestStore();
  const door: Door = {
    store,
    hinted: [],
    stopped: [],
    wakes: 0,
    handleEvent: createHandleEvent({
      store,
      clock: systemClock,
      hints: {
        turns: (ids) => door.hinted.push(...ids),
        deliveries: () => {
          door.wakes += 1;
        },
      },
      stopTurns: (ids) => door.stopped.push(...ids),
    }),
    deliverEvents: async () => {
      for (;;) {
        const claiming = { max: 50, leaseMs: 60_000, kinds: ['event'] as const };
        const claimed = await claimDeliveries(store.db, claiming);
        if (claimed.length === 0) return;
        for (const delivery of claimed) {
          const event = parseValue(EventSchema, delivery.payload);
          if (!event.ok) throw new Error(event.reason);
          await door.handleEvent(event.value);
          await finishDelivery(store.db, delivery);
        }
      }
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
  return door;
}

/** An agency whose Director has given an objective: turn P1.turn.1 is due. */
export async function openProject(text = 'Write me a guide.'): Promise<Door> {
  const door = await openDoor();
  await door.handleEvent(opened());
  await door.handleEvent(said(text));
  await door.deliverEvents();
  return door;
}
