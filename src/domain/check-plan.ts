// Refuses a bad plan before a human sees it. Every reason is a sentence that names what is wrong
// and where, because the PM repairs the plan from these sentences and the Director may read them.
import { coordinationFaults, seatFaults } from './coordination.ts';
import { criteriaOf, isSelfApproved, plannedMember, plannedOutput } from './plan.ts';
import type { Plan } from './plan.ts';
import { isCheckedByCode } from './criterion.ts';
import type { Check } from './criterion.ts';

/** @returns the faults as sentences; empty means the plan is good. */
export function checkPlan(plan: Plan, rosterIds: readonly string[]): string[] {
  return [
    ...repeatedIds(plan),
    ...wrongNames(plan, rosterIds),
    ...makers(plan),
    ...approvers(plan),
    ...seatFaults(plan),
    ...coordinationFaults(plan),
    ...files(plan),
    ...reservedFiles(plan),
    ...misfits(plan),
    ...criteria(plan),
    ...cycles(plan),
  ];
}

function repeatedIds(plan: Plan): string[] {
  const groups: [string, string[]][] = [
    ['task', plan.tasks.map((task) => task.id)],
    ['output', plan.outputs.map((output) => output.id)],
    ['stream', plan.streams.map((stream) => stream.id)],
    ['team member', plan.team.map((member) => member.key)],
    ['criterion', criteriaOf(plan).map((criterion) => criterion.id)],
    ['stream title', plan.streams.map((stream) => stream.title.toLowerCase())],
    ['file', plan.outputs.flatMap((output) => output.files.map((file) => file.toLowerCase()))],
  ];
  return groups.flatMap(([what, ids]) =>
    [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))].map(
      (id) => `The ${what} ${id} appears more than once.`,
    ),
  );
}

/** What tasks call those who are no member of the team. */
const reservedKeys = ['collaborator', 'director', 'pm', 'lpm'];

function wrongNames(plan: Plan, rosterIds: readonly string[]): string[] {
  const faults: string[] = [];
  const taskIds = new Set(plan.tasks.map((task) => task.id));
  const streamIds = new Set(plan.streams.map((stream) => stream.id));
  for (const task of plan.tasks) {
    if (!streamIds.has(task.stream)) {
      faults.push(`Task ${task.id} is in stream ${task.stream}, which does not exist.`);
    }
    for (const earlier of task.after) {
      if (!taskIds.has(earlier)) {
        faults.push(`Task ${task.id} waits for ${earlier}, which does not exist.`);
      }
    }
    if (plannedMember(plan, task.doer) === undefined) {
      faults.push(`Task ${task.id} is done by "${task.doer}", who is not in the team.`);
    }
  }
  for (const stream of plan.streams) {
    if (!plan.tasks.some((task) => task.stream === stream.id)) {
      faults.push(`Stream ${stream.id} has no task.`);
    }
  }
  const reused = plan.team.flatMap((member) => (member.reuse === null ? [] : [member.reuse]));
  for (const member of plan.team) {
    if (member.reuse !== null && !rosterIds.includes(member.reuse)) {
      faults.push(`Team member ${member.key} reuses ${member.reuse}, who is not in the roster.`);
    }
    if (reservedKeys.includes(member.key)) {
      faults.push(`Team member ${member.key} has a key that means somebody else; choose another.`);
    }
    if (!plan.tasks.some((task) => task.doer === member.key || task.approver === member.key)) {
      faults.push(`Team member ${member.key} has nothing to do.`);
    }
  }
  for (const id of new Set(reused.filter((one, at) => reused.indexOf(one) !== at))) {
    faults.push(`${id} is reused for two places in the team; one must be sameAs the other.`);
  }
  return faults;
}

function makers(plan: Plan): string[] {
  const faults: string[] = [];
  for (const output of plan.outputs) {
    const count = plan.tasks.filter((task) => task.output === output.id).length;
    if (count === 0) faults.push(`Output ${output.id} (${output.title}) is made by no task.`);
    if (count > 1) faults.push(`Output ${output.id} is made by ${count} tasks; it must be one.`);
  }
  for (const task of plan.tasks) {
    if (plannedOutput(plan, task.output) === undefined) {
      faults.push(`Task ${task.id} makes output ${task.output}, which does not exist.`);
    }
  }
  if (!plan.outputs.some((output) => output.deliver)) {
    faults.push('No output is delivered to the Director.');
  }
  return faults;
}

