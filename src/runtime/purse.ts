// Reserves before a model is asked and settles after: per task, per project, and per day of the
// agency. What a ceiling refuses is said in words, because the Director reads them.
import type { Budget } from '../agents/ask-model.ts';
import { limits } from '../domain/limits.ts';
import type { Terms } from '../domain/project.ts';
import type { Clock } from '../lib/clock.ts';
import { reserve, settle } from '../store/budget.ts';
import type { Amount, Scope } from '../store/budget.ts';
import type { Store } from '../store/open-store.ts';

export interface PurseDeps {
  store: Store;
  clock: Clock;
  agencyMicroUsdPerDay: number;
}

interface Holder {
  projectId: string;
  taskId: string | null;
  terms: Terms;
  /** Whose calls these are, under which claim. */
  turn: { id: string; fence: number };
}

/** Tokens of a project whose terms name no ceiling: beyond any project's reach. */
const unbounded = Number.MAX_SAFE_INTEGER;

export function createPurse({ store, clock, agencyMicroUsdPerDay }: PurseDeps) {
  return (holder: Holder): Budget => {
    const day = new Date(clock.now()).toISOString().slice(0, 10);
    const agency: Scope = {
      id: `agency.${day}`,
      ceilingMicroUsd: agencyMicroUsdPerDay,
      ceilingTokens: unbounded,
    };
    const scopes = [...scopesOf(holder), agency];
    return {
      reserve: async (id: string, amount: Amount) => {
        const { turn } = holder;
        const exhausted = await reserve(store, { id, scopes, turn, ...amount });
        const scope = scopes.find((one) => one.id === exhausted);
        if (scope === undefined) return null;
        const reason = refusalText(scope, amount, scope === agency);
        return { reason, isAgency: scope === agency };
      },
      release: (id) => store.transact((tx) => settle(tx, id, { microUsd: 0, tokens: 0 })),
    };
  };
}

function scopesOf({ projectId, taskId, terms }: Holder): Scope[] {
  const { ceilingMicroUsd, ceilingTokens = unbounded } = terms;
  const project = { id: projectId, ceilingMicroUsd, ceilingTokens };
  if (taskId === null) return [project];
  const share = (whole: number) => Math.floor(whole * limits.taskBudgetShare);
  const task = {
    id: `${projectId}.${taskId}`,
    ceilingMicroUsd: share(ceilingMicroUsd),
    ceilingTokens: share(ceilingTokens),
  };
  return [project, task];
}

function refusalText(scope: Scope, amount: Amount, isAgency: boolean): string {
  const call =
    amount.microUsd > 0
      ? `The next call may cost up to ${usd(amount.microUsd)}`
      : `The next call may use up to ${amount.tokens} tokens`;
  const ceiling =
    amount.microUsd > 0 ? `at most ${usd(scope.ceilingMicroUsd)}` : `${scope.ceilingTokens} tokens`;
  if (isAgency) {
    return (
      `${call}, and the agency may spend ${ceiling} a day (BUDGET_AGENCY_USD_PER_DAY). ` +
      'Tomorrow it may again.'
    );
  }
  return `${call}, and ${scope.id} may use ${ceiling}.`;
}

function usd(microUsd: number): string {
  return `$${(microUsd / 1e6).toFixed(2)}`;
}
