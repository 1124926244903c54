// Which tasks can start now, in which order, and what the longest chain of the plan is. Durations
// come from the caller, because only the record knows how long work takes here.
import { limits } from './limits.ts';
import { dependentsOf } from './plan.ts';
import type { Plan } from './plan.ts';
import type { Project, Task } from './project.ts';

/** Tasks on the longest chain of dependencies, first to last; every task counts one step. */
export function criticalPath(plan: Plan): string[] {
  const depth = depthsOf(plan);
  const byDepth = (a: string, b: string) => (depth.get(b) ?? 0) - (depth.get(a) ?? 0);
  const starts = plan.tasks.filter((task) => task.after.length === 0).map((task) => task.id);
  const path: string[] = [];
  let next = starts.sort(byDepth)[0];
  while (next !== undefined && !path.includes(next)) {
    path.push(next);
    next = dependentsOf(plan, next)
      .map((task) => task.id)
      .sort(byDepth)[0];
  }
  return path;
}

/** Steps from each task to the end of its longest chain, itself included. */
export function depthsOf(plan: Plan): Map<string, number> {
  const depth = new Map<string, number>();
  function measure(id: string): number {
    const known = depth.get(id);
    if (known !== undefined) return known;
    // Until it is known it counts nothing, so that a plan with a cycle, which people are shown with
    // its faults, is walked only once.
    depth.set(id, 0);
    const after = dependentsOf(plan, id).map((task) => measure(task.id));
    const steps = 1 + Math.max(0, ...after);
    depth.set(id, steps);
    return steps;
  }
  for (const task of plan.tasks) measure(task.id);
  return depth;
}

/** Tasks that may start now: dependencies accepted and handed over, Specialist free. */
export function startableTasks(project: Project): Task[] {
  const { plan } = project;
  if (plan === null || project.phase !== 'running') return [];
  const depth = depthsOf(plan);
  const load = loadOf(project);
  const ready = plan.tasks
    .filter((planned) => planned.after.every((id) => isHandedTo(project, id, planned.id)))
    .flatMap((planned) => project.tasks[planned.id] ?? [])
    .filter((task) => task.state === 'waiting' && task.assignee !== null)
    .sort((a, b) => (depth.get(b.id) ?? 0) - (depth.get(a.id) ?? 0));
  return ready.filter((task) => {
    const busy = load.get(task.assignee ?? '') ?? 0;
    if (busy >= limits.tasksPerSpecialist) return false;
    load.set(task.assignee ?? '', busy + 1);
    return true;
  });
}

/** Tasks each agent is busy with; one that waits for a human holds nobody up. */
function loadOf(project: Project): Map<string, number> {
  const load = new Map<string, number>();
  for (const task of Object.values(project.tasks)) {
    if (task.assignee === null || !['working', 'in-review'].includes(task.state)) continue;
    load.set(task.assignee, (load.get(task.assignee) ?? 0) + 1);
  }
  return load;
}

function isHandedTo(project: Project, from: string, to: string): boolean {
  return project.handoffs.some((handoff) => handoff.from === from && handoff.to.includes(to));
}
