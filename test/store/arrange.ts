// A store on a migrated database of its own, and time that passes when a test says so: leases
// live by the database's clock, so a test moves what is stored instead of waiting.
import { sql } from 'drizzle-orm';
import { silentLog } from '../../src/lib/log.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/open-store.ts';
import { createTestDatabase } from '../support/postgres.ts';

export interface TestStore extends Store, AsyncDisposable {
  url: string;
  /** Lets every lease run out and every wait end. */
  passTime(): Promise<void>;
}

export async function openTestStore(): Promise<TestStore> {
  const database = await createTestDatabase({ name: 'migrated', prepare: migrate });
  const store = openStore(database.url, silentLog);
  return {
    ...store,
    url: database.url,
    passTime: async () => {
      for (const table of ['turns', 'outbox']) {
        await store.db.execute(
          sql`update ${sql.identifier(table)}
            set lease_until = '-infinity', not_before = '-infinity'`,
        );
      }
    },
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await database[Symbol.asyncDispose]();
    },
  };
}
