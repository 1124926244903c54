import { expect, test } from 'vitest';
import { refuseMessage } from '../../src/runtime/refuse-message.ts';
import { recordChannel } from '../../src/store/places.ts';
import { outbox } from '../../src/store/schema.ts';
import { openProject } from './arrange.ts';
import type { Door } from './arrange.ts';

const channelId = '300000000000000009';
const message = {
  messageId: '200000000000000009',
  channelId,
  userId: '200000000000000001',
  userName: 'Dora',
  text: '/pause project:all',
  at: 1,
  attachments: [],
  repliesTo: null,
};

async function toldBy(door: Door): Promise<string[]> {
  await recordChannel(door.store.db, 'agency.director', channelId);
  await refuseMessage({ store: door.store, wake: () => undefined }, message, new Error('a bug'));
  const rows = await door.store.db.select().from(outbox);
  return rows.filter(({ id }) => id.endsWith('.refused')).map((row) => JSON.stringify(row.payload));
}

test('a command for all projects that got half-way says how far it got', async () => {
  await using door = await openProject();
  await door.handleEvent({
    type: 'action-taken',
    id: `discord.message.${message.messageId}.P1`,
    at: 1,
    by: { kind: 'human', userId: message.userId, name: 'Dora', standing: 'director' },
    place: 'agency.director',
    action: { type: 'pause', project: 'P1' },
  });
  const [told = ''] = await toldBy(door);
  expect(told).toContain('was decided over in P1 and got no further');
  expect(told).not.toContain('nothing has happened');
});

test('a command that got nowhere says so', async () => {
  await using door = await openProject();
  const [told = ''] = await toldBy(door);
  expect(told).toContain('nothing has happened');
});
