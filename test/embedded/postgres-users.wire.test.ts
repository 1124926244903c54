// Who may start the embedded Postgres: root below a home that only root can enter, root without
// user namespaces, and an ordinary user over a node_modules that belongs to somebody else.
import { chmod, chown, lstat, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { startPostgres } from '../../src/embedded/postgres/start-postgres.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { copyProject } from './copied-project.ts';
import { runProgram, Started } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

const nobody = 65534;
// To become somebody else, a test has to be root; who is not tests `direct` all the time.
const linuxRoot = process.platform === 'linux' && process.getuid?.() === 0;

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rowCount } = await client.query('select 1');
  await client.end();
  return rowCount === 1;
}

test.runIf(linuxRoot)('root starts it from a project below a home of mode 0700', async () => {
  await using home = await temporaryFolder();
  expect((await stat(home.path)).mode & 0o777).toBe(0o700);
  const { node, holder, libraries } = await copyProject(home.path);
  const data = join(home.path, 'data');
  await mkdir(data, { mode: 0o700 });
  await using program = runProgram([node, holder, data]);
  expect(await answers((await program.says(Started)).url)).toBe(true);
  expect((await lstat(join(libraries, 'libpq.so'))).isSymbolicLink()).toBe(true);
});

test.runIf(linuxRoot)('an ordinary user starts it over packages that root installed', async () => {
  await using home = await temporaryFolder();
  await chmod(home.path, 0o755);
  const { node, holder, libraries } = await copyProject(home.path);
  const data = join(home.path, 'data');
  await mkdir(data, { mode: 0o700 });
  await chown(data, nobody, nobody);
  const asNobody = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'];
  await using program = runProgram([...asNobody, node, holder, data]);
  expect(await answers((await program.says(Started)).url)).toBe(true);
  expect(await readdir(libraries)).not.toContain('libpq.so');
  expect(await readdir(data)).toContain('cluster');
});

// Containers often give an id that has no name in the list of users, which initdb refuses.
test.runIf(linuxRoot)('a user id without a name starts it', async () => {
  await using home = await temporaryFolder();
  await chmod(home.path, 0o755);
  const { node, holder } = await copyProject(home.path);
  const data = join(home.path, 'data');
  await mkdir(data, { mode: 0o700 });
  await chown(data, 54321, 54321);
  const asNobodyKnown = ['setpriv', '--reuid=54321', '--regid=54321', '--clear-groups'];
  await using program = runProgram([...asNobodyKnown, node, holder, data]);
  expect(await answers((await program.says(Started)).url)).toBe(true);
});

test.runIf(linuxRoot)('root without user namespaces runs it, over the same files', async () => {
  await using folder = await temporaryFolder();
  const options = { folder: folder.path, log: silentLog, clock: systemClock };
  for (const way of ['user-namespace', 'setpriv', 'user-namespace'] as const) {
    const server = await startPostgres({ ...options, ways: [way] });
    expect(await answers(server.url)).toBe(true);
    const { uid } = await stat(join(folder.path, 'cluster', 'data', 'PG_VERSION'));
    expect(uid).toBe(way === 'setpriv' ? nobody : 0);
    await server.close();
  }
});

test.runIf(linuxRoot)('where no way works, the error says what to do instead', async () => {
  await using folder = await temporaryFolder();
  const options = { folder: folder.path, log: silentLog, clock: systemClock };
  // Postgres refuses to serve as root; `--version` is all that it does, so the refusal is late.
  const refused = startPostgres({ ...options, ways: ['direct'] });
  await expect(refused).rejects.toMatchObject({ code: 'postgres-initdb' });
  await expect(refused).rejects.toHaveProperty(
    'forPeople',
    expect.stringContaining('DATABASE_URL'),
  );
});
