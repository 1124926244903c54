// A small run of what `npm run faults` does at length: processes die at their points and come back,
// Discord and the model go wrong, and people see everything once. And the same with a guard taken
// away, which has to show.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createTestDatabase } from '../support/postgres.ts';
import { runControl } from './controls.ts';
import { noFindings } from './findings.ts';
import { hurried, mutants } from './mutants.ts';
import { openChroma } from './open-chroma.ts';
import { createSchedule } from './schedule.ts';
import { runOne } from './worlds.ts';
import type { Ground } from './worlds.ts';

const minutes = 60_000;

async function openGround(): Promise<Ground & AsyncDisposable> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'ateams-faults-'));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const chromaUrl = await openChroma(started, folder);
  const all = started.move();
  return {
    folder,
    createDatabase: async () => all.use(await createTestDatabase()).url,
    redis: null,
    chromaUrl,
    say: () => undefined,
    signal: AbortSignal.timeout(4 * minutes),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

describe.concurrent('a run of faults', () => {
  test(
    'what dies at any point, while Discord and the model go wrong, loses and doubles nothing',
    {
      timeout: 5 * minutes,
    },
    async () => {
      await using ground = await openGround();
      const result = await runOne(ground, {
        name: 'small',
        schedule: createSchedule({ seed: 20 }),
        edition: hurried,
        phases: [{ roles: ['gateway', 'worker', 'worker'], redisUrl: null, kills: 12 }],
        killed: new Map(),
        isWarm: true,
        projectsMax: 2,
        projects: 2,
        every: { discordKilled: 7, connectionsCut: 5, queueEmptied: 0 },
        drainMsMax: 2 * minutes,
      });
      expect(result.findings).toEqual(noFindings());
      // A run in which nothing went wrong, or nothing was done, proves nothing.
      const ended = result.endings.filter(({ how }) => how === 'point' || how === 'stop');
      expect(ended.length).toBeGreaterThanOrEqual(12);
      expect(result.discord.faulted / result.discord.posts).toBeGreaterThan(0.25);
      expect(result.calls.faulted).toBeGreaterThan(0);
      expect(result.discord.kills).toBeGreaterThan(0);
      expect(result.work.done).toBe(result.work.projects);
      expect(result.work.said).toBeGreaterThan(20);
    },
  );

  test.for(mutants)('a run notices that $about', { timeout: 5 * minutes }, async (mutant) => {
    await using ground = await openGround();
    const control = await runControl(ground, 20, mutant);
    expect(control).toMatchObject({ isRed: true });
  });
});
