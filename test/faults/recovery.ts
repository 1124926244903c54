// How long what was interrupted stood still. A claim that was taken over counts from the death or
// the hold-up of whoever held it until the next claim. Where others that could have gone on died on
// the way it is the hunt that is measured and not the recovery, so those are kept apart. A gateway
// counts from the death that left none ready, or the last one before one was, until one is.
import { connectionName } from './evidence.ts';
import type { Takeover } from './evidence.ts';
import type { Ending, Ready } from './supervisor.ts';

export interface Recovery {
  what: 'turn' | 'delivery' | 'gateway';
  ms: number;
  /** Whoever could have gone on died on the way, too. */
  isPrey: boolean;
}

export interface Times {
  count: number;
  p50: number;
  p95: number;
  max: number;
}

interface Observed {
  takeovers: readonly Takeover[];
  endings: readonly Ending[];
  readyTimes: readonly Ready[];
}

const deadly: readonly Ending['how'][] = ['point', 'random', 'stop', 'exit'];

export function recoveriesOf({ takeovers, endings, readyTimes }: Observed): Recovery[] {
  const ends = endings.filter(({ how }) => deadly.includes(how)).sort((a, b) => a.at - b.at);
  const claims = takeovers.map(({ kind, holder, heldAt, leaseUntil, at }): Recovery => {
    const end = ends.find(
      (one) => connectionName(one.slot) === holder && one.at >= heldAt && one.at <= at,
    );
    const roles = kind === 'turns' ? ['worker', 'all'] : ['gateway', 'all'];
    // A lease that its holder lived to see run out, cut off or too slow: from its end on.
    const from = end?.at ?? leaseUntil;
    const isPrey = ends.some((one) => roles.includes(one.role) && one.at > from && one.at < at);
    return { what: kind === 'turns' ? 'turn' : 'delivery', ms: at - from, isPrey };
  });
  const gateways = outagesOf(ends, readyTimes);
  return [...claims, ...gateways];
}

export function timesOf(recoveries: readonly Recovery[]): Times {
  const sorted = recoveries.map(({ ms }) => Math.round(ms)).sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), max: sorted.at(-1) ?? 0 };
}

/** From the death that left no gateway ready, or the last death before one was, until one was. */
function outagesOf(ends: readonly Ending[], readyTimes: Observed['readyTimes']): Recovery[] {
  const falls = ends.filter(({ role, how }) => role !== 'worker' && how !== 'stop');
  const events = [
    ...falls.map(({ slot, at }) => ({ slot, at, isReady: false })),
    ...readyTimes
      .filter(({ role }) => role !== 'worker')
      .map(({ slot, at }) => ({ slot, at, isReady: true })),
  ].sort((a, b) => a.at - b.at);
  const ready = new Set<string>();
  const recoveries: Recovery[] = [];
  let fell: number | null = null;
  for (const { slot, at, isReady } of events) {
    if (isReady) {
      ready.add(slot);
      if (fell !== null) recoveries.push({ what: 'gateway', ms: at - fell, isPrey: false });
      fell = null;
    } else {
      ready.delete(slot);
      if (ready.size === 0) fell = at;
    }
  }
  return recoveries;
}
