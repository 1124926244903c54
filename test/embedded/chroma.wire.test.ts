// The embedded Chroma as its callers see it: started, used, stopped, killed, and started again.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChromaClient } from 'chromadb';
import type { Collection } from 'chromadb';
import { expect, test } from 'vitest';
import { startChroma } from '../../src/embedded/chroma/start-chroma.ts';
import type { EmbeddedChroma } from '../../src/embedded/chroma/start-chroma.ts';
import { identify } from '../../src/embedded/processes.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { processesNaming, runProgram, Started } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

const holder = join(import.meta.dirname, 'chroma-holder.ts');
// What other processes are running is read from /proc.
const linux = process.platform === 'linux';

async function start(folder: string): Promise<EmbeddedChroma & AsyncDisposable> {
  const server = await startChroma({ folder, log: silentLog, clock: systemClock });
  return Object.assign(server, { [Symbol.asyncDispose]: () => server.close() });
}

function collection(url: string): Promise<Collection> {
  const { hostname, port } = new URL(url);
  const client = new ChromaClient({ host: hostname, port: Number(port), ssl: false });
  return client.getOrCreateCollection({ name: 'memories', embeddingFunction: null });
}

async function remember(url: string): Promise<void> {
  const memories = await collection(url);
  await memories.upsert({
    ids: ['north', 'east'],
    embeddings: [
      [0, 1],
      [1, 0],
    ],
    metadatas: [{ kind: 'fact' }, { kind: 'lesson' }],
  });
}

async function nearest(url: string, vector: number[]): Promise<string | undefined> {
  const memories = await collection(url);
  const found = await memories.query({ queryEmbeddings: [vector], nResults: 1 });
  return found.ids[0]?.[0];
}

test('it finds what is nearest, and still does after a restart', async () => {
  await using folder = await temporaryFolder();
  const first = await start(folder.path);
  await remember(first.url);
  expect(await nearest(first.url, [0.1, 0.9])).toBe('north');
  await first.close();
  await using second = await start(folder.path);
  expect(await nearest(second.url, [0.9, 0.1])).toBe('east');
});

test.runIf(linux)('closing leaves no process behind, however often it is asked', async () => {
  await using folder = await temporaryFolder();
  const server = await start(folder.path);
  await Promise.all([server.close(), server.close()]);
  expect(await identify(server.pid, folder.path)).toBe('gone');
  await expect.poll(() => processesNaming(folder.path)).toEqual([]);
});

test('a server that dies comes back on the same address with its data', async () => {
  await using folder = await temporaryFolder();
  await using server = await start(folder.path);
  await remember(server.url);
  const { pid } = server;
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => server.pid, { timeout: 30_000 }).not.toBe(pid);
  expect(await nearest(server.url, [0, 1])).toBe('north');
});

test.runIf(linux)('a server whose program was killed ends, and its data is there', async () => {
  await using folder = await temporaryFolder();
  await using program = runProgram([process.execPath, holder, folder.path]);
  const { url } = await program.says(Started);
  await remember(url);
  await program.end('SIGKILL');
  await expect.poll(() => processesNaming(folder.path), { timeout: 10_000 }).toEqual([]);
  await using server = await start(folder.path);
  expect(await nearest(server.url, [0, 1])).toBe('north');
});

// Without the watch nobody ends the server of a killed program, so the next start has to.
test.runIf(linux)('a start ends the orphan that an earlier, killed program left', async () => {
  await using folder = await temporaryFolder();
  await using program = runProgram([process.execPath, holder, folder.path]);
  const { url, pid } = await program.says(Started);
  await remember(url);
  for (const watch of await processesNaming(`ateams-watch\u0000${pid}\u0000`)) {
    process.kill(watch, 'SIGKILL');
  }
  await program.end('SIGKILL');
  expect(await identify(pid, folder.path)).toBe('ours');
  await using server = await start(folder.path);
  expect(await identify(pid, folder.path)).not.toBe('ours');
  expect(await nearest(server.url, [0, 1])).toBe('north');
});

test('two servers run side by side in two folders', async () => {
  await using one = await temporaryFolder();
  await using two = await temporaryFolder();
  await using first = await start(one.path);
  await using second = await start(two.path);
  await remember(first.url);
  expect(await nearest(second.url, [0, 1])).toBeUndefined();
});

test('data that a newer library wrote is refused, with what to do about it', async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'binding-version'), '99.0.0\n');
  const refused = start(folder.path);
  await expect(refused).rejects.toMatchObject({ code: 'chroma-data-newer' });
  await expect(refused).rejects.toHaveProperty('forPeople', expect.stringContaining('CHROMA_URL'));
  expect(await readFile(join(folder.path, 'binding-version'), 'utf8')).toBe('99.0.0\n');
});

test('a server that cannot start says why', async () => {
  await using folder = await temporaryFolder();
  // A folder where the database's file should be.
  await mkdir(join(folder.path, 'data', 'chroma.sqlite3'), { recursive: true });
  await expect(start(folder.path)).rejects.toMatchObject({ code: 'chroma-start' });
});
