// A whole agency for a test: the real wiring on a database of its own, the local Discord in a
// temporary folder, and whatever model the test names. People act over Discord's wire.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config.ts';
import type { Config } from '../../src/config.ts';
import { buttonsOf, textOf } from '../../src/demo/seen-text.ts';
import type { Project } from '../../src/domain/project.ts';
import { createPerson } from '../../src/embedded/discord/person.ts';
import type {
  OptionValue,
  Person,
  PersonFile,
  SeenChannel,
  SeenMessage,
} from '../../src/embedded/discord/person.ts';
import type { SeenComponent } from '../../src/embedded/discord/person-sees.ts';
import { startLocalDiscord } from '../../src/embedded/discord/server.ts';
import type { LocalDiscord } from '../../src/embedded/discord/server.ts';
import { delay, systemClock } from '../../src/lib/clock.ts';
import { canonicalJson } from '../../src/lib/json.ts';
import { silentLog } from '../../src/lib/log.ts';
import type { Log } from '../../src/lib/log.ts';
import type { ModelLimits } from '../../src/model/limits.ts';
import { migrate } from '../../src/store/migrate.ts';
import type { Executor } from '../../src/store/open-store.ts';
import { aggregateIds, readAgency, readProject, refold } from '../../src/store/record.ts';
import { startAgency } from '../../src/wiring.ts';
import type { Agency } from '../../src/wiring.ts';
import type { Durations } from '../../src/wiring/worker.ts';
import { isCalled, messageGist, messageText, readDiscord } from '../scenarios/reading.ts';
import type { Reader } from '../scenarios/reading.ts';
import { startFaultProxy } from '../discord/fault-proxy.ts';
import type { FaultProxy } from '../discord/fault-proxy.ts';
import { createTestDatabase } from './postgres.ts';

export interface TestAgency extends AsyncDisposable {
  agency: Agency;
  director: TestPerson;
  /** A member of the server who has no part in anything. */
  stranger: TestPerson;
  guildId: string;
  home: string;
  /** Stops the agency and starts it again on the same data, with other variables if given. */
  restart(env?: Record<string, string>): Promise<void>;
  /** Waits until the project's state fits. */
  untilProject(id: string, fits: (project: Project) => boolean): Promise<Project>;
  /** Waits until no turn is open and nothing is left to be carried out. */
  untilQuiet(): Promise<void>;
  /** What the Director sees: of the channels and threads named, or of all. */
  sees(...names: string[]): Promise<string>;
  /** The same with every message cut down to its first line and its titles. */
  skims(...names: string[]): Promise<string>;
}

/** A person who finds channels and threads by name, or by place such as `P1.S1`. */
export interface TestPerson extends Person {
  channel(name: string): Promise<SeenChannel>;
  /** Everything in a channel or thread. */
  reads(name: string): Promise<SeenMessage[]>;
  says(name: string, text: string, files?: PersonFile[]): Promise<SeenMessage>;
  /** Writes a command as a message; @returns the answer's text. */
  types(name: string, line: string): Promise<string>;
  /** Replies to the newest message that holds these words. */
  replies(name: string, to: string, text: string): Promise<SeenMessage>;
  /** Waits for a message that holds these words. */
  hears(name: string, words: string | RegExp): Promise<SeenMessage>;
  /** Waits for a button whose line fits and uses it; @returns what only this person is shown. */
  clicks(name: string, line: RegExp): Promise<string>;
  /** The same for a button that opens a modal, which is filled in and sent. */
  fills(name: string, line: RegExp, words: string): Promise<string>;
  /** Uses a slash command; @returns what only this person is shown. */
  uses(name: string, command: string, options?: Record<string, OptionValue>): Promise<string>;
}

const waitMs = 30_000;

export interface TestAgencyOptions {
  modelUrl: string | null;
  env?: Record<string, string>;
  log?: Log;
  /** Shorter ones than in earnest, for models that go wrong. */
  modelLimits?: Partial<ModelLimits>;
  durations?: Partial<Durations>;
  /** Puts a proxy between the agency and Discord, which breaks the requests this rule says. */
  discordFaults?: FaultProxy['rule'];
}

