// Open sets are folders. Every file of ours is a member, and a file that is none is named with the
// reason, all bad ones at once.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCommands } from '../../src/agents/load-commands.ts';
import { loadSystemMessages } from '../../src/agents/system-message.ts';
import { messageOf } from '../../src/lib/errors.ts';
import { loadTools } from '../../src/tools/load-tools.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';

const root = join(import.meta.dirname, '../..');
const defineCommand = join(root, 'src/domain/define-command.ts');

async function filesIn(folder: string, ending: string): Promise<string[]> {
  const names = await readdir(join(root, folder), { recursive: true });
  return names.filter((name) => name.endsWith(ending)).toSorted();
}

test('every file in commands/ is a command', async () => {
  const commands = await loadCommands(join(root, 'commands'));
  const names = commands.map(({ name }) => `${name}.ts`);
  expect(names.toSorted()).toEqual(await filesIn('commands', '.ts'));
});

test('every file in src/tools/set/ is a tool', async () => {
  const names = (await loadTools()).map(({ name }) => `${name}.ts`);
  expect(names.toSorted()).toEqual(await filesIn('src/tools/set', '.ts'));
});

test('every file in system-messages/ is a role or a turn', async () => {
  const commands = await loadCommands(join(root, 'commands'));
  const folder = join(root, 'system-messages');
  const { roles, turns } = await loadSystemMessages(folder, commands, await loadTools());
  const names = [
    ...[...roles.keys()].map((role) => `${role}/role.md`),
    ...[...turns.values()].map(({ role, turn }) => `${role}/${turn}.md`),
  ];
  expect(names.toSorted()).toEqual(await filesIn('system-messages', '.md'));
});

/** @returns what loading says about a folder with these files */
async function faultsOf(files: Record<string, string>): Promise<string> {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, 'set'));
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder.path, 'set', name), text);
  }
  try {
    await loadCommands(join(folder.path, 'set'));
    return 'It loads.';
  } catch (error) {
    return messageOf(error).replaceAll(folder.path, '…');
  }
}

function command(name: string, summary = 'Does it'): string {
  return [
    `import { z } from ${JSON.stringify(join(root, 'node_modules/zod/index.js'))};`,
    `import { defineCommand } from ${JSON.stringify(defineCommand)};`,
    'export default defineCommand({',
    `  name: ${JSON.stringify(name)},`,
    `  summary: ${JSON.stringify(summary)},`,
    '  people: [], agents: [], args: z.strictObject({}),',
    "  cause: () => ({ query: { type: 'help', command: null } }),",
    '});',
  ].join('\n');
}

test('every bad file is named with its reason, and one good file does not save the others', async () => {
  const faults = await faultsOf({
    'broken.ts': 'export default (',
    'good.ts': command('good'),
    'long.ts': command('long', 'x'.repeat(101)),
    'nothing.ts': 'export const command = 1;',
    'other-name.ts': command('another'),
    'throws.ts': "throw new Error('not today');",
  });
  expect(faults).toMatch(/^Bad files in …\/set:\n/);
  expect(faults.match(/^[a-z-]+\.ts(?=:)/gm)).toEqual([
    'broken.ts',
    'long.ts',
    'nothing.ts',
    'other-name.ts',
    'throws.ts',
  ]);
  expect(faults).toContain('long.ts: its summary has more than 100 characters');
  expect(faults).toContain('nothing.ts: its default export is not made by defineCommand');
  expect(faults).toContain('other-name.ts: it must be another.ts');
  expect(faults).toContain('throws.ts: not today');
});

test('good files load, whatever else lies beside them', async () => {
  expect(await faultsOf({ 'good.ts': command('good'), 'README.md': '# Notes' })).toBe('It loads.');
});
