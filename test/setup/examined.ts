// The doctor in a terminal, and what it says.
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../src/lib/json.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';
import { runProgram } from './run-program.ts';

const Report = z.strictObject({
  healthy: z.boolean(),
  checks: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      state: z.enum(['ok', 'warn', 'fault', 'skipped']),
      found: z.string(),
      cure: z.string().nullable(),
    }),
  ),
});
type Report = z.infer<typeof Report>;

/** Runs the doctor in an empty folder, and sees that it keeps every secret of `env`. */
export async function examined(env: Record<string, string>): Promise<Report> {
  await using folder = await temporaryFolder();
  const run = await runProgram('doctor/main.ts', { cwd: folder.path, env, args: ['--json'] });
  const report = parseJson(Report, run.printed);
  if (!report.ok) throw new Error(`${report.reason}\n${run.printed}`);
  expect(run.exit).toBe(report.value.healthy ? 0 : 1);
  for (const secret of secretsOf(env)) expect(run.printed).not.toContain(secret);
  return report.value;
}

function secretsOf(env: Record<string, string>): string[] {
  const { DISCORD_TOKEN, OPENAI_API_KEY, ...urls } = env;
  const passwords = Object.values(urls).map((url) => URL.parse(url)?.password ?? '');
  return [DISCORD_TOKEN ?? '', OPENAI_API_KEY ?? '', ...passwords].filter((one) => one !== '');
}

/** @returns what is not well, as `id: found → cure` */
export function complaints({ checks }: Report): string[] {
  return checks
    .filter(({ state }) => state === 'fault' || state === 'warn')
    .map(({ id, state, found, cure }) => `${state} ${id}: ${found} → ${cure ?? ''}`);
}

export function foundBy({ checks }: Report, id: string): string | undefined {
  return checks.find((check) => check.id === id)?.found;
}

export function skipped({ checks }: Report): string[] {
  return checks.filter(({ state }) => state === 'skipped').map(({ id }) => id);
}

/** The Postgres of the tests is fast because it may forget. */
export const forgetful: unknown = expect.stringMatching(
  /^warn database.durability: switched off: fsync, .* → A power failure can lose/,
);

/** A model for each tier at one endpoint, as the fake one has them. */
export function modelsAt(url: string): Record<string, string> {
  return {
    OPENAI_BASE_URL: url,
    MODEL_ECONOMY: 'small-1',
    MODEL_STANDARD: 'middle-1',
    MODEL_PREMIUM: 'large-1',
  };
}

/** A port of 127.0.0.1 where nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // A server that listens on a port has an address of that kind.
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
