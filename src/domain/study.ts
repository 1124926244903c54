// What a project teaches, read from its state by code: how each task went, who worked well with
// whom, and the evidence that a proposal may point at. Nothing here is anybody's opinion.
import { projectManager } from './agent.ts';
import type { Feedback } from './feedback.ts';
import type { Particulars } from './lint-bullet.ts';
import { plannedMember, plannedTask } from './plan.ts';
import { agentsOf } from './project.ts';
import type { Project, Task } from './project.ts';
import { clip } from './prose.ts';
import type { Evidence } from './rewrite.ts';
import type { Pairing, Work } from './track-record.ts';

/** At this rating or below a person was disappointed (LEARNING.md §1.2). */
const disappointed = 2;

/** Tasks of which it is known how they went, in the order of the plan. */
export function worksOf(project: Project): Work[] {
  const { id: projectId, plan, tasks } = project;
  return Object.values(tasks).flatMap((task): Work[] => {
    const { assignee: agentId } = task;
    const wentWrong = wentWrongWith(project, task);
    if (agentId === null || plan === null || (!wentWrong && task.state !== 'accepted')) return [];
    const domains = [...(plannedMember(plan, task.doer)?.skills ?? [])];
    return [{ projectId, task: task.id, agentId, domains, wentWrong, returns: task.rejections }];
  });
}

function wentWrongWith({ feedback }: Project, task: Task): boolean {
  const isBad = (one: Feedback) =>
    one.kind === 'correction' || (one.rating !== null && one.rating <= disappointed);
  return (
    task.rejections > 0 ||
    task.state === 'stuck' ||
    task.wasStuck ||
    feedback.some((one) => one.task === task.id && one.agentId === task.assignee && isBad(one))
  );
}

/** Reviews and hand-overs between two, and how many of them brought nothing back. */
export function pairingsOf(project: Project): Pairing[] {
  const met = [...reviewsOf(project), ...handOversOf(project)];
  const groups = Object.groupBy(met, ({ kind, from, to }) => `${kind} ${from} ${to}`);
  return Object.values(groups).flatMap((group = []) => {
    const [first] = group;
    if (first === undefined) return [];
    const { kind, from, to } = first;
    const withoutReturn = group.filter(({ isClean }) => isClean).length;
    return [{ projectId: project.id, kind, from, to, times: group.length, withoutReturn }];
  });
}

type Meeting = Pick<Pairing, 'kind' | 'from' | 'to'> & { isClean: boolean };

function reviewsOf(project: Project): Meeting[] {
  const known = new Set(agentsOf(project).map(({ id }) => id));
  return Object.values(project.tasks).flatMap(({ state, assignee, approvedBy, rejections }) =>
    state === 'accepted' && assignee !== null && approvedBy !== null && known.has(approvedBy)
      ? [{ kind: 'review', from: assignee, to: approvedBy, isClean: rejections === 0 }]
      : [],
  );
}

function handOversOf({ handoffs, tasks }: Project): Meeting[] {
  return handoffs.flatMap(({ from, to }) =>
    to.flatMap((taskId): Meeting[] => {
      const maker = tasks[from]?.assignee ?? null;
      const task = tasks[taskId];
      const builder = task?.assignee ?? null;
      if (task?.state !== 'accepted' || maker === null || builder === null) return [];
      if (maker === builder) return [];
      return [{ kind: 'hand-over', from: maker, to: builder, isClean: task.rejections === 0 }];
    }),
  );
}

/** Everything a proposal may point at, by id such as `P1.T2.v1`. */
export function evidenceOf(project: Project): Evidence[] {
  const { id, tasks, returns, feedback } = project;
  const nameOf = (by: string) => agentsOf(project).find((agent) => agent.id === by)?.name ?? by;
  const idOf = (task: string, revision: number) => `${id}.${task}.v${revision + 1}`;
  const found = new Map<string, string[]>();
  const note = (key: string, text: string) => found.set(key, [...(found.get(key) ?? []), text]);
  for (const { task, revision, agentId, by, reasons } of returns) {
    const sentBack = `${nameOf(agentId)}'s output, sent back by ${nameOf(by)}`;
    note(idOf(task, revision), `${sentBack}: ${reasons.join(' ')}`);
  }
  for (const { task, revision, by, rating, text } of feedback) {
    const rated = rating === null ? '' : ` rated it ${rating} of 5`;
    note(idOf(task, revision), `${by}${rated}${text === null ? '' : `: ${text}`}`);
  }
  for (const { id: task, state, assignee, submission, rejections } of Object.values(tasks)) {
    const name = nameOf(assignee ?? projectManager.id);
    if (state === 'stuck') note(`${id}.${task}`, `${name} could not finish it.`);
    if (state !== 'accepted' || submission === null) continue;
    const tries = rejections === 0 ? 'at the first try' : `after ${rejections} returns`;
    note(idOf(task, submission.revision), `${name}'s output, accepted ${tries}.`);
  }
  return [...found].map(([key, texts]) => ({ id: key, text: clip(texts.join(' '), 600) }));
}

/** What stands in this project only and is nothing to learn by heart. */
export function particularsOf(project: Project): Particulars {
  const { plan, returns, feedback } = project;
  const people = [project.director.name, ...agentsOf(project).map(({ name }) => name)];
  const titles = [project.title, ...(plan?.outputs ?? []).map(({ title }) => title)];
  return {
    names: [
      // A Director who is called so is no particular.
      ...people.filter((name) => name.toLowerCase() !== 'director'),
      ...(plan?.outputs ?? []).flatMap(({ files }) => files),
      // Titles of a word or two are words of the trade.
      ...titles.filter((title) => title.split(/\s+/).length > 2),
    ],
    texts: [
      project.objective,
      project.understanding,
      ...(plan?.tasks ?? []).map(({ brief }) => brief),
      ...returns.flatMap(({ reasons }) => reasons),
      ...feedback.flatMap(({ text }) => text ?? []),
    ],
  };
}

/** Whose system messages the project may teach something about: its team and the two roles. */
export function learnersOf(project: Project): string[] {
  const doers = Object.values(project.tasks).flatMap(({ assignee }) => assignee ?? []);
  const approvers = Object.keys(project.tasks).flatMap((task) => {
    const approver = project.plan && plannedTask(project.plan, task)?.approver;
    return project.team.filter(({ key }) => key === approver).map(({ agent }) => agent.id);
  });
  return [...new Set([...doers, ...approvers, 'pm', 'collaborator'])];
}
