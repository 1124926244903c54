// `npm run doctor` against wrong set-ups of Discord and of the machine. Each must be named with its
// cure, and nothing secret may be printed.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { botPermissions } from '../../src/discord/permissions.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createTestDatabase } from '../support/postgres.ts';
import {
  complaints,
  examined,
  forgetful,
  foundBy,
  freePort,
  modelsAt,
  skipped,
} from './examined.ts';
import { startFakeChroma } from './fake-chroma.ts';
import { startFakeEndpoint } from './fake-endpoint.ts';
import { startOwnDiscord } from './wrong-discord.ts';
import type { OwnDiscord } from './wrong-discord.ts';

let discord: OwnDiscord;

beforeAll(async () => {
  discord = await startOwnDiscord();
});

afterAll(() => discord[Symbol.asyncDispose]());

describe('a right set-up', () => {
  test('without any variable is healthy, and starts nothing', async () => {
    const report = await examined({});
    expect(complaints(report)).toEqual([]);
    expect(report.healthy).toBe(true);
    expect(foundBy(report, 'discord.token')).toBe('local Discord');
  });

  test('with everything of its own is healthy', async () => {
    await using database = await createTestDatabase();
    await migrate(database.url);
    await using endpoint = await startFakeEndpoint({ key: 'sk-right-0123456789' });
    await using chroma = await startFakeChroma('1.0.20');
    const report = await examined({
      ...discord.env,
      DIRECTOR_USER_IDS: discord.local.directorId,
      DATABASE_URL: database.url,
      CHROMA_URL: chroma.url,
      ...modelsAt(endpoint.url),
      OPENAI_API_KEY: 'sk-right-0123456789',
      EMBEDDING_MODEL: 'embed-1',
    });
    expect(complaints(report)).toEqual([forgetful]);
    expect(foundBy(report, 'discord.director')).toBe('director');
    expect(foundBy(report, 'database.schema')).toBe('of this version');
    expect(foundBy(report, 'model.economy')).toMatch(
      /^small-1: text, tools, JSON schema, streaming, answers in \d+\.\d s, 32768 tokens/,
    );
    expect(foundBy(report, 'model.embedding')).toBe('embed-1: 4 dimensions');
  });
});

describe('a wrong Discord', () => {
  test('a token that Discord does not know', async () => {
    const report = await examined({ ...discord.env, DISCORD_TOKEN: 'MTIz.abc.wrong-token' });
    expect(complaints(report)).toEqual([
      expect.stringMatching(
        /^fault discord.token: Discord does not know this token → Open .* “Reset Token”/,
      ),
    ]);
    expect(skipped(report)).toEqual([
      'discord.intent',
      'discord.invitations',
      'discord.guild',
      'discord.permissions',
      'discord.role',
      'discord.director',
    ]);
  });

  test('an address where no Discord is', async () => {
    const report = await examined({
      ...discord.env,
      DISCORD_API_URL: `http://127.0.0.1:${await freePort()}/api`,
    });
    expect(complaints(report)).toEqual([
      expect.stringMatching(/^fault discord.token: could not ask who I am.*`DISCORD_API_URL`/),
    ]);
  });

  test('without the message content intent', async () => {
    discord.setIntent(false);
    const report = await examined(discord.env);
    discord.setIntent(true);
    expect(complaints(report)).toEqual([
      expect.stringMatching(
        /^fault discord.intent: switched off.*\/bot, switch on “Message Content Intent”/,
      ),
    ]);
  });

  test('a server that the bot is not in', async () => {
    const report = await examined({ ...discord.env, DISCORD_GUILD_ID: '1100000000000000001' });
    const [complaint = '', ...others] = complaints(report);
    expect(complaint).toContain(
      'fault discord.guild: the bot is not in the server 1100000000000000001 → Let it in',
    );
    expect(complaint).toContain('https://discord.com/oauth2/authorize?client_id=');
    expect(complaint).toContain(`It is in Agency (local) (${discord.local.guildId})`);
    expect(others).toEqual([]);
  });

  const manageChannels = 1n << 4n;
  const addReactions = 1n << 6n;
  const administrator = 1n << 3n;
  const wrong: [string, bigint, RegExp][] = [
    [
      'a permission is missing',
      botPermissions & ~manageChannels,
      /^fault discord.permissions: missing: Manage Channels → Invite it again.*permissions=/,
    ],
    [
      'a permission is missing that only serves comfort',
      botPermissions & ~addReactions,
      /^warn discord.permissions: missing, though .*: Add Reactions → Invite it again/,
    ],
    [
      'the bot is Administrator',
      botPermissions | administrator,
      /^fault discord.permissions: the bot is Administrator.* → Take Administrator away/,
    ],
  ];
  test.each(wrong)('%s', async (_name, permissions, complaint) => {
    await discord.grant(permissions);
    expect(complaints(await examined(discord.env))).toEqual([expect.stringMatching(complaint)]);
    await discord.grant(botPermissions);
  });

  test('a Director who is not in the server', async () => {
    const report = await examined({
      ...discord.env,
      DIRECTOR_USER_IDS: `${discord.local.directorId},1100000000000000009`,
    });
    expect(complaints(report)).toEqual([
      expect.stringMatching(
        /^fault discord.director: not in the server: 1100000000000000009 → Set `DIRECTOR_USER_IDS`/,
      ),
    ]);
  });
});

test('a port that another program holds', async () => {
  await using endpoint = await startFakeEndpoint();
  const report = await examined({ PORT: new URL(endpoint.url).port });
  expect(complaints(report)).toEqual([
    expect.stringMatching(/^fault machine.port: .* taken by another program → Set `PORT`/),
  ]);
});

test('a value that cannot be used is named before anything is looked at', async () => {
  const report = await examined({ PORT: 'many', REDIS_URL: 'http://127.0.0.1' });
  expect(complaints(report)).toEqual([
    'fault config: is not a whole number → Set it to a whole number from 0 to 65535, such as 3000.',
    expect.stringMatching(/^fault config: does not start with redis:/),
  ]);
});
