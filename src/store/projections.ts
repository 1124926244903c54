// Rows that queries need, written in the same transaction as the state they come from. Only what
// changed is written: state is immutable, so an entry that is the same object did not change.
import type { Agency } from '../domain/agency.ts';
import type { Project, Task } from '../domain/project.ts';
import type { ProjectFact } from '../domain/fact.ts';
import { eq } from 'drizzle-orm';
import type { Tx } from './open-store.ts';
import { projectOutputs } from './project-outputs.ts';
import { assignments, pendingDecisions, personas, specialists, tasks } from './schema.ts';

export async function projectAgency(tx: Tx, before: Agency, after: Agency): Promise<void> {
  const changed = after.roster.filter((entry) => !before.roster.includes(entry));
  for (const { agent, reservedBy, projects, accepted, rejections } of changed) {
    const { id, name, title, skills, personaVersion, persona } = agent;
    const row = { id, name, title, skills, personaVersion, reservedBy };
    const values = { ...row, projects, accepted, rejections };
    await tx
      .insert(specialists)
      .values(values)
      .onConflictDoUpdate({ target: specialists.id, set: values });
    await tx
      .insert(personas)
      .values({ agentId: id, version: personaVersion, persona })
      .onConflictDoNothing();
  }
}

export async function projectProject(
  tx: Tx,
  change: { before: Project | null; after: Project; facts: readonly ProjectFact[]; at: number },
): Promise<void> {
  const { before, after, facts } = change;
  await projectOutputs(tx, change);
  const changed = Object.values(after.tasks).filter((task) => before?.tasks[task.id] !== task);
  for (const task of changed) await projectTask(tx, after, task);
  for (const fact of facts) {
    if (fact.type === 'decision-opened') {
      const { id, kind, title, openedAt } = fact.decision;
      const row = { id, projectId: after.id, kind, title, openedAt };
      await tx.insert(pendingDecisions).values(row).onConflictDoNothing();
    }
    if (fact.type === 'decision-closed') {
      await tx
        .update(pendingDecisions)
        .set({ outcome: fact.outcome, by: fact.by })
        .where(eq(pendingDecisions.id, fact.decision));
    }
  }
}

async function projectTask(tx: Tx, project: Project, task: Task): Promise<void> {
  const projectId = project.id;
  const { id, state, tier, rejections, startedAt, acceptedAt } = task;
  const title = project.plan?.tasks.find((planned) => planned.id === id)?.title ?? id;
  const row = { projectId, id, title, state, tier, rejections, startedAt, acceptedAt };
  await tx
    .insert(tasks)
    .values(row)
    .onConflictDoUpdate({ target: [tasks.projectId, tasks.id], set: row });
  if (task.assignee !== null) {
    const given = { projectId, taskId: id, agentId: task.assignee, why: task.assignedWhy };
    await tx
      .insert(assignments)
      .values(given)
      .onConflictDoUpdate({ target: [assignments.projectId, assignments.taskId], set: given });
  }
}
