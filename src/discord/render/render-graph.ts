// The dependency graph as a small drawing of text: one row per step, tasks of a row can run side by
// side, `*` marks the critical path. A faulty plan can hold circles or unknown names, so a task
// whose step cannot be found stands in a last row of its own.
import type { PlannedTask } from '../../domain/plan.ts';

/** Fits a phone held upright. */
const columns = 34;

type Node = Pick<PlannedTask, 'id' | 'after'>;

export function drawGraph(tasks: readonly Node[], criticalPath: readonly string[]): string {
  const steps = stepsOf(tasks);
  const critical = new Set(criticalPath);
  const rowsOfSteps = steps.map((step) =>
    wrapped(step.map((task) => (critical.has(task.id) ? `${task.id}*` : task.id))),
  );
  return rowsOfSteps.join('\n   ↓\n');
}

/** Tasks by the step in which they can start. */
export function stepsOf(tasks: readonly Node[]): Node[][] {
  const steps: Node[][] = [];
  const placed = new Set<string>();
  let open = [...tasks];
  while (open.length > 0) {
    const step = open.filter((task) => task.after.every((id) => placed.has(id)));
    if (step.length === 0) return [...steps, open];
    for (const task of step) placed.add(task.id);
    steps.push(step);
    open = open.filter((task) => !step.includes(task));
  }
  return steps;
}

function wrapped(words: readonly string[]): string {
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length + 2 <= columns) {
      lines[lines.length - 1] = `${line}  ${word}`;
    } else lines.push(word);
  }
  return lines.join('\n');
}
