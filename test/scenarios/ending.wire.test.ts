// How the program ends when it cannot go on, and that ending again and again does not cost the
// token: its exit code tells a supervisor whether another start has any sense.
import pg from 'pg';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { startServer } from '../embedded/discord/local-agency.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { startProgram } from './start-program.ts';
import type { RunningProgram } from './start-program.ts';

async function openGround() {
  const parts = new AsyncDisposableStack();
  const database = parts.use(await createTestDatabase());
  const { discord } = parts.use(await startServer());
  const folder = parts.use(await temporaryFolder());
  const start = (env: Record<string, string> = {}): RunningProgram =>
    startProgram(folder.path, {
      ATEAMS_HOME: folder.path,
      DATABASE_URL: database.url,
      CHROMA_URL: 'http://127.0.0.1:9',
      OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
      DISCORD_TOKEN: discord.botToken,
      DISCORD_GUILD_ID: discord.guildId,
      DISCORD_API_URL: discord.apiUrl,
      ...env,
    });
  return {
    discord,
    databaseUrl: database.url,
    start,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

test('a token that is reset while the program runs ends it for good, and it says what to do', async () => {
  await using ground = await openGround();
  await using program = ground.start();
  await program.says('Write your objective');
  ground.discord.faults.refuse(4004);
  ground.discord.disconnect(4004);
  expect(await program.end()).toBe(78);
  expect(program.output()).toContain('A-TEAMs cannot go on: Discord does not accept the token');
  expect(program.output()).toContain('`DISCORD_TOKEN`');
  await using again = ground.start();
  expect(await again.end()).toBe(78);
  expect(again.output()).toContain('A-TEAMs could not start.\nDiscord does not accept the token');
});

test('a Discord that is away ends the start, and another one is worth trying', async () => {
  await using ground = await openGround();
  await using program = ground.start({ DISCORD_API_URL: 'http://127.0.0.1:9/api' });
  expect(await program.end()).toBe(75);
  expect(program.output()).toContain('Discord did not answer');
});

test('who has lost the lead asks to be started again', async () => {
  await using ground = await openGround();
  await using program = ground.start();
  await program.says('Write your objective');
  const usurper = new pg.Client({ connectionString: ground.databaseUrl });
  await usurper.connect();
  const taken = usurper.query('select pg_advisory_lock(4207002)');
  const operator = new pg.Client({ connectionString: ground.databaseUrl });
  await operator.connect();
  await operator.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'a-teams-gateway' and datname = current_database()`,
  );
  await taken;
  expect(await program.end()).toBe(75);
  expect(program.output()).toContain('has to be started again: Postgres was out of reach');
  await usurper.end();
  await operator.end();
});

test('a program that dies right after every start opens five sessions a minute at most', async () => {
  await using ground = await openGround();
  const begun = systemClock.monotonic();
  for (let n = 1; n <= 10; n += 1) {
    await using program = ground.start({ LOG_LEVEL: 'info' });
    const isUp = program.says('Write your objective');
    const isHeld = program.says('sessions follow each other quickly');
    // Two restarts in a row are nobody's loop.
    await (n <= 3 ? isUp : Promise.race([isUp, isHeld]));
    await program.end('SIGKILL');
    await Promise.allSettled([isUp, isHeld]);
  }
  const minutes = Math.ceil((systemClock.monotonic() - begun) / 60_000);
  expect(ground.discord.identifies()).toBeGreaterThanOrEqual(3);
  expect(ground.discord.identifies()).toBeLessThanOrEqual(5 * minutes);
});
