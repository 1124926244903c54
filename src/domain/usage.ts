// What turns cost, added up. A turn that is held half-done is counted then, and the rest when it
// ends: its end tells the cost of all its calls.
import type { OpenTurn } from './project.ts';
import { noUsage } from './turn.ts';
import type { TurnUsage } from './turn.ts';

export function addUsage(total: TurnUsage, more: TurnUsage): TurnUsage {
  return {
    calls: total.calls + more.calls,
    inputTokens: total.inputTokens + more.inputTokens,
    outputTokens: total.outputTokens + more.outputTokens,
    microUsd: total.microUsd + more.microUsd,
    modelMs: total.modelMs + more.modelMs,
    model: more.model === '' ? total.model : more.model,
  };
}

/** @param usage of the whole turn @returns the part that no earlier hold has counted */
export function uncounted({ counted = noUsage }: OpenTurn, usage: TurnUsage): TurnUsage {
  const rest = (key: Exclude<keyof TurnUsage, 'model'>) => Math.max(0, usage[key] - counted[key]);
  return {
    calls: rest('calls'),
    inputTokens: rest('inputTokens'),
    outputTokens: rest('outputTokens'),
    microUsd: rest('microUsd'),
    modelMs: rest('modelMs'),
    model: usage.model,
  };
}
