import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCommands } from '../../src/agents/load-commands.ts';
import { loadSystemMessages, splitFrontMatter } from '../../src/agents/system-message.ts';
import { TurnKind } from '../../src/domain/turn.ts';
import { messageOf } from '../../src/lib/errors.ts';
import { loadTools } from '../../src/tools/load-tools.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';

const root = join(import.meta.dirname, '../..');
const ours = join(root, 'system-messages');
const commands = await loadCommands(join(root, 'commands'));
const tools = await loadTools();

const load = (folder: string) => loadSystemMessages(folder, commands, tools);

/** What loading says when one of our files is changed; empty when it loads. */
async function faultWith(change: (folder: string) => Promise<void>): Promise<string> {
  await using folder = await temporaryFolder();
  await cp(ours, folder.path, { recursive: true });
  await change(folder.path);
  try {
    await load(folder.path);
    return '';
  } catch (error) {
    return messageOf(error).replaceAll(folder.path, '…');
  }
}

const change = (file: string, from: RegExp | string, to: string) => async (folder: string) => {
  const path = join(folder, file);
  const text = await readFile(path, 'utf8');
  if (text === text.replace(from, to)) throw new Error(`${file} has no ${String(from)}`);
  await writeFile(path, text.replace(from, to));
};

test('there is a message for every turn, and one for everyone who takes turns', async () => {
  const { turns, roles } = await load(ours);
  expect([...turns.keys()].sort()).toEqual(TurnKind.options.toSorted());
  for (const { role, body } of turns.values()) {
    expect(roles.get(role)?.length).toBeGreaterThan(100);
    expect(body.length).toBeGreaterThan(100);
  }
});

test('a turn asks only for what it offers', async () => {
  const { turns } = await load(ours);
  for (const turn of turns.values()) {
    const needed = turn.needs.flatMap((need) => need.any);
    expect(needed.filter((name) => !turn.commands.includes(name))).toEqual([]);
  }
});

test.each([
  ['no front matter', change('specialist/work.md', '---', '***'), 'it has no front matter'],
  ['a misspelt key', change('specialist/work.md', 'needs:', 'wants:'), 'wants'],
  [
    'broken YAML',
    change('specialist/work.md', 'needs: [', 'needs: ['.repeat(2)),
    'specialist/work.md',
  ],
  [
    'an unknown command',
    change('specialist/work.md', 'start, ', 'dance, '),
    'no command is called dance',
  ],
  [
    'a command of others',
    change('specialist/work.md', 'start, ', 'propose, '),
    'specialist may not use propose',
  ],
  [
    'an unknown tool',
    change('specialist/work.md', 'read-file, ', 'shell, '),
    'no tool is called shell',
  ],
  [
    'an unknown turn',
    change('specialist/work.md', 'turn: work', 'turn: rest'),
    'no turn is called specialist.rest',
  ],
  [
    'a wrong file name',
    change('specialist/work.md', 'turn: work', 'turn: revise'),
    'it must be called specialist/revise.md',
  ],
  [
    'an unknown role',
    change('specialist/role.md', 'role: specialist', 'role: boss'),
    'specialist/role.md',
  ],
  [
    'a role in another folder',
    change('specialist/role.md', 'role: specialist', 'role: collaborator'),
    'it must be called collaborator/role.md',
  ],
  [
    'too many tokens',
    change('specialist/work.md', /outputTokensMax: \d+/, 'outputTokensMax: 1000000'),
    'outputTokensMax',
  ],
  [
    'a turn that is missing',
    (folder: string) => rm(join(folder, 'specialist/work.md')),
    'specialist.work',
  ],
  [
    'a role that is missing',
    (folder: string) => rm(join(folder, 'specialist/role.md')),
    'specialist/role.md',
  ],
])('%s is named', async (_what, spoil, told) => {
  expect(await faultWith(spoil)).toContain(told);
});

test('all bad files are named at once, each with its reason', async () => {
  const fault = await faultWith(async (folder) => {
    await change('specialist/work.md', 'start, ', 'dance, ')(folder);
    await change('collaborator/role.md', 'summary:', 'gist:')(folder);
  });
  expect(fault).toMatch(/^Bad files in …:\ncollaborator\/role\.md: .*\nspecialist\/work\.md: .*$/);
});

test('front matter is told from the body, whatever the line ends are', () => {
  const { front, body } = splitFrontMatter('---\r\na: 1\r\n---\r\n\r\nDo it.\r\n');
  expect(front).toEqual({ a: 1 });
  expect(body).toBe('Do it.');
});