/** The record of a test's agency is checked when it is disposed of, whatever the test looked at. */
export async function startTestAgency(options: TestAgencyOptions): Promise<TestAgency> {
  const database = await createTestDatabase({ name: 'migrated', prepare: migrate });
  const home = await mkdtemp(join(tmpdir(), 'ateams-test-'));
  const log = options.log ?? silentLog;
  const remote = options.discordFaults && (await startRemoteDiscord(home, options.discordFaults));
  const ground = { home, databaseUrl: database.url, env: remote?.env ?? {} };
  const config = configOf(options, ground);
  const durations = {
    leaseMs: 2000,
    renewMs: 500,
    sweepMs: 300,
    // No test is told of the Chroma that it does not have, but those that ask to be.
    lookMs: 3_600_000,
    patienceMs: 2000,
    backFillMs: 60_000,
    hearOutMs: 2000,
    turnsOutMs: 200,
    ...options.durations,
  };
  const { modelLimits = {} } = options;
  let agency = await startAgency({ config, log, durations, modelLimits });
  const self: TestAgency = {
    agency,
    ...peopleOf(remote?.discord ?? agency.local),
    home,
    restart: async (env = {}) => {
      await agency.close();
      const again = { ...options, env: { ...options.env, ...env } };
      const changed = configOf(again, ground);
      agency = await startAgency({ config: changed, log, durations, modelLimits });
      Object.assign(self, { agency, ...peopleOf(remote?.discord ?? agency.local) });
    },
    untilProject: (id, fits) =>
      until(async () => {
        const project = await self.agency.readProject(id);
        return project !== null && fits(project) ? project : null;
      }, `${id} to be as expected`),
    untilQuiet: async () => {
      await until(async () => (await isQuiet(self.agency)) || null, 'quiet');
    },
    sees: (...names) => readDiscord(readerOf(self), names),
    skims: (...names) => readDiscord(readerOf(self), names, messageGist),
    [Symbol.asyncDispose]: async () => {
      try {
        await expectRecordHolds(agency);
      } finally {
        await agency.close();
        await remote?.close();
        await database[Symbol.asyncDispose]();
        await rm(home, { recursive: true, force: true });
      }
    },
  };
  await self.director.hears('director', 'The agency is ready');
  return self;
}

function readerOf({ director, guildId }: TestAgency): Reader {
  return { person: director, guildId };
}

interface Ground {
  home: string;
  databaseUrl: string;
  env: Record<string, string>;
}

/** A Discord that is none of the agency's parts, and a proxy in front of it. */
async function startRemoteDiscord(home: string, rule: FaultProxy['rule']) {
  const folder = join(home, 'elsewhere');
  const shared = { host: '127.0.0.1', port: 0, clock: systemClock, log: silentLog };
  const discord = await startLocalDiscord({ folder, ...shared });
  const proxy = await startFaultProxy(discord.url);
  proxy.rule = rule;
  return {
    discord,
    env: {
      DISCORD_TOKEN: discord.botToken,
      DISCORD_GUILD_ID: discord.guildId,
      DISCORD_API_URL: proxy.apiUrl,
    },
    close: async () => {
      await proxy[Symbol.asyncDispose]();
      await discord.close();
    },
  };
}

function configOf(
  { modelUrl, env }: TestAgencyOptions,
  { home, databaseUrl, env: given }: Ground,
): Config {
  const read = readConfig({
    ATEAMS_HOME: home,
    PORT: '0',
    DATABASE_URL: databaseUrl,
    // Nothing listens there: memory is away, and nothing may depend on it.
    CHROMA_URL: 'http://127.0.0.1:9',
    REHEARSAL_LATENCY_MS: '0',
    ...(modelUrl === null ? {} : { OPENAI_BASE_URL: modelUrl }),
    ...given,
    ...env,
  });
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.config;
}

/** Turns come from effects and effects from turns, so both are looked at until neither is left. */
async function isQuiet(agency: Agency): Promise<boolean> {
  if ((await agency.countOpenEffects()) > 0) return false;
  const { projects } = await agency.readAgency();
  for (const { id } of projects) {
    const project = await agency.readProject(id);
    if (project === null || Object.keys(project.turns).length > 0) return false;
  }
  return (await agency.countOpenEffects()) === 0;
}

function peopleOf(local: LocalDiscord | null) {
  if (local === null) throw new Error('A test agency runs on the local Discord.');
  const { apiUrl, guildId } = local;
  const person = (token: string) => withNames(createPerson({ apiUrl, token }), guildId);
  return {
    director: person(local.directorToken),
    stranger: person(local.strangerToken),
    guildId,
  };
}

