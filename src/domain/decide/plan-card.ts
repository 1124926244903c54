// The plan as people see it, with what it will cost and take.
import { forecast } from '../estimate.ts';
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
      const reused = project.roster.find((candidate) => candidate.id === member.reuse);
      const name = reused === undefined ? 'new' : reused.name;
      return {
        key: member.key,
        label: `${name} · ${member.title}`,
        reused: reused !== undefined,
        why: member.why,
      };
    }),
    forecast: forecast(historyOf(project), plan.tasks.length, path.length),
    criticalPath: path,
    faults,
  };
}

export function historyOf(project: Project) {
  return { tasks: project.terms.history, ceilingMicroUsd: project.terms.ceilingMicroUsd };
}
