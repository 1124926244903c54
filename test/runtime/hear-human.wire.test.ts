import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCommands } from '../../src/agents/load-commands.ts';
import { parseCommandLine } from '../../src/domain/command-language.ts';
import type { Event } from '../../src/domain/event.ts';
import type { HumanMessage, HumanReaction } from '../../src/domain/human-input.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { createHumanInput } from '../../src/runtime/hear-human.ts';
import { recordChannel, saveMessages } from '../../src/store/places.ts';
import { files, messages } from '../../src/store/schema.ts';
import { readProject } from '../../src/store/record.ts';
import { directorId, openDoor, openProject, opened } from './arrange.ts';
import { nothingRemembered } from './nothing-remembered.ts';

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

test('whoever is not the Director pauses nothing', async () => {
  await using door = await openProject();
  await recordChannel(door.store.db, 'agency.director', channelId);
  const commands = await loadCommands(join(import.meta.dirname, '../../commands'));
  const input = createHumanInput({
    ...door,
    clock: systemClock,
    log: silentLog,
    commands,
    hints: { deliveries: () => undefined },
    memory: nothingRemembered,
    download: async () => new Uint8Array(),
    askDoctor: async () => 'Healthy.',
    memoryFault: async () => null,
  });
  const use = (userId: string, text: string) => {
    const parsed = parseCommandLine(text);
    if (parsed === null) throw new Error(text);
    const id = `${userId}${text.length}`;
    return input.onCommand({ id, channelId, userId, userName: 'Somebody', line: parsed.line });
  };
  for (const line of ['/pause', '/pause all', '/resume P1']) {
    expect(await use('200000000000000009', line)).toMatchObject({ ok: false });
  }
  expect((await readProject(door.store.db, 'P1'))?.paused).toBeNull();
  expect(await use(directorId, '/pause all')).toEqual({
    ok: true,
    text:
      'P1 is paused: 1 turn waits. `/resume project:P1` lets it go on.\n' +
      'What you begin from now on is not paused.',
  });
  expect((await readProject(door.store.db, 'P1'))?.paused).toMatchObject({ by: 'Somebody' });
  expect(door.stopped).toEqual(['P1.turn.1']);
});

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
    memory: nothingRemembered,
    download: async (url) => {
      fetched.push(url);
      return new TextEncoder().encode('Notes');
    },
    askDoctor: async () => 'Healthy.',
    memoryFault: async () => null,
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

test('a thumb of the Director on a message that shows an output counts, and nothing else', async () => {
  await using door = await openProject();
  const { db } = door.store;
  await recordChannel(db, 'agency.director', channelId);
  const heard: Event[] = [];
  const input = createHumanInput({
    ...door,
    handleEvent: (event) => {
      heard.push(event);
      return Promise.resolve({ ok: true, text: '' });
    },
    clock: systemClock,
    log: silentLog,
    commands: await loadCommands(join(import.meta.dirname, '../../commands')),
    hints: { deliveries: () => undefined },
    memory: nothingRemembered,
    download: async () => new Uint8Array(),
    askDoctor: async () => 'Healthy.',
    memoryFault: async () => null,
  });
  const row = { place: 'agency.director', speaker: 'Paul', agentId: 'pm', text: 'Done.', at: 1 };
  const shown = { projectId: 'P1', task: 'T1', revision: 2 };
  await saveMessages(db, [
    { ...row, id: '1', shows: shown },
    { ...row, id: '2', shows: null },
  ]);
  const thumb = { id: 'r', channelId, messageId: '1', userId: directorId, emoji: '👎' };
  const react = (parts: Partial<HumanReaction>) =>
    input.onReaction({ ...thumb, userName: 'Dora', isTakenBack: false, ...parts });
  await react({ userId: '200000000000000009' });
  await react({ emoji: '🎉' });
  await react({ messageId: '2' });
  await react({ channelId: '300000000000000009' });
  expect(heard).toEqual([]);
  // What was posted this very moment may not be on record yet.
  await expect(react({ messageId: '3' })).rejects.toMatchObject({ retry: 'later' });
  await react({});
  await react({ isTakenBack: true, userName: null });
  const { projectId: project, ...version } = shown;
  const action = { type: 'give-feedback', project, ...version, kind: 'reaction', rating: 1 };
  expect(heard).toMatchObject([
    { id: 'r', by: { userId: directorId, name: 'Dora' }, action },
    { id: 'r', by: { userId: directorId }, action: { ...action, isTakenBack: true } },
  ]);
});
