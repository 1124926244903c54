// A whole agency for a test: the real wiring on a database of its own, the local Discord in a
// temporary folder, and whatever model the test names. People act over Discord's wire.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config.ts';
import type { Project } from '../../src/domain/project.ts';
import { createPerson } from '../../src/embedded/discord/person.ts';
import type { Person, SeenChannel, SeenMessage } from '../../src/embedded/discord/person.ts';
import { canonicalJson } from '../../src/lib/json.ts';
import { silentLog } from '../../src/lib/log.ts';
import type { Log } from '../../src/lib/log.ts';
import { migrate } from '../../src/store/migrate.ts';
import { aggregateIds, readAgency, readProject, refold } from '../../src/store/record.ts';
import { startAgency } from '../../src/wiring.ts';
import type { Agency } from '../../src/wiring.ts';
import { createTestDatabase } from './postgres.ts';

export interface TestAgency extends AsyncDisposable {
  agency: Agency;
  director: TestPerson;
  stranger: TestPerson;
  guildId: string;
  home: string;
  /** Stops the agency and starts it again on the same data. */
  restart(): Promise<void>;
  /** Waits until the project's state fits. */
  untilProject(id: string, fits: (project: Project) => boolean): Promise<Project>;
  /** Waits until nothing is left to be carried out. */
  untilQuiet(): Promise<void>;
}

/** A person who finds channels by name. */
export interface TestPerson extends Person {
  channel(name: string): Promise<SeenChannel>;
  /** Everything in a channel or thread, by its name. */
  reads(name: string): Promise<SeenMessage[]>;
  says(name: string, text: string): Promise<SeenMessage>;
  /** Waits for a message with such a button and uses it. */
  clicks(name: string, line: RegExp): Promise<string>;
}

const waitMs = 30_000;

export async function startTestAgency(options: {
  modelUrl: string | null;
  env?: Record<string, string>;
  log?: Log;
}): Promise<TestAgency> {
  const database = await createTestDatabase({ name: 'migrated', prepare: migrate });
  const home = await mkdtemp(join(tmpdir(), 'ateams-test-'));
  const read = readConfig({
    ATEAMS_HOME: home,
    PORT: '0',
    DATABASE_URL: database.url,
    // Nothing listens there: memory is away, and nothing may depend on it.
    CHROMA_URL: 'http://127.0.0.1:9',
    REHEARSAL_LATENCY_MS: '0',
    ...(options.modelUrl === null ? {} : { OPENAI_BASE_URL: options.modelUrl }),
    ...options.env,
  });
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  const { config } = read;
  const log = options.log ?? silentLog;
  const durations = { leaseMs: 2000, renewMs: 500, sweepMs: 300 };
  let agency = await startAgency({ config, log, durations });
  const people = peopleOf(agency);
  const self: TestAgency = {
    agency,
    ...people,
    home,
    restart: async () => {
      await agency.close();
      agency = await startAgency({ config, log, durations });
      Object.assign(self, { agency, ...peopleOf(agency) });
    },
    untilProject: async (id, fits) => {
      const found = await until(async () => {
        const project = await self.agency.readProject(id);
        return project !== null && fits(project) ? project : null;
      }, `${id} to be as expected`);
      return found;
    },
    untilQuiet: async () => {
      await until(async () => (await self.agency.countOpenEffects()) === 0 || null, 'quiet');
    },
    [Symbol.asyncDispose]: async () => {
      await agency.close();
      await database[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
  return self;
}

function peopleOf(agency: Agency) {
  const { local } = agency;
  if (local === null) throw new Error('A test agency runs on the local Discord.');
  const { apiUrl, guildId } = local;
  const person = (token: string) => withNames(createPerson({ apiUrl, token }), guildId);
  return {
    director: person(local.directorToken),
    stranger: person(local.strangerToken),
    guildId,
  };
}

function withNames(person: Person, guildId: string): TestPerson {
  const channel = (name: string) =>
    until(async () => {
      const channels = await person.channels(guildId);
      return channels.find((one) => one.name === name) ?? null;
    }, `a channel called ${name}`);
  return {
    ...person,
    channel,
    reads: async (name) => person.readAll((await channel(name)).id),
    says: async (name, text) => person.say((await channel(name)).id, text),
    clicks: async (name, line) => {
      const { id } = await channel(name);
      const found = await until(
        async () => {
          for (const message of (await person.readAll(id)).reverse()) {
            const button = customIds(message).find((customId) => line.test(customId));
            if (button !== undefined) return { message, button };
          }
          return null;
        },
        `a button ${String(line)} in #${name}`,
      );
      return person.click(id, found.message.id, found.button);
    },
  };
}

export function customIds(message: SeenMessage): string[] {
  return message.components
    .flatMap((row) => row.components ?? [])
    .flatMap(({ custom_id: id }) => (typeof id === 'string' ? [id] : []));
}

/** Asks again until there is an answer. @throws Error saying what did not come */
export async function until<T>(ask: () => Promise<T | null>, what: string): Promise<T> {
  const end = performance.now() + waitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() > end) throw new Error(`Waited ${waitMs / 1000} s for ${what}.`);
    // The awaited thing happens in another process or over a socket; asking again is how one waits.
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}

/** Folding every aggregate's facts again gives its stored state, and the chain of hashes holds. */
export async function expectRecordHolds(agency: Agency): Promise<number> {
  const { db } = agency.store;
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
