import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changeEnv, readEnvFile, writeEnvFile } from '../../src/setup/env-file.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';

describe('changing variables', () => {
  const cases: [string, Record<string, string | null>, string][] = [
    ['', { A: '1' }, 'A=1\n'],
    ['# mine\n\nB=2\n', { A: '1' }, '# mine\n\nB=2\nA=1\n'],
    ['A=0\n# mine\nB=2', { A: '1' }, 'A=1\n# mine\nB=2\n'],
    ['A=0\nB=2\nA=5\n', { A: '1' }, 'B=2\nA=1\n'],
    ['export A=0 # old\nB=2\n', { A: null }, 'B=2\n'],
    ['#A=0\n', { A: null }, '#A=0\n'],
    ['', { A: 'p#q r' }, "A='p#q r'\n"],
    ['', { A: `it's "so"` }, 'A=`it\'s "so"`\n'],
  ];
  test.each(cases)('%j with %j is %j', (text, changes, result) => {
    expect(changeEnv(text, new Map(Object.entries(changes)))).toBe(result);
  });

  test('a value is read back as it was meant, whatever stands in it', () => {
    const printable = fc.string({ unit: 'grapheme-ascii', minLength: 1 });
    const values = printable.filter(
      (value) => value.trim() === value && !/'.*"|".*'/.test(value) && !value.includes('`'),
    );
    fc.assert(
      fc.property(values, (value) => {
        const text = changeEnv('OTHER=1\n', new Map([['NAME', value]]));
        expect(parseEnv(text)).toEqual({ OTHER: '1', NAME: value });
      }),
    );
  });

  test('a file in which it would break something is refused', () => {
    const text = 'KEY="first\nA=0\nlast"\n';
    expect(() => changeEnv(text, new Map([['A', '1']]))).toThrow(/changed safely: KEY/);
  });
});

describe('the file', () => {
  const at = new Date(Date.UTC(2026, 10, 21, 3, 4, 5));

  test('is the owner’s alone, and the one before is kept beside it', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, '.env');
    expect(readEnvFile(path)).toBe('');
    expect(writeEnvFile(path, 'A=1\n', at)).toBeNull();
    const kept = writeEnvFile(path, 'A=2\n', at);
    expect(kept).toBe(`${path}.20261121T030405.bak`);
    expect(readEnvFile(path)).toBe('A=2\n');
    expect(await readFile(kept ?? '', 'utf8')).toBe('A=1\n');
    const names = await readdir(folder.path);
    const modes = await Promise.all(
      names.map(async (name) => (await stat(join(folder.path, name))).mode & 0o777),
    );
    expect(modes).toEqual([0o600, 0o600]);
  });

  test('stays where a link points to', async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, 'secrets'));
    const target = join(folder.path, 'secrets', 'agency.env');
    await writeFile(target, 'A=1\n');
    await symlink(target, join(folder.path, '.env'));
    writeEnvFile(join(folder.path, '.env'), 'A=2\n', at);
    expect(await readFile(target, 'utf8')).toBe('A=2\n');
  });
});
