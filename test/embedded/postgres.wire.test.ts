// The embedded Postgres as its callers see it: started, stopped, killed, and started again.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { startPostgres } from '../../src/embedded/postgres/start-postgres.ts';
import type {
  EmbeddedPostgres,
  StartPostgres,
} from '../../src/embedded/postgres/start-postgres.ts';
import { identify } from '../../src/embedded/processes.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { processesNaming, runProgram, Started } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

const holder = join(import.meta.dirname, 'postgres-holder.ts');
// What other processes are running is read from /proc.
const linux = process.platform === 'linux';

async function start(
  folder: string,
  options: Partial<StartPostgres> = {},
): Promise<EmbeddedPostgres & AsyncDisposable> {
  const server = await startPostgres({ folder, log: silentLog, clock: systemClock, ...options });
  return Object.assign(server, { [Symbol.asyncDispose]: () => server.close() });
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Runs the holder until some rows are acknowledged, and answers how many it saw. */
async function insertSome(folder: string) {
  const program = runProgram([process.execPath, holder, folder, 'insert']);
  const started = await program.says(Started);
  let acknowledged = 0;
  while (acknowledged < 50) {
    ({ acknowledged } = await program.says(z.object({ acknowledged: z.number() })));
  }
  return { program, started, acknowledged };
}

test('the first start creates a durable cluster that only its password opens', async () => {
  await using folder = await temporaryFolder();
  await using server = await start(folder.path);
  const settings = await query(
    server.url,
    `select name, setting from pg_settings where name in ('fsync', 'synchronous_commit',
     'full_page_writes', 'data_checksums', 'listen_addresses', 'unix_socket_directories',
     'server_encoding', 'password_encryption') order by name`,
  );
  expect(settings.map((row) => `${String(row['name'])}=${String(row['setting'])}`))
    .toMatchInlineSnapshot(`
    [
      "data_checksums=on",
      "fsync=on",
      "full_page_writes=on",
      "listen_addresses=127.0.0.1",
      "password_encryption=scram-sha-256",
      "server_encoding=UTF8",
      "synchronous_commit=on",
      "unix_socket_directories=",
    ]
  `);
  const password = await stat(join(folder.path, 'cluster', 'password'));
  expect(password.mode & 0o777).toBe(0o600);
  const wrong = new URL(server.url);
  wrong.password = 'guessed';
  await expect(query(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
});

test('another start over the same folder finds its data and takes less than a second', async () => {
  await using folder = await temporaryFolder();
  const first = await start(folder.path);
  await query(first.url, "create table note (text text); insert into note values ('kept')");
  await first.close();
  const begun = systemClock.monotonic();
  await using second = await start(folder.path);
  expect(systemClock.monotonic() - begun).toBeLessThan(1_000);
  expect(await query(second.url, 'select text from note')).toEqual([{ text: 'kept' }]);
});

test.runIf(linux)('closing leaves no process behind, however often it is asked', async () => {
  await using folder = await temporaryFolder();
  const server = await start(folder.path);
  await Promise.all([server.close(), server.close()]);
  await server.close();
  expect(await identify(server.pid, folder.path)).toBe('gone');
  await expect.poll(() => processesNaming(folder.path)).toEqual([]);
});

test('two servers run side by side in two folders', async () => {
  await using one = await temporaryFolder();
  await using two = await temporaryFolder();
  await using first = await start(one.path);
  await using second = await start(two.path);
  await query(first.url, 'create table only_here (n integer)');
  await expect(query(second.url, 'select * from only_here')).rejects.toThrow('does not exist');
});

test('a server that dies comes back on the same address with what it acknowledged', async () => {
  await using folder = await temporaryFolder();
  await using server = await start(folder.path);
  await query(server.url, "create table note (text text); insert into note values ('kept')");
  const { pid } = server;
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => server.pid, { timeout: 30_000 }).not.toBe(pid);
  expect(await query(server.url, 'select text from note')).toEqual([{ text: 'kept' }]);
});

test.runIf(linux)('a server whose program was killed stops by itself', async () => {
  await using folder = await temporaryFolder();
  await using program = runProgram([process.execPath, holder, folder.path]);
  await program.says(Started);
  await program.end('SIGKILL');
  await expect.poll(() => processesNaming(folder.path), { timeout: 30_000 }).toEqual([]);
});

test('after kill -9 of the program the next start has every acknowledged row', async () => {
  await using folder = await temporaryFolder();
  const { program, acknowledged } = await insertSome(folder.path);
  await program.end('SIGKILL');
  await using server = await start(folder.path);
  const [row] = await query(server.url, 'select max(n) as max, count(*)::int as count from row');
  expect(row?.['max']).toBeGreaterThanOrEqual(acknowledged);
  expect(row?.['count']).toBe(row?.['max']);
});

test('after kill -9 of program and server at once every acknowledged row is there', async () => {
  await using folder = await temporaryFolder();
  const { program, started, acknowledged } = await insertSome(folder.path);
  process.kill(started.pid, 'SIGKILL');
  await program.end('SIGKILL');
  await using server = await start(folder.path);
  const [row] = await query(server.url, 'select max(n) as max, count(*)::int as count from row');
  expect(row?.['max']).toBeGreaterThanOrEqual(acknowledged);
  expect(row?.['count']).toBe(row?.['max']);
});

// Without the watch nobody stops the server of a killed program, so the next start has to.
test.runIf(linux)(
  'a start stops the orphan that an earlier, killed program left running',
  async () => {
    await using folder = await temporaryFolder();
    await using program = runProgram([process.execPath, holder, folder.path]);
    const { pid } = await program.says(Started);
    for (const watch of await processesNaming(`ateams-watch\u0000${pid}\u0000`)) {
      process.kill(watch, 'SIGKILL');
    }
    await program.end('SIGKILL');
    expect(await identify(pid, folder.path)).toBe('ours');
    await using server = await start(folder.path);
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(await identify(pid, folder.path)).not.toBe('ours');
  },
);

test('an interrupt at the terminal reaches the program and not its server', async () => {
  await using folder = await temporaryFolder();
  await using program = runProgram([process.execPath, holder, folder.path]);
  const { url } = await program.says(Started);
  process.kill(-program.pid, 'SIGINT');
  await program.says(z.object({ interrupted: z.literal(true) }));
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a pid file that names some other process by now does not stop a start', async () => {
  await using folder = await temporaryFolder();
  await (await start(folder.path)).close();
  const file = join(folder.path, 'cluster', 'data', 'postmaster.pid');
  await writeFile(file, `${process.pid}\n${folder.path}\n`);
  await using server = await start(folder.path);
  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a cluster that was cut short while it was created is begun anew', async () => {
  await using folder = await temporaryFolder();
  const half = join(folder.path, `cluster-unfinished-${randomBytes(3).toString('hex')}`, 'data');
  await mkdir(half, { recursive: true });
  await writeFile(join(half, 'PG_VERSION'), '18\n');
  await using server = await start(folder.path);
  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect((await readdir(folder.path)).sort()).toEqual(['cluster', 'postgres.log']);
});

test('data of another major version is refused, with what to do about it', async () => {
  await using folder = await temporaryFolder();
  const data = join(folder.path, 'cluster', 'data');
  await mkdir(data, { recursive: true });
  await writeFile(join(data, 'PG_VERSION'), '17\n');
  const refused = start(folder.path);
  await expect(refused).rejects.toMatchObject({ code: 'postgres-other-major' });
  await expect(refused).rejects.toHaveProperty('forPeople', expect.stringContaining('ATEAMS_HOME'));
  expect(await readFile(join(data, 'PG_VERSION'), 'utf8')).toBe('17\n');
});

test('a server that cannot start says what it wrote to its log', async () => {
  await using folder = await temporaryFolder();
  const failing = start(folder.path, { settings: { shared_buffers: 'much' } });
  await expect(failing).rejects.toMatchObject({ code: 'postgres-start' });
  await expect(failing).rejects.toThrow('shared_buffers');
});
