// Starts one Postgres for a whole test run, and hands its address to every test file; see
// `postgres.ts`. Its data is thrown away at the end, so it is told not to care about a power cut.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../src/embedded/postgres/start-postgres.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLog } from '../../src/lib/log.ts';

declare module 'vitest' {
  interface ProvidedContext {
    testPostgresUrl: string;
  }
}

const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_connections: '300',
};

/** Vitest calls this before the run, and what it returns after. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'ateams-test-postgres-'));
  const server = await startPostgres({
    folder,
    settings,
    log: createLog('error'),
    clock: systemClock,
  });
  project.provide('testPostgresUrl', server.url);
  return async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  };
}
