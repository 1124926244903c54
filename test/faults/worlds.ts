// The whole run: three worlds at the same time, because most of a world's time is waiting for
// leases to end. One is split into a gateway and workers on the Postgres queue, then whole
// processes side by side. The next has a standby, its queue on Redis where there is one, and a
// sender in a hurry: what an outage of minutes does to a message, a death does there. The third is
// `npm start` as it is, with everything in one process.
import { join } from 'node:path';
import type { Point } from '../../src/lib/points.ts';
import type { RunResult } from './judge.ts';
import { hurried } from './mutants.ts';
import { runPlain } from './plain.ts';
import { runWorld } from './run.ts';
import type { RunOptions } from './run.ts';
import type { Schedule } from './schedule.ts';

export interface Ground {
  /** Makes an empty database; @returns its URL */
  createDatabase: (name: string) => Promise<string>;
  folder: string;
  redis: { url: string; empty: () => Promise<void> } | null;
  chromaUrl: string;
  say: (line: string) => void;
  signal: AbortSignal;
}

export interface WorldsOptions {
  schedule: Schedule;
  kills: number;
}

const drainMsMax = 300_000;
/** Few, as each takes a Postgres along; and none in a small run. */
const plain = { kills: 5, fromKills: 30 };

export async function runWorlds(ground: Ground, options: WorldsOptions): Promise<RunResult[]> {
  const { kills, schedule } = options;
  const { redis } = ground;
  const killed = new Map<Point, number>();
  const every = { discordKilled: 14, connectionsCut: 9, queueEmptied: 0 };
  const share = (part: number): number => Math.max(1, Math.round(kills * part));
  const shared = { schedule, killed, projectsMax: 4, projects: 1000, isWarm: true, drainMsMax };
  const split = share(0.33);
  const whole = share(0.22);
  const worlds: Omit<RunOptions, keyof Ground | 'databaseUrl'>[] = [
    {
      ...shared,
      name: 'split',
      phases: [
        { roles: ['gateway', 'worker', 'worker'], redisUrl: null, kills: split },
        { roles: ['all', 'all'], redisUrl: null, kills: whole },
      ],
      every,
    },
    {
      ...shared,
      name: 'hurried',
      edition: hurried,
      phases: [
        {
          roles: ['gateway', 'gateway', 'worker', 'worker'],
          redisUrl: redis?.url ?? null,
          kills: Math.max(1, kills - split - whole - (kills < plain.fromKills ? 0 : plain.kills)),
        },
      ],
      every: { ...every, queueEmptied: redis === null ? 0 : 5 },
    },
  ];
  const all = worlds.map((world) => runOne(ground, world));
  if (kills >= plain.fromKills) all.push(runPlain(ground, { schedule, kills: plain.kills }));
  return Promise.all(all);
}

/** A world on a database and in a folder of its own. */
export async function runOne(
  { createDatabase, folder, redis, chromaUrl, say, signal }: Ground,
  world: Omit<RunOptions, keyof Ground | 'databaseUrl'>,
): Promise<RunResult> {
  return runWorld({
    ...world,
    databaseUrl: await createDatabase(world.name),
    folder: join(folder, world.name),
    chromaUrl,
    ...(redis === null ? {} : { emptyQueue: redis.empty }),
    say,
    signal,
  });
}
