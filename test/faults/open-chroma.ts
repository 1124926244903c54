// One Chroma for all worlds of a run: each agency keeps to the collections of its own guild.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startChroma } from '../../src/embedded/chroma/start-chroma.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';

/** @param stack takes it down again @returns its URL */
export async function openChroma(stack: AsyncDisposableStack, parent: string): Promise<string> {
  const folder = join(parent, 'chroma');
  await mkdir(folder);
  const chroma = await startChroma({ folder, log: silentLog, clock: systemClock });
  stack.defer(() => chroma.close());
  return chroma.url;
}
