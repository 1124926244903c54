// `npm run setup` driven in a terminal: wrong answers are refused with their cure and asked again,
// and `.env` is written once, at the end, and whole.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { botPermissions } from '../../src/discord/permissions.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';
import { startRedis } from '../runtime/redis.ts';
import { startProgram } from '../scenarios/start-program.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { isRedisAway, redisServer } from '../support/redis-server.ts';
import { driveProgram } from './drive-program.ts';
import type { Step } from './drive-program.ts';
import { freePort } from './examined.ts';
import { startFakeChroma } from './fake-chroma.ts';
import { startFakeEndpoint } from './fake-endpoint.ts';
import { runProgram } from './run-program.ts';
import { startOwnDiscord } from './wrong-discord.ts';
import type { OwnDiscord } from './wrong-discord.ts';

const manageChannels = 1n << 4n;
const key = 'sk-right-0123456789';
const enters = Array.from({ length: 20 }, () => '');

/** Five wrong answers and what was not done yet. */
function wrongDiscord(discord: OwnDiscord): Step[] {
  const { local } = discord;
  return [
    ['Bot token', 'MTIz.abc.wrong-token'],
    ['✗ Bot token: Discord does not know this token'],
    ['→ Open https://discord.com/developers/applications'],
    ['Bot token', local.botToken],
    ['✓ Bot token: accepted, as A-TEAMs'],
    ['✗ Message content intent: switched off'],
    ['switch on “Message Content Intent”'],
    ['Press Enter', '', () => discord.setIntent(true)],
    ['✓ Message content intent'],
    ['https://discord.com/oauth2/authorize?client_id='],
    ['1. Agency (local)'],
    ['Server (number or id)', '1100000000000000001'],
    ['✗ Server: the bot is not in the server 1100000000000000001'],
    ['Server (number or id)', '1'],
    ['✗ Permissions: missing: Manage Channels'],
    ['→ Invite it again'],
    ['Server (number or id)', '1', () => discord.grant(botPermissions)],
    ['✓ Permissions'],
    ['Director', 'somebody'],
    ['✗ DIRECTOR_USER_IDS'],
    ['Director', '1100000000000000009'],
    ['✗ Director: not in the server: 1100000000000000009'],
    ['Director', local.directorId],
    ['✓ Director: director'],
  ];
}

/** Five more. */
function wrongModel(url: string, nowhere: string): Step[] {
  return [
    ['Endpoint', 'ftp://models'],
    ['✗ OPENAI_BASE_URL'],
    ['Endpoint', nowhere],
    ['✗ Endpoint: nothing answers at'],
    ['Endpoint', url.replace('/v1', '')],
    ['✗ Endpoint: '],
    [`→ Set \`OPENAI_BASE_URL\` to ${url}.`],
    ['Endpoint', url],
    ['Key', 'sk-wrong-0123456789'],
    ['refuses the key'],
    ['Key', key],
    ['It has 1. large-1, 2. middle-1, 3. small-1.'],
    ['Model for economy tasks', 'small-9'],
    ['has no model small-9'],
    ['one that it has: small-1'],
    ['Model for economy tasks', '3'],
    ['✓ Model economy: small-1: text, tools'],
    ['Model for standard tasks', 'middle-1'],
    ['Model for premium tasks', '1'],
    ['Model for embeddings', ''],
    ['US dollars that one project may cost', 'ten'],
    ['✗ BUDGET_PROJECT_USD'],
    ['US dollars that one project may cost', '10'],
    ['US dollars that everything', ''],
    ['Tokens', ''],
  ];
}

test.skipIf(isRedisAway)(
  'fourteen wrong answers are refused with their cure, and with what is right the agency starts',
  async () => {
    await using folder = await temporaryFolder();
    await using discord = await startOwnDiscord();
    await using database = await createTestDatabase();
    await using endpoint = await startFakeEndpoint({ key });
    await using redis = await startRedis(redisServer ?? '', ['--requirepass', 'pass-word']);
    await using chroma = await startFakeChroma('0.5.23');
    discord.setIntent(false);
    await discord.grant(botPermissions & ~manageChannels);
    const before = `# My own words\nDISCORD_API_URL=${discord.proxy.apiUrl}\n\nOTHERS='a # b'\n`;
    await writeFile(join(folder.path, '.env'), before);
    const nowhere = `127.0.0.1:${await freePort()}`;
    const withPassword = redis.url.replace('//', '//:pass-word@');
    const run = await driveProgram('setup/main.ts', {
      cwd: folder.path,
      steps: [
        ...wrongDiscord(discord),
        ...wrongModel(endpoint.url, `http://${nowhere}/v1`),
        ['Postgres', `postgres://ateams:secret-word@${nowhere}/ateams`],
        ['does not answer: nothing listens there'],
        ['Postgres', database.url],
        ['✓ Schema: empty'],
        ['Redis', redis.url],
        ['wants a password'],
        ['Redis', withPassword],
        ['✓ Round trip'],
        ['Chroma', chroma.url],
        ['→ Run Chroma 1.0 or newer'],
        ['Chroma', '-'],
        ['Write ', ''],
        ['Next: npm start'],
      ],
    });
    expect(run.exit).toBe(0);
    for (const secret of [discord.local.botToken, key, 'pass-word', 'secret-word']) {
      expect(run.printed).not.toContain(secret);
    }
    const text = await readFile(join(folder.path, '.env'), 'utf8');
    expect(text.startsWith(before)).toBe(true);
    expect(parseEnv(text)).toEqual({
      ...discord.env,
      OTHERS: 'a # b',
      DIRECTOR_USER_IDS: discord.local.directorId,
      OPENAI_BASE_URL: endpoint.url,
      OPENAI_API_KEY: key,
      MODEL_ECONOMY: 'small-1',
      MODEL_STANDARD: 'middle-1',
      MODEL_PREMIUM: 'large-1',
      BUDGET_PROJECT_USD: '10',
      DATABASE_URL: database.url,
      REDIS_URL: withPassword,
    });
    expect((await stat(join(folder.path, '.env'))).mode & 0o777).toBe(0o600);
    const [kept = ''] = (await readdir(folder.path)).filter((name) => name.endsWith('.bak'));
    expect(await readFile(join(folder.path, kept), 'utf8')).toBe(before);
    await using program = startProgram(folder.path, {});
    await program.says('A-TEAMs is ready.');
    expect(program.output()).toContain('Discord   your server');
    expect(await program.end('SIGTERM')).toBe(0);
  },
);

