// A project's ceilings are hard: once they are reached no turn is taken until the Director says so.
// Turns that were ordered are held with everything they are about and go on from there. What is
// under way when a ceiling is reached is called off; its cost is on record all the same.
import { options } from '../pending-decision.ts';
import { agencyPlaces } from '../place.ts';
import { hasEnded } from '../project.ts';
import type { OpenTurn, Project } from '../project.ts';
import { cancelTurns, openDecision, orderTurn, record, speak } from './draft.ts';
import type { Draft } from './draft.ts';
import { projectManager } from '../agent.ts';

/** Holds every open turn while a ceiling is reached; asks the Director once. */
export function holdIfSpent(draft: Draft): void {
  const turns = Object.values(draft.project.turns);
  const spent = spentOf(draft.project);
  if (spent === null || turns.length === 0) return;
  cancelTurns(draft, () => true);
  if (hasEnded(draft.project.phase)) return refuseAnswers(draft, turns);
  record(draft, { type: 'turns-held', turns });
  const isAsked = Object.values(draft.project.decisions).some((decision) =>
    decision.options.includes(options.doubleBudget),
  );
  if (isAsked) return;
  openDecision(draft, {
    kind: 'stuck',
    title: `${draft.project.id}: the budget is spent`,
    why: `${spent} Nothing more is spent before you decide; the work goes on where it stopped.`,
    options: [options.doubleBudget, options.cancelProject],
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

/** A finished project only answers questions, and has no decisions any more. */
function refuseAnswers(draft: Draft, turns: readonly OpenTurn[]): void {
  const text = 'I cannot answer any more: the budget of this project is spent.';
  for (const { conversation: place } of turns) {
    speak(draft, { place, speaker: projectManager, text });
  }
}

export function doubleBudget(draft: Draft): void {
  const { held, terms } = draft.project;
  const { ceilingMicroUsd, ceilingTokens } = terms;
  record(draft, {
    type: 'ceilings-raised',
    ceilingMicroUsd: ceilingMicroUsd * 2,
    ...(ceilingTokens === undefined ? {} : { ceilingTokens: ceilingTokens * 2 }),
  });
  const isManager = (turn: OpenTurn) => turn.conversation === agencyPlaces.director;
  // What the PM was to do in #director was replaced by what was ordered there after it.
  const newest = held.findLast(isManager);
  for (const turn of held) {
    if (!isManager(turn) || turn === newest) orderTurn(draft, turn);
  }
}

function usd(microUsd: number): string {
  return `$${(microUsd / 1e6).toFixed(2)}`;
}
