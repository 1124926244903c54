// `npm run smoke:discord` against the local Discord: it tries out what the agency relies on, and
// leaves nothing behind, whatever fails on the way.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPerson } from '../../src/embedded/discord/person.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';
import { runProgram } from './run-program.ts';
import type { Run } from './run-program.ts';
import { startOwnDiscord } from './wrong-discord.ts';
import type { OwnDiscord } from './wrong-discord.ts';

let discord: OwnDiscord;

beforeEach(async () => {
  discord = await startOwnDiscord();
});

afterEach(() => discord[Symbol.asyncDispose]());

async function smoke(args: string[] = ['--yes'], env = discord.env): Promise<Run> {
  await using folder = await temporaryFolder();
  return await runProgram('setup/smoke-main.ts', { cwd: folder.path, args, env });
}

/** What the server's owner sees; what is hidden is seen by nobody but its owner. */
async function leftBehind(): Promise<string[]> {
  const { apiUrl, directorToken, guildId } = discord.local;
  const owner = createPerson({ apiUrl, token: directorToken });
  return (await owner.channels(guildId)).map(({ name }) => name ?? '');
}

test('it goes well on the local Discord, and leaves nothing behind', async () => {
  const run = await smoke();
  expect(run.printed).toBe(
    [
      '  ✓ the token is accepted',
      '  ✓ a category is made',
      '  ✓ a channel in it is made',
      '  ✓ the channel is found again and not made twice',
      '  ✓ it is hidden from everyone else',
      '  ✓ a thread is made',
      '  ✓ a message is posted',
      '  ✓ posted again with the same nonce it is the same message',
      '  ✓ a reaction is added',
      '  ✓ the message is edited',
      '  ✓ the message is pinned',
      '  ✓ looked up it is there once, edited, with its reaction',
      '  ✓ all of it is removed',
      'Discord does what the agency relies on.',
      '',
    ].join('\n'),
  );
  expect(run.exit).toBe(0);
  expect(await leftBehind()).toEqual([]);
});

test.each([
  ['a thread cannot be made', /^POST .*\/threads$/],
  ['a message cannot be posted', /^POST .*\/messages$/],
  ['an edit is refused', /^PATCH .*\/messages\/\d+$/],
])('when %s it says so and leaves nothing behind', async (_name, pattern) => {
  discord.proxy.rule = ({ method, path }) =>
    pattern.test(`${method} ${path}`)
      ? { status: 403, body: { code: 50013, message: 'Missing Permissions' } }
      : null;
  const run = await smoke();
  expect(run.printed).toContain('Missing Permissions');
  expect(run.printed).toContain('→ I could not');
  expect(run.exit).toBe(1);
  expect(await leftBehind()).toEqual([]);
});

test('a channel whose making was not answered is removed too', async () => {
  let made = 0;
  discord.proxy.rule = ({ method, path }) => {
    if (method !== 'POST' || !path.endsWith('/channels')) return null;
    made += 1;
    return made === 2 ? 'lose-answer' : null;
  };
  const run = await smoke();
  expect(run.exit).toBe(1);
  expect(run.printed).toContain('✓ all of it is removed');
  expect(await leftBehind()).toEqual([]);
});

test('a Discord that makes two messages of one nonce is found out', async () => {
  let posted = 0;
  discord.proxy.rule = ({ method, path }) => {
    if (method !== 'POST' || !path.endsWith('/messages')) return null;
    posted += 1;
    return posted === 2 ? { status: 200, body: { id: '1', content: 'Trial' } } : null;
  };
  const run = await smoke();
  expect(run.printed).toMatch(/✗ posted again with the same nonce .*: found 1, not \d+/);
  expect(run.exit).toBe(1);
  expect(await leftBehind()).toEqual([]);
});

test('without being told to, or without a server, it touches nothing', async () => {
  const asked = await smoke([]);
  expect(asked.printed).toContain('npm run smoke:discord -- --yes');
  expect(asked.exit).toBe(64);
  const nowhere = await smoke(['--yes'], {});
  expect(nowhere.printed).toContain('Set DISCORD_TOKEN and DISCORD_GUILD_ID');
  expect(nowhere.exit).toBe(78);
  expect(discord.proxy.seen).toEqual([]);
});
