// One request in, one answer out: which turn it is decides who plays. Pure: the same request and
// seed give the same answer, whatever came before.
import { playApproaches } from './play/approaches.ts';
import { playAssemble } from './play/assemble.ts';
import { playHandOver, playIntroduce, playSummarise } from './play/collaborate.ts';
import { playIntake } from './play/intake.ts';
import { playPlan } from './play/plan.ts';
import { playReview } from './play/review.ts';
import type { Played } from './play/said.ts';
import { playStaffing } from './play/staffing.ts';
import { playStudy } from './play/study.ts';
import { playAnswer, playTalk } from './play/talk.ts';
import { playRevise, playWork } from './play/work.ts';
import type { Asked } from './read-request.ts';

export function rehearse(asked: Asked, seed: number): Played {
  switch (asked.kind) {
    case 'project-manager.intake':
      return argumentsOf('brief', { ...playIntake(asked) });
    case 'project-manager.approaches':
      return playApproaches(asked);
    case 'project-manager.plan':
      return argumentsOf('plan', playPlan(asked));
    case 'project-manager.staffing':
      return playStaffing(asked);
    case 'project-manager.assemble':
      return playAssemble(asked);
    case 'project-manager.talk':
      return playTalk(asked);
    case 'collaborator.introduce':
      return playIntroduce(asked);
    case 'collaborator.review':
    case 'specialist.review':
      return playReview(asked);
    case 'collaborator.hand-over':
      return playHandOver(asked);
    case 'collaborator.summarise':
      return playSummarise(asked);
    case 'specialist.work':
      return playWork(asked, seed);
    case 'specialist.revise':
      return playRevise(asked, seed);
    case 'specialist.answer':
      return playAnswer(asked);
    case 'lpm.study':
      return playStudy(asked);
  }
}

/** An answer that is itself the arguments of a command. */
function argumentsOf(command: string, args: Record<string, unknown>): Played {
  return { text: '', calls: [], json: { command, args } };
}
