// What a turn must end in so that its result can be used. A turn that ends without it has failed,
// whatever else it said; kinds with nothing here have a substitute made by code.
import type { TurnKind, TurnOutput } from '../turn.ts';
import { actionsOf } from './used-commands.ts';

/** @returns what is missing as a sentence, null when nothing is */
export function missingIn(kind: TurnKind, output: TurnOutput): string | null {
  switch (kind) {
    case 'project-manager.intake':
      return actionsOf(output, 'brief').length > 0 ? null : 'It did not say what it understood.';
    case 'project-manager.approaches':
      return actionsOf(output, 'propose').length > 0 ? null : 'It offered no approach.';
    case 'project-manager.plan':
      return actionsOf(output, 'draft-plan').length > 0 ? null : 'It drafted no plan.';
    case 'project-manager.assemble':
      return actionsOf(output, 'assemble').length > 0 ? null : 'It did not check the whole.';
    case 'project-manager.talk':
    case 'specialist.answer':
      return output.said === '' ? 'It said nothing.' : null;
    case 'specialist.work':
    case 'specialist.revise': {
      const isSubmitted = actionsOf(output, 'submit').length > 0 && output.files.length > 0;
      const isAsked = actionsOf(output, 'ask').length > 0;
      return isSubmitted || isAsked ? null : 'It ended without a submission.';
    }
    case 'project-manager.staffing':
    case 'collaborator.introduce':
    case 'collaborator.review':
    case 'collaborator.hand-over':
    case 'collaborator.summarise':
    case 'specialist.review':
    case 'lpm.study':
      return null;
  }
}
