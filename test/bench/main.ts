// `npm run bench [-- name …] [--json]`: runs the benches of `set/`, all or those named. With --json
// standard output is one object, its figures by bench.
import { join } from 'node:path';
import { z } from 'zod';
import { loadFolder } from '../../src/lib/load-folder.ts';
import { tableText } from './bench.ts';
import type { Bench } from './bench.ts';

const Module = z.object({
  name: z.string(),
  run: z.custom<Bench['run']>((value) => typeof value === 'function'),
});

const round = (value: number) => Number(value.toFixed(2));

const words = process.argv.slice(2);
const isJson = words.includes('--json');
const wanted = words.filter((word) => !word.startsWith('--'));
const benches = await loadFolder(join(import.meta.dirname, 'set'), '.ts', async ({ path }) =>
  Module.parse(await import(path)),
);
const unknown = wanted.filter((name) => benches.every((bench) => bench.name !== name));
if (unknown.length > 0) {
  const names = benches.map(({ name }) => name).join(', ');
  process.stderr.write(`No bench is called ${unknown.join(', ')}. There are: ${names}.\n`);
  process.exitCode = 2;
} else {
  const chosen = benches.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  const figures: Record<string, Record<string, number>> = {};
  for (const { name, run } of chosen) {
    const result = await run();
    const rounded = Object.entries(result.figures).map(
      ([key, value]) => [key, round(value)] as const,
    );
    figures[name] = Object.fromEntries(rounded);
    if (isJson) continue;
    const tables = result.tables.map(tableText).join('\n\n');
    process.stdout.write(`${name}\n\n${tables}\n\n${result.notes.join('\n')}\n\n`);
  }
  if (isJson) process.stdout.write(`${JSON.stringify(figures)}\n`);
}
