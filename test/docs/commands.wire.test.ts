// What README.md and docs/ tell people to type is typed here, in a copy of the repository, and what
// they show is compared with what was printed.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createPerson } from '../../src/embedded/discord/person.ts';
import { parseJson } from '../../src/lib/json.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { copyRepository } from './copied-repository.ts';
import type { CopiedRepository, Running } from './copied-repository.ts';
import { blockFor } from './read-blocks.ts';
import { documentedAddress, documentedFolder, missingLine } from './shown.ts';

const settings = { PORT: '0', REHEARSAL_LATENCY_MS: '0' };

test('a demo, a back-up, its restoration, and a start that goes on from there', async () => {
  await using copy = await copyRepository(settings);
  const demo = await copy.run(blockFor('run=demo'));
  expect(demo).toMatchObject({ exit: 0 });
  expectShown('demo', demo.out, copy);
  expect(await copy.run(blockFor('run=back-up'))).toMatchObject({ exit: 0 });
  expect(await copy.run(blockFor('run=restore'))).toMatchObject({ exit: 0 });

  const started = copy.start(blockFor('run=start'));
  const address = await readyAt(started);
  expect(await statusOf(copy)).toContain('· done\n4 of 4 tasks accepted');
  const health = await copy.run(blockFor('run=health').replaceAll(documentedAddress, address));
  expectShown('health', health.out, copy);
  started.send('SIGINT');
  const { out } = await started.finished;
  expectShown('start', out, copy);
  expectShown('stop', out, copy);
});

test('without npm between, a SIGTERM ends it in order with exit code 0', async () => {
  await using copy = await copyRepository(settings);
  // The shell is replaced by the program, as whatever supervises it would start it.
  const started = copy.start(`exec ${blockFor('run=start-node')}`);
  const address = await readyAt(started);
  expect(await (await fetch(`http://${address}/readyz`)).json()).toMatchObject({ ready: true });
  started.send('SIGTERM');
  const { exit, out } = await started.finished;
  expectShown('start', out, copy);
  expectShown('stop', out, copy);
  expect(exit).toBe(0);
});

test('a bad configuration is refused as a whole', async () => {
  await using copy = await copyRepository({});
  const refused = await copy.run(blockFor('run=bad-configuration'));
  expect(refused).toMatchObject({ exit: 78 });
  expectShown('bad-configuration', refused.err, copy);
});

test('the set-up with Enter all the way is the embedded one', async () => {
  await using copy = await copyRepository(settings);
  const setup = await copy.run(`yes '' | head -20 | ${blockFor('run=setup')}`);
  expect(setup).toMatchObject({ exit: 0 });
  expect(setup.out).toContain('Next: npm start');
});

test('the doctor says what is wrong and what to do', async () => {
  await using copy = await copyRepository({});
  const healthy = await copy.run(blockFor('run=doctor'));
  expectShown('doctor', healthy.out, copy);
  const faulty = await copy.run(blockFor('run=doctor-faults'));
  expect(faulty).toMatchObject({ exit: 1 });
  expectShown('doctor-faults', faulty.out, copy);
});

test('a database is brought to the schema of this version', async () => {
  await using database = await createTestDatabase();
  await using copy = await copyRepository({ DATABASE_URL: database.url });
  const migrated = await copy.run(blockFor('run=db-migrate'));
  expect(migrated).toMatchObject({ exit: 0 });
  expectShown('db-migrate', migrated.out, copy);
});

function expectShown(name: string, text: string, copy: CopiedRepository): void {
  const shown = withoutPorts(blockFor(`shows=${name}`));
  const printed = withoutPorts(text.replaceAll(copy.path, documentedFolder));
  expect({ missing: missingLine(shown, printed), printed }).toEqual({ missing: null, printed });
}

function withoutPorts(text: string): string {
  return text.replaceAll(/127\.0\.0\.1:\d+/g, documentedAddress);
}

/** @returns the host and port of the local page */
async function readyAt(started: Running): Promise<string> {
  const [, address = ''] = await started.prints(/Open http:\/\/(\S+?)\/#[^]*\.json\n/);
  return address;
}

const Tokens = z.looseObject({ url: z.string(), guildId: z.string(), directorToken: z.string() });

/** What `/status` tells the Director. */
async function statusOf(copy: CopiedRepository): Promise<string> {
  const text = await readFile(join(copy.path, '.ateams', 'local-discord.json'), 'utf8');
  const tokens = parseJson(Tokens, text);
  if (!tokens.ok) throw new Error(tokens.reason);
  const { url, guildId, directorToken } = tokens.value;
  const director = createPerson({ apiUrl: `${url}/api`, token: directorToken });
  const channels = await director.channels(guildId);
  const channelId = channels.find((channel) => channel.name === 'director')?.id ?? '';
  const asked = await director.slash({ guildId, channelId, name: 'status' });
  const answer = await director.interactionResult(asked);
  return answer.message?.content ?? '';
}
