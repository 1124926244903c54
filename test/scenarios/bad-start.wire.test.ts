// What an operator gets wrong when starting: each start ends with what is wrong and what to do.
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { migrate } from '../../src/store/migrate.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { isDiskImpossible, withDisk } from '../support/small-disk.ts';
import { startProgram } from './start-program.ts';

test('a worker names the port that is taken, and an address that is not its own', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // A server that listens on a port has an address of that kind.
  const { port } = server.address() as AddressInfo;
  await using database = await createTestDatabase({ name: 'migrated', prepare: migrate });
  await using folder = await temporaryFolder();
  const env = {
    ATEAMS_ROLE: 'worker',
    ATEAMS_HOME: join(folder.path, 'home'),
    DATABASE_URL: database.url,
    CHROMA_URL: 'http://127.0.0.1:9',
    OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
  };
  const said = async (more: Record<string, string>) => {
    await using program = startProgram(folder.path, { ...env, ...more });
    const code = await program.end();
    return `${code}: ${program.output().replaceAll(String(port), 'port')}`;
  };
  expect(await Promise.all([said({ PORT: String(port) }), said({ HOST: '192.0.2.1', PORT: '80' })]))
    .toMatchInlineSnapshot(`
    [
      "78: A-TEAMs could not start.
    Port port is taken by another program. Set PORT to a free one, or to 0 for any.
    ",
      "78: A-TEAMs could not start.
    Cannot listen on 192.0.2.1:80. Set HOST and PORT to an address of this machine.
    ",
    ]
  `);
  await new Promise((resolve) => server.close(resolve));
});

test.skipIf(isDiskImpossible)('a disk without room for the start is named', async () => {
  await using folder = await temporaryFolder();
  const home = join(folder.path, 'home');
  await mkdir(home);
  await using program = startProgram(folder.path, { ATEAMS_HOME: home }, withDisk(home, 20));
  expect(await program.end()).toBe(78);
  expect(program.output().replaceAll(home, '…')).toBe(
    'A-TEAMs could not start.\nThe disk of …/postgres is full: the embedded Postgres needs some ' +
      '60 MB to begin with. Make room, or set ATEAMS_HOME to a folder on another disk.\n',
  );
});
