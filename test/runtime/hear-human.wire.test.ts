import { expect, test } from 'vitest';
import type { HumanMessage } from '../../src/domain/human-input.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { createHumanInput } from '../../src/runtime/hear-human.ts';
import { recordChannel } from '../../src/store/places.ts';
import { files, messages } from '../../src/store/schema.ts';
import { directorId, openDoor, opened } from './arrange.ts';

const channelId = '300000000000000001';

function messageOf(userId: string, n: number): HumanMessage {
  const url = `https://discord.test/${n}`;
  return {
    messageId: `40000000000000000${n}`,
    channelId,
    userId,
    userName: 'Somebody',
    text: 'Write me a guide.',
    attachments: [{ name: 'notes.txt', url, bytes: 5, contentType: 'text/plain' }],
    repliesTo: null,
    at: 3,
  };
}

test('nothing of a stranger is fetched or kept', async () => {
  await using door = await openDoor();
  await door.handleEvent(opened());
  await recordChannel(door.store.db, 'agency.director', channelId);
  const fetched: string[] = [];
  const input = createHumanInput({
    ...door,
    clock: systemClock,
    log: silentLog,
    commands: [],
    hints: { deliveries: () => undefined },
    download: async (url) => {
      fetched.push(url);
      return new TextEncoder().encode('Notes');
    },
    askDoctor: async () => 'Healthy.',
  });
  const { db } = door.store;
  await input.onMessage(messageOf('200000000000000009', 1));
  expect([fetched, await db.select().from(messages), await db.select().from(files)]).toEqual([
    [],
    [],
    [],
  ]);
  await input.onMessage(messageOf(directorId, 2));
  expect(fetched).toEqual(['https://discord.test/2']);
  const [kept] = await db.select().from(messages);
  expect(kept?.text).toBe('Write me a guide.\n\nNotes');
});
