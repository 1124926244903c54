// `npm run doctor`: looks at everything the agency needs and says what is wrong and what to do. It
// starts nothing and changes nothing but a trial job in Redis, so it may be run beside the agency.
// Exit 0: healthy; 1: something is wrong. `--json` prints one line for scripts.
import { parseArgs } from 'node:util';
import { configFromProcess } from '../config.ts';
import { systemClock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import { unusable } from './check-config.ts';
import { checks } from './checks.ts';
import { examine, isHealthy } from './examine.ts';
import type { Diagnosis } from './examine.ts';
import { patientOf } from './patient.ts';
import { reportText } from './report.ts';

/** `EX_USAGE` of sysexits.h. */
const usageExit = 64;

async function main(): Promise<number> {
  const json = readArguments();
  if (json === null) return usageExit;
  const read = configFromProcess();
  const diagnoses: readonly Diagnosis[] = read.ok
    ? await examine(checks, patientOf(read.config, systemClock))
    : read.faults.map(unusable);
  const healthy = isHealthy(diagnoses);
  process.stdout.write(
    json ? `${JSON.stringify({ healthy, checks: diagnoses })}\n` : reportText(diagnoses),
  );
  return healthy ? 0 : 1;
}

/** @returns whether JSON is wanted; null when it was something else */
function readArguments(): boolean | null {
  try {
    return parseArgs({ options: { json: { type: 'boolean', default: false } } }).values.json;
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\nnpm run doctor [-- --json]\n`);
    return null;
  }
}

process.exitCode = await main();
// A check that gave up may still hold a connection.
process.stdout.end(() => process.exit());
