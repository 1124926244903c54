import { describe, expect, test } from 'vitest';
import { commandOf, hear } from '../../src/discord/inbound.ts';
import type { HeardMessage } from '../../src/discord/inbound.ts';

const self = { guildId: '100000000000000001', botUserId: '100000000000000002' };

const message = (parts: Partial<HeardMessage> = {}): HeardMessage => ({
  id: '100000000000000010',
  channelId: '100000000000000003',
  guildId: self.guildId,
  webhookId: null,
  type: 0,
  content: 'Plan a week of talks',
  createdTimestamp: 1_700_000_000_000,
  author: { id: '100000000000000004', bot: false, displayName: 'maria' },
  member: { displayName: 'Maria' },
  attachments: new Map(),
  reference: null,
  ...parts,
});

describe('who is heard', () => {
  const cases: { who: string; parts: Partial<HeardMessage>; kind: string }[] = [
    { who: 'a person in our server', parts: {}, kind: 'message' },
    { who: 'a person who answers a post', parts: { type: 19 }, kind: 'message' },
    {
      who: 'any bot, ourselves included',
      parts: { author: { id: self.botUserId, bot: true, displayName: 'A-TEAMs' } },
      kind: 'nothing',
    },
    { who: 'a webhook', parts: { webhookId: '100000000000000009' }, kind: 'nothing' },
    { who: 'a note about a pin', parts: { type: 6 }, kind: 'nothing' },
    { who: 'a note about a new thread', parts: { type: 18 }, kind: 'nothing' },
    { who: 'another server', parts: { guildId: '100000000000000099' }, kind: 'nothing' },
    { who: 'somebody in a direct message', parts: { guildId: null }, kind: 'direct' },
    {
      who: 'a bot in a direct message',
      parts: { guildId: null, author: { id: '1', bot: true, displayName: 'x' } },
      kind: 'nothing',
    },
    {
      who: 'our name alone, with nothing said',
      parts: { content: `<@${self.botUserId}> ` },
      kind: 'nothing',
    },
  ];
  test.each(cases)('$who: $kind', ({ parts, kind }) => {
    expect(hear(message(parts), self).kind).toBe(kind);
  });
});

test('a message keeps what was said, by whom, on what, and with which files', () => {
  const file = { name: 'message.txt', url: 'https://cdn.discordapp.com/x', size: 9 };
  const heard = hear(
    message({
      content: `<@${self.botUserId}> see <@100000000000000005>`,
      attachments: new Map([['1', { ...file, contentType: 'text/plain' }]]),
      reference: { messageId: '100000000000000008' },
    }),
    self,
  );
  expect(heard).toEqual({
    kind: 'message',
    message: {
      messageId: '100000000000000010',
      channelId: '100000000000000003',
      userId: '100000000000000004',
      userName: 'Maria',
      text: 'see <@100000000000000005>',
      attachments: [
        {
          name: 'message.txt',
          url: 'https://cdn.discordapp.com/x',
          bytes: 9,
          contentType: 'text/plain',
        },
      ],
      repliesTo: '100000000000000008',
      at: 1_700_000_000_000,
    },
  });
});

test('a command from another server, or from a direct message, is none', () => {
  const user = { id: '100000000000000004', displayName: 'Maria' };
  const line = { name: 'status', mentions: [], bare: [], named: {} };
  const used = { id: '1', channelId: '2', guildId: self.guildId, user };
  expect(commandOf(used, line, self.guildId)).toMatchObject({ userName: 'Maria', line });
  expect(commandOf({ ...used, guildId: null }, line, self.guildId)).toBeNull();
  expect(commandOf({ ...used, channelId: null }, line, self.guildId)).toBeNull();
});
