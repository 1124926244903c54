import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EmbeddedError } from '../../../src/lib/errors.ts';
import { createJournal } from '../../../src/embedded/discord/journal.ts';
import { dropped } from '../../../src/embedded/discord/records.ts';
import type { Change } from '../../../src/embedded/discord/records.ts';
import { applyChange, changesOf, emptyTables } from '../../../src/embedded/discord/tables.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function member(id: string) {
  return { put: 'member' as const, value: { id, roles: [], joinedAt: 0 } };
}

describe('the journal', () => {
  test('what was appended is read back, batch by batch', async () => {
    await using folder = await temporaryFolder();
    const journal = createJournal(folder.path);
    journal.open([]);
    journal.append([member('1'), member('2')]);
    journal.append([dropped('member', '1')]);
    journal.close();
    expect(createJournal(folder.path).read()).toEqual([
      [member('1'), member('2')],
      [dropped('member', '1')],
    ]);
  });

  test('a torn last line is forgotten at every byte it can be torn at, and never the lines before', async () => {
    await using folder = await temporaryFolder();
    const journal = createJournal(folder.path);
    journal.open([member('1')]);
    journal.append([member('2')]);
    journal.close();
    const path = join(folder.path, 'journal.jsonl');
    const whole = await readFile(path);
    const first = whole.indexOf('\n') + 1;
    for (let end = first; end < whole.length; end += 1) {
      await writeFile(path, whole.subarray(0, end));
      expect(createJournal(folder.path).read()).toEqual([[member('1')]]);
    }
    const reopened = createJournal(folder.path);
    reopened.open([member('1')]);
    reopened.append([member('3')]);
    reopened.close();
    expect(createJournal(folder.path).read()).toEqual([[member('1')], [member('3')]]);
  });

  test('damage before the last line stops the start and says where it is', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'journal.jsonl');
    await writeFile(path, 'garbage\n');
    await appendFile(path, `${JSON.stringify({ v: 1, changes: [member('1')] })}\n`);
    const read = () => createJournal(folder.path).read();
    expect(read).toThrow(EmbeddedError);
    expect(read).toThrow('journal damaged at byte 0');
  });

  test('opening rewrites history as what is live', async () => {
    await using folder = await temporaryFolder();
    const journal = createJournal(folder.path);
    journal.open([]);
    const tables = emptyTables();
    for (let round = 0; round < 50; round += 1) {
      const change = member(String(round % 2));
      journal.append([change]);
      applyChange(tables, change);
    }
    journal.close();
    const reopened = createJournal(folder.path);
    reopened.open(changesOf(tables));
    reopened.close();
    expect(createJournal(folder.path).read()).toEqual([[member('0')], [member('1')]]);
  });

  test('a long-running server rewrites a journal that is mostly history', async () => {
    await using folder = await temporaryFolder();
    const journal = createJournal(folder.path);
    journal.open([]);
    const tables = emptyTables();
    const long = { ...member('1').value, roles: Array.from({ length: 50_000 }, () => 'role') };
    const change: Change = { put: 'member', value: long };
    applyChange(tables, change);
    for (let round = 0; round < 120; round += 1) {
      journal.append([change]);
      journal.compactIfLarge(() => changesOf(tables));
    }
    journal.append([member('2')]);
    journal.close();
    const kept = createJournal(folder.path).read();
    expect(kept.length).toBeLessThan(60);
    expect(kept.at(0)).toEqual([change]);
    expect(kept.at(-1)).toEqual([member('2')]);
  });

  test('reading alone changes nothing on disk, so a second start can look and leave', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'journal.jsonl');
    const torn = `${JSON.stringify({ v: 1, changes: [member('1')] })}\n{"v":1,"cha`;
    await writeFile(path, torn);
    createJournal(folder.path).read();
    expect(await readFile(path, 'utf8')).toBe(torn);
  });
});
