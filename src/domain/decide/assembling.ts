// The end of a project: the PM checks the whole against the plan, criterion by criterion, the
// bundle is written, and the hand-over says what is there and what is not. Specialists go back to
// the roster.

import { projectManager } from '../agent.ts';
import type { Criterion, CriterionResult } from '../criterion.ts';
import type { EventOf, WorkRecord } from '../event.ts';
import type { FileRef } from '../file.ts';
import { agencyPlaces } from '../place.ts';
import { criteriaOf } from '../plan.ts';
import type { Plan } from '../plan.ts';
import { agentsOf, hasEnded, isAnswer } from '../project.ts';
import { clip } from '../prose.ts';
import type { Phase, Project } from '../project.ts';
import { pairingsOf, worksOf } from '../study.ts';
import type { TurnOutput } from '../turn.ts';
import {
  acknowledge,
  cancelTurns,
  closeDecision,
  enterPhase,
  notice,
  orderTurn,
  overviewOf,
  record,
  say,
} from './draft.ts';
import type { Draft } from './draft.ts';
import { takeUp } from './holding.ts';
import { studyIfWorked } from './studying.ts';
import { actionsOf, linesOf } from './used-commands.ts';

export function orderAssemblyIfComplete(draft: Draft): void {
  const { streams, phase } = draft.project;
  if (phase !== 'running') return;
  if (!Object.values(streams).every((stream) => stream.summary !== null)) return;
  enterPhase(draft, 'assembling');
  orderTurn(draft, {
    kind: 'project-manager.assemble',
    agentId: 'pm',
    conversation: overviewOf(draft),
    subject: { prompt: null },
  });
}

export function hearAssembly(draft: Draft, output: TurnOutput): void {
  const { plan } = draft.project;
  const action = actionsOf(output, 'assemble')[0];
  if (plan === null || action === undefined) return;
  const { summary, openRisks, lessons } = action;
  const results = finalResults(draft.project, plan, action.criteria);
  record(draft, { type: 'whole-assembled', summary, results, openRisks, lessons });
  const body = { type: 'command' as const, line: linesOf(output), text: output.said };
  say(draft, { place: overviewOf(draft), speaker: projectManager, body });
  draft.out.bundles.push({
    id: `${draft.project.id}.bundle`,
    projectId: draft.project.id,
    deliverables: deliverablesOf(draft.project, plan),
  });
}

/** Where code or the approver judged, that stands; a criterion the PM now finds unmet is unmet. */
function finalResults(
  project: Project,
  plan: Plan,
  judged: readonly Omit<CriterionResult, 'checkedBy'>[],
): CriterionResult[] {
  const accepted = Object.values(project.tasks).flatMap((task) => task.results);
  return criteriaOf(plan).map((criterion: Criterion) => {
    const known = accepted.find((result) => result.criterion === criterion.id);
    const again = judged.find((result) => result.criterion === criterion.id);
    if (known?.checkedBy === 'code') return known;
    if (again !== undefined && !again.met) return { ...again, checkedBy: 'agent' as const };
    const nobody = 'Nobody judged it.';
    const missing = { criterion: criterion.id, met: false, evidence: nobody };
    return known ?? { ...missing, checkedBy: 'agent' as const };
  });
}

/** The files that the plan promises the Director, in the order of its outputs. */
export function deliverablesOf(project: Project, plan: Plan): FileRef[] {
  return plan.outputs.flatMap((output) => {
    const maker = plan.tasks.find((task) => task.output === output.id);
    const submission = maker === undefined ? null : project.tasks[maker.id]?.submission;
    return output.deliver ? (submission?.files ?? []) : [];
  });
}

export function handOver(draft: Draft, event: EventOf<'bundle-written'>): void {
  const { project } = draft;
  if (project.plan === null || project.handOver === null || hasEnded(project.phase)) return;
  record(draft, { type: 'bundle-recorded', file: event.file, path: event.path });
  sayHandOver(draft);
}

/** The bundle was written while the project was paused. */
export function resumeHandOver(draft: Draft): void {
  if (draft.project.phase === 'assembling') sayHandOver(draft);
}

