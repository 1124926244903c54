// What follows from a verdict: accepted, sent back, or stuck. The same for a verdict by code, by a
// reviewer and by a human.
import { projectManager } from '../agent.ts';
import type { Agent } from '../agent.ts';
import type { CriterionResult } from '../criterion.ts';
import { limits } from '../limits.ts';
import type { Tier } from '../model-port.ts';
import { options } from '../pending-decision.ts';
import { placeOf } from '../place.ts';
import { dependentsOf } from '../plan.ts';
import { clip } from '../prose.ts';
import type { TaskInPlan } from '../task-in-plan.ts';
import { agentOf, openDecision, overviewOf, record, say } from './draft.ts';
import type { Draft } from './draft.ts';
import { orderHandOver, orderSummaryIfComplete, orderWork } from './next-turns.ts';

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
        projectId: draft.project.id,
        task: task.id,
        revision: task.submission?.revision ?? 0,
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
  orderSummaryIfComplete(draft, planned.stream);
}

interface Return {
  by: string;
  checkedBy: CriterionResult['checkedBy'];
  reasons: string[];
}

/**
 * Changes are requested: the Specialist revises, on a better model after the second rejection. Too
 * many of them ask the Director, but what a human sends back is always revised.
 */
export function returnOutput(draft: Draft, inPlan: TaskInPlan, given: Return): void {
  const { id } = inPlan.task;
  const { by, checkedBy, reasons } = given;
  record(draft, { type: 'changes-requested', task: id, by, reasons });
  const task = draft.project.tasks[id];
  if (task === undefined || task.assignee === null) return;
  if (checkedBy === 'code') sayCodeVerdict(draft, inPlan, reasons);
  if (checkedBy !== 'human' && task.rejections >= limits.rejectionsBeforeDirector) {
    return stick(draft, inPlan, `Rejected ${task.rejections} times. Last: ${reasons.join(' ')}`);
  }
  if (task.rejections >= limits.rejectionsBeforeTierUp && task.tier !== 'premium') {
    record(draft, { type: 'tier-raised', task: id, tier: tierAbove(task.tier) });
  }
  orderWork(draft, inPlan);
}

function sayCodeVerdict(draft: Draft, inPlan: TaskInPlan, reasons: string[]): void {
  const { task, planned, output } = inPlan;
  say(draft, {
    place: inPlan.thread,
    speaker: projectManager,
    body: {
      type: 'verdict',
      line: null,
      task: task.id,
      title: planned.title,
      accepted: false,
      results: draft.project.tasks[task.id]?.submission?.checks ?? [],
      criteria: output.criteria,
      reasons,
      text: 'The checks by code did not pass, so no reviewer was asked yet.',
    },
  });
}

export function tierAbove(tier: Tier): Tier {
  return tier === 'economy' ? 'standard' : 'premium';
}

/** Its team cannot finish it: the Director decides. */
export function stick(draft: Draft, inPlan: TaskInPlan, reason: string): void {
  const { task, planned } = inPlan;
  record(draft, { type: 'task-stuck', task: task.id, reason: clip(reason, 1000) });
  const hasOutput = draft.project.tasks[task.id]?.submission !== null;
  openDecision(draft, {
    kind: 'stuck',
    title: `${task.id} ${planned.title}: not finished`,
    why: clip(reason, 1500),
    options: [
      options.tryAgain,
      ...(hasOutput ? [options.acceptAsItIs] : []),
      options.cancelProject,
    ],
    task: task.id,
  });
}

interface Verdict {
  speaker: Agent;
  line: string | null;
  text: string;
  results?: CriterionResult[];
  reasons?: string[];
}

export function sayVerdict(draft: Draft, inPlan: TaskInPlan, verdict: Verdict): void {
  const { task, planned, output, thread } = inPlan;
  // Sent back, nothing is judged but what code found; accepted, the approver names every result.
  const found = task.submission?.checks ?? [];
  const { speaker, line, text, results = found, reasons = [] } = verdict;
  const accepted = reasons.length === 0;
  const { criteria } = output;
  const said = text === '' ? null : text;
  const about = { task: task.id, title: planned.title, accepted, results, criteria, reasons };
  say(draft, { place: thread, speaker, body: { type: 'verdict', line, text: said, ...about } });
}
