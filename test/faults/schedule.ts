// What a seed says about a run: where each life of a process ends, and what happens to each
// request. Every answer is a pure function of the seed and of a name, so a seed gives the same
// faults again whatever the timing was. A life is one start of a process until its end.
import type { Point } from '../../src/lib/points.ts';
import { points } from '../../src/lib/points.ts';
import { sha256 } from '../../src/lib/json.ts';
import { createDice, shuffled, weighted } from './dice.ts';
import type { Dice } from './dice.ts';

export type Role = 'gateway' | 'worker' | 'all';

/** How a life ends: at the n-th time it reaches a point, killed or held up for a while. */
export interface Fate {
  point: Point;
  nth: number;
  deed: 'kill' | 'stop';
  /** With `stop`: for how long. */
  stopMs: number;
}

/** Before: it did not happen. After: it happened and nobody was told. */
export const postFaults = [
  ['error-before', 18],
  ['error-after', 20],
  ['reset-before', 14],
  ['reset-after', 20],
  ['late', 17],
  ['limited', 10],
  ['silent', 1],
] as const;
export type PostFault = (typeof postFaults)[number][0];

export const changeFaults = [
  ['error-before', 1],
  ['error-after', 1],
  ['reset-before', 1],
  ['reset-after', 1],
] as const satisfies readonly (readonly [PostFault, number])[];

export const modelFaults = [
  ['limited', 2],
  ['error', 2],
  ['reset', 2],
  ['stall', 2],
  ['truncated', 2],
] as const;
export type ModelFault = (typeof modelFaults)[number][0];

/** Shares of requests that are faulted. */
export const shares = { post: 0.43, place: 0.25, change: 0.08, model: 0.08 };

export interface Schedule {
  /** Whether lives are ended at this point at all. */
  isWanted: (point: Point) => boolean;
  /** null: nothing happens to it. */
  fate: (slot: string, role: Role, life: number) => Fate | null;
  /** @param attempt how often this message was posted before, from 0 */
  onPost: (nonce: string, attempt: number) => PostFault | null;
  /** Making a channel or a thread, which no nonce protects. */
  onPlace: (name: string, attempt: number) => PostFault | null;
  /** Edits, reactions, pins. */
  onChange: (request: string, attempt: number) => PostFault | null;
  onModel: (call: string, attempt: number) => ModelFault | null;
  /** How long a late request is on its way, ms. */
  lateMs: (nonce: string, attempt: number) => number;
  dice: Dice;
  /** Equal for two schedules that say the same. */
  readonly hash: string;
}

const turnPoints: readonly Point[] = [
  'turn.claimed',
  'call.reserved',
  'call.begun',
  'call.answered',
  'call.settled',
  'call.journaled',
  'turn.finished',
];
const everywhere: readonly Point[] = [
  'door.accepted',
  'door.saved',
  'door.committed',
  'sweep.found',
  'drain.begun',
];

/** The Director of a run has nothing forgotten; that has a scenario of its own. */
const passed = points.filter((point) => !point.startsWith('forget.'));

/** Points that a role can come to; what is no turn's and not everywhere is the gateway's. */
export function pointsOf(role: Role): readonly Point[] {
  if (role === 'worker') return [...turnPoints, ...everywhere];
  if (role === 'all') return passed;
  return passed.filter((point) => !turnPoints.includes(point));
}

/** Points where being held up is worst: others take over meanwhile. */
const stopPoints: Readonly<Record<Role, readonly Point[]>> = {
  worker: ['turn.claimed', 'call.answered', 'call.journaled', 'call.reserved'],
  gateway: ['delivery.claimed', 'send.armed', 'send.answered', 'delivery.done'],
  all: ['call.journaled', 'delivery.done', 'call.answered', 'send.answered'],
};
/** At a point that a life passes often it ends at the first, second or third time. */
const timesToPass = [
  [1, 6],
  [2, 3],
  [3, 1],
] as const;
/** One life in so many is held up instead of ended. */
const stopEvery = 12;

export interface ScheduleOptions {
  seed: number;
  /** Points to end lives at; all when absent. */
  only?: readonly Point[] | null;
  /** What happens there; as a rule lives are ended, and one in some is held up. */
  deed?: Fate['deed'] | 'mixed';
  /** At which passing; by the dice when absent. */
  nth?: number;
}

export function createSchedule({
  seed,
  only = null,
  deed = 'mixed',
  nth,
}: ScheduleOptions): Schedule {
  const dice = createDice(seed);
  const isWanted = (point: Point): boolean => only?.includes(point) ?? true;
  const bags = new Map<string, readonly Point[]>();
  const bagOf = (slot: string, role: Role, round: number): readonly Point[] => {
    const name = `bag.${slot}.${role}.${round}`;
    const reachable = pointsOf(role);
    const wanted = reachable.filter(isWanted);
    const bag = bags.get(name) ?? shuffled(dice, name, wanted);
    bags.set(name, bag);
    return bag;
  };
  const fate = (slot: string, role: Role, life: number): Fate | null => {
    const size = bagOf(slot, role, 0).length;
    const isNow = deed === 'mixed' && only === null && life % stopEvery === stopEvery - 1;
    const held = stopPoints[role];
    const at = Math.floor(dice('held', slot, life) * held.length);
    const point = isNow ? held[at] : bagOf(slot, role, Math.floor(life / size))[life % size];
    if (point === undefined) return null;
    return {
      point,
      nth: nth ?? (isFrequent(point) ? weighted(dice('nth', slot, life), timesToPass) : 1),
      deed: isNow || deed === 'stop' ? 'stop' : 'kill',
      stopMs: 8000 + Math.floor(dice('stop', slot, life) * 4000),
    };
  };
  const faultOf = <T>(
    name: readonly (string | number)[],
    share: number,
    kinds: readonly (readonly [T, number])[],
  ): T | null => (dice(...name) < share ? weighted(dice(...name, 'kind'), kinds) : null);
  const self: Omit<Schedule, 'hash'> = {
    isWanted,
    fate,
    onPost: (nonce, attempt) => faultOf(['post', nonce, attempt], shares.post, postFaults),
    onPlace: (name, attempt) => faultOf(['place', name, attempt], shares.place, changeFaults),
    onChange: (request, attempt) =>
      faultOf(['change', request, attempt], shares.change, changeFaults),
    onModel: (call, attempt) => faultOf(['model', call, attempt], shares.model, modelFaults),
    lateMs: (nonce, attempt) => 200 + Math.floor(dice('late', nonce, attempt) * 1300),
    dice,
  };
  return { ...self, hash: hashOf(self) };
}

/** Passed several times in a life, so that dying at the first would be dying young. */
function isFrequent(point: Point): boolean {
  return /^(?:door|call|turn|delivery|send)\./.test(point) && point !== 'send.looked-up';
}

/** Names that stand for those of any run: what a schedule says to them tells it from others. */
const sampleSize = 200;

function hashOf(schedule: Omit<Schedule, 'hash'>): string {
  const roles: readonly Role[] = ['gateway', 'worker', 'all'];
  const sample = Array.from({ length: sampleSize }, (_, at) => [
    roles.map((role) => schedule.fate(role, role, at)),
    [0, 1, 2, 3].map((attempt) => [
      schedule.onPost(`n${at}`, attempt),
      schedule.lateMs(`n${at}`, attempt),
      schedule.onPlace(`n${at}`, attempt),
      schedule.onChange(`n${at}`, attempt),
      schedule.onModel(`n${at}`, attempt),
    ]),
  ]);
  return sha256(JSON.stringify(sample)).slice(0, 16);
}
