// Reads vitest's JSON reports and says in one line what passed and what failed. What did not run
// counts as failed: a file that does not load, a report that is not there, a skipped test, a step
// that failed although no test did. So the line can never look better than the run was.
// Usage: count-results.ts [--step "name=exit code"]... report.json...
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { parseJson } from '../../src/lib/json.ts';

const Assertion = z.looseObject({ fullName: z.string(), status: z.string() });
const TestFile = z.looseObject({
  name: z.string(),
  status: z.string(),
  message: z.string().nullish(),
  assertionResults: z.array(Assertion),
});
const Report = z.looseObject({ testResults: z.array(TestFile) });

export interface Step {
  readonly name: string;
  readonly exitCode: number;
}

export interface Count {
  readonly passed: number;
  /** One line for each failure. */
  readonly failures: readonly string[];
}

/**
 * @param reports the text of each report, `null` where there is none
 * @param steps commands that ran, with their exit codes
 */
export function countResults(reports: readonly (string | null)[], steps: readonly Step[]): Count {
  const counts = reports.map(countReport);
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failures = counts.flatMap((count) => count.failures);
  const failedSteps = steps
    .filter((step) => step.exitCode !== 0)
    .map((step) => `${step.name} ended with ${step.exitCode}${timedOut(step)}`);
  // A run of tests that failed says so by its exit code too; that is not another failure.
  const isExplained = (failure: string): boolean =>
    failures.length > 0 && failure.startsWith('npm test ');
  return { passed, failures: [...failures, ...failedSteps.filter((one) => !isExplained(one))] };
}

function timedOut(step: Step): string {
  return step.exitCode === 124 ? ' (took too long)' : '';
}

function countReport(text: string | null): Count {
  if (text === null) return { passed: 0, failures: ['a report of the tests is missing'] };
  const report = parseJson(Report, text);
  if (!report.ok) return { passed: 0, failures: [`a report is not readable: ${report.reason}`] };
  let passed = 0;
  const failures: string[] = [];
  for (const file of report.value.testResults) {
    const bad = file.assertionResults.filter((test) => test.status !== 'passed');
    passed += file.assertionResults.length - bad.length;
    failures.push(...bad.map((test) => `${test.status}: ${test.fullName} (${file.name})`));
    if (file.status !== 'passed' && bad.length === 0) {
      failures.push(`did not run: ${file.name} ${file.message ?? ''}`.trimEnd());
    }
  }
  if (passed === 0 && failures.length === 0) failures.push('no test ran');
  return { passed, failures };
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { step: { type: 'string', multiple: true, default: [] } },
  });
  const steps = values.step.map((text) => {
    const at = text.lastIndexOf('=');
    return { name: text.slice(0, at), exitCode: Number(text.slice(at + 1)) };
  });
  const { passed, failures } = countResults(positionals.map(readOrNull), steps);
  const lines = failures.map((failure) => `  ${failure}`);
  process.stdout.write([...lines, `${passed} passed, ${failures.length} failed`, ''].join('\n'));
  process.exitCode = failures.length === 0 ? 0 : 1;
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

if (import.meta.main) main();
