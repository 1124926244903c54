// Specialists at work: tasks start when what they need was accepted and handed over; a submission
// passes the checks by code before anyone else spends time on it.
import type { ActionOf } from '../action.ts';
import { limits } from '../limits.ts';
import { memberOf } from '../project.ts';
import type { OpenTurn } from '../project.ts';
import { clip } from '../prose.ts';
import { taskInPlan } from '../task-in-plan.ts';
import type { TaskInPlan } from '../task-in-plan.ts';
import type { TurnOutput } from '../turn.ts';
import { agentOf, orderTurn, record, say, speakerIn } from './draft.ts';
import type { Draft } from './draft.ts';
import { orderReview } from './next-turns.ts';
import { actionsOf } from './used-commands.ts';
import { returnOutput, stick } from './verdict.ts';

export function hearWork(draft: Draft, turn: OpenTurn, output: TurnOutput): void {
  const inPlan = taskInPlan(draft.project, turn.subject.task);
  if (inPlan === null || inPlan.task.state !== 'working') return;
  const speaker = speakerIn(draft, turn);
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
  if (question !== undefined) askColleague(draft, turn, { inPlan, question });
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
  const shown = {
    summary: action.summary,
    files: output.files,
    checks: output.checks,
    openPoints: action.openPoints,
    revision: task.rejections,
  };
  const { event } = draft;
  const made = event.type === 'turn-finished' ? { turnId: event.turnId } : {};
  const submission = { ...shown, ...made };
  record(draft, { type: 'output-submitted', task: task.id, submission });
  say(draft, {
    place: turn.conversation,
    speaker: speakerIn(draft, turn),
    body: {
      type: 'output',
      line: used.line,
      projectId: draft.project.id,
      task: task.id,
      title: planned.title,
      criteria: inPlan.output.criteria,
      ...shown,
    },
  });
  const reasons = [...missingFiles(inPlan, output), ...failedChecks(inPlan, output)].slice(0, 10);
  if (reasons.length === 0) return orderReview(draft, inPlan);
  returnOutput(draft, inPlan, { by: 'code', checkedBy: 'code', reasons });
}

/** Files that the plan promises and no criterion of code asks for. */
function missingFiles(inPlan: TaskInPlan, { files, checks }: TurnOutput): string[] {
  const checked = inPlan.output.criteria.flatMap(({ id, check }) =>
    check.kind !== 'judged' && checks.some((one) => one.criterion === id) ? [check.file] : [],
  );
  return inPlan.output.files
    .filter((name) => !checked.includes(name) && !files.some((file) => file.name === name))
    .map((name) => `${name} was not submitted.`);
}

function failedChecks({ output: { criteria } }: TaskInPlan, { checks }: TurnOutput): string[] {
  return checks
    .filter((check) => !check.met)
    .map((check) => {
      const text = criteria.find((criterion) => criterion.id === check.criterion)?.text;
      return clip(`${check.criterion} (${text ?? 'criterion'}): ${check.evidence}`, 500);
    });
}

interface Asking {
  inPlan: TaskInPlan;
  question: ActionOf<'ask'>;
}

/** A question to a colleague: answered in the asker's thread, then the work goes on. */
function askColleague(draft: Draft, turn: OpenTurn, { inPlan, question }: Asking): void {
  const { project } = draft;
  const asked = inPlan.task.asked;
  if (asked >= limits.questionsPerTaskMax) {
    return stick(draft, inPlan, `Asked ${asked} times and asks again: ${question.question}`);
  }
  const known = question.to === 'pm' || memberOf(project, question.to) !== undefined;
  const to = known && question.to !== turn.agentId ? question.to : 'pm';
  say(draft, {
    place: turn.conversation,
    speaker: speakerIn(draft, turn),
    body: {
      type: 'command',
      line: `/ask @${agentOf(draft, to).name}`,
      text: question.question,
    },
  });
  record(draft, { type: 'colleague-asked', task: inPlan.task.id, to });
  orderTurn(draft, {
    kind: to === 'pm' ? 'project-manager.talk' : 'specialist.answer',
    agentId: to,
    conversation: turn.conversation,
    tier: 'economy',
    subject: { ...turn.subject, prompt: question.question, asker: turn.agentId },
  });
}
