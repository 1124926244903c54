// When sessions were opened at Discord's gateway, by the database's clock. The entry is committed
// before the session is asked for, so that a process that dies in between has still counted; and
// whoever asks does so alone, so that two who ask at once do not both get the last one.
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { maySessionStart, sessionsThatCount } from '../domain/session-start.ts';
import type { SessionStartLimit, SessionVerdict } from '../domain/session-start.ts';
import type { Store } from './open-store.ts';
import { identifies } from './schema.ts';

const Age = z.object({ age: z.coerce.number() });
/** Any constant; it names the lock. */
const identifyLock = 4_207_003;

/** Records a session that is about to be opened, unless it may not be yet. */
export function openSession(store: Store, limit: SessionStartLimit): Promise<SessionVerdict> {
  return store.transact(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${identifyLock}::bigint)`);
    const { rows } = await tx.execute(sql`
      select extract(epoch from clock_timestamp() - at) * 1000 as age from identifies
      where at > now() - interval '1 day' order by at desc limit ${sessionsThatCount(limit)}`);
    // A clock that was set back makes entries of the future; they are as good as new.
    const ages = rows.map((row) => Math.max(0, Age.parse(row).age));
    const verdict = maySessionStart(limit, ages);
    if (!verdict.isAllowed) return verdict;
    await tx.execute(sql`delete from identifies where at < now() - interval '1 day'`);
    await tx.insert(identifies).values({ at: sql`clock_timestamp()` });
    return verdict;
  });
}
