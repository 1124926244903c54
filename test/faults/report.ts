// What a run says in the end: a table for people, one line of JSON for machines, and whether it is
// a success. A run in which no fault fired or no work was done proves nothing and is none either.
import type { Control } from './controls.ts';
import { noFindings } from './findings.ts';
import type { Findings } from './findings.ts';
import type { RunResult } from './judge.ts';
import { timesOf } from './recovery.ts';
import type { Times } from './recovery.ts';
import { pointsOf } from './schedule.ts';
import type { Schedule } from './schedule.ts';

export interface Report {
  seed: number;
  /** The same for the same seed. */
  schedule: string;
  ok: boolean;
  /** Why it is no success, in words. */
  reasons: string[];
  kills: { points: number; heldUp: number; random: number; discord: number };
  misfortunes: { connectionsCut: number; queueEmptied: number; exits: number };
  pointsCovered: number;
  pointsMissed: string[];
  work: { projects: number; done: number; heard: number; said: number; turns: number };
  posts: { requests: number; faulted: number; share: number };
  faults: Record<string, number>;
  invalidRequests: number;
  calls: { made: number; answered: number; faulted: number; askedAgain: number };
  clicks: { used: number; answered: number };
  lost: number;
  duplicates: number;
  disorder: number;
  effects: number;
  paidTwice: number;
  /** `hunted`: where the next ones died on the way; in no other figure. */
  recovery: { all: Times; turn: Times; delivery: Times; gateway: Times; hunted: Times };
  controls: { name: string; isRed: boolean; found: number }[];
  seconds: number;
}

export interface Reported {
  seed: number;
  schedule: Schedule;
  results: readonly RunResult[];
  controls: readonly Control[];
  killsWanted: number;
  seconds: number;
  /** Every point has to be covered. */
  isFull: boolean;
}

export function findingsOf(results: readonly RunResult[]): Findings {
  const all = noFindings();
  for (const { name, findings } of results) {
    for (const key of keysOf(all)) all[key].push(...findings[key].map((one) => `${name}: ${one}`));
  }
  return all;
}

function keysOf(findings: Findings): (keyof Findings)[] {
  // The object is ours and has no other keys.
  return Object.keys(findings) as (keyof Findings)[];
}

