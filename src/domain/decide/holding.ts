// Turns wait while the project is paused, or while no more may be spent. A held turn keeps its id,
// so that what was paid for it is used when it goes on; what is decided meanwhile may still call it
// off. The surprise: what is ordered while it must wait is ordered all the same and held at the end
// of the decision, so that no other rule has to know about waiting.
import { hasEnded } from '../project.ts';
import type { HoldReason, OpenTurn, Project } from '../project.ts';
import type { PendingDecision } from '../pending-decision.ts';
import { noUsage } from '../turn.ts';
import type { TurnUsage } from '../turn.ts';
import { orderOf, orderTurn, record } from './draft.ts';
import type { Draft } from './draft.ts';

interface Hold {
  because: HoldReason;
  /** What the turn has cost and nobody has counted yet. */
  usage?: TurnUsage;
}

export function holdTurn(draft: Draft, turnId: string, { because, usage = noUsage }: Hold): void {
  record(draft, { type: 'turn-held', turnId, because, usage });
  draft.out.heldTurns.push(turnId);
}

export function holdAll(draft: Draft, because: HoldReason): void {
  for (const turnId of Object.keys(draft.project.turns)) holdTurn(draft, turnId, { because });
}

/**
 * Everything that waits and need not any more goes on under its own id, in the order it was held.
 */
export function takeUp(draft: Draft): void {
  if (draft.project.paused !== null) return;
  const mayNotSpend = Object.values(draft.project.decisions).some(isAboutBudget);
  if (!mayNotSpend) takeUpUnnamed(draft);
  for (const { turnId, because, ...turn } of draft.project.held) {
    if (turnId === null || (because === 'budget' && mayNotSpend)) continue;
    if (isStillDue(draft.project, turn)) {
      record(draft, { type: 'turn-resumed', turnId });
      draft.out.turns.push(orderOf(turnId, turn));
    } else {
      record(draft, { type: 'turn-closed', turnId, outcome: 'cancelled', usage: noUsage });
      draft.out.cancelledTurns.push(turnId);
    }
  }
}

/** What a version before ids held is ordered anew. */
function takeUpUnnamed(draft: Draft): void {
  const unnamed = draft.project.held.filter(({ turnId }) => turnId === null);
  if (unnamed.length === 0) return;
  const { ceilingMicroUsd, ceilingTokens } = draft.project.terms;
  record(draft, {
    type: 'ceilings-raised',
    ceilingMicroUsd,
    ...(ceilingTokens === undefined ? {} : { ceilingTokens }),
  });
  for (const turn of unnamed) if (isStillDue(draft.project, turn)) orderTurn(draft, turn);
}

export function isAboutBudget({ kind }: PendingDecision): boolean {
  return kind === 'budget';
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
    case 'collaborator.introduce':
    case 'collaborator.hand-over':
    case 'collaborator.summarise':
      return !hasEnded(phase);
    case 'project-manager.talk':
    case 'specialist.answer':
    case 'lpm.study':
      return true;
  }
}
