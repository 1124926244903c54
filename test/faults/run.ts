// Lives through one world: the agency in it as processes that are killed by the schedule, a
// Director who gives it work meanwhile, and in the end the question what is lost, doubled or paid
// twice. Faults go on until the last project has ended; only the killing stops before, so that the
// work can come to its end.
import { z } from 'zod';
import { hasEnded } from '../../src/domain/project.ts';
import { delay, systemClock } from '../../src/lib/clock.ts';
import type { Point } from '../../src/lib/points.ts';
import { countOpen } from '../../src/store/outbox.ts';
import type { Store } from '../../src/store/open-store.ts';
import { readAgency } from '../../src/store/record.ts';
import { createRunDirector } from './director.ts';
import type { RunDirector } from './director.ts';
import { cutConnections } from './evidence.ts';
import { judge } from './judge.ts';
import type { RunResult } from './judge.ts';
import { pointsOf } from './schedule.ts';
import type { Role } from './schedule.ts';
import { createSupervisor } from './supervisor.ts';
import type { Supervisor } from './supervisor.ts';
import { openWorld } from './world.ts';
import type { World, WorldOptions } from './world.ts';

/** The agency's processes for a part of the run. */
export interface Phase {
  roles: readonly Role[];
  redisUrl: string | null;
  /** Lives to end at points before the next phase begins. */
  kills: number;
}

export interface RunOptions extends WorldOptions {
  phases: readonly Phase[];
  /** Projects at work at the same time, and to open altogether. */
  projectsMax: number;
  projects: number;
  /** How often each misfortune befalls the world: after so many kills; 0 never. */
  every: { discordKilled: number; connectionsCut: number; queueEmptied: number };
  /** Killing begins when the first project is at work. */
  isWarm: boolean;
  /** Empties the queue. */
  emptyQueue?: () => Promise<void>;
  /** Points at which somebody was killed, over all worlds of a run. */
  killed: Map<Point, number>;
  drainMsMax: number;
  say: (line: string) => void;
  signal: AbortSignal;
}

/** What befell the world besides deaths of the agency's processes. */
export interface Misfortunes {
  /** When connections were cut, epoch ms, and how many. */
  cuts: { at: number; count: number }[];
  queueEmptied: number;
}

const lookEveryMs = 200;
/** Killing comes to an end, whatever the processes do. */
const killMsMax = (kills: number): number => 60_000 + kills * 12_000;

export async function runWorld(options: RunOptions): Promise<RunResult> {
  const begun = systemClock.monotonic();
  await using world = await openWorld(options);
  const { person, discord, schedule, store } = world;
  const director = createRunDirector({
    person,
    guildId: discord.guildId,
    dice: schedule.dice,
    readAgency: () => readAgency(store.db),
    projectsMax: options.projectsMax,
    projects: options.projects,
  });
  const misfortunes: Misfortunes = { cuts: [], queueEmptied: 0 };
  const said = new Set<Promise<void>>();
  await using supervisor: Supervisor = createSupervisor({
    schedule,
    cwd: world.folder,
    preloads: world.preloads,
    owed: (role) =>
      seldom.filter(
        (at) => pointsOf(role).includes(at) && schedule.isWanted(at) && !options.killed.has(at),
      ),
    onEnding: ({ how, point, role, slot, code }) => {
      if ((how === 'point' || how === 'stop') && point !== null) {
        options.killed.set(point, (options.killed.get(point) ?? 0) + 1);
        strike(options, { world, misfortunes, kills: killsOf(supervisor) });
      }
      if (how === 'exit') options.say(`${slot} ended by itself (${code})`);
      const isGateway = role !== 'worker' && how !== 'drained';
      const nth = supervisor.endings.length;
      if (isGateway && schedule.dice('meanwhile', nth) < 0.3) said.add(director.sayMeanwhile(nth));
    },
  });
  for (const [at, phase] of options.phases.entries()) {
    if (at > 0) await supervisor.stop();
    await livePhase(options, { world, phase, supervisor, director });
  }
  supervisor.calm();
  await Promise.all(said);
  await drain(options, world, director);
  await supervisor.stop();
  const unindexed = await countUnindexed(store);
  const result = await judge(world, { director, supervisor, misfortunes, begun });
  if (unindexed > 0) result.findings.lost.push(`${unindexed} memories are not in the index`);
  return result;
}

/** Points that a project comes to once or twice: whoever gets there first dies there. */
const seldom: readonly Point[] = [
  'send.looked-up',
  'bundle.partial',
  'bundle.renamed',
  'bundle.written',
  'place.opened',
  'place.recorded',
  'reaction.answered',
  'interaction.heard',
  'interaction.decided',
  'back-fill.page-read',
  'edit.answered',
  'message.heard',
  'memory.due',
  'memory.indexed',
];

