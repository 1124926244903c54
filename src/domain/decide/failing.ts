// A turn failed for good: the model's answers did not fit, its endpoint does not serve us, or it
// ended without what it was for. It is ordered once more; after that code takes its place where
// code can, and else whoever can help is told what failed and why. A turn that took down whoever
// took it is never ordered again without a word of the Director: it would take down more.
import type { EventOf } from '../event.ts';
import { hasEnded } from '../project.ts';
import type { OpenTurn } from '../project.ts';
import { clockTime, doing } from '../status.ts';
import { limits } from '../limits.ts';
import { options } from '../pending-decision.ts';
import { agencyPlaces } from '../place.ts';
import type { PostBodyOf } from '../post.ts';
import { clip } from '../prose.ts';
import { taskInPlan } from '../task-in-plan.ts';
import { noUsage } from '../turn.ts';
import type { TurnKind } from '../turn.ts';
import { endProject } from './assembling.ts';
import { completeStream, completion, handOverTask } from './collaborating.ts';
import { hearAnswer } from './conversation.ts';
import { agentOf, notice, openDecision, orderTurn, record, tellDirector } from './draft.ts';
import type { Draft } from './draft.ts';
import { giveUpStudy } from './studying.ts';
import { stick } from './verdict.ts';

interface Failing {
  reason: string;
  /** It was begun again and again and never ended. */
  isQuarantined?: boolean;
  /** Ordering it once more may help; so it is where nothing is said. */
  mayRepeat?: boolean;
}

export function failTurn(draft: Draft, turn: OpenTurn, failing: Failing): void {
  const { reason: what, isQuarantined = false, mayRepeat = true } = failing;
  if (isQuarantined) return quarantine(draft, turn, what);
  if (mayRepeat && turn.retries < limits.turnRetriesMax) {
    return orderTurn(draft, { ...turn, retries: turn.retries + 1 });
  }
  const isAboutTask = turn.subject.task !== null;
  const told = isAboutTask ? `${agentOf(draft, turn.agentId).name}: ${what}` : what;
  const reason = withTurn(draft, told);
  const lost = lostBeforeWork[turn.kind];
  if (lost !== undefined) return giveUp(draft, `${lost} ${reason}`);
  replaceOrAsk(draft, turn, { what, reason });
}

/** Before approval a turn that failed is the end, or of no consequence. */
const lostBeforeWork: Readonly<Partial<Record<TurnKind, string>>> = {
  'project-manager.intake': 'I could not read your objective.',
  'project-manager.approaches': 'I found no approaches.',
  'project-manager.plan': 'I could not make a plan.',
};

function withTurn({ event }: Draft, what: string): string {
  return 'turnId' in event ? `${what} (${event.turnId})` : what;
}

/** The Director decides whether it is tried again; where code can do without it, it does. */
function quarantine(draft: Draft, turn: OpenTurn, what: string): void {
  if (turn.kind === 'lpm.study') return giveUpStudy(draft, withTurn(draft, what));
  const agent = agentOf(draft, turn.agentId);
  const reason = withTurn(draft, `${agent.name} ${doing(turn)}. ${what}`);
  notice(draft, agencyPlaces.log, {
    tone: 'warning',
    title: clip(`A turn of ${draft.project.id} is given up`, 200),
    text: clip(`${reason}\nThe log of the program says how it ended each time.`, 3000),
  });
  replaceOrAsk(draft, turn, { what, reason });
}

interface Reasons {
  /** For whoever asked something. */
  what: string;
  /** For the Director: with the turn's id. */
  reason: string;
}

