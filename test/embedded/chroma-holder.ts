// A program with an embedded Chroma, for tests that kill it. Argument: the folder. It prints one
// JSON line once the server answers.
import { writeSync } from 'node:fs';
import { startChroma } from '../../src/embedded/chroma/start-chroma.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLog } from '../../src/lib/log.ts';

const [folder = ''] = process.argv.slice(2);
const begun = systemClock.monotonic();
const server = await startChroma({ folder, log: createLog('error'), clock: systemClock });
const startedMs = Math.round(systemClock.monotonic() - begun);
writeSync(1, `${JSON.stringify({ url: server.url, pid: server.pid, startedMs })}\n`);
// A program that has nothing to do stays up only while something holds its event loop.
setInterval(() => undefined, 60_000);
