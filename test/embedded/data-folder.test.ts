// The lock needs a second process only where one dies; within one process it holds just the same.
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openDataFolder } from '../../src/embedded/data-folder.ts';
import type { DataFolder } from '../../src/embedded/data-folder.ts';
import { ConfigError } from '../../src/lib/errors.ts';
import { runProgram } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

const holder = join(import.meta.dirname, 'data-folder-holder.ts');

async function open(path: string): Promise<DataFolder & AsyncDisposable> {
  const folder = await openDataFolder(path);
  return Object.assign(folder, { [Symbol.asyncDispose]: () => folder.close() });
}

test('a missing data folder is created for its owner only, and so are folders in it', async () => {
  await using temporary = await temporaryFolder();
  await using folder = await open(join(temporary.path, 'deep', 'data'));
  const sub = folder.sub('postgres');
  expect(folder.sub('postgres')).toBe(sub);
  for (const path of [folder.path, sub]) expect((await stat(path)).mode & 0o777).toBe(0o700);
  await writeFile(join(sub, 'file'), 'content');
  expect(await readFile(join(folder.path, 'postgres', 'file'), 'utf8')).toBe('content');
});

test('a second start over the same folder is refused and told who holds it', async () => {
  await using temporary = await temporaryFolder();
  await using holding = await open(temporary.path);
  const refused = openDataFolder(holding.path);
  await expect(refused).rejects.toBeInstanceOf(ConfigError);
  await expect(refused).rejects.toMatchObject({
    code: 'data-folder-locked',
    forPeople:
      `The data folder ${holding.path} is in use by process ${process.pid}. ` +
      'Stop that one first, or set ATEAMS_HOME to another folder.',
  });
});

test('another name for the same folder does not get around the lock', async () => {
  await using temporary = await temporaryFolder();
  const real = join(temporary.path, 'real');
  await mkdir(real);
  await symlink(real, join(temporary.path, 'alias'));
  await using holding = await open(real);
  const alias = openDataFolder(join(temporary.path, 'alias'));
  await expect(alias).rejects.toMatchObject({ code: 'data-folder-locked' });
  expect(holding.path).toBe(real);
});

test('a closed data folder can be opened again', async () => {
  await using temporary = await temporaryFolder();
  await (await openDataFolder(temporary.path)).close();
  await using again = await open(temporary.path);
  expect(again.path).toBe(temporary.path);
});

test('a holder that was killed with kill -9 leaves no lock behind', async () => {
  await using temporary = await temporaryFolder();
  await using program = runProgram([process.execPath, holder, temporary.path]);
  await program.says(z.object({ holds: z.literal(temporary.path) }));
  const refused = openDataFolder(temporary.path);
  await expect(refused).rejects.toHaveProperty(
    'forPeople',
    expect.stringContaining(`process ${program.pid}`),
  );
  await program.end('SIGKILL');
  await using folder = await open(temporary.path);
  expect(folder.path).toBe(temporary.path);
});

test('a file in the place of the folder is refused with a cure', async () => {
  await using temporary = await temporaryFolder();
  const file = join(temporary.path, 'file');
  await writeFile(file, '');
  const refused = openDataFolder(file);
  await expect(refused).rejects.toMatchObject({ code: 'data-folder-unusable' });
  await expect(refused).rejects.toHaveProperty('forPeople', expect.stringContaining('ATEAMS_HOME'));
});

test('a folder that cannot be created is refused with a cure', async () => {
  await using temporary = await temporaryFolder();
  const file = join(temporary.path, 'file');
  await writeFile(file, '');
  const refused = openDataFolder(join(file, 'below'));
  await expect(refused).rejects.toMatchObject({ code: 'data-folder-unusable' });
  await expect(refused).rejects.toHaveProperty('forPeople', expect.stringContaining('writable'));
});
