// A program with an embedded Postgres, for tests that kill it. Arguments: the folder, and
// optionally `insert` to write rows for ever. It prints one JSON line once the server is up, and
// with `insert` one per row that the server acknowledged. It ends in order at SIGTERM, and only
// says so at SIGINT.
import { writeSync } from 'node:fs';
import { Client } from 'pg';
import { startPostgres } from '../../src/embedded/postgres/start-postgres.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLog } from '../../src/lib/log.ts';

const [folder = '', work] = process.argv.slice(2);

/** Synchronous, so that a line is out before anything after it can happen. */
function say(line: object): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

const begun = systemClock.monotonic();
const server = await startPostgres({ folder, log: createLog('error'), clock: systemClock });
const startedMs = Math.round(systemClock.monotonic() - begun);
process.on('SIGINT', () => say({ interrupted: true }));
process.on('SIGTERM', () => {
  server.close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});

if (work === 'insert') {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  await client.query('create table if not exists row (n integer primary key)');
  say({ url: server.url, pid: server.pid, startedMs });
  for (let n = 1; ; n += 1) {
    await client.query('insert into row values ($1)', [n]);
    say({ acknowledged: n });
  }
}
say({ url: server.url, pid: server.pid, startedMs });
// A program that has nothing to do stays up only while something holds its event loop.
setInterval(() => undefined, 60_000);
