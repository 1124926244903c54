// Runs a real process in a folder of its own: `configFromProcess` looks at the working folder and
// at the environment, and neither should be changed inside a test runner shared with other tests.
import { execFileSync } from 'node:child_process';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../src/lib/json.ts';

const configUrl = new URL('../../src/config.ts', import.meta.url).href;
const program = `
  import { configFromProcess } from ${JSON.stringify(configUrl)};
  const result = configFromProcess();
  console.log(JSON.stringify({ result, inherited: process.env.LOG_LEVEL ?? null }));
`;

test('.env fills in what the environment leaves open and stays out of child processes', async () => {
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'config-'));
  await writeFile(path.join(folder.path, '.env'), 'PORT=4000\nLOG_LEVEL="warn"\nHOST=::1\n');
  const answer = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: folder.path,
    env: { PORT: '5000', HOST: '' },
    encoding: 'utf8',
  });
  expect(parseJson(z.unknown(), answer)).toMatchObject({
    value: {
      result: { ok: true, config: { port: 5000, logLevel: 'warn', host: '127.0.0.1' } },
      inherited: null,
    },
  });
});

test('without .env the environment alone counts', async () => {
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'config-'));
  const answer = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: folder.path,
    env: { PORT: 'x' },
    encoding: 'utf8',
  });
  expect(parseJson(z.unknown(), answer)).toMatchObject({
    value: { result: { ok: false, faults: [{ variable: 'PORT' }] } },
  });
});
