// `npm run faults`: kills the agency's processes at their labelled points while Discord and the
// model go wrong, and looks for what is lost, doubled or paid twice. Exit 0 when nothing is and
// every control turned red; 1 when not; 2 when the run itself could not be made.
import { systemClock } from '../../src/lib/clock.ts';
import { messageOf } from '../../src/lib/errors.ts';
import { faultUsage, readFaultArguments } from './arguments.ts';
import type { FaultArguments } from './arguments.ts';
import { runControls } from './controls.ts';
import { linesOf } from './findings.ts';
import { prepareGround } from './ground.ts';
import { findingsOf, reportOf, tableOf } from './report.ts';
import { createSchedule } from './schedule.ts';
import { runWorlds } from './worlds.ts';
import type { Ground } from './worlds.ts';

/** Fewer kills than this need not come to every point. */
const fullKills = 100;

async function main(): Promise<number> {
  const args = readFaultArguments(process.argv.slice(2));
  if ('fault' in args) {
    process.stderr.write(`${args.fault}\n\n${faultUsage}\n`);
    return 2;
  }
  const stopping = new AbortController();
  const stop = () => stopping.abort(new Error('The run was stopped.'));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  await using ground = await prepareGround(say, stopping.signal);
  return await run(ground, args);
}

async function run(ground: Ground, args: FaultArguments): Promise<number> {
  const begun = systemClock.monotonic();
  const { seed, kills, only } = args;
  const schedule = createSchedule({ seed, only });
  const results = await runWorlds(ground, { schedule, kills });
  const controls = args.hasControls ? await runControls(ground, seed) : [];
  const seconds = (systemClock.monotonic() - begun) / 1000;
  const isFull = only === null && kills >= fullKills;
  const report = reportOf({
    seed,
    schedule,
    results,
    controls,
    killsWanted: kills,
    seconds,
    isFull,
  });
  const print = (text: string) => (args.isJson ? process.stderr : process.stdout).write(text);
  for (const line of linesOf(findingsOf(results))) print(`${line}\n`);
  for (const { name, isRed, by } of controls) {
    print(`${name}: ${isRed ? 'red' : 'NOT RED'}, ${by}\n`);
  }
  for (const { endings } of results) {
    for (const { slot, code, output } of endings.filter(({ how }) => how === 'exit')) {
      if (code !== 75) print(`${slot} ended with ${code}:\n${output.slice(-2000)}\n`);
    }
  }
  print(`\n${tableOf(report)}\n`);
  if (args.isJson) process.stdout.write(`${JSON.stringify(report)}\n`);
  return report.ok ? 0 : 1;
}

try {
  process.exit(await main());
} catch (error) {
  process.stderr.write(`The fault run could not be made: ${messageOf(error)}\n`);
  process.exit(2);
}
