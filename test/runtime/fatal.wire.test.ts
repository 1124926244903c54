import pg from 'pg';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import type { AppError } from '../../src/lib/errors.ts';
import { silentLog } from '../../src/lib/log.ts';
import { migrate } from '../../src/store/migrate.ts';
import { startAgency } from '../../src/wiring.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';
import { createTestDatabase } from '../support/postgres.ts';

test('who has lost the lead stops every part before it says that it cannot go on', async () => {
  await using database = await createTestDatabase({ name: 'migrated', prepare: migrate });
  await using home = await temporaryFolder();
  const read = readConfig({
    ATEAMS_HOME: home.path,
    PORT: '0',
    DATABASE_URL: database.url,
    CHROMA_URL: 'http://127.0.0.1:9',
  });
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  const fatal = Promise.withResolvers<AppError>();
  const { config } = read;
  const agency = await startAgency({ config, log: silentLog, onFatal: fatal.resolve });
  await using _end = { [Symbol.asyncDispose]: () => agency.close() };
  expect((await fetch(`${agency.url}/healthz`)).status).toBe(200);

  const usurper = new pg.Client({ connectionString: database.url });
  await usurper.connect();
  // It waits for the lock that the gateway holds, and so has it as soon as that connection is cut.
  const taken = usurper.query('select pg_advisory_lock(4207002)');
  const operator = new pg.Client({ connectionString: database.url });
  await operator.connect();
  await operator.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'a-teams-gateway' and datname = current_database()`,
  );
  await taken;
  const { retry, message } = await fatal.promise;
  expect(retry).toBe('later');
  expect(message).toContain('another gateway may be active');
  await expect(fetch(`${agency.url}/healthz`)).rejects.toThrow('fetch failed');
  await usurper.end();
  await operator.end();
});