function replaceOrAsk(draft: Draft, turn: OpenTurn, { what, reason }: Reasons): void {
  switch (turn.kind) {
    case 'project-manager.intake':
      return askWhetherAgain(draft, 'Your objective is not read', reason);
    case 'project-manager.approaches':
      return askWhetherAgain(draft, 'There are no approaches', reason);
    case 'project-manager.plan':
      return askWhetherAgain(draft, 'The plan is not made', reason);
    case 'project-manager.staffing':
      return askWhetherAgain(draft, 'The team is not set up', reason);
    case 'project-manager.assemble':
      return askWhetherAgain(draft, 'The whole is not checked', reason);
    case 'collaborator.introduce':
      return turn.subject.stream === null
        ? undefined
        : record(draft, { type: 'stream-introduced', stream: turn.subject.stream });
    case 'collaborator.hand-over':
      return handOverTask(draft, turn, { line: '/handoff', summary: null, openPoints: [] });
    case 'collaborator.summarise':
      return completeStream(draft, turn, completion);
    case 'project-manager.talk':
    case 'specialist.answer': {
      const said = `I could not answer: ${what}`;
      return hearAnswer(draft, turn, { said, commands: [], files: [], checks: [], usage: noUsage });
    }
    case 'lpm.study':
      return giveUpStudy(draft, reason);
    case 'collaborator.review':
    case 'specialist.review':
    case 'specialist.work':
    case 'specialist.revise': {
      const inPlan = taskInPlan(draft.project, turn.subject.task);
      if (inPlan === null) return;
      return stick(draft, inPlan, reason);
    }
  }
}

/** Before approval: the objective is quickly said again, and nothing was spent on work. */
function giveUp(draft: Draft, reason: string): void {
  if (hasEnded(draft.project.phase)) return;
  // Only a choice that leads on lets the project wait; a card about the budget does not.
  const waiting = Object.values(draft.project.decisions).find(
    ({ kind }) => kind === 'approach' || kind === 'plan',
  );
  if (waiting !== undefined) {
    const text = `${reason}\n${waiting.id} above stands as it is; you can still decide it.`;
    return notice(draft, agencyPlaces.director, {
      tone: 'warning',
      title: 'Your change is not made',
      text: clip(text, 3000),
    });
  }
  const advice = 'Nothing was spent on work. Write the objective again to start over.';
  endProject(draft, 'stopped', `${reason}\n${advice}`);
}

/** Worth another try, when the Director says so. */
function askWhetherAgain(draft: Draft, title: string, reason: string): void {
  openDecision(draft, {
    kind: 'stuck',
    title: `${draft.project.id}: ${title}`,
    why: clip(reason, 1500),
    options: [options.tryAgain, options.cancelProject],
    task: null,
  });
}

/**
 * Nobody waits in silence: whoever reads the place learns why nothing happens and that it will. A
 * turn that is put off again for the same cause is no news, neither for people nor for the record.
 */
export function sayDelay(draft: Draft, event: EventOf<'turn-delayed'>): void {
  const turn = draft.project.turns[event.turnId];
  if (turn === undefined) return;
  const { wait } = event;
  if (turn.wait !== undefined && (wait === undefined || turn.wait.code === wait.code)) return;
  const needsHelp = wait !== undefined && needsDirector.includes(wait.code);
  // A slow endpoint is told of once a turn, however many of its questions have to wait.
  const isKnown = needsHelp ? isWaitedFor(draft, wait.code) : turn.waited === true;
  if (wait !== undefined) record(draft, { type: 'turn-put-off', turnId: event.turnId, wait });
  if (isKnown) return;
  const who = agentOf(draft, turn.agentId).name;
  const goesOn =
    wait === undefined
      ? 'I keep trying; nothing is lost.'
      : `It goes on by itself at ${clockTime(wait.until)}; nothing is lost.`;
  const body: PostBodyOf<'notice'> = {
    type: 'notice',
    tone: 'warning',
    title: `${who} has to wait`,
    text: clip(`${event.reason}\n${goesOn}`, 3000),
  };
  if (needsHelp) return tellDirector(draft, body, { isAsking: true });
  // A study is nobody's conversation; what becomes of it is said where its report will be.
  notice(draft, turn.kind === 'lpm.study' ? agencyPlaces.log : turn.conversation, body);
}

/** What only a person can put right: they are told once for all turns that wait for it. */
const needsDirector = ['quota-exhausted', 'access-refused'];

function isWaitedFor({ project }: Draft, code: string): boolean {
  return Object.values(project.turns).some(({ wait }) => wait?.code === code);
}

/** From here on the same cause is news again. */
export function goOn(draft: Draft, turnId: string): void {
  if (draft.project.turns[turnId]?.wait === undefined) return;
  record(draft, { type: 'turn-went-on', turnId });
}
