// What Postgres says when it cannot serve us now, injected where it says it: by a trigger, by a
// limit on connections, by a way that goes silent. None of it ends anything, and none of its words
// reach a person.
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { AppError } from '../../src/lib/errors.ts';
import { silentLog } from '../../src/lib/log.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/open-store.ts';
import { texts } from '../../src/store/schema.ts';
import { startTcpProxy } from '../scenarios/tcp-proxy.ts';
import { openTestStore } from './arrange.ts';

const write = (store: Store, hash: string) =>
  store.transact(async (tx) => {
    await tx.insert(texts).values({ hash, text: hash }).onConflictDoNothing();
  });

/** Every write to `texts` fails with this state, so many times. */
async function failTimes(store: Store, state: string, times: number): Promise<void> {
  await store.db.execute('create sequence failures');
  await store.db.execute(
    sql.raw(`create function fail() returns trigger language plpgsql as $$ begin
      if nextval('failures') <= ${times} then
        raise exception 'words of a database' using errcode = '${state}';
      end if;
      return new; end $$`),
  );
  await store.db.execute(
    'create trigger fail before insert on texts for each statement execute function fail()',
  );
}

test('what Postgres refuses for now is tried again until it passes', async () => {
  await using store = await openTestStore();
  const states = ['57P01', '57P03', '40001', '40P01', '53300', '53100', '55P03', '08006'];
  for (const state of states) {
    await failTimes(store, state, 2);
    await write(store, state);
    await store.db.execute('drop function fail cascade; drop sequence failures');
  }
  const rows = await store.db.select().from(texts);
  expect(rows.map(({ hash }) => hash).toSorted()).toEqual(states.toSorted());
});

test.each([
  ['57P01', 'later', 'The database does not answer at the moment.'],
  ['53100', 'later', 'The disk of the database is full. Whoever runs me has to make room on it.'],
  ['23514', 'never', 'The database refused what I wanted to write. This is a fault of mine.'],
])(
  '%s without end is given up, and people read no word of Postgres',
  async (state, retry, said) => {
    await using store = await openTestStore();
    await failTimes(store, state, 1000);
    const hasty = openStore(store.url, silentLog, { pausesMs: [1, 1, 1] });
    const failure = await write(hasty, 'a').catch((error: unknown) => error);
    await hasty.close();
    if (!(failure instanceof AppError)) throw new Error('It did not fail as ours.');
    expect([failure.retry, failure.forPeople]).toEqual([retry, said]);
    const { rows } = await store.db.execute(`select last_value::int as tries from failures`);
    expect(rows).toEqual([{ tries: retry === 'later' ? 4 : 1 }]);
  },
);

test('a server that takes no more connections is asked again until it does', async () => {
  await using store = await openTestStore();
  const role = `few_${new URL(store.url).pathname.slice(1)}`;
  await store.db.execute(
    sql.raw(`create role ${role} login password 'few' connection limit 1;
      grant all on texts to ${role}`),
  );
  const url = new URL(store.url);
  url.username = role;
  url.password = 'few';
  const other = new pg.Client({ connectionString: url.href });
  await other.connect();
  const limited = openStore(url.href, silentLog);
  const writing = write(limited, 'a');
  await expect(limited.db.execute('select 1')).rejects.toThrow('Failed query');
  await other.end();
  await writing;
  expect(await store.db.select().from(texts)).toHaveLength(1);
  await limited.close();
  await store.db.execute(sql.raw(`drop owned by ${role}; drop role ${role}`));
});

test('a connection that goes silent is given up, and another one is made', async () => {
  await using store = await openTestStore();
  const url = new URL(store.url);
  await using proxy = await startTcpProxy(Number(url.port));
  url.port = String(proxy.port);
  const far = openStore(url.href, silentLog, { silenceMs: 300 });
  await write(far, 'a');
  proxy.isSilent = true;
  const begun = systemClock.monotonic();
  const writing = write(far, 'b');
  await expect(far.db.execute('select 1')).rejects.toThrow('Failed query');
  expect(systemClock.monotonic() - begun).toBeLessThan(2000);
  proxy.isSilent = false;
  await writing;
  expect(await store.db.select().from(texts)).toHaveLength(2);
  proxy.cutAll();
  await far.close();
});

test('whoever stopped in the middle of a transaction does not hold others up for ever', async () => {
  await using store = await openTestStore();
  const { rows } = await store.db.execute(
    `select name, setting, unit from pg_settings
      where name in ('idle_in_transaction_session_timeout', 'lock_timeout') order by name`,
  );
  expect(rows).toEqual([
    { name: 'idle_in_transaction_session_timeout', setting: '10000', unit: 'ms' },
    { name: 'lock_timeout', setting: '10000', unit: 'ms' },
  ]);
});
