// The one decision: state and event in, facts and effects out. Pure, so it can be replayed, tested
// on tables and trusted. Read the files of this folder in the order of a project's life: agency →
// agreeing → staffing → work → review → assembling; conversation is what people say between.
import type { Agency } from '../agency.ts';
import { newAgency } from '../agency.ts';
import type { Decision } from '../decision.ts';
import { emptyDecision } from '../decision.ts';
import type { Event, EventOf } from '../event.ts';
import type { ProjectFact } from '../fact.ts';
import { clip } from '../prose.ts';
import type { OpenTurn, Project } from '../project.ts';
import { hasEnded, isAgreeing } from '../project.ts';
import { decideAgency } from './agency.ts';
import {
  agree,
  beginProject,
  hearApproaches,
  hearBrief,
  hearPlan,
  hearRevision,
} from './agreeing.ts';
import { endProject, hearAssembly, handOver } from './assembling.ts';
import { holdRefused } from './budget.ts';
import { choose } from './choosing.ts';
import { hearAnswer, hearMessage, remind } from './conversation.ts';
import { uncounted } from '../usage.ts';
import type { TurnUsage } from '../turn.ts';
import { beginDraft, record, refuse, speak, speakerIn } from './draft.ts';
import type { Draft } from './draft.ts';
import { hearHandOver, hearIntroduction, hearSummary } from './collaborating.ts';
import { startTasks } from './next-turns.ts';
import { hearReview, judgeAsHuman } from './review.ts';
import { assignByHuman, hearStaffing, startRunning } from './staffing.ts';
import { giveFeedback } from './feedback.ts';
import { failTurn, goOn, sayDelay } from './failing.ts';
import { rememberProject } from './remembering.ts';
import { takeNotes } from './noting.ts';
import { missingIn } from './missing.ts';
import { holdBack, pause, resume } from './pausing.ts';
import { hearStudy, studyOnRequest } from './studying.ts';
import { hearWork } from './work.ts';

export { decideAgency, newAgency };
export type { Agency };

/** @param project null before the event that opens it */
export function decideProject(
  project: Project | null,
  event: Event,
  now: number,
): Decision<ProjectFact> {
  if (event.type === 'project-opened') {
    return project === null ? beginProject(event, now) : emptyDecision();
  }
  if (project === null) return refuseUnopened(event);
  const draft = beginDraft(project, event, now);
  apply(draft);
  // Whatever happened may have freed a Specialist or a task; who can start, starts.
  startTasks(draft);
  holdBack(draft);
  const { facts } = draft.out;
  if (facts.some(isShown)) draft.out.statuses.push(project.id);
  const change = { before: project, after: draft.project, facts };
  draft.out.memories.push(...rememberProject(event, change));
  return draft.out;
}

/** The living status message shows no words, and long after the end it cannot be edited. */
function isShown({ type }: ProjectFact): boolean {
  const unseen = ['feedback-given', 'feedback-taken-back', 'remark-made', 'note-taken'];
  return !unseen.includes(type);
}

/** People may name a project that does not exist; nothing else can. */
function refuseUnopened(event: Event): Decision<ProjectFact> {
  if (event.type !== 'action-taken' && event.type !== 'message-received') {
    throw new Error(`${event.id} is for a project that was never opened.`);
  }
  const reason = 'There is no such project. `/status` shows those there are.';
  return { ...emptyDecision(), receipt: { ok: false, reason } };
}

function apply(draft: Draft): void {
  const { event, project } = draft;
  switch (event.type) {
    case 'message-received':
      return hearMessage(draft, event);
    case 'director-said':
      return agree(draft, event);
    case 'roster-changed':
      return isAgreeing(project.phase)
        ? record(draft, { type: 'roster-noted', roster: event.roster })
        : undefined;
    case 'action-taken':
      return hasEnded(project.phase) && event.action.type !== 'give-feedback'
        ? refuse(draft, `${project.id} has ended; write a new objective in #director.`)
        : act(draft, event);
    case 'turn-finished':
      return finishTurn(draft, event);
    case 'turn-failed':
      return hearFailure(draft, event);
    case 'turn-delayed':
      return sayDelay(draft, event);
    case 'turn-went-on':
      return goOn(draft, event.turnId);
    case 'timer-fired':
      return remind(draft, event.timer);
    case 'bundle-written':
      return handOver(draft, event);
    case 'staff-joined':
      return startRunning(draft, event);
    case 'study-wanted':
      return studyOnRequest(draft, event);
    case 'message-rewritten':
      return relearn(draft, event);
    case 'project-opened':
    case 'agency-opened':
    case 'delivery-parked':
    case 'disk-changed':
    case 'endpoint-changed':
    case 'part-changed':
    case 'forgetting-finished':
    case 'staff-wanted':
    case 'phase-changed':
    case 'project-ended':
    case 'study-finished':
      throw new Error(`A project does not decide over ${event.type}.`);
  }
}

/** From the next turn on; a turn under way ends as it began. */
function relearn(draft: Draft, event: EventOf<'message-rewritten'>): void {
  if (hasEnded(draft.project.phase)) return;
  const { learner, version, bullets } = event;
  record(draft, { type: 'message-learned', learner, version, bullets });
}

