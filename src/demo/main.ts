// `npm run demo -- "objective"`: the whole main job without a human. Exit 0 when every criterion of
// the plan is met, 1 when some are not, 2 when the work had to stop.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configFromProcess, faultsText } from '../config.ts';
import { AppError, messageOf } from '../lib/errors.ts';
import { createLog } from '../lib/log.ts';
import { startAgency } from '../wiring.ts';
import { demoUsage, readArguments } from './arguments.ts';
import type { DemoArguments } from './arguments.ts';
import { runProject } from './run-project.ts';
import type { DemoResult } from './run-project.ts';

async function main(): Promise<number> {
  const args = readArguments(process.argv.slice(2));
  if ('fault' in args) {
    process.stderr.write(`${args.fault}\n\n${demoUsage}\n`);
    return 2;
  }
  const read = configFromProcess();
  if (!read.ok) {
    process.stderr.write(`${faultsText(read.faults)}\n`);
    return 2;
  }
  if (read.config.discord.kind === 'remote') {
    process.stderr.write('The demo plays the Director, so it runs on the local Discord only.\n');
    process.stderr.write('Unset DISCORD_TOKEN and DISCORD_GUILD_ID for it.\n');
    return 2;
  }
  // A script that reads JSON opens no page, so it needs no port that somebody else may use.
  const config = args.isJson ? { ...read.config, port: 0 } : read.config;
  // What people need to know is said in Discord; logs between the lines would only be in the way.
  const log = createLog(config.logLevel === 'info' ? 'fatal' : config.logLevel);
  const print = (line: string) =>
    (args.isJson ? process.stderr : process.stdout).write(`${line}\n`);
  const agency = await startAgency({ config, log });
  const stop = () => {
    agency.close().then(
      () => process.exit(2),
      () => process.exit(2),
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    return await runAll(args, { agency, print });
  } finally {
    await agency.close();
  }
}

interface Running {
  agency: Awaited<ReturnType<typeof startAgency>>;
  print: (line: string) => void;
}

async function runAll(args: DemoArguments, { agency, print }: Running): Promise<number> {
  let worst = 0;
  let result: DemoResult | null = null;
  for (let round = 1; round <= args.projects; round += 1) {
    result = await runProject({ agency, args, print });
    worst = Math.max(worst, result.exit);
    const folder = join(agency.homePath, 'transcripts');
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${result.project}.md`);
    await writeFile(path, result.transcript);
    print('');
    for (const line of result.summary) print(line);
    print(`Transcript  ${path}`);
    if (result.exit === 2) break;
  }
  if (args.isJson && result !== null) {
    const { project, bundle, seconds, costUsd, tokens, posts, stopped } = result;
    const line = { project, exit: worst, bundle, seconds, costUsd, tokens, posts, ...stopped };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
  return worst;
}

try {
  process.exit(await main());
} catch (error) {
  const text = error instanceof AppError ? error.forPeople : messageOf(error);
  process.stderr.write(`The demo had to stop.\n${text}\n`);
  if (process.argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify({ exit: 2, reason: text })}\n`);
  }
  process.exit(2);
}
