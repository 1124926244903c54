// `npm start` as an operator meets it: what it prints, what answers, how it stops, what it refuses,
// and that pulling the plug loses nothing.
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../embedded/temporary-folder.ts';
import { until, withNames } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { objective } from './begin.ts';
import { readDiscord } from './reading.ts';
import { directorOf, startProgram } from './start-program.ts';

test('it starts with nothing configured, survives a kill, and stops in order', async () => {
  const held = Promise.withResolvers<void>();
  let isHeld = true;
  await using model = await startCast(planOf([{}]), async ({ kind }) => {
    if (kind === 'specialist.work' && isHeld) await held.promise;
    return undefined;
  });
  await using folder = await temporaryFolder();
  const home = join(folder.path, 'home');
  const env = { ATEAMS_HOME: home, OPENAI_BASE_URL: model.url };
  const work = async () => {
    const { director, tokens } = await directorOf(home);
    return withNames(director, tokens.guildId);
  };

  await using first = startProgram(folder.path, env);
  await first.says('write your objective');
  const { tokens } = await directorOf(home);
  expect(steady(first.output(), [home, tokens.directorToken])).toMatchInlineSnapshot(`
    "A-TEAMs is ready.
      Discord   local stand-in (no account needed)
      Model     your endpoint
      Database  embedded Postgres
      Queue     on Postgres
      Memory    embedded Chroma
      Data      …
      Health    http://127.0.0.1:port/readyz

    Open http://127.0.0.1:port/#token=…
    and write your objective in #director. Other people's tokens: …/local-discord.json"
  `);
  expect((await stat(join(home, 'local-discord.json'))).mode & 0o777).toBe(0o600);
  const get = async (path: string) => {
    const response = await fetch(`${tokens.url}${path}`);
    return `${response.status} ${await response.text()}`;
  };
  expect(await get('/healthz')).toBe('200 {"alive":true}');
  await until(async () => ((await get('/readyz')).startsWith('200') ? true : null), 'ready');
  expect(await get('/readyz')).toBe('200 {"ready":true,"degraded":[]}');
  expect(await get('/metrics')).toMatch(/^200 # HELP/);

  await using second = startProgram(folder.path, env);
  expect(await second.end()).toBe(78);
  expect(steady(second.output(), [home])).toMatchInlineSnapshot(`
    "A-TEAMs could not start.
    The data folder … is in use by process n.
    Stop that one first, or set ATEAMS_HOME to another folder."
  `);

  let director = await work();
  await director.says('director', objective);
  await director.clicks('director', /^\/approve .*choice:1/);
  await director.clicks('director', /^\/approve decision:P1-D2/);
  await director.hears('Ada · Writer', 'T1 → Ada');
  expect(await first.end('SIGKILL')).toBe('SIGKILL');
  isHeld = false;
  held.resolve();

  await using third = startProgram(folder.path, env);
  await third.says('write your objective');
  director = await work();
  await director.hears('P1.overview', 'P1 is done');
  const { guildId } = (await directorOf(home)).tokens;
  const story = await readDiscord({ person: director, guildId }, ['Ada · Writer']);
  expect(story.match(/\/submit/g)).toHaveLength(1);
  expect(await readFile(join(home, 'handover', 'P1', 'o1.md'), 'utf8')).toContain('Day one');
  expect(await third.end('SIGTERM')).toBe(0);
  expect(third.output()).toMatch(/Stopping: .*\nStopped\.\n$/);
});

test('what cannot work is named before anything is started', async () => {
  await using folder = await temporaryFolder();
  const env = { DISCORD_TOKEN: 'x', PORT: 'many', ATEAMS_HOM: '/tmp', ATEAMS_ROLE: 'boss' };
  await using program = startProgram(folder.path, env);
  expect(await program.end()).toBe(78);
  expect(program.output()).toMatchInlineSnapshot(`
    "4 variables are not usable:
      ATEAMS_ROLE is none of the known words
        expected: all, gateway, worker or learning, such as worker
      PORT is not a whole number
        expected: a whole number from 0 to 65535, such as 3000
      DISCORD_GUILD_ID is missing while DISCORD_TOKEN is set
        expected: a snowflake of 17 to 19 digits, such as 1100000000000000001
      ATEAMS_HOM is not a known variable
        expected: ATEAMS_HOME, the nearest known name, or no such variable
    "
  `);
});

test('a port that is taken is named', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // A server that listens on a port has an address of that kind.
  const { port } = server.address() as AddressInfo;
  await using database = await createTestDatabase();
  await using folder = await temporaryFolder();
  await using program = startProgram(folder.path, {
    ATEAMS_HOME: join(folder.path, 'home'),
    PORT: String(port),
    DATABASE_URL: database.url,
    CHROMA_URL: 'http://127.0.0.1:9',
    OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
  });
  expect(await program.end()).toBe(78);
  expect(program.output().replaceAll(String(port), 'port')).toMatchInlineSnapshot(`
    "A-TEAMs could not start.
    Port port is taken by another program. Set PORT to a free one, or to 0 for any.
    "
  `);
  await new Promise((resolve) => server.close(resolve));
});

function steady(text: string, secrets: string[]): string {
  const known = secrets.reduce((all, secret) => all.replaceAll(secret, '…'), text);
  return known
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:port')
    .replaceAll(/process \d+\. /g, 'process n.\n')
    .trim();
}