function approvers(plan: Plan): string[] {
  return plan.tasks.flatMap((task) => {
    if (isSelfApproved(task)) return [`Task ${task.id} is approved by its own doer.`];
    const known =
      task.approver === 'collaborator' ||
      task.approver === 'director' ||
      plannedMember(plan, task.approver) !== undefined;
    return known ? [] : [`Task ${task.id} is approved by "${task.approver}", who is unknown.`];
  });
}

function files(plan: Plan): string[] {
  return plan.outputs.flatMap((output) =>
    output.criteria.flatMap((criterion) => {
      const { check } = criterion;
      if (check.kind === 'judged' || output.files.includes(check.file)) return [];
      return [`Criterion ${criterion.id} checks ${check.file}, not a file of ${output.id}.`];
    }),
  );
}

/** What the bundle adds to the deliverables under names of its own. */
const bundleFiles = ['handover.md', 'transcript.md', 'manifest.json'];

function reservedFiles(plan: Plan): string[] {
  return plan.outputs.flatMap((output) =>
    output.files
      .filter((file) => output.deliver && bundleFiles.includes(file.toLowerCase()))
      .map(
        (file) => `The hand-over writes ${file} itself; call the file of ${output.id} otherwise.`,
      ),
  );
}

/** A check that can never be met by a file of that kind. */
function misfits(plan: Plan): string[] {
  return criteriaOf(plan).flatMap(({ id, check }) => {
    const needed = endingsFor(check);
    if (check.kind === 'judged' || needed === null) return [];
    if (needed.some((ending) => check.file.toLowerCase().endsWith(ending))) return [];
    const what = check.kind === 'format' ? `the format ${check.format}` : check.kind;
    return [`Criterion ${id} checks ${check.file} for ${what}, which needs a ${needed[0]} file.`];
  });
}

/** @returns null when any file will do */
function endingsFor(check: Check): [string, ...string[]] | null {
  const kind = check.kind === 'format' ? check.format : check.kind;
  switch (kind) {
    case 'sum':
    case 'csv':
      return ['.csv'];
    case 'sections':
    case 'headings':
    case 'markdown':
      return ['.md', '.markdown'];
    case 'json':
      return ['.json'];
    case 'text':
    case 'length':
    case 'file-exists':
    case 'judged':
      return null;
  }
}

function criteria(plan: Plan): string[] {
  const faults = criteriaOf(plan).flatMap((criterion) => {
    const { check } = criterion;
    if (check.kind !== 'length' || check.wordsMin <= check.wordsMax) return [];
    return [
      `Criterion ${criterion.id} asks for at least ${check.wordsMin} words and at most fewer.`,
    ];
  });
  const all = criteriaOf(plan);
  const byCode = all.filter(isCheckedByCode).length;
  if (byCode * 2 < all.length) {
    faults.push(`Only ${byCode} of ${all.length} criteria can be checked by code; half must be.`);
  }
  return faults;
}

/** Names one cycle, as `T1 → T2 → T1`, by walking dependencies depth first. */
function cycles(plan: Plan): string[] {
  const after = new Map(plan.tasks.map((task) => [task.id, task.after]));
  const done = new Set<string>();
  function walk(id: string, path: string[]): string[] {
    const at = path.indexOf(id);
    if (at >= 0) return [...path.slice(at), id];
    if (done.has(id)) return [];
    for (const earlier of after.get(id) ?? []) {
      const cycle = walk(earlier, [...path, id]);
      if (cycle.length > 0) return cycle;
    }
    done.add(id);
    return [];
  }
  for (const task of plan.tasks) {
    const cycle = walk(task.id, []);
    if (cycle.length > 0) return [`These tasks wait for each other: ${cycle.join(' → ')}.`];
  }
  return [];
}
