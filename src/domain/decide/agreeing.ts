// Before any work: the PM understands the objective, offers approaches, drafts a plan, and the
// Director says what it shall be. Nothing is spent on work until the plan is approved.

import type { Human } from '../actor.ts';
import { projectManager } from '../agent.ts';
import { checkPlan } from '../check-plan.ts';
import type { Decision } from '../decision.ts';
import { forecast } from '../estimate.ts';
import type { EventOf } from '../event.ts';
import { evolveProject } from '../evolve-project.ts';
import type { ProjectFact } from '../fact.ts';
import { limits } from '../limits.ts';
import type { PendingDecision } from '../pending-decision.ts';
import { agencyPlaces } from '../place.ts';
import { hasEnded } from '../project.ts';
import type { TurnOutput } from '../turn.ts';
import { endProject } from './assembling.ts';
import {
  acknowledge,
  beginDraft,
  closeDecision,
  enterPhase,
  notice,
  openDecision,
  orderManagerTurn,
  record,
  refuse,
  tellDirector,
} from './draft.ts';
import type { Draft } from './draft.ts';
import { historyOf, planCard } from './plan-card.ts';
import { openStaffing } from './staffing.ts';
import { actionsOf, linesOf } from './used-commands.ts';

export function beginProject(event: EventOf<'project-opened'>, now: number): Decision<ProjectFact> {
  const begun: ProjectFact = {
    type: 'project-begun',
    projectId: event.projectId,
    at: now,
    director: { userId: event.by.userId, name: event.by.name },
    objective: event.text,
    files: event.files,
    terms: event.terms,
    roster: event.roster,
  };
  const draft = beginDraft(evolveProject(null, begun), event, now);
  draft.out.facts.push(begun);
  orderManagerTurn(draft, 'project-manager.intake', null);
  acknowledge(draft, `Received as ${event.projectId}.`);
  return draft.out;
}

/** The Director writes in #director while there is no approved plan: it steers what comes next. */
export function agree(draft: Draft, event: EventOf<'director-said'>): void {
  const line = { by: event.by.name, text: event.text.slice(0, 4000) };
  record(draft, { type: 'dialogue-continued', line });
  switch (draft.project.phase) {
    case 'intake':
      return orderManagerTurn(draft, 'project-manager.intake', event.text.slice(0, 4000));
    case 'approaches':
      return orderManagerTurn(draft, 'project-manager.approaches', event.text.slice(0, 4000));
    case 'planning':
      return orderManagerTurn(draft, 'project-manager.plan', event.text.slice(0, 4000));
    case 'staffing':
    case 'running':
    case 'assembling':
    case 'done':
    case 'closed':
    case 'cancelled':
    case 'stopped':
      return undefined;
  }
}

export function hearBrief(draft: Draft, output: TurnOutput): void {
  const brief = actionsOf(output, 'brief')[0];
  if (brief === undefined) return;
  const { title, understanding, questions, isObjective } = brief;
  record(draft, { type: 'objective-understood', title, understanding, questions });
  const said = [projectManager.name, understanding, ...questions].join('\n');
  record(draft, { type: 'dialogue-continued', line: { by: 'PM', text: said.slice(0, 4000) } });
  if (!isObjective) {
    tellDirector(draft, { type: 'speech', text: understanding });
    enterPhase(draft, 'closed');
    return;
  }
  tellDirector(draft, { type: 'command', line: linesOf(output), text: null });
  if (questions.length > 0) {
    tellDirector(draft, { type: 'questions', questions, text: understanding }, true);
    return;
  }
  tellDirector(draft, { type: 'speech', text: understanding });
  enterPhase(draft, 'approaches');
  orderManagerTurn(draft, 'project-manager.approaches', null);
}

export function hearApproaches(draft: Draft, output: TurnOutput): void {
  const approaches = actionsOf(output, 'propose')
    .map((action) => action.approach)
    .slice(0, limits.approachesMax);
  closeOlder(draft, 'approach', 'Replaced by new approaches');
  record(draft, { type: 'approaches-proposed', approaches });
  const cards = approaches.map((approach) => ({
    approach,
    // The chain is not known before the plan: from all tasks in parallel streams to all in a row.
    forecast: forecast(historyOf(draft.project), approach.tasks, approach.tasks),
  }));
  const decision = openDecision(draft, {
    kind: 'approach',
    title: `${draft.project.title}: choose an approach`,
    why: 'The plan is made from the approach you choose. Nothing is spent on work yet.',
    options: approaches.map((approach) => approach.title),
    task: null,
  });
  tellDirector(draft, { type: 'command', line: linesOf(output), text: null });
  tellDirector(draft, { type: 'approaches', decision, approaches: cards, text: output.said });
}

