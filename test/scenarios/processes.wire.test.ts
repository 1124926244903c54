// The agency as several processes on one database and one Discord, each started and stopped alone.
// They run in this process for speed; nothing but Postgres, the queue and Discord connects them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createPerson } from '../../src/embedded/discord/person.ts';
import { startLocalDiscord } from '../../src/embedded/discord/server.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { migrate } from '../../src/store/migrate.ts';
import { startAgency } from '../../src/wiring.ts';
import type { Agency } from '../../src/wiring.ts';
import { expectRecordHolds, until } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { createTestDatabase } from '../support/postgres.ts';

const durations = {
  leaseMs: 2000,
  renewMs: 500,
  sweepMs: 300,
  lookMs: 3_600_000,
  patienceMs: 2000,
  backFillMs: 60_000,
  hearOutMs: 2000,
  turnsOutMs: 200,
};

async function startGround(modelUrl: string) {
  const database = await createTestDatabase({ name: 'migrated', prepare: migrate });
  const home = await mkdtemp(join(tmpdir(), 'ateams-test-'));
  const discord = await startLocalDiscord({
    folder: home,
    host: '127.0.0.1',
    port: 0,
    clock: systemClock,
    log: silentLog,
  });
  const running = new Set<Agency>();
  const start = async (role: string) => {
    const read = readConfig({
      ATEAMS_ROLE: role,
      ATEAMS_HOME: home,
      PORT: '0',
      DATABASE_URL: database.url,
      CHROMA_URL: 'http://127.0.0.1:9',
      OPENAI_BASE_URL: modelUrl,
      DISCORD_TOKEN: discord.botToken,
      DISCORD_GUILD_ID: discord.guildId,
      DISCORD_API_URL: discord.apiUrl,
    });
    if (!read.ok) throw new Error(JSON.stringify(read.faults));
    const agency = await startAgency({ config: read.config, log: silentLog, durations });
    running.add(agency);
    return agency;
  };
  const stop = async (agency: Agency) => {
    running.delete(agency);
    await agency.close();
  };
  const director = createPerson({ apiUrl: discord.apiUrl, token: discord.directorToken });
  const channel = (name: string) =>
    until(async () => {
      const channels = await director.channels(discord.guildId);
      return channels.find((one) => one.name === name) ?? null;
    }, `#${name}`);
  return {
    start,
    stop,
    director,
    channel,
    [Symbol.asyncDispose]: async () => {
      for (const agency of running) await agency.close();
      await discord.close();
      await database[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
}

test('a gateway hears and posts, workers take the turns', async () => {
  await using model = await startCast(planOf([{}]));
  await using ground = await startGround(model.url);
  const gateway = await ground.start('gateway');
  const { id } = await ground.channel('director');
  await ground.director.say(id, 'Write me a guide to Lisbon.');
  await until(async () => (await gateway.readProject('P1')) ?? null, 'the project');
  expect(model.requests).toHaveLength(0);
  await ground.start('worker');
  await ground.start('worker');
  const cards = await ground.director.waitFor(id, {
    matches: (message) => message.components.length > 0,
    what: 'approach cards',
  });
  expect(cards.embeds.map((embed) => embed.title)).toContain('1 · Short');
  await expectRecordHolds(gateway);
});

test('what was written while the gateway was down is heard when it is back, once', async () => {
  await using model = await startCast(planOf([{}]));
  await using ground = await startGround(model.url);
  const first = await ground.start('all');
  const { id } = await ground.channel('director');
  await ground.stop(first);
  await ground.director.say(id, 'Write me a guide to Lisbon.');
  const second = await ground.start('all');
  const isOffered = (phase: string | undefined) => phase === 'approaches';
  await until(async () => isOffered((await second.readProject('P1'))?.phase) || null, 'P1');
  await ground.stop(second);
  const third = await ground.start('all');
  await until(async () => ((await third.countOpenEffects()) === 0 ? true : null), 'quiet');
  expect((await third.readAgency()).projects).toHaveLength(1);
});

test('a second gateway stands by and takes over when the first one is gone', async () => {
  await using model = await startCast(planOf([{}]));
  await using ground = await startGround(model.url);
  const first = await ground.start('all');
  const second = await ground.start('all');
  expect([first.isStandby(), second.isStandby()]).toEqual([false, true]);
  const { id } = await ground.channel('director');
  await ground.director.say(id, 'Write me a guide to Lisbon.');
  await until(async () => (await first.readProject('P1')) ?? null, 'the project');
  await ground.stop(first);
  await until(async () => (second.isStandby() ? null : true), 'the second one to lead');
  const cards = await ground.director.waitFor(id, {
    matches: (message) => message.components.length > 0,
    what: 'approach cards',
  });
  const button = cards.components[0]?.components?.[0]?.custom_id ?? '';
  await ground.director.click(id, cards.id, button);
  const plans = (phase: string | undefined) => phase === 'planning';
  await until(async () => plans((await second.readProject('P1'))?.phase) || null, 'the plan');
  await until(async () => ((await second.countOpenEffects()) === 0 ? true : null), 'quiet');
  const messages = await ground.director.readAll(id);
  const greetings = messages.filter((message) =>
    message.embeds.some((embed) => embed.title === 'The agency is ready'),
  );
  expect(greetings).toHaveLength(1);
  await expectRecordHolds(second);
});
