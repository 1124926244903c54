// A worker as a process of its own: takes a hint, says so, and is never done with it.
import pg from 'pg';
import { z } from 'zod';
import { parseJson } from '../../src/lib/json.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { createHintQueue } from '../../src/runtime/hints.ts';

const HolderBackend = z.strictObject({ kind: z.enum(['postgres', 'redis']), url: z.string() });
export type HolderBackend = z.infer<typeof HolderBackend>;

const deps = { log: silentLog, clock: systemClock };
const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

async function main(): Promise<void> {
  const read = parseJson(HolderBackend, process.argv[2] ?? '');
  if (!read.ok) throw new Error(read.reason);
  const { kind, url } = read.value;
  const options = '-c search_path=public,bullmq';
  const backend =
    kind === 'redis'
      ? { kind, url }
      : { kind, pool: new pg.Pool({ connectionString: url, options }) };
  const hints = await createHintQueue(backend, deps);
  hints.work({
    concurrency: 1,
    onTurn: async (id) => {
      say({ holds: id });
      await new Promise(() => undefined);
    },
  });
  say({ working: true });
}

if (import.meta.main) await main();
