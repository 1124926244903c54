// A disk that is really full: everything embedded lives in a small one of its own, in memory, that
// only the program and its children see.
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { createJournal } from '../../src/embedded/discord/journal.ts';
import { superuser } from '../../src/embedded/postgres/cluster.ts';
import { openStore } from '../../src/store/open-store.ts';
import { messageOf } from '../../src/lib/errors.ts';
import { silentLog } from '../../src/lib/log.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';
import { until, withNames } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { fillDisk, isDiskImpossible, withDisk } from '../support/small-disk.ts';
import { objective } from './begin.ts';
import { expectSaidOnce } from './said-once.ts';
import { directorOf, startProgram } from './start-program.ts';

/** Three times what a start takes. */
const diskMb = 220;

async function databaseUrlOf(home: string): Promise<string> {
  const cluster = join(home, 'postgres', 'cluster');
  const password = (await readFile(join(cluster, 'password'), 'utf8')).trim();
  const port = (await readFile(join(cluster, 'data', 'postmaster.pid'), 'utf8')).split('\n')[3];
  return `postgres://${superuser}:${password}@127.0.0.1:${port}/ateams`;
}

/** Fills Postgres' log of changes, which it cannot do without: on a full disk it gives up. */
async function exhaust(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  const emit = `select pg_logical_emit_message(true, 'fill', repeat('x', 8000000))`;
  for (let n = 0; n < 20; n += 1) {
    const isDone = await client.query(emit).then(
      () => true,
      () => false,
    );
    if (!isDone) break;
  }
  await client.end().catch(() => undefined);
}

test.skipIf(isDiskImpossible)(
  'a full disk refuses honestly, loses nothing, and room is all it needs',
  async () => {
    const held = Promise.withResolvers<void>();
    await using model = await startCast(planOf([{}, { after: ['T1'] }]), async ({ kind }) => {
      if (kind === 'specialist.work') await held.promise;
      return undefined;
    });
    await using folder = await temporaryFolder();
    const home = join(folder.path, 'home');
    await mkdir(home);
    const env = { ATEAMS_HOME: home, OPENAI_BASE_URL: model.url };
    await using program = startProgram(folder.path, env, withDisk(home, diskMb));
    await program.says('write your objective');
    const inside = `/proc/${program.pid}/root${home}`;
    const { director: person, tokens } = await directorOf(inside);
    const director = withNames(person, tokens.guildId);
    const readiness = async () => {
      const response = await fetch(`${tokens.url}/readyz`);
      return `${response.status} ${await response.text()}`;
    };
    const untilReadiness = (words: RegExp) =>
      until(async () => words.test(await readiness()) || null, readiness);
    await director.says('director', objective);
    await director.clicks('director', /^\/approve decision:"?P1-D1"? choice:1/);
    await director.clicks('director', /^\/approve decision:"?P1-D2/);
    await director.hears('Ada · Writer', 'T1 → Ada');

    const filling = join(inside, 'filling');
    await fillDisk(filling, 30_000_000);
    const notice = await director.hears('director', 'The disk is nearly full');
    expect(notice.embeds[0]?.description).toMatch(/^\d+ MB are left .* Please make room\./);
    await director.hears('agency-log', 'The disk is nearly full');
    await untilReadiness(/^200 {"ready":true,"degraded":\["disk"\]}$/);

    const databaseUrl = await databaseUrlOf(inside);
    await fillDisk(filling, 0);
    held.resolve();
    // Until the last block that the local Discord has is full, too.
    const accepted: string[] = [];
    const refusal = await until(async () => {
      const said = await director.says('director', 'Mind the trams.').catch(messageOf);
      if (typeof said === 'string') return said;
      accepted.push(said.id);
      return null;
    }, 'a message to be refused');
    expect(refusal).toContain('500: the disk is full; nothing was written');
    await exhaust(databaseUrl);
    await untilReadiness(/^503 {"ready":false,"missing":\["database"/);
    await rm(filling);
    await untilReadiness(/^200 {"ready":true,"degraded":\[\]}$/);
    await director.hears('director', 'The disk has room again');
    await director.hears('P1.overview', 'P1 is done');
    // What was accepted before is heard now.
    await until(async () => {
      const heard = (await director.reads('director')).filter(({ id }) => accepted.includes(id));
      return heard.every(({ reactions }) => reactions?.[0]?.emoji.name === '👀') || null;
    }, 'every message to be heard');
    const store = openStore(databaseUrl, silentLog);
    expect(
      await expectSaidOnce({ store, person: director, guildId: tokens.guildId }),
    ).toBeGreaterThan(20);
    await store.close();
    // Nothing of what was refused stands half in its journal.
    expect(createJournal(join(inside, 'discord')).read().length).toBeGreaterThan(50);
    expect(await program.end('SIGTERM')).toBe(0);
  },
);
