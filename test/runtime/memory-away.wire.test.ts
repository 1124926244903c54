import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { silentLog } from '../../src/lib/log.ts';
import { migrate } from '../../src/store/migrate.ts';
import { startAgency } from '../../src/wiring.ts';
import { startBlock } from '../../src/wiring/start-block.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';
import { createTestDatabase } from '../support/postgres.ts';

test('an embedded memory that does not start is missing, and the agency works without it', async () => {
  await using database = await createTestDatabase({ name: 'migrated', prepare: migrate });
  await using home = await temporaryFolder();
  // Where Chroma would put its folder.
  await writeFile(join(home.path, 'chroma'), '');
  const read = readConfig({
    ATEAMS_HOME: home.path,
    PORT: '0',
    DATABASE_URL: database.url,
  });
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  const agency = await startAgency({ config: read.config, log: silentLog });
  await using _end = { [Symbol.asyncDispose]: () => agency.close() };
  expect(startBlock(read.config, agency)).toMatch(/ {2}Memory {4}not available \(.*chroma/);
  const response = await fetch(`${agency.url}/readyz`);
  expect(await response.json()).toEqual({ ready: true, degraded: ['memory'] });
});
