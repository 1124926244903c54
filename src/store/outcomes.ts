// How outputs fared, as the learning reads them: the row of each version joined with its turn, with
// what the ledger says of that turn's calls, and with what people think of it. Versions that were
// made before it was recorded by whom are left out.
import { and, asc, eq, inArray, isNotNull, sql } from 'drizzle-orm';
import { Outcome } from '../domain/feedback.ts';
import type { Feedback } from '../domain/feedback.ts';
import type { Executor } from './open-store.ts';
import { parseState } from './record.ts';
import { feedback, ledger, outputs, turns } from './schema.ts';

/** Which outcomes to read: all that fit every given field. */
export interface WhichOutcomes {
  agentIds?: readonly string[];
  projectId?: string;
}

/** @returns oldest first */
export async function readOutcomes(db: Executor, which: WhichOutcomes): Promise<Outcome[]> {
  const { agentIds, projectId } = which;
  const rows = await db
    .select({ output: outputs, turnTier: turns.tier, personaVersion: turns.personaVersion })
    .from(outputs)
    .leftJoin(turns, eq(turns.id, outputs.turnId))
    .where(
      and(
        isNotNull(outputs.agentId),
        agentIds === undefined ? undefined : inArray(outputs.agentId, [...agentIds]),
        projectId === undefined ? undefined : eq(outputs.projectId, projectId),
      ),
    )
    .orderBy(asc(outputs.submittedAt), asc(outputs.projectId), asc(outputs.taskId));
  const costs = await costsOf(
    db,
    rows.flatMap(({ output }) => output.turnId ?? []),
  );
  const said = await feedbackOn(db, [...new Set(rows.map(({ output }) => output.projectId))]);
  return rows.map(({ output, turnTier, personaVersion }) => {
    const { summary: _summary, files: _files, checks: _checks, ...fate } = output;
    const { taskId: task, submittedAt, tier, ...known } = fate;
    const { projectId: project, revision, turnId } = known;
    const cost = turnId === null ? undefined : costs.get(turnId);
    const outcome: Record<keyof Outcome, unknown> = {
      ...known,
      task,
      personaVersion: personaVersion ?? 1,
      tier: turnTier ?? tier ?? 'standard',
      model: cost?.model ?? null,
      microUsd: cost?.microUsd ?? 0,
      latencyMs: cost?.latencyMs ?? 0,
      feedback: said.get(keyOf(project, task, revision)) ?? [],
      at: submittedAt ?? 0,
    };
    return parseState(Outcome, outcome, keyOf(project, task, revision));
  });
}

interface Cost {
  model: string;
  microUsd: number;
  latencyMs: number;
}

/** Of several models, the one that wrote most. */
async function costsOf(db: Executor, turnIds: readonly string[]): Promise<Map<string, Cost>> {
  if (turnIds.length === 0) return new Map();
  const wrote = sql`sum(${ledger.outputTokens})`;
  const rows = await db
    .select({
      turnId: ledger.turnId,
      model: ledger.model,
      microUsd: sql`sum(${ledger.microUsd})`.mapWith(Number),
      latencyMs: sql`sum(${ledger.latencyMs})`.mapWith(Number),
    })
    .from(ledger)
    .where(inArray(ledger.turnId, [...turnIds]))
    .groupBy(ledger.turnId, ledger.model)
    .orderBy(asc(wrote), asc(ledger.model));
  const costs = new Map<string, Cost>();
  for (const { turnId, model, microUsd, latencyMs } of rows) {
    const before = costs.get(turnId);
    costs.set(turnId, {
      model,
      microUsd: microUsd + (before?.microUsd ?? 0),
      latencyMs: latencyMs + (before?.latencyMs ?? 0),
    });
  }
  return costs;
}

async function feedbackOn(db: Executor, projectIds: string[]): Promise<Map<string, unknown[]>> {
  if (projectIds.length === 0) return new Map();
  const rows = await db
    .select()
    .from(feedback)
    .where(inArray(feedback.projectId, projectIds))
    .orderBy(asc(feedback.id));
  const said = new Map<string, unknown[]>();
  for (const { id: _id, projectId, taskId: task, ...row } of rows) {
    const key = keyOf(projectId, task, row.revision);
    const one: Record<keyof Feedback, unknown> = { task, ...row };
    said.set(key, [...(said.get(key) ?? []), one]);
  }
  return said;
}

function keyOf(projectId: string, task: string, revision: number): string {
  return `${projectId}.${task}.${revision}`;
}
