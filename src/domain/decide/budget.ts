// A project's ceilings are hard: once they are reached no turn is taken until the Director says so.
// Turns that were ordered are held with everything they are about and go on from there. What is
// under way when a ceiling is reached is called off; its cost is on record all the same.
import { options } from '../pending-decision.ts';
import type { PendingDecision } from '../pending-decision.ts';
import { clip } from '../prose.ts';
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
  askForMore(draft, spent, options.doubleBudget);
}

/**
 * A call was not made because it might have passed a ceiling: its turn is held like those that
 * were ordered after one was reached.
 * @param isAgency it is the agency's ceiling of the day, which no project can raise
 */
export function holdTurn(draft: Draft, turn: OpenTurn, cause: Cause): void {
  if (hasEnded(draft.project.phase)) return refuseAnswers(draft, [turn]);
  record(draft, { type: 'turns-held', turns: [turn] });
  askForMore(draft, cause.reason, cause.isAgency ? options.tryAgain : options.doubleBudget);
}

interface Cause {
  reason: string;
  isAgency: boolean;
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

export function isAboutBudget({ kind }: PendingDecision): boolean {
  return kind === 'budget';
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

/** Takes up what was held, with the ceilings multiplied by `factor`. */
export function resumeHeld(draft: Draft, factor: number): void {
  const { held, terms } = draft.project;
  const { ceilingMicroUsd, ceilingTokens } = terms;
  record(draft, {
    type: 'ceilings-raised',
    ceilingMicroUsd: ceilingMicroUsd * factor,
    ...(ceilingTokens === undefined ? {} : { ceilingTokens: ceilingTokens * factor }),
  });
  const due = held.filter((turn) => isStillDue(draft.project, turn));
  const isManager = (turn: OpenTurn) => turn.conversation === agencyPlaces.director;
  // What the PM was to do in #director was replaced by what was ordered there after it.
  const newest = due.findLast(isManager);
  for (const turn of due) {
    if (!isManager(turn) || turn === newest) orderTurn(draft, turn);
  }
}

/** While a turn was held people went on deciding: a plan was approved, an output accepted. */
function isStillDue({ phase, tasks }: Project, { kind, subject }: OpenTurn): boolean {
  const state = tasks[subject.task ?? '']?.state;
  switch (kind) {
    case 'project-manager.intake':
      return phase === 'intake';
    case 'project-manager.approaches':
      return phase === 'approaches';
    case 'project-manager.plan':
      return phase === 'planning';
    case 'project-manager.staffing':
      return phase === 'staffing';
    case 'project-manager.assemble':
      return phase === 'assembling';
    case 'specialist.work':
    case 'specialist.revise':
      return state === 'working';
    case 'specialist.review':
    case 'collaborator.review':
      return state === 'in-review';
    case 'project-manager.talk':
    case 'specialist.answer':
    case 'collaborator.introduce':
    case 'collaborator.hand-over':
    case 'collaborator.summarise':
      return true;
  }
}

function usd(microUsd: number): string {
  return `$${(microUsd / 1e6).toFixed(2)}`;
}
