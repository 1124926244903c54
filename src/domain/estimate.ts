// What a project will cost and take, as honest ranges: from the record of past tasks, or null where
// there is none. The ceiling is always known, because it is enforced.
import type { Forecast } from './post.ts';

/** What past tasks cost, one entry per accepted task. */
export interface History {
  tasks: readonly { microUsd: number; ms: number }[];
  ceilingMicroUsd: number;
}

/** Fewer past tasks than this say nothing. */
const historyMin = 5;

/**
 * @param tasks how many tasks will be done
 * @param chain how many of them come one after the other
 */
export function forecast(history: History, tasks: number, chain: number): Forecast {
  const microUsdCeiling = history.ceilingMicroUsd;
  if (history.tasks.length < historyMin) {
    return { microUsdLow: null, microUsdHigh: null, microUsdCeiling, msLow: null, msHigh: null };
  }
  const cost = quantiles(history.tasks.map((task) => task.microUsd));
  const ms = quantiles(history.tasks.map((task) => task.ms));
  return {
    microUsdLow: Math.min(Math.round(cost.p50 * tasks), microUsdCeiling),
    microUsdHigh: Math.min(Math.round(cost.p90 * tasks), microUsdCeiling),
    microUsdCeiling,
    msLow: Math.round(ms.p50 * chain),
    msHigh: Math.round(ms.p90 * chain),
  };
}

function quantiles(values: number[]): { p50: number; p90: number } {
  const sorted = values.sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { p50: at(0.5) ?? 0, p90: at(0.9) ?? 0 };
}