/** Lives that came to their point and were ended or held up there. */
function killsOf({ endings }: Supervisor): number {
  return endings.filter(({ how }) => how === 'point' || how === 'stop').length;
}

interface Living {
  world: World;
  phase: Phase;
  supervisor: Supervisor;
  director: RunDirector;
}

async function livePhase(
  { say, signal, name, isWarm }: RunOptions,
  { world, phase, supervisor, director }: Living,
): Promise<void> {
  const goal = killsOf(supervisor) + phase.kills;
  const begun = systemClock.monotonic();
  const queue = phase.redisUrl === null ? 'Postgres' : 'Redis';
  say(`${name}: ${phase.roles.join(', ')} on ${queue}; ${phase.kills} kills`);
  let told = killsOf(supervisor);
  supervisor.start(world.slots(phase.roles, phase.redisUrl));
  if (isWarm && killsOf(supervisor) === 0) await warmUp(world, director, signal);
  if (phase.kills > 0) supervisor.arm();
  while (killsOf(supervisor) < goal) {
    signal.throwIfAborted();
    if (systemClock.monotonic() - begun > killMsMax(phase.kills)) break;
    await director.look();
    await delay(lookEveryMs);
    if (killsOf(supervisor) < told + tellEvery) continue;
    told = killsOf(supervisor);
    say(`${name}: ${told} kills, ${secondsSince(begun)} s`);
  }
  say(`${name}: ${killsOf(supervisor)} kills so far, these in ${secondsSince(begun)} s`);
}

const tellEvery = 20;

function secondsSince(begun: number): number {
  return Math.round((systemClock.monotonic() - begun) / 1000);
}

const warmMsMax = 60_000;

/** With nothing to do there is nothing to interrupt. */
async function warmUp({ store }: World, director: RunDirector, signal: AbortSignal): Promise<void> {
  const end = systemClock.monotonic() + warmMsMax;
  while (systemClock.monotonic() < end) {
    signal.throwIfAborted();
    await director.look();
    const { projects } = await readAgency(store.db);
    if (projects.some(({ phase }) => phase === 'running')) return;
    await delay(lookEveryMs);
  }
}

interface Striking {
  world: World;
  misfortunes: Misfortunes;
  kills: number;
}

/** Counted by kills, so that it is the same for the same seed. */
function strike(
  { every, emptyQueue, say }: RunOptions,
  { world, misfortunes, kills }: Striking,
): void {
  const isTime = (interval: number) => interval > 0 && kills % interval === 0;
  const failed = (error: unknown) => say(`a misfortune did not happen: ${String(error)}`);
  if (isTime(every.discordKilled)) world.discord.kill();
  if (isTime(every.connectionsCut)) {
    cutConnections(world.store.pool, 3).then(
      (count) => misfortunes.cuts.push({ at: systemClock.now(), count }),
      failed,
    );
  }
  if (isTime(every.queueEmptied) && emptyQueue !== undefined) {
    emptyQueue().then(() => {
      misfortunes.queueEmptied += 1;
    }, failed);
  }
}

/** Late requests and what was written last come in within so long. */
const quietMs = 3000;

/** Until every project has ended and every effect is carried out, or there is no time left. */
async function drain(
  { drainMsMax, say, signal, name }: RunOptions,
  world: World,
  director: RunDirector,
): Promise<void> {
  const begun = systemClock.monotonic();
  let quietSince: number | null = null;
  while (systemClock.monotonic() - begun < drainMsMax) {
    signal.throwIfAborted();
    const { projects } = await readAgency(world.store.db);
    if (projects.length > 0) director.rest();
    await director.look();
    await delay(lookEveryMs);
    const now = systemClock.monotonic();
    quietSince = projects.length > 0 && (await isAllDone(world)) ? (quietSince ?? now) : null;
    if (quietSince !== null && now - quietSince > quietMs) break;
  }
  const how = quietSince === null ? 'nothing more came of it' : 'everything has ended';
  say(`${name}: ${how} ${secondsSince(begun)} s after the last kill`);
}

async function isAllDone({ store }: World): Promise<boolean> {
  const { projects } = await readAgency(store.db);
  if (projects.some(({ phase }) => !hasEnded(phase))) return false;
  const open = await store.pool.query(
    `select 1 from turns where status in ('ready', 'running') limit 1`,
  );
  if (open.rows.length > 0 || (await countOpen(store.db)) > 0) return false;
  return (await countUnindexed(store)) === 0;
}

/** Memories that Chroma does not hold as they are. */
async function countUnindexed({ pool }: Store): Promise<number> {
  const result = await pool.query('select count(*)::int as dirty from memories where is_dirty');
  return z.array(z.object({ dirty: z.number() })).parse(result.rows)[0]?.dirty ?? 0;
}