/** One click on an approach, or on the plan. */
export interface Choosing {
  choice: number | null;
  by: Human;
}

export function chooseApproach(
  draft: Draft,
  decision: PendingDecision,
  { choice, by }: Choosing,
): void {
  if (decision.kind === 'plan') return approvePlan(draft, decision, by);
  const number = choice ?? (decision.options.length === 1 ? 1 : null);
  const title = number === null ? undefined : decision.options[number - 1];
  if (number === null || title === undefined) {
    return refuse(draft, `Say which one: 1 to ${decision.options.length}.`);
  }
  record(draft, { type: 'approach-chosen', choice: number });
  closeDecision(draft, decision.id, { outcome: `${number} · ${title}`, by: by.name });
  enterPhase(draft, 'planning');
  orderManagerTurn(draft, 'project-manager.plan', null);
  acknowledge(draft, `Approach ${number} it is: ${title}. I am making the plan.`);
}

function approvePlan(draft: Draft, decision: PendingDecision, by: Human): void {
  if (draft.project.planFaults.length > 0) {
    return refuse(draft, 'This plan has faults; ask for a revision or cancel.');
  }
  closeDecision(draft, decision.id, { outcome: 'Approved', by: by.name });
  record(draft, { type: 'plan-approved' });
  acknowledge(draft, 'Approved. I am setting the project up.');
  openStaffing(draft);
}

/** The Director asks for other approaches or another plan, in words. */
export function hearRevision(
  draft: Draft,
  decision: PendingDecision,
  { text, by }: { text: string; by: Human },
): void {
  if (decision.kind !== 'approach' && decision.kind !== 'plan') {
    return refuse(draft, 'Use /changes for an output.');
  }
  record(draft, { type: 'dialogue-continued', line: { by: by.name, text } });
  closeDecision(draft, decision.id, { outcome: 'Revision asked', by: by.name });
  acknowledge(draft, 'Understood. I am working on it.');
  const kind = decision.kind === 'approach' ? 'project-manager.approaches' : 'project-manager.plan';
  orderManagerTurn(draft, kind, text);
}

export function hearPlan(draft: Draft, output: TurnOutput): void {
  const plan = actionsOf(output, 'draft-plan')[0]?.plan;
  if (plan === undefined) return;
  const faults = checkPlan(
    plan,
    draft.project.roster.map((candidate) => candidate.id),
  );
  const repairs = draft.project.planRepairs;
  record(draft, { type: 'plan-drafted', plan, faults });
  if (faults.length > 0 && repairs < limits.planRepairsMax) {
    record(draft, { type: 'plan-repair-asked' });
    const reasons = ['The plan was refused by the checks:', ...faults].join('\n');
    return orderManagerTurn(draft, 'project-manager.plan', reasons.slice(0, 4000));
  }
  closeOlder(draft, 'plan', 'Replaced by a newer plan');
  tellDirector(draft, { type: 'command', line: linesOf(output), text: output.said });
  const decision = openDecision(draft, {
    kind: 'plan',
    title: `${plan.title}: approve the plan`,
    why:
      faults.length > 0
        ? `The plan could not be repaired: ${faults.join(' ')}`.slice(0, 1500)
        : plan.summary,
    options: faults.length > 0 ? ['Revise', 'Cancel'] : ['Approve', 'Revise', 'Cancel'],
    task: null,
  });
  tellDirector(draft, planCard(draft.project, { plan, decision, faults }));
}

function closeOlder(draft: Draft, kind: PendingDecision['kind'], outcome: string): void {
  for (const decision of Object.values(draft.project.decisions)) {
    if (decision.kind === kind) closeDecision(draft, decision.id, { outcome, by: 'PM' });
  }
}

/** A turn of the PM before approval failed for good: the Director is told what and why. */
export function giveUpAgreeing(draft: Draft, what: string, reason: string): void {
  if (hasEnded(draft.project.phase)) return;
  notice(draft, agencyPlaces.director, {
    tone: 'warning',
    title: `${draft.project.id}: ${what} failed`,
    text: `${reason}\nNothing was spent on work. Write the objective again to start over.`,
  });
  endProject(draft, 'stopped', `${what} failed: ${reason}`);
}