/** What a human's command asks of a project. Commands of LLMs arrive inside their turn's output. */
function act(draft: Draft, event: EventOf<'action-taken'>): void {
  const { action, by } = event;
  if (by.kind !== 'human') return refuse(draft, 'Only people act outside of a turn.');
  switch (action.type) {
    case 'approve': {
      const decision = pendingFor(draft, action.decision);
      return decision === null ? undefined : choose(draft, decision, { choice: action.choice, by });
    }
    case 'ask-revision': {
      const decision = pendingFor(draft, action.decision);
      return decision === null
        ? undefined
        : hearRevision(draft, decision, { text: action.text, by });
    }
    case 'accept':
      return judgeAsHuman(draft, action.task, { reasons: null, by });
    case 'request-changes':
      return judgeAsHuman(draft, action.task, { reasons: action.reasons, by });
    case 'assign':
      return assignByHuman(draft, action, by);
    case 'cancel':
      return endProject(draft, 'cancelled', `Cancelled by ${by.name}.`);
    case 'pause':
      return pause(draft, by);
    case 'resume':
      return resume(draft, by);
    case 'give-feedback':
      return giveFeedback(draft, action, { by, place: event.place });
    case 'give-objective':
    case 'forget':
    case 'brief':
    case 'propose':
    case 'draft-plan':
    case 'create-stream':
    case 'create-specialist':
    case 'assemble':
    case 'start':
    case 'submit':
    case 'ask':
    case 'hand-over':
    case 'remember':
    case 'advise':
    case 'propose-rewrite':
      return refuse(draft, 'That is not a command of people.');
    case 'study':
    case 'decide-rewrite':
    case 'roll-back':
      throw new Error(`${action.type} is for the agency.`);
  }
}

/** The decision that is meant: by id, else the only one. Refuses a late or double click. */
function pendingFor(draft: Draft, id: string | null) {
  const pending = Object.values(draft.project.decisions);
  if (id === null && pending.length > 1) {
    const ids = pending.map((one) => `\`${one.id}\` ${one.title}`).join('\n');
    refuse(draft, clip(`Several decisions wait for you; say which one:\n${ids}`, 1900));
    return null;
  }
  const decision = id === null ? pending[0] : draft.project.decisions[id];
  if (decision !== undefined) return decision;
  refuse(
    draft,
    id === null ? 'Nothing waits for you here.' : `${id} was already decided, or never asked.`,
  );
  return null;
}

interface TurnEnd {
  outcome: 'finished' | 'failed';
  usage: TurnUsage;
}

/** @returns null when the turn is not open any more: its result came too late to count */
function closeTurn(draft: Draft, turnId: string, { outcome, usage }: TurnEnd): OpenTurn | null {
  const turn = draft.project.turns[turnId];
  if (turn === undefined) return null;
  record(draft, { type: 'turn-closed', turnId, outcome, usage: uncounted(turn, usage) });
  return turn;
}

/** A call that a ceiling refuses holds the turn; any other failure closes it. */
function hearFailure(draft: Draft, event: EventOf<'turn-failed'>): void {
  const { turnId, code, reason } = event;
  const open = draft.project.turns[turnId];
  if (open === undefined) return;
  if (code === 'budget-exhausted' || code === 'agency-budget-exhausted') {
    const usage = uncounted(open, event.usage);
    const isAgency = code === 'agency-budget-exhausted';
    return holdRefused(draft, turnId, { usage, reason, isAgency });
  }
  const turn = closeTurn(draft, turnId, { outcome: 'failed', usage: event.usage });
  if (turn === null) return;
  // Whoever declined was asked in other words already.
  const mayRepeat = code !== 'model-refused';
  failTurn(draft, turn, { reason, isQuarantined: code === 'turn-attempts', mayRepeat });
}

function finishTurn(draft: Draft, event: EventOf<'turn-finished'>): void {
  const { output: given } = event;
  const turn = closeTurn(draft, event.turnId, { outcome: 'finished', usage: given.usage });
  if (turn === null) return;
  const missing = missingIn(turn.kind, given);
  if (missing !== null) {
    const speaker = speakerIn(draft, turn);
    if (turn.subject.task !== null) {
      speak(draft, { place: turn.conversation, speaker, text: given.said });
    }
    return failTurn(draft, turn, { reason: missing });
  }
  const output = takeNotes(draft, turn, given);
  switch (turn.kind) {
    case 'project-manager.intake':
      return hearBrief(draft, output);
    case 'project-manager.approaches':
      return hearApproaches(draft, output);
    case 'project-manager.plan':
      return hearPlan(draft, output);
    case 'project-manager.staffing':
      return hearStaffing(draft, output);
    case 'project-manager.assemble':
      return hearAssembly(draft, output);
    case 'project-manager.talk':
    case 'specialist.answer':
      return hearAnswer(draft, turn, output);
    case 'collaborator.introduce':
      return hearIntroduction(draft, turn, output);
    case 'collaborator.hand-over':
      return hearHandOver(draft, turn, output);
    case 'collaborator.summarise':
      return hearSummary(draft, turn, output);
    case 'collaborator.review':
    case 'specialist.review':
      return hearReview(draft, turn, output);
    case 'specialist.work':
    case 'specialist.revise':
      return hearWork(draft, turn, output);
    case 'lpm.study':
      return hearStudy(draft, output);
  }
}
