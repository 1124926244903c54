// A turn failed for good: the model's answers did not fit, or its endpoint does not serve us. It is
// tried again once; after that whoever can help is told what failed and why.
import type { EventOf } from '../event.ts';
import { limits } from '../limits.ts';
import { hasEnded, isAgreeing } from '../project.ts';
import type { OpenTurn } from '../project.ts';
import { taskInPlan } from '../task-in-plan.ts';
import { noUsage } from '../turn.ts';
import { giveUpAgreeing } from './agreeing.ts';
import { endProject } from './assembling.ts';
import { completeStream, handOverTask } from './collaborating.ts';
import { hearAnswer } from './conversation.ts';
import { agentOf, orderTurn, record } from './draft.ts';
import type { Draft } from './draft.ts';
import { stick } from './verdict.ts';

export function failTurn(draft: Draft, event: EventOf<'turn-failed'>, turn: OpenTurn): void {
  if (hasEnded(draft.project.phase)) return;
  if (turn.retries < limits.turnRetriesMax) {
    const { retries, ...again } = turn;
    return orderTurn(draft, { ...again, retries: retries + 1 });
  }
  const reason = `${event.reason} (${event.turnId})`;
  const inPlan = taskInPlan(draft.project, turn.subject.task);
  switch (turn.kind) {
    case 'project-manager.intake':
    case 'project-manager.approaches':
    case 'project-manager.plan':
      return isAgreeing(draft.project.phase) ? giveUpAgreeing(draft, turn.kind, reason) : undefined;
    case 'project-manager.staffing':
    case 'project-manager.assemble':
      return endProject(draft, 'stopped', `${turn.kind} failed: ${reason}`);
    case 'collaborator.introduce':
      return turn.subject.stream === null
        ? undefined
        : record(draft, { type: 'stream-introduced', stream: turn.subject.stream });
    case 'collaborator.hand-over':
      return handOverTask(draft, turn, { line: '/handoff', summary: null, openPoints: [] });
    case 'collaborator.summarise':
      return completeStream(draft, turn, 'Every task of this stream is accepted.');
    case 'project-manager.talk':
    case 'specialist.answer': {
      const said = `I could not answer: ${event.reason}`;
      return hearAnswer(draft, turn, { said, commands: [], files: [], checks: [], usage: noUsage });
    }
    case 'collaborator.review':
    case 'specialist.review':
    case 'specialist.work':
    case 'specialist.revise':
      if (inPlan === null) return;
      return stick(draft, inPlan, `${agentOf(draft, turn.agentId).name}: ${reason}`);
  }
}
