// How each version of an output fared, and what people think of it, as rows: folded from facts in
// the order they were recorded, so folding them again gives the same rows. What its turn cost and
// which model it took is not kept here: the ledger has it.
import { and, eq } from 'drizzle-orm';
import { evolveProject } from '../domain/evolve-project.ts';
import type { ProjectFact, TaskFact } from '../domain/fact.ts';
import { plannedMember, plannedTask } from '../domain/plan.ts';
import type { Project } from '../domain/project.ts';
import type { Tx } from './open-store.ts';
import { feedback, outputs } from './schema.ts';

interface Change {
  before: Project | null;
  facts: readonly ProjectFact[];
  /** When they were recorded, epoch ms. */
  at: number;
}

export async function projectOutputs(tx: Tx, { before, facts, at }: Change): Promise<void> {
  let project = before;
  for (const fact of facts) {
    // As it was when the fact was concluded: a task in it has the version that is judged.
    if (project !== null && isAboutOutput(fact)) await projectFact(tx, { project, fact, at });
    project = evolveProject(project, fact);
  }
}

const aboutOutputs = [
  'output-submitted',
  'changes-requested',
  'output-accepted',
  'task-stuck',
  'feedback-given',
  'feedback-taken-back',
] as const;

type OutputFact = Extract<ProjectFact, { type: (typeof aboutOutputs)[number] }>;

function isAboutOutput(fact: ProjectFact): fact is OutputFact {
  return aboutOutputs.some((type) => type === fact.type);
}

interface Projecting {
  project: Project;
  fact: OutputFact;
  at: number;
}

async function projectFact(tx: Tx, { project, fact, at }: Projecting): Promise<void> {
  switch (fact.type) {
    case 'output-submitted':
      await tx
        .insert(outputs)
        .values(rowOf(project, fact, at))
        .onConflictDoNothing();
      return;
    case 'changes-requested': {
      const { by: judgedBy, reasons } = fact;
      return judge(tx, { project, task: fact.task, fate: { accepted: false, judgedBy, reasons } });
    }
    case 'output-accepted':
      return judge(tx, { project, task: fact.task, fate: { accepted: true, judgedBy: fact.by } });
    case 'task-stuck':
      return judge(tx, { project, task: fact.task, fate: { blocked: true } });
    case 'feedback-given': {
      const { task: taskId, ...given } = fact.feedback;
      const { revision, kind, userId, rating } = given;
      const said = { projectId: project.id, taskId, revision, userId };
      if (kind === 'rating') await takeBack(tx, { ...said, kind });
      if (kind === 'reaction') await takeBack(tx, { ...said, kind, rating });
      await tx.insert(feedback).values({ projectId: project.id, taskId, ...given });
      return;
    }
    case 'feedback-taken-back': {
      const { task: taskId, revision, userId, rating } = fact;
      const said = { projectId: project.id, taskId, revision, userId, rating };
      return takeBack(tx, { ...said, kind: 'reaction' });
    }
  }
}

type Submitted = Extract<TaskFact, { type: 'output-submitted' }>;

function rowOf(project: Project, { task: taskId, submission }: Submitted, submittedAt: number) {
  const { revision, summary, files, checks, turnId = null } = submission;
  const task = project.tasks[taskId];
  const planned = project.plan === null ? undefined : plannedTask(project.plan, taskId);
  const key = task?.doer ?? planned?.doer ?? '';
  const seat = project.plan === null ? undefined : plannedMember(project.plan, key);
  return {
    projectId: project.id,
    taskId,
    revision,
    summary,
    files,
    checks,
    agentId: task?.assignee ?? null,
    turnId,
    tier: task?.tier ?? null,
    domains: seat?.skills ?? [],
    asked: task?.asked ?? 0,
    submittedAt,
    blocked: task?.wasStuck ?? false,
  };
}

interface Judging {
  project: Project;
  task: string;
  fate: Partial<typeof outputs.$inferInsert>;
}

/** A task that was stuck before it had an output says so itself. */
async function judge(tx: Tx, { project, task, fate }: Judging): Promise<void> {
  const submission = project.tasks[task]?.submission ?? null;
  if (submission === null) return;
  await tx
    .update(outputs)
    .set(fate)
    .where(
      and(
        eq(outputs.projectId, project.id),
        eq(outputs.taskId, task),
        eq(outputs.revision, submission.revision),
      ),
    );
}

interface Said {
  projectId: string;
  taskId: string;
  revision: number;
  userId: string;
  kind: string;
  /** Of a reaction: there may be one of each. */
  rating?: number | null;
}

async function takeBack(tx: Tx, { rating, ...said }: Said): Promise<void> {
  const { projectId, taskId, revision, userId, kind } = feedback;
  await tx
    .delete(feedback)
    .where(
      and(
        eq(projectId, said.projectId),
        eq(taskId, said.taskId),
        eq(revision, said.revision),
        eq(userId, said.userId),
        eq(kind, said.kind),
        rating === undefined || rating === null ? undefined : eq(feedback.rating, rating),
      ),
    );
}
