// Would a run notice? Each guard is taken away in a small world of its own, built so that its loss
// must show: where it does not, the figures of a run without findings mean nothing.
import type { Findings } from './findings.ts';
import { mutants } from './mutants.ts';
import type { Edition } from './mutants.ts';
import type { RunOptions } from './run.ts';
import { createSchedule } from './schedule.ts';
import { runOne } from './worlds.ts';
import type { Ground } from './worlds.ts';

export interface Control {
  name: string;
  about: string;
  /** Whether the run turned red for the reason it had to. */
  isRed: boolean;
  /** The first of what was found. */
  by: string;
  found: number;
}

interface Trial {
  /** What the loss of the guard must show as. */
  shows: keyof Findings;
  world: Pick<RunOptions, 'schedule' | 'phases' | 'drainMsMax'>;
}

export async function runControls(ground: Ground, seed: number): Promise<Control[]> {
  return Promise.all(mutants.map((mutant) => runControl(ground, seed, mutant)));
}

export async function runControl(ground: Ground, seed: number, mutant: Edition): Promise<Control> {
  const { shows, world } = trialOf(mutant.name, seed);
  const { findings } = await runOne(ground, {
    ...world,
    name: mutant.name,
    edition: mutant,
    killed: new Map(),
    projectsMax: 1,
    projects: 1,
    isWarm: false,
    every: { discordKilled: 0, connectionsCut: 0, queueEmptied: 0 },
  });
  const found = findings[shows];
  const { name, about } = mutant;
  const by = found[0] ?? `nothing ${shows} was found`;
  return { name, about, isRed: found.length > 0, by, found: found.length };
}

function trialOf(name: string, seed: number): Trial {
  const redisUrl = null;
  switch (name) {
    case 'no-nonce':
      // Four of ten posts go wrong, many after they were made; nobody has to die for it.
      return {
        shows: 'duplicates',
        world: {
          schedule: createSchedule({ seed, only: [] }),
          phases: [{ roles: ['all'], redisUrl, kills: 0 }],
          drainMsMax: 60_000,
        },
      };
    case 'no-fence':
      // A worker stands still over an answer until another one has taken its turn and ended it.
      return {
        shows: 'effects',
        world: {
          schedule: createSchedule({ seed, only: ['call.journaled'], deed: 'stop', nth: 1 }),
          phases: [{ roles: ['gateway', 'worker', 'worker'], redisUrl, kills: 2 }],
          // Until the first one is awake again.
          drainMsMax: 15_000,
        },
      };
    case 'no-inbox-key':
      // Whoever heard the Director's words dies before noting that they were heard. A life's first
      // passing is its own start.
      return {
        shows: 'effects',
        world: {
          schedule: createSchedule({ seed, only: ['door.committed'], nth: 2 }),
          phases: [{ roles: ['all'], redisUrl, kills: 3 }],
          // Shows once a life has read what was written before it; its project may never end.
          drainMsMax: 20_000,
        },
      };
    default:
      throw new Error(`No trial is known for ${name}.`);
  }
}
