// Folds what happened to one task of the plan.
import type { Feedback } from './feedback.ts';
import type { TaskFact } from './fact.ts';
import { limits } from './limits.ts';
import type { Project, Task } from './project.ts';

export function evolveTask(project: Project, fact: TaskFact): Project {
  switch (fact.type) {
    case 'task-given':
      return changeTask(project, fact.task, (task) => ({
        ...task,
        doer: fact.member,
        assignedWhy: fact.why,
      }));
    case 'task-assigned':
      return changeTask(project, fact.task, (task) => ({
        ...task,
        assignee: fact.agentId,
        assignedWhy: fact.why,
      }));
    case 'task-started':
      return changeTask(project, fact.task, (task) => ({
        ...task,
        state: 'working',
        startedAt: fact.at,
      }));
    case 'colleague-asked':
      return changeTask(project, fact.task, (task) => ({ ...task, asked: task.asked + 1 }));
    case 'output-submitted':
      return changeTask(project, fact.task, (task) => ({
        ...task,
        state: 'in-review',
        asked: 0,
        submission: fact.submission,
        reasons: [],
        results: [],
        approvedBy: null,
      }));
    case 'changes-requested':
      return changeTask(project, fact.task, (task) => ({
        ...task,
        state: 'working',
        rejections: task.rejections + 1,
        reasons: fact.reasons,
      }));
    case 'tier-raised':
      return changeTask(project, fact.task, (task) => ({ ...task, tier: fact.tier }));
    case 'output-passed':
      return changeTask(project, fact.task, (task) => ({
        ...task,
        state: 'for-director',
        results: fact.results,
        approvedBy: fact.by,
      }));
    case 'output-accepted':
      return changeTask(project, fact.task, (task) => ({
        ...task,
        state: 'accepted',
        results: fact.results,
        approvedBy: fact.by,
        acceptedAt: fact.at,
      }));
    case 'task-stuck':
      return changeTask(project, fact.task, (task) => ({ ...task, state: 'stuck' }));
    case 'task-resumed':
      return changeTask(project, fact.task, (task) => ({
        ...task,
        state: fact.state,
        asked: 0,
      }));
    case 'handed-over':
      return { ...project, handoffs: [...project.handoffs, fact.handoff] };
    case 'feedback-given':
      return { ...project, feedback: withFeedback(project.feedback, fact.feedback) };
  }
}

function changeTask(project: Project, id: string, change: (task: Task) => Task): Project {
  const task = project.tasks[id];
  if (task === undefined) throw new Error(`A fact names task ${id}, which ${project.id} lacks.`);
  return { ...project, tasks: { ...project.tasks, [id]: change(task) } };
}

/** Whoever says it again means the last. */
function withFeedback(known: readonly Feedback[], given: Feedback): Feedback[] {
  const isSame = (one: Feedback) =>
    one.task === given.task &&
    one.revision === given.revision &&
    one.kind === given.kind &&
    one.by === given.by &&
    // Ratings are changed; words add up.
    one.kind !== 'comment' &&
    one.kind !== 'correction';
  return [...known.filter((one) => !isSame(one)), given].slice(-limits.feedbackMax);
}
