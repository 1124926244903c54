// What a world looks like in the end: read once, from the database and from what the Director sees,
// and compared with what the proxies saw and the supervisor did.
import type { Person } from '../../src/embedded/discord/person.ts';
import { textOf } from '../../src/demo/seen-text.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { readAgency } from '../../src/store/record.ts';
import { checkCalls, readSteps } from './check-calls.ts';
import type { CallsFound } from './check-calls.ts';
import { checkDiscord, oursOf, peoplesOf, readShown } from './check-discord.ts';
import { checkRecord } from './check-record.ts';
import type { RunDirector } from './director.ts';
import { takeoversOf } from './evidence.ts';
import { noFindings } from './findings.ts';
import type { Findings } from './findings.ts';
import { readTold } from './read-told.ts';
import type { Told } from './read-told.ts';
import { recoveriesOf } from './recovery.ts';
import type { Recovery } from './recovery.ts';
import type { Misfortunes } from './run.ts';
import type { Ending, Supervisor } from './supervisor.ts';
import type { World } from './world.ts';

export interface RunResult {
  name: string;
  findings: Findings;
  endings: readonly Ending[];
  recoveries: Recovery[];
  calls: CallsFound & { faulted: number };
  discord: {
    requests: number;
    posts: number;
    faulted: number;
    faults: [string, number][];
    /** Answers with 401, 403 or 429 that Discord itself gave. */
    invalid: number;
    kills: number;
  };
  cuts: number;
  queueEmptied: number;
  work: { projects: number; done: number; heard: number; said: number; turns: number };
  clicks: { used: number; answered: number };
  seconds: number;
}

interface Judging {
  director: RunDirector;
  supervisor: Pick<Supervisor, 'endings' | 'readyTimes'>;
  misfortunes: Misfortunes;
  /** Monotonic ms. */
  begun: number;
}

/** What of a world is looked at. */
type Judged = Pick<World, 'name' | 'store' | 'person'> & {
  discord: Pick<World['discord'], 'guildId' | 'kills'>;
  proxy: Pick<World['proxy'], 'posted' | 'faults' | 'requests' | 'invalid'>;
  model: Pick<World['model'], 'calls'>;
};

export async function judge(world: Judged, judging: Judging): Promise<RunResult> {
  const { name, store, discord, proxy, model, person } = world;
  const { director, supervisor, misfortunes, begun } = judging;
  const { db, pool } = store;
  const findings = noFindings();
  const told = await readTold(pool);
  const shown = await readShown(person, discord.guildId);
  checkDiscord(findings, { shown, told, posted: proxy.posted });
  await checkRecord(findings, { db, pool, told });
  const { endings, readyTimes } = supervisor;
  const mishaps = [
    ...endings.filter(({ role, how }) => role !== 'gateway' && how !== 'drained'),
    ...misfortunes.cuts,
  ];
  const steps = await readSteps(pool);
  const calls = checkCalls(findings, { steps, calls: model.calls, mishaps });
  const takeovers = await takeoversOf(pool);
  const { projects } = await readAgency(db);
  return {
    name,
    findings,
    endings,
    recoveries: recoveriesOf({ takeovers, endings, readyTimes }),
    calls: { ...calls, faulted: model.calls.filter(({ fault }) => fault !== null).length },
    discord: {
      requests: proxy.requests,
      posts: proxy.posted.length,
      faulted: proxy.posted.filter(({ fault }) => fault !== null).length,
      faults: [...proxy.faults].sort(([a], [b]) => (a < b ? -1 : 1)),
      invalid: proxy.invalid,
      kills: discord.kills(),
    },
    cuts: misfortunes.cuts.reduce((sum, { count }) => sum + count, 0),
    queueEmptied: misfortunes.queueEmptied,
    work: {
      projects: projects.length,
      done: projects.filter(({ phase }) => phase === 'done').length,
      heard: peoplesOf(shown).length,
      said: oursOf(shown).length,
      turns: told.turns,
    },
    clicks: await checkClicks(findings, { person, director, told }),
    seconds: Math.round((systemClock.monotonic() - begun) / 100) / 10,
  };
}

interface Clicking {
  person: Person;
  director: RunDirector;
  told: Told;
}

/** What somebody was told that it is done has been decided over; what failed may be used again. */
async function checkClicks(findings: Findings, { person, director, told }: Clicking) {
  let answered = 0;
  for (const { interactionId, line } of director.clicks) {
    const {
      follow_ups: more,
      message,
      state,
    } = await person.interactionResult(interactionId, false);
    const words = [...more, ...(message === null ? [] : [message])].map((one) => textOf(one));
    const isTold = state === 'answered' && words.some((text) => text !== '');
    answered += isTold ? 1 : 0;
    const isRefused = words.some((text) => text.startsWith('⚠️'));
    if (isTold && !isRefused && !told.inbox.has(`discord.interaction.${interactionId}`)) {
      findings.lost.push(`${line} was answered “${words.join(' ')}” and never decided over`);
    }
  }
  return { used: director.clicks.length, answered };
}
