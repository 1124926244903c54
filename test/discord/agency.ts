// The real adapter on a local Discord, with people at the keyboard and a record of all that reached
// the door.
import accept from '../../commands/accept.ts';
import approve from '../../commands/approve.ts';
import cancel from '../../commands/cancel.ts';
import changes from '../../commands/changes.ts';
import objective from '../../commands/objective.ts';
import revise from '../../commands/revise.ts';
import status from '../../commands/status.ts';
import { createDiscord } from '../../src/discord/create-discord.ts';
import type { Discord, DiscordOptions } from '../../src/discord/create-discord.ts';
import type { Receipt } from '../../src/domain/decision.ts';
import type { HumanCommand, HumanMessage, HumanReaction } from '../../src/domain/human-input.ts';
import type { Sends } from '../../src/domain/sends.ts';
import { createPerson } from '../../src/embedded/discord/person.ts';
import type { Person, SeenMessage } from '../../src/embedded/discord/person.ts';
import { startLocalDiscord } from '../../src/embedded/discord/server.ts';
import type { LocalDiscord, LocalDiscordOptions } from '../../src/embedded/discord/server.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { sha256 } from '../../src/lib/json.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';
import { startFaultProxy } from './fault-proxy.ts';
import type { FaultProxy } from './fault-proxy.ts';

export const commands = [accept, approve, cancel, changes, objective, revise, status];

export interface Agency extends AsyncDisposable {
  local: LocalDiscord;
  proxy: FaultProxy;
  discord: Discord;
  director: Person;
  stranger: Person;
  specialist: Person;
  heard: HumanMessage[];
  used: HumanCommand[];
  reactions: HumanReaction[];
  /** What the door answers to a command. */
  answer: (command: HumanCommand) => Promise<Receipt>;
  /** What the door does with a message. */
  accept: (message: HumanMessage) => Promise<void>;
  /** Content of files by their hash. */
  files: Map<string, Uint8Array>;
  /** A channel of the agency, open for the Director. */
  channelId: string;
  /** Resolves when the door has heard something that fits. */
  heardSoon(fits: (message: HumanMessage) => boolean): Promise<HumanMessage>;
  /** Another bot process with the same token, after the first one is gone. */
  reconnect(): Promise<void>;
}

/** @param way `direct` leaves the proxy out, so that files come from the origin of the API */
export async function startAgency(
  overrides: Partial<DiscordOptions> = {},
  way: 'proxy' | 'direct' = 'proxy',
  localOptions: Partial<LocalDiscordOptions> = {},
): Promise<Agency> {
  await using parts = new AsyncDisposableStack();
  const folder = parts.use(await temporaryFolder());
  const shared = { clock: systemClock, log: silentLog };
  const local = await startLocalDiscord({
    folder: folder.path,
    host: '127.0.0.1',
    port: 0,
    ...shared,
    ...localOptions,
  });
  parts.defer(() => local.close());
  const proxy = parts.use(await startFaultProxy(local.url));
  const ears: ((message: HumanMessage) => void)[] = [];
  const person = (token: string): Person => createPerson({ apiUrl: local.apiUrl, token });
  const connect = (): Promise<Discord> =>
    createDiscord({
      token: local.botToken,
      apiUrl: way === 'direct' ? local.apiUrl : proxy.apiUrl,
      guildId: local.guildId,
      commands,
      input: {
        async onMessage(message) {
          await agency.accept(message);
          agency.heard.push(message);
          ears.forEach((ear) => ear(message));
        },
        onReaction(reaction) {
          agency.reactions.push(reaction);
          return Promise.resolve();
        },
        onCommand(command) {
          agency.used.push(command);
          return agency.answer(command);
        },
      },
      loadFile: (hash) => Promise.resolve(agency.files.get(hash) ?? Buffer.from('')),
      requestsPerSecond: 1e6,
      openSession: () => Promise.resolve({ isAllowed: true }),
      ...shared,
      ...overrides,
    });
  const agency: Agency = {
    local,
    proxy,
    discord: await connect(),
    director: person(local.directorToken),
    stranger: person(local.strangerToken),
    specialist: person(local.specialistToken),
    heard: [],
    used: [],
    reactions: [],
    answer: () => Promise.resolve({ ok: true, text: 'Received.' }),
    accept: () => Promise.resolve(),
    files: new Map(),
    channelId: '',
    heardSoon: (fits) =>
      new Promise((resolve) => {
        const known = agency.heard.find(fits);
        if (known !== undefined) resolve(known);
        ears.push((message) => fits(message) && resolve(message));
      }),
    async reconnect() {
      await agency.discord.close();
      agency.discord = await connect();
    },
    async [Symbol.asyncDispose]() {
      await agency.discord.close();
      await kept.disposeAsync();
    },
  };
  agency.channelId = await openChannel(agency);
  // Until here a failure takes everything down again; from here on the test does.
  const kept = parts.move();
  return agency;
}

async function openChannel({ discord, local }: Agency): Promise<string> {
  const directorIds = [local.directorId];
  const category = await discord.openPlace(
    { key: 'agency', kind: 'category', parent: null, name: 'Agency', topic: null, humans: [] },
    { parentChannelId: null, directorIds },
  );
  return discord.openPlace(
    {
      key: 'agency.director',
      kind: 'channel',
      parent: 'agency',
      name: 'director',
      topic: 'Talk to the Project Manager here.',
      humans: [],
    },
    { parentChannelId: category, directorIds },
  );
}

/** Keeps a file as the store would; @returns its reference. */
export function keepFile(agency: Agency, name: string, content: string) {
  const data = Buffer.from(content);
  const hash = sha256(data);
  agency.files.set(hash, data);
  return { name, sha256: hash, bytes: data.byteLength };
}

/** Messages of a channel without Discord's own notes, oldest first. */
export async function readChannel(person: Person, channelId: string): Promise<SeenMessage[]> {
  const messages = await person.readAll(channelId);
  return messages.filter(({ type }) => type === 0 || type === 19);
}

/** Remembers nothing of what was tried: to Discord's own memory alone each try is a repeat. */
const forgetful: Sends = {
  find: () => Promise.resolve(null),
  arm: () => Promise.resolve({ state: 'unknown' }),
  mark: () => Promise.resolve(),
  refuse: () => Promise.resolve(),
  othersOf: () => Promise.resolve(new Set()),
  isOurs: () => Promise.resolve(true),
};

/** The way of a post that was never tried before. */
export function to(channelId: string) {
  return { channelId, sends: forgetful };
}

/** The way of a change of messages. */
export function at(channelId: string, messageIds: readonly string[]) {
  return { ...to(channelId), messageIds };
}