test('Enter all the way is the embedded set-up', async () => {
  await using folder = await temporaryFolder();
  const run = await runProgram('setup/main.ts', { cwd: folder.path, typed: enters });
  expect(run.exit).toBe(0);
  expect(run.printed).toContain('Healthy');
  expect(run.printed).toContain('Next: npm start');
  expect(await readdir(folder.path)).toEqual([]);
});

test('Enter keeps what is set, and - takes it out', async () => {
  await using folder = await temporaryFolder();
  await using chroma = await startFakeChroma('1.0.20');
  const before = `BUDGET_PROJECT_USD=7\nREDIS_URL=redis://127.0.0.1:1\nCHROMA_URL=${chroma.url}\n`;
  await writeFile(join(folder.path, '.env'), before);
  const typed = ['', '', '', '', '', '', '-', '', ''];
  const run = await runProgram('setup/main.ts', { cwd: folder.path, typed });
  expect(run.printed).toContain('[Enter: 7, - leaves it out]');
  expect(run.printed).toContain('Taken out: REDIS_URL');
  expect(run.exit).toBe(0);
  expect(await readFile(join(folder.path, '.env'), 'utf8')).toBe(
    `BUDGET_PROJECT_USD=7\nCHROMA_URL=${chroma.url}\n`,
  );
});

test('the same wrong answer twice is kept, and the doctor names it at the end', async () => {
  await using folder = await temporaryFolder();
  const url = `postgres://ateams@127.0.0.1:${await freePort()}/ateams`;
  const typed = ['', '', '', '', '', url, url, '', '', ''];
  const run = await runProgram('setup/main.ts', { cwd: folder.path, typed });
  expect(run.printed).toContain('Kept as you say.');
  expect(run.printed).toContain('then: npm run doctor');
  expect(run.exit).toBe(1);
  expect(parseEnv(await readFile(join(folder.path, '.env'), 'utf8'))).toEqual({
    DATABASE_URL: url,
  });
});

test('what cannot be used at all is never kept', async () => {
  await using folder = await temporaryFolder();
  const typed = ['', '', 'many', 'many', '9', '', '', '', '', '', ''];
  const run = await runProgram('setup/main.ts', { cwd: folder.path, typed });
  expect(run.printed.match(/✗ BUDGET_PROJECT_USD: is not an amount/g)).toHaveLength(2);
  expect(await readFile(join(folder.path, '.env'), 'utf8')).toBe('BUDGET_PROJECT_USD=9\n');
});

test('what is set and cannot be used is not the meaning of Enter for ever', async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, '.env'), 'BUDGET_PROJECT_USD=many\n');
  const run = await runProgram('setup/main.ts', { cwd: folder.path, typed: enters });
  expect(run.printed).toContain('✗ BUDGET_PROJECT_USD');
  expect(run.exit).toBe(0);
  expect(await readFile(join(folder.path, '.env'), 'utf8')).toBe('');
});

const before = 'DISCORD_TOKEN=\nBUDGET_PROJECT_USD=7 # mine\n';

test('broken off with Ctrl-C it changes nothing', async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, '.env'), before);
  const steps: Step[] = [
    ['Bot token', ''],
    ['Endpoint', ''],
    ['US dollars that one project may cost', '8'],
    ['US dollars that everything', 'SIGINT'],
    ['Nothing was changed.'],
  ];
  const run = await driveProgram('setup/main.ts', { cwd: folder.path, steps });
  expect(run.exit).toBe(130);
  expect(await readdir(folder.path)).toEqual(['.env']);
  expect(await readFile(join(folder.path, '.env'), 'utf8')).toBe(before);
});

test.each([
  ['the answers end early', ['', '', '8']],
  ['the last question is answered with no', ['', '', '8', '', '', '', '', '', 'no']],
])('%s: nothing is changed', async (_name, typed) => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, '.env'), before);
  const run = await runProgram('setup/main.ts', { cwd: folder.path, typed });
  expect(run.exit).toBe(1);
  expect(run.printed).toContain('Nothing was changed.');
  expect(await readdir(folder.path)).toEqual(['.env']);
  expect(await readFile(join(folder.path, '.env'), 'utf8')).toBe(before);
});
