// A Chroma that goes and comes back: people are told, the work goes on, and the figures show it.
import { expect, test } from 'vitest';
import { startChroma } from '../../src/embedded/chroma/start-chroma.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';
import { startTestAgency, until } from '../support/agency.ts';
import { startTcpProxy } from './tcp-proxy.ts';

test('a memory that is away is said once, and once more when it is whole again', async () => {
  await using folder = await temporaryFolder();
  const ground = { folder: folder.path, log: silentLog, clock: systemClock };
  const chroma = await startChroma(ground);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => chroma.close());
  await using way = await startTcpProxy(Number(new URL(chroma.url).port));
  const env = { CHROMA_URL: `http://127.0.0.1:${way.port}` };
  await using world = await startTestAgency({ modelUrl: null, env, durations: { lookMs: 100 } });
  const { director, agency } = world;
  const get = async (path: string) => (await fetch(`${agency.url}${path}`)).text();
  const readyz = (degraded: string[]) =>
    until(async () => {
      return (await get('/readyz')) === JSON.stringify({ ready: true, degraded }) ? true : null;
    }, `degraded: ${degraded.join()}`);
  await readyz([]);
  way.isSilent = true;
  await director.hears('agency-log', 'Memory is degraded');
  await readyz(['memory']);
  expect(await get('/metrics')).toContain('ateams_part_away{part="memory"} 1');
  // It cannot be told from a cable that was pulled, so what hangs is cut.
  way.cutAll();
  await director.hears('agency-log', 'Memory is whole again');
  await readyz([]);
  expect(await get('/metrics')).not.toContain('ateams_part_away{part="memory"}');
  expect(await world.skims('agency-log')).toMatchInlineSnapshot(`
    "#agency-log
    - [Paul · Project Manager] | ⚠️ Memory is degraded
    - [Paul · Project Manager] | Memory is whole again"
  `);
});
