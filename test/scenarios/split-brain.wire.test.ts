// Two gateways that both believe they lead: each hears everything and carries out what it finds.
// That the agency acts once does not hang on the lock that forbids this, so here there is none.
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { buttonsOf } from '../../src/demo/seen-text.ts';
import { createPerson } from '../../src/embedded/discord/person.ts';
import { silentLog } from '../../src/lib/log.ts';
import { migrate } from '../../src/store/migrate.ts';
import { facts, inbox } from '../../src/store/schema.ts';
import { startAgency } from '../../src/wiring.ts';
import type { StartOptions } from '../../src/wiring.ts';
import { startServer } from '../embedded/discord/local-agency.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';
import { expectRecordHolds, until, withNames } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { messageText } from './reading.ts';

const durations = {
  leaseMs: 2000,
  renewMs: 500,
  sweepMs: 100,
  lookMs: 3_600_000,
  patienceMs: 2000,
  backFillMs: 500,
  hearOutMs: 2000,
  turnsOutMs: 200,
};

const everybodyLeads: NonNullable<StartOptions['seek']> = () =>
  Promise.resolve({ held: Promise.resolve(), isHeld: () => true, close: () => Promise.resolve() });

async function startTwo(modelUrl: string) {
  const parts = new AsyncDisposableStack();
  const database = parts.use(await createTestDatabase({ name: 'migrated', prepare: migrate }));
  const { discord } = parts.use(await startServer());
  const start = async () => {
    const home = parts.use(await temporaryFolder());
    const read = readConfig({
      ATEAMS_HOME: home.path,
      PORT: '0',
      DATABASE_URL: database.url,
      CHROMA_URL: 'http://127.0.0.1:9',
      OPENAI_BASE_URL: modelUrl,
      DISCORD_TOKEN: discord.botToken,
      DISCORD_GUILD_ID: discord.guildId,
      DISCORD_API_URL: discord.apiUrl,
    });
    if (!read.ok) throw new Error(JSON.stringify(read.faults));
    const { config } = read;
    const agency = await startAgency({ config, log: silentLog, durations, seek: everybodyLeads });
    parts.defer(() => agency.close());
    return agency;
  };
  const agencies = [await start(), await start()] as const;
  const person = createPerson({ apiUrl: discord.apiUrl, token: discord.directorToken });
  const director = withNames(person, discord.guildId);
  return { agencies, discord, director, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

test('with two gateways that both act, each message is heard once and each post is seen once', async () => {
  await using model = await startCast(planOf([{}]));
  await using world = await startTwo(model.url);
  const { agencies, director, discord } = world;
  const [agency] = agencies;
  expect(discord.identifies()).toBe(2);
  const { id } = await director.channel('director');
  await director.hears('director', 'The agency is ready');
  const said = ['Write me a guide to Lisbon.'];
  await director.say(id, said[0] ?? '');
  const phase = (wanted: string) => async () =>
    (await agency.readProject('P1'))?.phase === wanted ? true : null;
  await until(phase('approaches'), 'the approaches');
  for (let n = 0; n < 10; n += 1) {
    said.push(`And mind point ${n}.`);
    await director.say(id, said.at(-1) ?? '');
  }
  await director.clicks('director', /^\/approve .*choice:1/);
  await director.clicks('director', /^\/approve decision:P1-D2/);
  await until(phase('done'), 'the end');
  await until(async () => ((await agency.countOpenEffects()) === 0 ? true : null), 'quiet');

  const { db } = agency.store;
  const accepted = (await db.select().from(inbox)).filter(
    ({ type }) => type === 'message-received',
  );
  expect(accepted).toHaveLength(said.length);
  const decided = (await db.select().from(facts)).map(({ eventId, type }) => `${eventId} ${type}`);
  expect(decided.length).toBeGreaterThan(30);
  const calls = model.requests.map(({ turn, step }) => `${turn} ${step}`);
  expect(calls).toEqual([...new Set(calls)]);
  const channels = await director.channels(discord.guildId);
  const named = channels.map(({ parent_id: parent, name }) => `${parent ?? ''} ${name}`);
  expect(named).toEqual([...new Set(named)]);
  for (const channel of channels) {
    // Notes of Discord's own, such as on a pin, have other types.
    const posts = (await director.readAll(channel.id)).filter(({ type }) => type === 0);
    const texts = posts.map((post) => `${messageText(post)} ${JSON.stringify(buttonsOf(post))}`);
    expect(texts).toEqual([...new Set(texts)]);
  }
  await expectRecordHolds(agency);
});