function sayHandOver(draft: Draft): void {
  const { project } = draft;
  const bundle = project.handOver?.bundle ?? null;
  if (project.plan === null || project.handOver === null || bundle === null) return;
  if (project.paused !== null) return;
  const { summary, results, openRisks, lessons } = project.handOver;
  const body = {
    type: 'hand-over' as const,
    projectId: project.id,
    title: project.title,
    summary,
    files: deliverablesOf(project, project.plan),
    bundle: bundle.file,
    results,
    criteria: criteriaOf(project.plan),
    decisions: decisionsTaken(project),
    openRisks,
    lessons,
    microUsd: project.usage.microUsd,
    tokens: project.usage.inputTokens + project.usage.outputTokens,
    seconds: Math.round((draft.now - project.openedAt) / 1000),
  };
  say(draft, { place: overviewOf(draft), speaker: projectManager, body });
  const notify = [project.director.userId];
  say(draft, { place: agencyPlaces.director, speaker: projectManager, body, notify });
  endProject(draft, 'done', null);
}

/** What the Director decided on the way, for the hand-over. */
function decisionsTaken(project: Project): string[] {
  const approach = project.chosen === null ? undefined : project.approaches[project.chosen - 1];
  const chosen = approach === undefined ? [] : [`Approach ${project.chosen}: ${approach.title}`];
  return [...chosen, planApproved(project)];
}

/** Who brought it about: the Director who said so, else the PM. */
function causerOf({ event }: Draft): string {
  return event.type === 'action-taken' && event.by.kind === 'human' ? event.by.name : 'PM';
}

function planApproved({ plan }: Project): string {
  const count = plan?.tasks.length ?? 0;
  return `Plan of ${count === 1 ? '1 task' : `${count} tasks`} approved`;
}

/**
 * Ends the project: turns in progress no longer count, what waited is closed, the team is free.
 * @param reason said in the project and to the Director, null when the hand-over says it all
 */
export function endProject(draft: Draft, phase: Phase, reason: string | null): void {
  // Questions asked of a finished project are still answered.
  cancelTurns(draft, (turn) => phase !== 'done' || !isAnswer(turn));
  for (const id of Object.keys(draft.project.decisions)) {
    closeDecision(draft, id, { outcome: phase, by: causerOf(draft) });
  }
  enterPhase(draft, phase);
  if (phase === 'cancelled') draft.out.backlog = 'is-withdrawn';
  // Questions that waited for a budget: its card is closed now, and who cannot answer says so.
  if (phase === 'done') takeUp(draft);
  const { project } = draft;
  draft.out.events.push({
    type: 'project-ended',
    id: `${draft.event.id}.ended`,
    at: draft.now,
    projectId: project.id,
    phase,
    records: recordsOf(project),
    lessons: project.handOver?.lessons ?? [],
    tasks: costsOf(project),
    works: worksOf(project),
    pairings: pairingsOf(project),
  });
  // What was called off is studied when somebody asks: nothing more is done for it by itself.
  if (phase === 'done') studyIfWorked(draft);
  if (reason === null) return;
  acknowledge(draft, reason);
  const tone = 'warning' as const;
  const title = clip(`${project.id} ${project.title}: ${phase}`, 200);
  const place = project.team.length > 0 ? overviewOf(draft) : agencyPlaces.director;
  notice(draft, place, { tone, title, text: `${reason}\nNothing more is done or posted for it.` });
}

function recordsOf(project: Project): WorkRecord[] {
  return agentsOf(project)
    .filter((agent) => agent.role === 'specialist')
    .map((agent) => {
      const own = Object.values(project.tasks).filter((task) => task.assignee === agent.id);
      return {
        agentId: agent.id,
        accepted: own.filter((task) => task.state === 'accepted').length,
        rejections: own.reduce((sum, task) => sum + task.rejections, 0),
      };
    });
}

/** What each accepted task took, with the project's cost shared evenly: the basis of estimates. */
function costsOf(project: Project): { microUsd: number; ms: number }[] {
  const done = Object.values(project.tasks).filter((task) => task.state === 'accepted');
  const microUsd = Math.round(project.usage.microUsd / Math.max(1, done.length));
  return done.map((task) => ({
    microUsd,
    ms: Math.max(0, (task.acceptedAt ?? 0) - (task.startedAt ?? 0)),
  }));
}