export function withNames(person: Person, guildId: string): TestPerson {
  const channel = (name: string) =>
    until(async () => {
      const channels = await person.channels(guildId);
      // The newest: projects may have channels and threads of the same name.
      return (
        channels
          .filter((one) => isCalled(one, name))
          .sort(byAge)
          .at(-1) ?? null
      );
    }, `a channel called ${name}`);
  const findButton = async (name: string, line: RegExp) => {
    const { id } = await channel(name);
    return until(
      async () => {
        for (const message of (await person.readAll(id)).reverse()) {
          const customId = buttonsOf(message).find((button) => line.test(button.customId));
          if (customId !== undefined) return { channelId: id, message, ...customId };
        }
        return null;
      },
      `a button ${String(line)} in #${name}`,
    );
  };
  const hears: TestPerson['hears'] = async (name, words) => {
    const { id } = await channel(name);
    const fits = (message: SeenMessage) =>
      typeof words === 'string' ? textOf(message).includes(words) : words.test(textOf(message));
    const ask = async () => (await person.readAll(id)).findLast(fits) ?? null;
    return until(ask, async () => {
      const last = (await person.readAll(id)).slice(-5).map((message) => messageText(message));
      return `“${String(words)}” in #${name}. There is:\n${last.join('\n')}`;
    });
  };
  return {
    ...person,
    channel,
    hears,
    reads: async (name) => person.readAll((await channel(name)).id),
    says: async (name, text, files) => person.say((await channel(name)).id, text, files),
    replies: async (name, to, text) => {
      const { id, channel_id: channelId } = await hears(name, to);
      return person.reply(channelId, id, text);
    },
    types: async (name, line) => {
      const { id } = await channel(name);
      const { id: after } = await person.say(id, line);
      const isAnswer = (message: SeenMessage) => message.author.bot === true;
      return textOf(
        await person.waitFor(id, { after, matches: isAnswer, what: `answer to ${line}` }),
      );
    },
    clicks: async (name, line) => {
      const { channelId, message, customId } = await findButton(name, line);
      return shownAfter(person, await person.click(channelId, message.id, customId));
    },
    fills: async (name, line, words) => {
      const { channelId, message, customId } = await findButton(name, line);
      const opened = await person.click(channelId, message.id, customId);
      const { modal } = await person.interactionResult(opened);
      const field = fieldOf(modal?.components ?? []);
      return shownAfter(person, await person.submitModal(opened, { [field]: words }));
    },
    uses: async (name, command, options = {}) => {
      const { id: channelId } = await channel(name);
      return shownAfter(person, await person.slash({ guildId, channelId, name: command, options }));
    },
  };
}

function byAge(a: SeenChannel, b: SeenChannel): number {
  return BigInt(a.id) < BigInt(b.id) ? -1 : 1;
}

/** The text field of a modal, which may stand inside a label or a row. */
function fieldOf(components: readonly SeenComponent[]): string {
  for (const one of components) {
    if (typeof one.custom_id === 'string') return one.custom_id;
    const inside = one.component ?? null;
    const found = fieldOf(inside === null ? (one.components ?? []) : [inside]);
    if (found !== '') return found;
  }
  return '';
}

/** What only the person sees of their interaction: the answer, or what follows a click. */
async function shownAfter(person: Person, interactionId: string): Promise<string> {
  return until(async () => {
    const { message, follow_ups: more } = await person.interactionResult(interactionId);
    const shown = [...(message === null ? [] : [message]), ...more]
      .filter(({ flags }) => ((flags ?? 0) & ephemeral) !== 0)
      .map((one) => textOf(one))
      .filter((text) => text !== '');
    return shown.length === 0 ? null : shown.join('\n');
  }, 'what an interaction shows');
}

/** Discord's flag of messages that one person sees. */
const ephemeral = 64;

/** Asks again until there is an answer. @throws Error saying what did not come */
export async function until<T>(
  ask: () => Promise<T | null>,
  what: string | (() => Promise<string>),
): Promise<T> {
  const end = systemClock.monotonic() + waitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (systemClock.monotonic() > end) {
      const missing = typeof what === 'string' ? what : await what();
      throw new Error(`Waited ${waitMs / 1000} s for ${missing}.`);
    }
    // The awaited thing happens in another process or over a socket; asking again is how one waits.
    await delay(40);
  }
}

/** Folding every aggregate's facts again gives its stored state, and the chain of hashes holds. */
export async function expectRecordHolds({ store }: Pick<Agency, 'store'>): Promise<number> {
  // One snapshot, because the agency may be deciding while this is read.
  const isolation = { isolationLevel: 'repeatable read', accessMode: 'read only' } as const;
  return store.db.transaction((tx) => countFacts(tx), isolation);
}

async function countFacts(db: Executor): Promise<number> {
  let facts = 0;
  for (const id of await aggregateIds(db)) {
    const folded = await refold(db, id);
    const stored = id === 'agency' ? await readAgency(db) : await readProject(db, id);
    if (!folded.chainHolds) throw new Error(`The hash chain of ${id} is broken.`);
    if (canonicalJson(folded.state) !== canonicalJson(stored)) {
      throw new Error(`Folding the facts of ${id} does not give its stored state.`);
    }
    facts += folded.facts;
  }
  return facts;
}
