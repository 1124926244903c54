// Whoever made an output never approves it. The approver judges what code cannot, with evidence; a
// human's word stands above. An accepted output is shown, handed over, and frees its Specialist.
import type { Human } from '../actor.ts';
import { projectManager } from '../agent.ts';
import type { Criterion, CriterionResult } from '../criterion.ts';
import { isCheckedByCode } from '../criterion.ts';
import { limits } from '../limits.ts';
import { placeOf } from '../place.ts';
import { dependentsOf } from '../plan.ts';
import { memberOf } from '../project.ts';
import type { OpenTurn } from '../project.ts';
import type { TurnOutput } from '../turn.ts';
import { actionsOf } from './used-commands.ts';
import { orderHandOver, orderSummaryIfComplete } from './collaborating.ts';
import {
  acknowledge,
  agentOf,
  closeDecision,
  openDecision,
  orderTurn,
  overviewOf,
  record,
  refuse,
  say,
} from './draft.ts';
import type { Draft } from './draft.ts';
import { returnOutput, startTasks, stick, taskInPlan } from './work.ts';
import type { TaskInPlan } from './work.ts';

/** Asks the approver that the plan names. */
export function orderReview(draft: Draft, inPlan: TaskInPlan, prompt: string | null = null): void {
  const { planned, task } = inPlan;
  if (planned.approver === 'director') {
    const results = draft.project.tasks[task.id]?.submission?.checks ?? [];
    return askDirector(draft, inPlan, draft.project.director.name, results);
  }
  const member = memberOf(draft.project, planned.approver);
  const collaborator = draft.project.streams[planned.stream]?.collaborator;
  const reviewer = member?.agent ?? collaborator ?? projectManager;
  orderTurn(draft, {
    kind: member === undefined ? 'collaborator.review' : 'specialist.review',
    agentId: reviewer.id,
    conversation: inPlan.thread,
    tier: task.tier,
    subject: { stream: planned.stream, task: task.id, prompt },
    retries: prompt === null ? 0 : 1,
  });
}

export function hearReview(draft: Draft, turn: OpenTurn, output: TurnOutput): void {
  const inPlan = taskInPlan(draft.project, turn.subject.task);
  if (inPlan === null || inPlan.task.state !== 'in-review') return;
  const speaker = agentOf(draft, turn.agentId);
  const changes = actionsOf(output, 'request-changes')[0];
  const accept = actionsOf(output, 'accept')[0];
  const line = output.commands[0]?.line ?? null;
  if (changes !== undefined) {
    sayVerdict(draft, inPlan, { speaker, line, text: output.said, reasons: changes.reasons });
    return returnOutput(draft, inPlan, speaker.id, changes.reasons);
  }
  const judged = judge(inPlan, accept?.criteria ?? [], 'agent');
  if (accept === undefined || judged.missing.length > 0) {
    if (turn.retries < limits.turnRetriesMax) {
      const missing = judged.missing.map((criterion) => criterion.id).join(', ');
      return orderReview(draft, inPlan, `Judge these criteria with a quotation each: ${missing}`);
    }
    return stick(draft, inPlan, `${speaker.name} could not judge every criterion.`);
  }
  const unmet = judged.results.filter((result) => !result.met);
  if (unmet.length > 0) {
    const reasons = unmet.map((result) => `${result.criterion}: ${result.evidence}`.slice(0, 500));
    sayVerdict(draft, inPlan, { speaker, line, text: output.said, reasons });
    return returnOutput(draft, inPlan, speaker.id, reasons);
  }
  sayVerdict(draft, inPlan, {
    speaker,
    line,
    text: [output.said, accept.note ?? ''].filter((text) => text !== '').join('\n'),
    results: judged.results,
  });
  const oversight = draft.project.plan?.streams.find((one) => one.id === inPlan.planned.stream);
  if (oversight?.oversight === 'every-output') {
    return askDirector(draft, inPlan, speaker.name, judged.results);
  }
  acceptOutput(draft, inPlan, { by: speaker.id, results: judged.results });
}

/** Code's results stand; the judged criteria come from the approver, and none may be missing. */
function judge(
  inPlan: TaskInPlan,
  given: readonly Omit<CriterionResult, 'checkedBy'>[],
  checkedBy: 'agent' | 'human',
): { results: CriterionResult[]; missing: Criterion[] } {
  const checks = inPlan.task.submission?.checks ?? [];
  const missing: Criterion[] = [];
  const results = inPlan.output.criteria.flatMap((criterion) => {
    const byCode = checks.find((check) => check.criterion === criterion.id);
    if (isCheckedByCode(criterion) && byCode !== undefined) return [byCode];
    const word = given.find((one) => one.criterion === criterion.id && one.evidence !== '');
    if (word !== undefined) return [{ ...word, checkedBy }];
    missing.push(criterion);
    return [];
  });
  return { results, missing };
}

