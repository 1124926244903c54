// The cards that the Director chooses from in #director: approaches and the plan, with what they
// will cost and take. A card without a decision has no buttons: it was decided, or only shows.
import { forecast } from '../estimate.ts';
import type { PendingDecision } from '../pending-decision.ts';
import { holderOf, plannedMember } from '../plan.ts';
import type { Plan } from '../plan.ts';
import type { Project } from '../project.ts';
import { criticalPath } from '../schedule.ts';

interface Card {
  plan: Plan;
  decision: string | null;
  faults: string[];
}

export function planCard(project: Project, { plan, decision, faults }: Card) {
  const path = criticalPath(plan);
  return {
    type: 'plan' as const,
    decision,
    plan,
    seats: plan.team.map((member) => {
      // One LLM in two seats has one name.
      const holder = plannedMember(plan, holderOf(plan, member.key)) ?? member;
      const reused = project.roster.find((candidate) => candidate.id === holder.reuse);
      const name = reused === undefined ? 'new' : reused.name;
      return {
        key: member.key,
        label: `${name} · ${member.title}`,
        reused: reused !== undefined,
        why: member.why,
        sameAs: member.sameAs,
      };
    }),
    forecast: forecast(historyOf(project), plan.tasks.length, path.length),
    criticalPath: path,
    faults,
  };
}

export function approachesCard(
  project: Project,
  { decision, text }: { decision: string | null; text: string },
) {
  return {
    type: 'approaches' as const,
    decision,
    approaches: project.approaches.map((approach) => ({
      approach,
      // The chain is not known before the plan: from all tasks at once to all in a row.
      forecast: forecast(historyOf(project), approach.tasks, approach.tasks),
    })),
    text,
  };
}

/** The card of a decision in #director once it is decided; null for those shown elsewhere only. */
export function decidedCard(project: Project, decision: PendingDecision, outcome: string) {
  if (decision.kind === 'approach') {
    return approachesCard(project, { decision: null, text: outcome });
  }
  if (decision.kind !== 'plan' || project.plan === null) return null;
  return planCard(project, { plan: project.plan, decision: null, faults: project.planFaults });
}

/** The id of the post that shows a decision in #director. */
export function shownAs(decisionId: string): string {
  return `${decisionId}.shown`;
}

function historyOf(project: Project) {
  return { tasks: project.terms.history, ceilingMicroUsd: project.terms.ceilingMicroUsd };
}
