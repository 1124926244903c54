// A task with everything the plan says about it, and the thread it is worked on in.
import { placeOf } from './place.ts';
import type { PlaceKey } from './place.ts';
import { plannedOutput, plannedTask } from './plan.ts';
import type { PlannedOutput, PlannedTask } from './plan.ts';
import type { Project, Task } from './project.ts';

export interface TaskInPlan {
  task: Task;
  planned: PlannedTask;
  output: PlannedOutput;
  thread: PlaceKey;
}

export function taskInPlan(project: Project, taskId: string | null): TaskInPlan | null {
  const { plan } = project;
  if (plan === null || taskId === null) return null;
  const task = project.tasks[taskId];
  const planned = plannedTask(plan, taskId);
  const output = planned === undefined ? undefined : plannedOutput(plan, planned.output);
  if (task === undefined || planned === undefined || output === undefined) return null;
  const thread = placeOf.thread(project.id, planned.stream, task.assignee ?? 'pm');
  return { task, planned, output, thread };
}