/** The Director's own approval: always for an output they approve, else when they watch every one. */
function askDirector(
  draft: Draft,
  inPlan: TaskInPlan,
  by: string,
  results: CriterionResult[],
): void {
  const { task, planned } = inPlan;
  record(draft, { type: 'output-passed', task: task.id, by, results });
  const summary = draft.project.tasks[task.id]?.submission?.summary ?? '';
  openDecision(draft, {
    kind: 'output',
    title: `${task.id} ${planned.title}: accept the output`,
    why: `${summary}\nThe files are in the thread of ${agentOf(draft, task.assignee ?? 'pm').name}.`,
    options: ['Accept', 'Ask for changes'],
    task: task.id,
  });
}

/** A human accepts an output, or (with reasons) sends it back. */
export function judgeAsHuman(
  draft: Draft,
  taskId: string | null,
  reasons: string[] | null,
  by: Human,
): void {
  const inPlan = taskInPlan(draft.project, taskId);
  if (inPlan === null) return refuse(draft, `${draft.project.id} has no task ${taskId ?? ''}.`);
  const { task } = inPlan;
  if (task.submission === null || !['in-review', 'for-director', 'stuck'].includes(task.state)) {
    return refuse(draft, `${task.id} has no output that waits for a verdict.`);
  }
  for (const decision of Object.values(draft.project.decisions)) {
    if (decision.task !== task.id) continue;
    closeDecision(draft, decision.id, reasons === null ? 'Accepted' : 'Changes asked', by.name);
  }
  const speaker = projectManager;
  if (reasons !== null) {
    acknowledge(draft, `${task.id} goes back with your reasons.`);
    sayVerdict(draft, inPlan, { speaker, line: null, text: `By ${by.name}.`, reasons });
    return returnOutput(draft, inPlan, by.name, reasons);
  }
  acknowledge(draft, `${task.id} is accepted.`);
  const word = { met: true, evidence: `Accepted by ${by.name}.` };
  const given = inPlan.output.criteria.map(({ id: criterion }) => ({ criterion, ...word }));
  const known = task.results.filter((result) => result.checkedBy !== 'code');
  const { results } = judge(inPlan, [...known, ...given], 'human');
  acceptOutput(draft, inPlan, { by: by.name, results });
}

interface Verdict {
  speaker: ReturnType<typeof agentOf>;
  line: string | null;
  text: string;
  results?: CriterionResult[];
  reasons?: string[];
}

function sayVerdict(draft: Draft, inPlan: TaskInPlan, verdict: Verdict): void {
  const { task, planned, output, thread } = inPlan;
  const { speaker, line, text, results = [], reasons = [] } = verdict;
  const accepted = reasons.length === 0;
  const { criteria } = output;
  const said = text === '' ? null : text;
  const about = { task: task.id, title: planned.title, accepted, results, criteria, reasons };
  say(draft, { place: thread, speaker, body: { type: 'verdict', line, text: said, ...about } });
}

interface Acceptance {
  by: string;
  results: CriterionResult[] | undefined;
}

/** The output counts: shown in #overview, handed to whoever needs it, its Specialist goes on. */
export function acceptOutput(draft: Draft, inPlan: TaskInPlan, acceptance: Acceptance): void {
  const { task, planned, output } = inPlan;
  const { by, results = [] } = acceptance;
  record(draft, { type: 'output-accepted', task: task.id, by, results, at: draft.now });
  const approver = agentOf(draft, by);
  if (output.deliver) {
    say(draft, {
      place: overviewOf(draft),
      speaker: projectManager,
      body: {
        type: 'deliverable',
        title: output.title,
        files: task.submission?.files ?? [],
        results,
        criteria: output.criteria,
        author: agentOf(draft, task.assignee ?? 'pm').name,
        approver: approver.id === 'pm' && by !== 'pm' ? by : approver.name,
      },
    });
  }
  const { plan } = draft.project;
  if (plan !== null && dependentsOf(plan, task.id).length > 0) {
    orderHandOver(draft, planned, placeOf.stream(draft.project.id, planned.stream));
  }
  startTasks(draft);
  orderSummaryIfComplete(draft, planned.stream);
}
