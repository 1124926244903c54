// Before any work: the PM understands the objective, offers approaches, drafts a plan, and the
// Director says what it shall be. Nothing is spent on work until the plan is approved.

import type { Human } from '../actor.ts';
import { projectManager } from '../agent.ts';
import { checkPlan } from '../check-plan.ts';
import { withCoordination } from '../coordination.ts';
import type { Decision } from '../decision.ts';
import type { EventOf } from '../event.ts';
import { evolveProject } from '../evolve-project.ts';
import type { ProjectFact } from '../fact.ts';
import { limits } from '../limits.ts';
import { options } from '../pending-decision.ts';
import type { PendingDecision } from '../pending-decision.ts';
import { agencyPlaces } from '../place.ts';
import { clip } from '../prose.ts';
import type { TurnOutput } from '../turn.ts';
import {
  acknowledge,
  beginDraft,
  cancelTurns,
  closeDecision,
  enterPhase,
  openDecision,
  orderManagerTurn,
  record,
  refuse,
  tellDirector,
} from './draft.ts';
import type { Draft } from './draft.ts';
import { approachesCard, planCard, shownAs } from './cards.ts';
import { tellPaused } from './pausing.ts';
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
  const text = clip(event.text, 4000);
  record(draft, { type: 'dialogue-continued', line: { by: event.by.name, text } });
  tellPaused(draft, agencyPlaces.director);
  switch (draft.project.phase) {
    case 'intake':
      return orderManagerTurn(draft, 'project-manager.intake', text);
    case 'approaches':
      return orderManagerTurn(draft, 'project-manager.approaches', text);
    case 'planning':
      return orderManagerTurn(draft, 'project-manager.plan', text);
    case 'staffing':
    case 'running':
    case 'assembling':
      // The plan was approved while this was being written: it is answered, not swallowed.
      return orderManagerTurn(draft, 'project-manager.talk', text);
    case 'done':
    case 'closed':
    case 'cancelled':
    case 'stopped':
      return beginAnew(draft, event);
  }
}

/** Said to a project that ended meanwhile: the agency hears it as a new objective. */
function beginAnew(draft: Draft, { id, at, by, text }: EventOf<'director-said'>): void {
  draft.out.events.push({
    type: 'action-taken',
    id: `${id}.anew`,
    at,
    by,
    place: agencyPlaces.director,
    action: { type: 'give-objective', text },
  });
}

export function hearBrief(draft: Draft, output: TurnOutput): void {
  const brief = actionsOf(output, 'brief')[0];
  if (brief === undefined) return;
  const { title, understanding, isObjective } = brief;
  const rounds = draft.project.dialogue.filter(({ by }) => by === 'PM').length;
  const mayAsk = rounds < limits.questionRoundsMax;
  const questions = mayAsk ? brief.questions : [];
  record(draft, { type: 'objective-understood', title, understanding, questions });
  const said = [projectManager.name, understanding, ...questions].join('\n');
  record(draft, { type: 'dialogue-continued', line: { by: 'PM', text: clip(said, 4000) } });
  if (!isObjective) {
    tellDirector(draft, { type: 'speech', text: understanding });
    enterPhase(draft, 'closed');
    return;
  }
  tellDirector(draft, { type: 'command', line: linesOf(output), text: null });
  if (questions.length > 0) {
    tellDirector(draft, { type: 'questions', questions, text: understanding }, { isAsking: true });
    return;
  }
  const open = mayAsk ? [] : brief.questions.map((question) => `• ${question}`);
  const goesOn = open.length === 0 ? [] : ['I go on without an answer to this:', ...open];
  tellDirector(draft, { type: 'speech', text: [understanding, ...goesOn].join('\n') });
  enterPhase(draft, 'approaches');
  orderManagerTurn(draft, 'project-manager.approaches', null);
}

export function hearApproaches(draft: Draft, output: TurnOutput): void {
  const approaches = actionsOf(output, 'propose')
    .map((action) => action.approach)
    .slice(0, limits.approachesMax);
  closeOlder(draft, 'approach', 'Replaced by new approaches');
  record(draft, { type: 'approaches-proposed', approaches });
  const decision = openDecision(draft, {
    kind: 'approach',
    title: `${draft.project.title}: choose an approach`,
    why: 'The plan is made from the approach you choose. Nothing is spent on work yet.',
    options: approaches.map((approach) => approach.title),
    task: null,
  });
  tellDirector(draft, { type: 'command', line: linesOf(output), text: null });
  const text = clip(output.said, 2000);
  const card = approachesCard(draft.project, { decision, text });
  tellDirector(draft, card, { id: shownAs(decision) });
}

interface Choice {
  number: number;
  title: string;
  by: Human;
}

export function chooseApproach(draft: Draft, decision: PendingDecision, choice: Choice): void {
  const { number, title, by } = choice;
  record(draft, { type: 'approach-chosen', choice: number });
  closeDecision(draft, decision.id, { outcome: `${number} · ${title}`, by: by.name });
  enterPhase(draft, 'planning');
  orderManagerTurn(draft, 'project-manager.plan', null);
  acknowledge(draft, `Approach ${number} it is: ${title}. I am making the plan.`);
}

/** Whatever the PM was still changing about the plan is called off: this one was approved. */
export function approvePlan(draft: Draft, decision: PendingDecision, by: Human): void {
  cancelTurns(draft, (turn) => turn.conversation === agencyPlaces.director);
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
  const drafted = actionsOf(output, 'draft-plan')[0]?.plan;
  if (drafted === undefined) return;
  const plan = withCoordination(drafted);
  const faults = checkPlan(
    plan,
    draft.project.roster.map((candidate) => candidate.id),
  );
  const repairs = draft.project.planRepairs;
  closeOlder(draft, 'plan', 'Replaced by a newer plan');
  record(draft, { type: 'plan-drafted', plan, faults });
  if (faults.length > 0 && repairs < limits.planRepairsMax) {
    record(draft, { type: 'plan-repair-asked' });
    const reasons = ['The plan was refused by the checks:', ...faults].join('\n');
    return orderManagerTurn(draft, 'project-manager.plan', clip(reasons, 4000));
  }
  tellDirector(draft, { type: 'command', line: linesOf(output), text: output.said });
  const decision = openDecision(draft, {
    kind: 'plan',
    title: `${plan.title}: approve the plan`,
    why:
      faults.length > 0
        ? clip(`The plan could not be repaired: ${faults.join(' ')}`, 1500)
        : plan.summary,
    options: [...(faults.length > 0 ? [] : [options.approve]), options.revise, options.cancel],
    task: null,
  });
  const card = planCard(draft.project, { plan, decision, faults });
  tellDirector(draft, card, { id: shownAs(decision) });
}

function closeOlder(draft: Draft, kind: PendingDecision['kind'], outcome: string): void {
  for (const decision of Object.values(draft.project.decisions)) {
    if (decision.kind === kind) closeDecision(draft, decision.id, { outcome, by: 'PM' });
  }
}
