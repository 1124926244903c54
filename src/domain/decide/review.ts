// Whoever made an output never approves it. The approver judges what code cannot, with evidence; a
// human's word stands above. An accepted output is shown, handed over, and frees its Specialist.
import type { Human } from '../actor.ts';
import { projectManager } from '../agent.ts';
import { isCheckedByCode } from '../criterion.ts';
import type { Criterion, CriterionResult } from '../criterion.ts';
import { limits } from '../limits.ts';
import type { OpenTurn } from '../project.ts';
import { clip } from '../prose.ts';
import { taskInPlan } from '../task-in-plan.ts';
import type { TaskInPlan } from '../task-in-plan.ts';
import type { TurnOutput } from '../turn.ts';
import { acknowledge, cancelTurns, closeDecision, refuse, speakerIn } from './draft.ts';
import type { Draft } from './draft.ts';
import { askDirector, orderReview } from './next-turns.ts';
import { actionsOf } from './used-commands.ts';
import { acceptOutput, returnOutput, sayVerdict, stick } from './verdict.ts';

export function hearReview(draft: Draft, turn: OpenTurn, output: TurnOutput): void {
  const inPlan = taskInPlan(draft.project, turn.subject.task);
  if (inPlan === null || inPlan.task.state !== 'in-review') return;
  const speaker = speakerIn(draft, turn);
  const changes = actionsOf(output, 'request-changes')[0];
  const accept = actionsOf(output, 'accept')[0];
  const line = output.commands[0]?.line ?? null;
  if (changes !== undefined) {
    sayVerdict(draft, inPlan, { speaker, line, text: output.said, reasons: changes.reasons });
    const { reasons } = changes;
    return returnOutput(draft, inPlan, { by: speaker.id, checkedBy: 'agent', reasons });
  }
  const judged = judge(inPlan, accept?.criteria ?? [], 'agent');
  if (accept === undefined || judged.missing.length > 0) {
    if (turn.retries < limits.turnRetriesMax) {
      return orderReview(draft, inPlan, { prompt: missingJudgement(judged.missing) });
    }
    return stick(draft, inPlan, `${speaker.name} could not judge every criterion.`);
  }
  const unmet = judged.results.filter((result) => !result.met);
  if (unmet.length > 0) {
    const reasons = unmet.map((result) => clip(`${result.criterion}: ${result.evidence}`, 500));
    sayVerdict(draft, inPlan, { speaker, line, text: output.said, reasons });
    return returnOutput(draft, inPlan, { by: speaker.id, checkedBy: 'agent', reasons });
  }
  sayVerdict(draft, inPlan, {
    speaker,
    line,
    text: clip([output.said, accept.note ?? ''].filter((text) => text !== '').join('\n'), 8000),
    results: judged.results,
  });
  const oversight = draft.project.plan?.streams.find((one) => one.id === inPlan.planned.stream);
  if (oversight?.oversight === 'every-output') {
    return askDirector(draft, inPlan, { by: speaker.name, results: judged.results });
  }
  acceptOutput(draft, inPlan, { by: speaker.id, results: judged.results });
}

function missingJudgement(missing: readonly Criterion[]): string {
  if (missing.length === 0) return 'Say whether you accept the output, or what must change.';
  const ids = missing.map((criterion) => criterion.id).join(', ');
  return `Judge these criteria with a quotation each: ${ids}`;
}

/** A word on a criterion; who gave it, where somebody other than the approver did. */
type Word = Omit<CriterionResult, 'checkedBy'> & Partial<Pick<CriterionResult, 'checkedBy'>>;

/** Code's results stand; the judged criteria come from the approver, and none may be missing. */
function judge(
  inPlan: TaskInPlan,
  given: readonly Word[],
  checkedBy: 'agent' | 'human',
): { results: CriterionResult[]; missing: Criterion[] } {
  const checks = inPlan.task.submission?.checks ?? [];
  const missing: Criterion[] = [];
  const results = inPlan.output.criteria.flatMap((criterion) => {
    const byCode = checks.find((check) => check.criterion === criterion.id);
    if (isCheckedByCode(criterion) && byCode !== undefined) return [byCode];
    const word = given.find((one) => one.criterion === criterion.id && one.evidence !== '');
    if (word !== undefined) return [{ checkedBy, ...word }];
    missing.push(criterion);
    return [];
  });
  return { results, missing };
}

/** A human accepts an output, or (with reasons) sends it back. */
export function judgeAsHuman(
  draft: Draft,
  taskId: string | null,
  { reasons, by }: { reasons: string[] | null; by: Human },
): void {
  const inPlan = taskInPlan(draft.project, taskId);
  if (inPlan === null) return refuse(draft, `${draft.project.id} has no task ${taskId ?? ''}.`);
  const { task } = inPlan;
  if (task.submission === null || !['in-review', 'for-director', 'stuck'].includes(task.state)) {
    return refuse(draft, `${task.id} has no output that waits for a verdict.`);
  }
  // Whoever was judging it meanwhile need not go on: a human's word stands above.
  cancelTurns(draft, (turn) => turn.subject.task === task.id);
  for (const decision of Object.values(draft.project.decisions)) {
    if (decision.task !== task.id) continue;
    closeDecision(draft, decision.id, {
      outcome: reasons === null ? 'Accepted' : 'Changes asked',
      by: by.name,
    });
  }
  const speaker = projectManager;
  if (reasons !== null) {
    acknowledge(draft, `${task.id} goes back with your reasons.`);
    sayVerdict(draft, inPlan, { speaker, line: null, text: `By ${by.name}.`, reasons });
    return returnOutput(draft, inPlan, { by: by.name, checkedBy: 'human', reasons });
  }
  acknowledge(draft, `${task.id} is accepted.`);
  const word = { met: true, evidence: `Accepted by ${by.name}.` };
  const given = inPlan.output.criteria.map(({ id: criterion }) => ({ criterion, ...word }));
  const known = task.results.filter((result) => result.checkedBy !== 'code');
  const { results } = judge(inPlan, [...known, ...given], 'human');
  sayVerdict(draft, inPlan, { speaker, line: null, text: word.evidence, results });
  acceptOutput(draft, inPlan, { by: by.name, results });
}
