import { expect, test } from 'vitest';
import { createIntake } from '../../src/discord/intake.ts';
import type { TakenMessage } from '../../src/discord/intake.ts';
import type { HumanMessage } from '../../src/domain/human-input.ts';
import { StoreError } from '../../src/lib/errors.ts';
import { silentLog } from '../../src/lib/log.ts';

const guildId = '100000000000000001';
const botUserId = '100000000000000002';

function written(parts: Partial<TakenMessage>, answers: string[] = []): TakenMessage {
  return {
    id: '100000000000000010',
    channelId: '100000000000000003',
    guildId,
    webhookId: null,
    type: 0,
    content: 'Hello',
    createdTimestamp: 0,
    author: { id: '100000000000000004', bot: false, displayName: 'maria' },
    member: null,
    attachments: new Map(),
    reference: null,
    reply: (text) => {
      answers.push(text);
      return Promise.resolve();
    },
    ...parts,
  };
}

/** A door that answers with these outcomes in turn, then accepts. */
function doorWith(outcomes: ('accept' | Error)[]) {
  const accepted: HumanMessage[] = [];
  const onMessage = (message: HumanMessage): Promise<void> => {
    const outcome = outcomes.shift() ?? 'accept';
    if (outcome !== 'accept') return Promise.reject(outcome);
    accepted.push(message);
    return Promise.resolve();
  };
  const pausesMs = [0, 0];
  return {
    accepted,
    intake: createIntake({ input: { onMessage }, guildId, log: silentLog, pausesMs }),
  };
}

test('a direct message gets one polite line and goes no further', async () => {
  const { accepted, intake } = doorWith([]);
  const answers: string[] = [];
  await intake.take(written({ guildId: null }, answers), botUserId);
  await intake.take(written({ guildId: null }, answers), botUserId);
  expect(answers).toEqual([
    'Thank you for writing, but I only work inside our server: please tell me there, in #director.',
  ]);
  expect(accepted).toEqual([]);
});

test('a message that the door cannot take yet is offered again, and the next one waits', async () => {
  const away = new StoreError('restarting', { code: 'store-away', retry: 'later' });
  const { accepted, intake } = doorWith([away, away]);
  await Promise.all([
    intake.take(written({ content: 'one' }), botUserId),
    intake.take(written({ id: '100000000000000011', content: 'two' }), botUserId),
  ]);
  expect(accepted.map(({ text }) => text)).toEqual(['one', 'two']);
});

test('a message that can never be accepted stops no other', async () => {
  const { accepted, intake } = doorWith([new Error('a bug')]);
  await intake.take(written({ content: 'one' }), botUserId);
  await intake.take(written({ content: 'two' }), botUserId);
  expect(accepted.map(({ text }) => text)).toEqual(['two']);
});

test('a message that is edited while it waits is heard as it reads now', async () => {
  const away = new StoreError('restarting', { code: 'store-away', retry: 'later' });
  const { accepted, intake } = doorWith([away, away]);
  const { id } = written({});
  const taken = intake.take(written({ content: 'Write a gide' }), botUserId);
  intake.amend({ id, content: `<@${botUserId}> Write a guide` }, botUserId);
  await taken;
  intake.amend({ id, content: 'Never mind' }, botUserId);
  expect(accepted.map(({ text }) => text)).toEqual(['Write a guide']);
});
