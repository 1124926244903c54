// `npm start`: reads the configuration, starts the agency, prints one block, and stops in order on
// SIGINT or SIGTERM. A second signal stops at once, and so does an error that nobody caught: what
// is in the database is whole at every moment, and the next start goes on from it.
import { configFromProcess, faultsText } from './config.ts';
import { systemClock } from './lib/clock.ts';
import { AppError, messageOf } from './lib/errors.ts';
import { createLog } from './lib/log.ts';
import type { Log } from './lib/log.ts';
import { startAgency } from './wiring.ts';
import { startBlock } from './wiring/start-block.ts';
import { reach } from './lib/points.ts';

/** `EX_CONFIG`: restarting does not help until somebody changes the configuration. */
const configExit = 78;

/** `EX_TEMPFAIL`: whoever supervises this process should start it again. */
const restartExit = 75;

async function main(): Promise<void> {
  const stopped = untilSignal();
  const read = configFromProcess();
  if (!read.ok) {
    process.stderr.write(`${faultsText(read.faults)}\n`);
    process.exitCode = configExit;
    return;
  }
  const { config } = read;
  const log = createLog(config.logLevel);
  endOnBug(log);
  try {
    const onFatal = (fatal: AppError) => {
      const isOver = fatal.retry === 'later';
      const what = isOver ? 'has to be started again' : 'cannot go on';
      process.stderr.write(`A-TEAMs ${what}: ${fatal.forPeople}\n`);
      process.exit(isOver ? restartExit : configExit);
    };
    const agency = await startAgency({ config, log, onFatal });
    process.stdout.write(startBlock(config, agency));
    await stopped;
    process.stdout.write('\nStopping: finishing what is under way. Press again to stop at once.\n');
    reach('drain.begun');
    await agency.close();
    process.stdout.write('Stopped.\n');
    process.exit(0);
  } catch (error) {
    const text = error instanceof AppError ? error.forPeople : messageOf(error);
    process.stderr.write(`A-TEAMs could not start.\n${text}\n`);
    if (!(error instanceof AppError)) log.fatal({ err: error }, 'start failed');
    // What may succeed later is worth another start, if somebody starts us again.
    const isLater = error instanceof AppError && error.retry === 'later';
    process.exit(isLater ? restartExit : configExit);
  }
}

/** Of exceptions and rejections alike: a process that does not know what it is in must not act. */
function endOnBug(log: Log): void {
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'nobody caught this');
    process.stderr.write(`A-TEAMs has to be started again: ${messageOf(error)}\n`);
    process.exit(restartExit);
  });
  // Whoever read our words has gone, or has no room for them: no reason to stop.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
}

/** A terminal and npm both pass Ctrl-C on: what follows so soon is the same signal. */
const sameSignalMs = 1000;

/** Heard from the first moment on, so that no signal finds nobody; a second one stops at once. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    let firstAt: number | null = null;
    const hear = (exitCode: number) => () => {
      const now = systemClock.monotonic();
      firstAt ??= now;
      if (now - firstAt > sameSignalMs) process.exit(exitCode);
      resolve();
    };
    process.on('SIGINT', hear(130));
    process.on('SIGTERM', hear(143));
  });
}

await main();
