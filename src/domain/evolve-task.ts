// Folds what happened to one task of the plan.
import { withoutSame } from './feedback.ts';
import type { TaskFact } from './fact.ts';
import { limits } from './limits.ts';
import type { Project, Submission, Task } from './project.ts';

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
      return changeTask(project, fact.task, (task) => submitted(task, fact.submission));
    case 'changes-requested':
      return changeTask(withReturn(project, fact), fact.task, (task) => ({
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
      return changeTask(project, fact.task, (task) => ({
        ...task,
        state: 'stuck',
        wasStuck: task.submission === null,
      }));
    case 'task-resumed':
      return changeTask(project, fact.task, (task) => ({
        ...task,
        state: fact.state,
        asked: 0,
      }));
    case 'handed-over':
      return { ...project, handoffs: [...project.handoffs, fact.handoff] };
    case 'feedback-given': {
      const feedback = [...withoutSame(project.feedback, fact.feedback), fact.feedback];
      return { ...project, feedback: feedback.slice(-limits.feedbackMax) };
    }
    case 'feedback-taken-back':
      return { ...project, feedback: withoutSame(project.feedback, { ...fact, kind: 'reaction' }) };
  }
}

type Returned = Extract<TaskFact, { type: 'changes-requested' }>;

function withReturn(project: Project, { task, by, reasons }: Returned): Project {
  const { assignee = null, submission = null } = project.tasks[task] ?? {};
  if (assignee === null || submission === null) return project;
  const returned = { task, revision: submission.revision, agentId: assignee, by, reasons };
  return { ...project, returns: [...project.returns, returned].slice(-limits.returnsMax) };
}

function changeTask(project: Project, id: string, change: (task: Task) => Task): Project {
  const task = project.tasks[id];
  if (task === undefined) throw new Error(`A fact names task ${id}, which ${project.id} lacks.`);
  return { ...project, tasks: { ...project.tasks, [id]: change(task) } };
}

function submitted(task: Task, submission: Submission): Task {
  const { revision, turnId = null } = submission;
  const version = { revision, agentId: task.assignee ?? 'pm', turnId };
  return {
    ...task,
    state: 'in-review',
    asked: 0,
    submission,
    versions: [...task.versions, version],
    wasStuck: false,
    reasons: [],
    results: [],
    approvedBy: null,
  };
}
