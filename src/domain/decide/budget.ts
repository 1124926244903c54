// A project's ceilings are hard: once they are reached no turn is taken until the Director says so.
// Turns that were ordered are held with everything they are about and go on from there. What is
// under way when a ceiling is reached is called off; its cost is on record all the same.
import { options } from '../pending-decision.ts';
import { clip } from '../prose.ts';
import { hasEnded } from '../project.ts';
import type { OpenTurn, Project } from '../project.ts';
import type { TurnUsage } from '../turn.ts';
import { cancelTurns, openDecision, record, speak } from './draft.ts';
import type { Draft } from './draft.ts';
import { projectManager } from '../agent.ts';
import { giveUpStudy } from './studying.ts';
import { holdAll, holdTurn, isAboutBudget, takeUp } from './holding.ts';

/** Holds every open turn while a ceiling is reached; asks the Director once. */
export function holdIfSpent(draft: Draft): void {
  const turns = Object.values(draft.project.turns);
  const spent = spentOf(draft.project);
  if (spent === null || turns.length === 0) return;
  if (hasEnded(draft.project.phase)) {
    cancelTurns(draft, () => true);
    return refuseRest(draft, turns);
  }
  holdAll(draft, 'budget');
  askForMore(draft, spent, options.doubleBudget);
}

interface Refused {
  /** What the turn has cost so far. */
  usage: TurnUsage;
  reason: string;
  /** It is the agency's ceiling of the day, which no project can raise. */
  isAgency: boolean;
}

/**
 * A call was not made because it might have passed a ceiling: its turn is held like those that
 * were ordered after one was reached.
 */
export function holdRefused(draft: Draft, turnId: string, refused: Refused): void {
  const turn = draft.project.turns[turnId];
  if (turn === undefined) return;
  const { usage, reason, isAgency } = refused;
  if (hasEnded(draft.project.phase)) {
    record(draft, { type: 'turn-closed', turnId, outcome: 'failed', usage });
    return refuseRest(draft, [turn]);
  }
  holdTurn(draft, turnId, { because: 'budget', usage });
  askForMore(draft, reason, isAgency ? options.tryAgain : options.doubleBudget);
}

/** One card, however many turns are held. */
function askForMore(draft: Draft, why: string, more: string): void {
  if (Object.values(draft.project.decisions).some(isAboutBudget)) return;
  openDecision(draft, {
    kind: 'budget',
    title: `${draft.project.id}: the budget is spent`,
    why: clip(
      `${why} Nothing more is spent before you decide; the work goes on where it stopped.`,
      1500,
    ),
    options: [more, options.cancelProject],
    task: null,
  });
}

/** @returns a sentence that says which ceiling is reached, null when none is */
function spentOf({ usage, terms }: Project): string | null {
  const { ceilingMicroUsd, ceilingTokens } = terms;
  if (usage.microUsd > 0 && usage.microUsd >= ceilingMicroUsd) {
    return `It has cost ${usd(usage.microUsd)} of at most ${usd(ceilingMicroUsd)}.`;
  }
  const tokens = usage.inputTokens + usage.outputTokens;
  if (ceilingTokens === undefined || tokens < ceilingTokens) return null;
  return `It has used ${tokens} tokens of at most ${ceilingTokens}.`;
}

/** A finished project answers questions and is studied, and has no decisions any more. */
function refuseRest(draft: Draft, turns: readonly OpenTurn[]): void {
  const text = 'I cannot answer any more: the budget of this project is spent.';
  for (const { conversation: place, kind } of turns) {
    if (kind === 'lpm.study') giveUpStudy(draft, 'The budget of the project is spent.');
    else speak(draft, { place, speaker: projectManager, text });
  }
}

/**
 * The Director answered the card: what was held for it goes on, with the ceilings multiplied by
 * `factor`, unless the project is paused as well.
 */
export function raiseBudget(draft: Draft, factor: number): void {
  const { ceilingMicroUsd, ceilingTokens } = draft.project.terms;
  record(draft, {
    type: 'budget-raised',
    ceilingMicroUsd: ceilingMicroUsd * factor,
    ...(ceilingTokens === undefined ? {} : { ceilingTokens: ceilingTokens * factor }),
  });
  takeUp(draft);
}

function usd(microUsd: number): string {
  return `$${(microUsd / 1e6).toFixed(2)}`;
}
