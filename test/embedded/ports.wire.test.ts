// A port may be taken between choosing and binding it; here it is taken on purpose.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findChromaBinding } from '../../src/embedded/chroma/binding.ts';
import { launchChroma } from '../../src/embedded/chroma/launch-server.ts';
import { findPostgresBinaries } from '../../src/embedded/postgres/binaries.ts';
import { openCluster } from '../../src/embedded/postgres/cluster.ts';
import { launchPostmaster } from '../../src/embedded/postgres/launch-postmaster.ts';
import { chooseRunAs } from '../../src/embedded/postgres/run-as.ts';
import { freePort } from '../../src/embedded/processes.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A port where somebody else serves HTTP and, from the second time on, a free one. */
async function takenThenFree() {
  const holder = createServer((_request, response) => response.end());
  const taken = await freePort();
  holder.listen(taken, '127.0.0.1');
  await once(holder, 'listening');
  const asked: number[] = [];
  const choosePort = async (): Promise<number> => {
    asked.push(asked.length === 0 ? taken : await freePort());
    return asked.at(-1) ?? 0;
  };
  const dispose = async (): Promise<void> => {
    holder.close();
  };
  return { asked, choosePort, [Symbol.asyncDispose]: dispose };
}

test('postgres takes another port when the chosen one is taken', async () => {
  await using folder = await temporaryFolder();
  await using ports = await takenThenFree();
  const binaries = await findPostgresBinaries(folder.path);
  const runAs = await chooseRunAs(binaries.postgres);
  const common = { folder: folder.path, binaries, runAs, log: silentLog, clock: systemClock };
  const { data } = await openCluster(common);
  const server = await launchPostmaster({ ...common, data, settings: {} }, ports.choosePort);
  await server.stop();
  expect(ports.asked).toHaveLength(2);
  expect(server.port).toBe(ports.asked[1]);
});

test('chroma takes another port when the chosen one is taken', async () => {
  await using folder = await temporaryFolder();
  await using ports = await takenThenFree();
  const binding = await findChromaBinding();
  const deps = { folder: folder.path, binding, log: silentLog, clock: systemClock };
  const server = await launchChroma(deps, ports.choosePort);
  await server.stop();
  expect(ports.asked).toHaveLength(2);
  expect(server.port).toBe(ports.asked[1]);
});

test('a chroma library that does not load is told apart from a server that fails', async () => {
  await using folder = await temporaryFolder();
  const binding = { path: join(folder.path, 'missing.node'), version: '1.0.5' };
  const deps = { folder: folder.path, binding, log: silentLog, clock: systemClock };
  await expect(launchChroma(deps, freePort)).rejects.toMatchObject({ code: 'chroma-unavailable' });
});
