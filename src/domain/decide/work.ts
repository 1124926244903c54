// Specialists at work: tasks start when what they need was accepted and handed over; a submission
// passes the checks by code before anyone else spends time on it.
import type { Human } from '../actor.ts';
import type { CriterionResult } from '../criterion.ts';
import type { PendingDecision } from '../pending-decision.ts';
import { memberOf } from '../project.ts';
import type { OpenTurn } from '../project.ts';
import { taskInPlan } from '../task-in-plan.ts';
import type { TaskInPlan } from '../task-in-plan.ts';
import type { TurnOutput } from '../turn.ts';
import { endProject } from './assembling.ts';
import { acknowledge, agentOf, closeDecision, orderTurn, record, refuse, say } from './draft.ts';
import type { Draft } from './draft.ts';
import { orderReview } from './next-turns.ts';
import { actionsOf } from './used-commands.ts';
import { acceptOutput, returnOutput, stick } from './verdict.ts';

export function hearWork(draft: Draft, turn: OpenTurn, output: TurnOutput): void {
  const inPlan = taskInPlan(draft.project, turn.subject.task);
  if (inPlan === null || inPlan.task.state !== 'working') return;
  const speaker = agentOf(draft, turn.agentId);
  const opening = output.commands.filter(({ action }) => action.type === 'start');
  if (opening.length > 0 || output.said !== '') {
    const line = opening.map((command) => command.line).join('\n');
    const body =
      line === ''
        ? { type: 'speech' as const, text: output.said }
        : { type: 'command' as const, line, text: output.said };
    say(draft, { place: turn.conversation, speaker, body });
  }
  const submit = output.commands.find(({ action }) => action.type === 'submit');
  if (submit !== undefined) return submitOutput(draft, turn, { inPlan, output });
  const question = actionsOf(output, 'ask')[0];
  if (question !== undefined) return askColleague(draft, turn, question);
  stick(draft, inPlan, `${speaker.name} ended the turn without a submission.`);
}

interface Submitting {
  inPlan: TaskInPlan;
  output: TurnOutput;
}

function submitOutput(draft: Draft, turn: OpenTurn, { inPlan, output }: Submitting): void {
  const { task, planned } = inPlan;
  const used = output.commands.find(({ action }) => action.type === 'submit');
  const action = actionsOf(output, 'submit')[0];
  if (used === undefined || action === undefined) return;
  const submission = {
    summary: action.summary,
    files: output.files,
    checks: output.checks,
    openPoints: action.openPoints,
    revision: task.rejections,
  };
  record(draft, { type: 'output-submitted', task: task.id, submission });
  say(draft, {
    place: turn.conversation,
    speaker: agentOf(draft, turn.agentId),
    body: {
      type: 'output',
      line: used.line,
      task: task.id,
      title: planned.title,
      criteria: inPlan.output.criteria,
      ...submission,
    },
  });
  const failed = output.checks.filter((check) => !check.met);
  if (failed.length > 0) {
    return returnOutput(draft, inPlan, { by: 'code', reasons: reasonsOf(inPlan, failed) });
  }
  orderReview(draft, inPlan);
}

function reasonsOf({ output }: TaskInPlan, failed: CriterionResult[]): string[] {
  return failed.slice(0, 10).map((check) => {
    const text = output.criteria.find((criterion) => criterion.id === check.criterion)?.text;
    return `${check.criterion} (${text ?? 'criterion'}): ${check.evidence}`.slice(0, 500);
  });
}

export function retryStuck(
  draft: Draft,
  decision: PendingDecision,
  { choice, by }: { choice: number | null; by: Human },
): void {
  const inPlan = taskInPlan(draft.project, decision.task);
  const option = decision.options[(choice ?? 1) - 1];
  if (inPlan === null || option === undefined) {
    return refuse(draft, `Say which one: 1 to ${decision.options.length}.`);
  }
  closeDecision(draft, decision.id, { outcome: option, by: by.name });
  acknowledge(draft, `${option}: done.`);
  if (option === 'Cancel the project') {
    return endProject(draft, 'cancelled', `Cancelled by ${by.name} over ${inPlan.task.id}.`);
  }
  if (option === 'Accept as it is') {
    return acceptOutput(draft, inPlan, { by: by.name, results: inPlan.task.submission?.checks });
  }
  record(draft, { type: 'task-started', task: inPlan.task.id, at: draft.now });
  orderTurn(draft, {
    kind: inPlan.task.submission === null ? 'specialist.work' : 'specialist.revise',
    agentId: inPlan.task.assignee ?? 'pm',
    conversation: inPlan.thread,
    tier: 'premium',
    subject: { stream: inPlan.planned.stream, task: inPlan.task.id },
  });
}

/** A question to a colleague: answered in the asker's thread, then the work goes on. */
function askColleague(
  draft: Draft,
  turn: OpenTurn,
  question: { to: string; question: string },
): void {
  const { project } = draft;
  const known = question.to === 'pm' || memberOf(project, question.to) !== undefined;
  const to = known && question.to !== turn.agentId ? question.to : 'pm';
  say(draft, {
    place: turn.conversation,
    speaker: agentOf(draft, turn.agentId),
    body: {
      type: 'command',
      line: `/ask @${agentOf(draft, to).name}`,
      text: question.question,
    },
  });
  orderTurn(draft, {
    kind: to === 'pm' ? 'project-manager.talk' : 'specialist.answer',
    agentId: to,
    conversation: turn.conversation,
    tier: 'economy',
    subject: { ...turn.subject, prompt: question.question, asker: turn.agentId },
  });
}
