// A bot that hears: the real adapter on a local Discord, the real door on a database of its own,
// and between them the back-fill. It can be stopped and started like a process.
import { createDiscord } from '../../src/discord/create-discord.ts';
import type { Discord } from '../../src/discord/create-discord.ts';
import type { HumanInput, HumanMessage } from '../../src/domain/human-input.ts';
import { createPerson } from '../../src/embedded/discord/person.ts';
import type { Person } from '../../src/embedded/discord/person.ts';
import type { LocalDiscord } from '../../src/embedded/discord/server.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { createBackFill } from '../../src/runtime/back-fill.ts';
import type { BackFill, BackFillDeps } from '../../src/runtime/back-fill.ts';
import { createHumanInput } from '../../src/runtime/hear-human.ts';
import { refuseMessage } from '../../src/runtime/refuse-message.ts';
import { recordChannel } from '../../src/store/places.ts';
import { startServer } from '../embedded/discord/local-agency.ts';
import { until } from '../support/agency.ts';
import { openDoor } from './arrange.ts';
import type { Door } from './arrange.ts';
import { nothingRemembered } from './nothing-remembered.ts';

export interface Bot extends AsyncDisposable {
  discord: Discord;
  backFill: BackFill;
}

export interface Listening extends AsyncDisposable {
  door: Door;
  local: LocalDiscord;
  /** What is behind the adapter. */
  input: HumanInput;
  director: Person;
  /** #director, #decisions and #agency-log. */
  channelIds: string[];
  /** Texts that were decided over, in order, by channel. */
  decided: Map<string, string[]>;
  start(overrides?: Overrides): Promise<Bot>;
  /** Resolves when so many messages were decided over, in all channels. */
  untilDecided(count: number): Promise<void>;
}

export interface Overrides extends Partial<BackFillDeps> {
  /** Stands before the door. */
  hear?: (message: HumanMessage, input: HumanInput) => Promise<void>;
}

const places = ['agency.director', 'agency.decisions', 'agency.log'];

export async function startListening(): Promise<Listening> {
  const parts = new AsyncDisposableStack();
  const door = parts.use(await openDoor());
  const { discord: local } = parts.use(await startServer());
  const decided = new Map<string, string[]>();
  await door.handleEvent({
    type: 'agency-opened',
    id: 'agency.opened.1',
    at: 1,
    guildId: local.guildId,
    directorIds: [local.directorId],
    ceilingMicroUsd: 5_000_000,
    rehearsal: false,
  });
  const input = createHumanInput({
    store: door.store,
    clock: systemClock,
    log: silentLog,
    commands: [],
    hints: { deliveries: () => undefined },
    memory: nothingRemembered,
    handleEvent: async (event) => {
      const receipt = await door.handleEvent(event);
      const isNew = !receipt.ok || receipt.text !== 'Already received.';
      if (event.type === 'message-received' && isNew) {
        const { channelId, text } = event;
        decided.set(channelId, [...(decided.get(channelId) ?? []), text]);
      }
      return receipt;
    },
    askDoctor: () => Promise.reject(new Error('Nobody asks.')),
    memoryFault: () => Promise.reject(new Error('Nobody asks.')),
    download: () => Promise.reject(new Error('Nothing is attached.')),
  });
  const listening: Listening = {
    door,
    local,
    input,
    director: createPerson({ apiUrl: local.apiUrl, token: local.directorToken }),
    channelIds: [],
    decided,
    start: (overrides = {}) => startBot({ door, local, input }, overrides),
    untilDecided: async (count) => {
      await until(async () => {
        const total = [...decided.values()].reduce((sum, texts) => sum + texts.length, 0);
        return total >= count ? true : null;
      }, `${count} messages to be decided over`);
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
  await openChannels(listening);
  return listening;
}

async function openChannels(listening: Listening): Promise<void> {
  const { door, local, channelIds } = listening;
  await using bot = await listening.start();
  const { discord } = bot;
  const directorIds = [local.directorId];
  const shared = { topic: null, humans: [] };
  const category = await discord.openPlace(
    { key: 'agency', kind: 'category', parent: null, name: 'Agency', ...shared },
    { parentChannelId: null, directorIds },
  );
  for (const key of places) {
    const id = await discord.openPlace(
      { key, kind: 'channel', parent: 'agency', name: key.slice('agency.'.length), ...shared },
      { parentChannelId: category, directorIds },
    );
    await recordChannel(door.store.db, key, id);
    channelIds.push(id);
  }
}

async function startBot(
  { door, local, input }: { door: Door; local: LocalDiscord; input: HumanInput },
  { hear, ...overrides }: Overrides,
): Promise<Bot> {
  const heard: { backFill: BackFill | null } = { backFill: null };
  const discord = await createDiscord({
    token: local.botToken,
    apiUrl: local.apiUrl,
    guildId: local.guildId,
    commands: [],
    input: {
      onMessage: async (message) => heard.backFill?.hear(message),
      onReaction: (reaction) => input.onReaction(reaction),
      onCommand: (command) => input.onCommand(command),
    },
    openSession: () => Promise.resolve({ isAllowed: true }),
    onSession: () => heard.backFill?.connected(),
    loadFile: () => Promise.resolve(Buffer.from('')),
    requestsPerSecond: 1e6,
    clock: systemClock,
    log: silentLog,
  });
  const onMessage = (message: HumanMessage) =>
    hear === undefined ? input.onMessage(message) : hear(message, input);
  const backFill = createBackFill({
    store: door.store,
    clock: systemClock,
    log: silentLog,
    input: { onMessage },
    pageAfter: (channelId, afterId) => discord.pageAfter(channelId, afterId),
    refuse: (message, error) =>
      refuseMessage({ store: door.store, wake: () => undefined }, message, error),
    everyMs: 60_000,
    ...overrides,
  });
  heard.backFill = backFill;
  return {
    discord,
    backFill,
    [Symbol.asyncDispose]: async () => {
      await discord.leave(1000);
      await backFill.close();
      await discord.close();
    },
  };
}
