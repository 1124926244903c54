// One click on a card, or /approve in words: which option it means and what follows from it. An
// option is told by its number; without one a card's first option is meant, except where the
// Director chooses between approaches or spends more.
import type { Human } from '../actor.ts';
import { options } from '../pending-decision.ts';
import type { PendingDecision } from '../pending-decision.ts';
import { approvePlan, chooseApproach } from './agreeing.ts';
import { endProject } from './assembling.ts';
import { refuse } from './draft.ts';
import type { Draft } from './draft.ts';
import { judgeAsHuman } from './review.ts';
import { answerStuck } from './unsticking.ts';

interface Click {
  choice: number | null;
  by: Human;
}

export function choose(draft: Draft, decision: PendingDecision, { choice, by }: Click): void {
  const isOpen =
    decision.options.includes(options.doubleBudget) ||
    (decision.kind === 'approach' && decision.options.length > 1);
  const number = choice ?? (isOpen ? null : 1);
  const option = number === null ? undefined : decision.options[number - 1];
  if (number === null || option === undefined) {
    return refuse(draft, `Say which one: 1 to ${decision.options.length}.`);
  }
  switch (decision.kind) {
    case 'approach':
      return chooseApproach(draft, decision, { number, title: option, by });
    case 'plan':
      if (option === options.approve) return approvePlan(draft, decision, by);
      if (option === options.cancel) {
        return endProject(draft, 'cancelled', `Cancelled by ${by.name}.`);
      }
      return refuse(draft, revisionHint(decision.id));
    case 'output':
      return option === options.accept
        ? judgeAsHuman(draft, decision.task, { reasons: null, by })
        : refuse(
            draft,
            `Say what must change: \`/changes task:${decision.task ?? 'T1'} reasons:…\``,
          );
    case 'stuck':
    case 'budget':
      return answerStuck(draft, decision, { option, by });
  }
}

function revisionHint(decisionId: string): string {
  return `Say what should be different: \`/revise decision:${decisionId} text:…\``;
}
