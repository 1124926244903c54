import { spawnSync } from 'node:child_process';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { countResults } from './count-results.ts';
import { repositoryPath } from './repository-files.ts';

const good = [
  { name: 'npm run check', exitCode: 0 },
  { name: 'npm test', exitCode: 0 },
];

describe('the count of the results', () => {
  test('is what the reports say together', () => {
    const reports = [reportOf('a.test.ts', ['passed', 'passed']), reportOf('b', ['passed'])];
    expect(countResults(reports, good)).toEqual({ passed: 3, failures: [] });
  });

  test('names what failed and what was skipped, and counts both as failed', () => {
    const reports = [reportOf('a.test.ts', ['passed', 'failed', 'skipped'])];
    expect(countResults(reports, [{ name: 'npm test', exitCode: 1 }])).toEqual({
      passed: 1,
      failures: ['failed: sentence 2 (a.test.ts)', 'skipped: sentence 3 (a.test.ts)'],
    });
  });

  const hidden: [string, string | null, number, string][] = [
    ['a file that does not load', reportOf('a.test.ts', [], 'failed'), 1, 'did not run: a.test.ts'],
    ['a missing report', null, 1, 'a report of the tests is missing'],
    ['an empty report', '{"testResults":[]}', 0, 'no test ran'],
    ['a broken report', '{"testResults":', 1, 'a report is not readable: not JSON'],
    ['an error outside of any test', reportOf('a', ['passed']), 1, 'npm test ended with 1'],
    ['a run that takes too long', reportOf('a', ['passed']), 124, 'npm test ended with 124 (took'],
  ];
  test.each(hidden)('%s is a failure', (_sentence, report, exitCode, failure) => {
    const { failures } = countResults([report], [{ name: 'npm test', exitCode }]);
    expect(failures).toEqual([expect.stringContaining(failure)]);
  });

  test('a failed check is a failure of its own', () => {
    const steps = [{ name: 'npm run check', exitCode: 2 }];
    const { failures } = countResults([reportOf('a', ['failed'])], steps);
    expect(failures).toEqual(['failed: sentence 1 (a)', 'npm run check ended with 2']);
  });

  test('is printed in the last line, and the exit code agrees', async () => {
    await using folder = await mkdtempDisposable(path.join(tmpdir(), 'ci-'));
    const report = path.join(folder.path, 'tests.json');
    await writeFile(report, reportOf('a', ['passed', 'passed']));
    expect(run(['--step', 'npm test=0', report])).toEqual(['2 passed, 0 failed\n', 0]);
    expect(run([`${report}.not`])).toEqual([
      '  a report of the tests is missing\n0 passed, 1 failed\n',
      1,
    ]);
  });
});

test('the script of the whole check is well-formed', () => {
  const { status, stderr } = spawnSync('bash', ['-n', path.join(repositoryPath, '.ci/run')]);
  expect([status, stderr.toString()]).toEqual([0, '']);
});

function reportOf(name: string, statuses: string[], status = 'passed'): string {
  const assertionResults = statuses.map((one, index) => ({
    fullName: `sentence ${index + 1}`,
    status: one,
  }));
  return JSON.stringify({ testResults: [{ name, status, message: '', assertionResults }] });
}

function run(args: string[]): [string, number | null] {
  const program = path.join(repositoryPath, 'test/tidy/count-results.ts');
  const { stdout, status } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  return [stdout, status];
}
