import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { downloadAttachment } from '../../src/discord/attachments.ts';
import { discordLimits } from '../../src/discord/discord-limits.ts';
import { nonceOf } from '../../src/discord/nonce.ts';
import {
  botPermissions,
  inviteUrl,
  overwritesFor,
  reportOn,
} from '../../src/discord/permissions.ts';
import { duration, money } from '../../src/discord/render/amounts.ts';
import { drawGraph } from '../../src/discord/render/render-graph.ts';

describe('nonces', () => {
  test('a chunk of a post always has the same nonce, and no other has it', () => {
    expect(nonceOf('P1.turn.1.post.1', 0)).toMatchInlineSnapshot(`"zgrqfgywcical4qgmxik5gpa6"`);
    expect(nonceOf('P1.turn.1.post.1', 0)).toHaveLength(discordLimits.nonceChars);
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(20), fc.nat(20), (a, b, n, m) => {
        fc.pre(`${a}.${n}` !== `${b}.${m}`);
        expect(nonceOf(a, n)).toMatch(/^[a-z2-7]{25}$/);
        expect(nonceOf(a, n)).not.toBe(nonceOf(b, m));
      }),
    );
  });
});

describe('attached files', () => {
  const from = (url: string, apiUrl: string | null = null) =>
    downloadAttachment({ url, apiUrl }, 100);
  test.each([
    ['http://127.0.0.1:9/secret'],
    ['https://cdn.discordapp.com.evil.example/x'],
    ['https://evil.example/cdn.discordapp.com'],
    ['http://cdn.discordapp.com/x'],
    ['https://cdn.discordapp.com:8443/x'],
    ['file:///etc/passwd'],
    ['no url'],
  ])('are never fetched from %s', async (url) => {
    await expect(from(url)).rejects.toMatchObject({ code: 'discord-attachment-foreign' });
  });

  test('come from a Discord-compatible server only when it is local, and only from its origin', async () => {
    const foreign = { code: 'discord-attachment-foreign' };
    const inside = 'http://10.0.0.8/api';
    await expect(from('http://10.0.0.8/x', inside)).rejects.toMatchObject(foreign);
    const local = 'http://127.0.0.1:9/api';
    await expect(from('http://127.0.0.1:10/x', local)).rejects.toMatchObject(foreign);
    await expect(from('http://127.0.0.1:9/x', local)).rejects.toMatchObject({
      code: 'discord-attachment-unreachable',
    });
  });
});

describe('permissions', () => {
  test('the bot asks for the least set and never for Administrator', () => {
    expect(reportOn(botPermissions)).toEqual({
      isAdministrator: false,
      missing: [],
      missingWanted: [],
    });
    expect(reportOn(0n).missing).toContain('ManageChannels');
    expect(reportOn(8n).isAdministrator).toBe(true);
    expect(inviteUrl('123')).toBe(
      'https://discord.com/oauth2/authorize?client_id=123&scope=bot+applications.commands' +
        `&permissions=${botPermissions.toString()}`,
    );
  });

  test('a place is hidden from everyone and open to the people named, each once', () => {
    const humanIds = ['3', '3', '4'];
    const overwrites = overwritesFor({ guildId: '1', botUserId: '2', humanIds });
    expect(overwrites.map(({ id, type }) => [id, type])).toEqual([
      ['1', 0],
      ['2', 1],
      ['3', 1],
      ['4', 1],
    ]);
    expect(overwrites[0]).toMatchObject({ allow: '0', deny: String(1 << 10) });
  });
});

describe('amounts', () => {
  test.each([
    [0, '$0'],
    [1, '$0.000001'],
    [3_456, '$0.0035'],
    [9_999, '$0.01'],
    [34_500, '$0.03'],
    [5_000_000, '$5.00'],
    [1_234_500_000, '$1,234.50'],
  ])('%i micro-USD are %s', (microUsd, text) => {
    expect(money(microUsd)).toBe(text);
  });

  test.each([
    [900, '1 s'],
    [59_400, '59 s'],
    [59_600, '1 min'],
    [3_599_000, '1 h'],
    [4_800_000, '1 h 20 min'],
    [90 * 3_600_000, '3 d 18 h'],
  ])('%i ms are %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});

test('the graph shows what can run side by side, and survives a circle', () => {
  const task = (id: string, ...after: string[]) => ({ id, after });
  const tasks = [task('T1'), task('T2'), task('T3', 'T1', 'T2'), task('T4', 'T2')];
  expect(drawGraph(tasks, ['T2', 'T3'])).toBe('T1  T2*\n   ↓\nT3*  T4');
  expect(drawGraph([task('T1', 'T2'), task('T2', 'T1')], [])).toBe('T1  T2');
});