export function reportOf(reported: Reported): Report {
  const { seed, schedule, results, controls, seconds } = reported;
  const sum = (of: (result: RunResult) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  const ended = (how: string) =>
    sum(({ endings }) => endings.filter((one) => one.how === how).length);
  const covered = new Set(
    results.flatMap(({ endings }) => endings.flatMap(({ point }) => point ?? [])),
  );
  const findings = findingsOf(results);
  const faults: Record<string, number> = {};
  for (const [name, times] of results.flatMap(({ discord }) => discord.faults)) {
    faults[name] = (faults[name] ?? 0) + times;
  }
  const posts = sum(({ discord }) => discord.posts);
  const faulted = sum(({ discord }) => discord.faulted);
  const recoveries = results.flatMap((result) => result.recoveries);
  const free = recoveries.filter(({ isPrey }) => !isPrey);
  const of = (what: string) => timesOf(free.filter((one) => one.what === what));
  const report: Report = {
    seed,
    schedule: schedule.hash,
    ok: false,
    reasons: [],
    kills: {
      points: ended('point'),
      heldUp: ended('stop'),
      random: ended('random'),
      discord: sum(({ discord }) => discord.kills),
    },
    misfortunes: {
      connectionsCut: sum(({ cuts }) => cuts),
      queueEmptied: sum(({ queueEmptied }) => queueEmptied),
      exits: ended('exit'),
    },
    pointsCovered: covered.size,
    pointsMissed: pointsOf('all').filter((point) => !covered.has(point)),
    work: {
      projects: sum(({ work }) => work.projects),
      done: sum(({ work }) => work.done),
      heard: sum(({ work }) => work.heard),
      said: sum(({ work }) => work.said),
      turns: sum(({ work }) => work.turns),
    },
    posts: {
      requests: posts,
      faulted,
      share: Math.round((faulted / Math.max(1, posts)) * 1e3) / 1e3,
    },
    faults,
    invalidRequests: sum(({ discord }) => discord.invalid),
    calls: {
      made: sum(({ calls }) => calls.calls),
      answered: sum(({ calls }) => calls.answered),
      faulted: sum(({ calls }) => calls.faulted),
      askedAgain: sum(({ calls }) => calls.askedAgain),
    },
    clicks: {
      used: sum(({ clicks }) => clicks.used),
      answered: sum(({ clicks }) => clicks.answered),
    },
    lost: findings.lost.length,
    duplicates: findings.duplicates.length,
    disorder: findings.disorder.length,
    effects: findings.effects.length,
    paidTwice: findings.paidTwice.length,
    recovery: {
      all: timesOf(free),
      turn: of('turn'),
      delivery: of('delivery'),
      gateway: of('gateway'),
      hunted: timesOf(recoveries.filter(({ isPrey }) => isPrey)),
    },
    controls: controls.map(({ name, isRed, found }) => ({ name, isRed, found })),
    seconds,
  };
  report.reasons = reasonsAgainst(report, reported);
  report.ok = report.reasons.length === 0;
  return report;
}

function reasonsAgainst(report: Report, { results, killsWanted, isFull }: Reported): string[] {
  const reasons: string[] = [];
  const { lost, duplicates, disorder, effects, paidTwice, kills, controls, posts } = report;
  for (const [what, count] of Object.entries({ lost, duplicates, disorder, effects, paidTwice })) {
    if (count > 0) reasons.push(`${what}: ${count}`);
  }
  if (kills.points + kills.heldUp < killsWanted) reasons.push('fewer kills than asked for');
  if (isFull && report.pointsMissed.length > 0) {
    reasons.push(`points where nobody was killed: ${report.pointsMissed.join(', ')}`);
  }
  if (posts.faulted === 0 || report.calls.faulted === 0) reasons.push('no fault fired');
  for (const { name, work } of results) {
    if (work.done === 0) reasons.push(`no project was done in ${name}`);
  }
  for (const { name, isRed } of controls) {
    if (!isRed) reasons.push(`the control ${name} did not turn red`);
  }
  return reasons;
}

export function tableOf(report: Report): string {
  const { kills, misfortunes, work, posts, calls, recovery, controls } = report;
  const seconds = ({ p50, p95, max, count }: Times): string =>
    `p50 ${(p50 / 1000).toFixed(1)} s, p95 ${(p95 / 1000).toFixed(1)} s, ` +
    `max ${(max / 1000).toFixed(1)} s of ${count}`;
  const red = controls.filter(({ isRed }) => isRed).length;
  const rows: [string, string][] = [
    ['Seed', `${report.seed}, schedule ${report.schedule}`],
    [
      'Killed',
      `${kills.points} at points, ${kills.heldUp} held up, ${kills.random} anywhere, ` +
        `Discord ${kills.discord} times`,
    ],
    ['Points', `${report.pointsCovered} of ${pointsOf('all').length}`],
    [
      'Besides',
      `${misfortunes.connectionsCut} connections cut, queue emptied ` +
        `${misfortunes.queueEmptied} times, ${misfortunes.exits} ends of their own`,
    ],
    [
      'Posts',
      `${posts.requests} tried, ${posts.faulted} faulted (${Math.round(posts.share * 100)} %)`,
    ],
    [
      'Calls',
      `${calls.made} made, ${calls.faulted} faulted, ` +
        `${calls.askedAgain} answered again after a death`,
    ],
    [
      'Work',
      `${work.done} of ${work.projects} projects done, ${work.turns} turns, ` +
        `${work.heard} messages heard, ${work.said} said`,
    ],
    ['Lost', String(report.lost)],
    ['Duplicates', String(report.duplicates)],
    ['Out of order', String(report.disorder)],
    ['Effects twice', String(report.effects)],
    ['Paid twice', String(report.paidTwice)],
    ['Recovery', seconds(recovery.all)],
    ['  turns', seconds(recovery.turn)],
    ['  messages', seconds(recovery.delivery)],
    ['  gateway', seconds(recovery.gateway)],
    ['  hunted', seconds(recovery.hunted)],
    ['Controls', controls.length === 0 ? 'left out' : `${red} of ${controls.length} red`],
    ['Took', `${Math.round(report.seconds)} s`],
    ['Result', report.ok ? 'holds' : `does not hold: ${report.reasons.join('; ')}`],
  ];
  return rows.map(([name, value]) => `${name.padEnd(14)} ${value}`).join('\n');
}
