// Parts of a project's state as prompts show them: small values without what no reader needs. Pure.
import { projectManager } from '../domain/agent.ts';
import type { PlaceKey } from '../domain/place.ts';
import { dependentsOf, plannedOutput } from '../domain/plan.ts';
import type { Plan } from '../domain/plan.ts';
import { agentsOf } from '../domain/project.ts';
import type { Project, Task } from '../domain/project.ts';
import { careIn, seatsOf } from '../domain/seats.ts';
import { taskInPlan } from '../domain/task-in-plan.ts';
import type { TaskInPlan } from '../domain/task-in-plan.ts';
import type { TurnSubject } from '../domain/turn.ts';

export function taskBrief(inPlan: TaskInPlan | null) {
  if (inPlan === null) return null;
  const { id, title, brief } = inPlan.planned;
  const { title: output, files, criteria } = inPlan.output;
  return { id, title, brief, output, files, criteria };
}

export function taskLine(project: Project, taskId: string) {
  const inPlan = taskInPlan(project, taskId);
  if (inPlan === null) return null;
  const { id, title, after, approver } = inPlan.planned;
  const doer = agentsOf(project).find((agent) => agent.id === inPlan.task.assignee)?.name ?? null;
  const { state } = inPlan.task;
  return { id, title, output: inPlan.output.title, after, doer, approver, state };
}

export function submissionOf(project: Project, inPlan: TaskInPlan | null) {
  const submission = inPlan?.task.submission;
  if (inPlan === null || submission === undefined || submission === null) return null;
  const author = agentsOf(project).find((agent) => agent.id === inPlan.task.assignee)?.name;
  const { summary, openPoints, revision } = submission;
  const files = submission.files.map((file) => file.name);
  return { author: author ?? null, summary, openPoints, revision, files };
}

export function receiversOf(project: Project, plan: Plan | null, inPlan: TaskInPlan | null) {
  if (plan === null || inPlan === null) return [];
  return dependentsOf(plan, inPlan.task.id).map((task) => taskLine(project, task.id));
}

/** What was handed over to these tasks. */
export function handoffsTo(project: Project, taskIds: readonly string[]) {
  return project.handoffs
    .filter((handoff) => handoff.to.some((id) => taskIds.includes(id)))
    .map(({ from, summary, openPoints }) => ({
      from,
      title: project.plan?.tasks.find((task) => task.id === from)?.title ?? '',
      summary,
      openPoints,
      files: project.tasks[from]?.submission?.files.map((file) => file.name) ?? [],
    }));
}

/** The tasks of an agent, the one it worked on last first. */
export function tasksBy(project: Project, agentId: string): Task[] {
  return Object.values(project.tasks)
    .filter((task) => task.assignee === agentId)
    .toSorted((one, other) => (other.startedAt ?? 0) - (one.startedAt ?? 0));
}

/** What somebody who has to talk about the project must know of the plan. */
export function planOutline({ plan }: Project) {
  if (plan === null) return null;
  const { title, summary, outputs, streams, team } = plan;
  return {
    title,
    summary,
    outputs: outputs.map(({ id, title: name, files, deliver, criteria }) => {
      return { id, title: name, files, deliver, criteria: criteria.map(({ text }) => text) };
    }),
    streams: streams.map(({ id, title: name, oversight, coordination }) => {
      return { id, title: name, oversight, coordination };
    }),
    team: team.map(({ key, title: name, why, sameAs }) => ({ key, title: name, why, sameAs })),
  };
}

/** What was handed to the Director at the end. */
export function handOverOutline({ handOver }: Project) {
  if (handOver === null) return null;
  const { summary, results, openRisks, lessons, bundle } = handOver;
  return { summary, results, openRisks, lessons, bundle: bundle?.path ?? null };
}

/** What people said in any of these places. */
export function remarksIn(project: Project, places: readonly PlaceKey[]) {
  return project.remarks
    .filter(({ place }) => places.includes(place))
    .map(({ by, text }) => ({ by, text }));
}

/** What earlier projects taught, with the project it comes from where that is on record. */
export function lessonsOf({ terms }: Project) {
  return terms.lessons.map((lesson) =>
    typeof lesson === 'string' ? { text: lesson } : { from: lesson.projectId, text: lesson.text },
  );
}

/** Whom a Specialist may ask: the others at work, and the Project Manager. */
export function colleaguesOf(project: Project, agentId: string) {
  const others = agentsOf(project).filter(
    ({ id, role }) => id !== agentId && role === 'specialist',
  );
  return [
    ...others.map(({ id, name }) => {
      const titles = seatsOf(project, id).map((seat) => seat.agent.title);
      return { id, name, title: titles.join(' and ') };
    }),
    { id: projectManager.id, name: projectManager.name, title: projectManager.title },
  ];
}

export function askerOf(project: Project, { asker, task }: TurnSubject) {
  if (asker === null) return 'a person; what people said last stands in the remarks';
  const agent = agentsOf(project).find(({ id }) => id === asker) ?? projectManager;
  return { name: agent.name, title: agent.title, task };
}

export function acceptedOf(project: Project, isWanted: (taskId: string) => boolean) {
  return Object.values(project.tasks)
    .filter((task) => task.state === 'accepted' && isWanted(task.id))
    .map((task) => {
      const planned = project.plan?.tasks.find((one) => one.id === task.id);
      const output = project.plan && plannedOutput(project.plan, planned?.output ?? '');
      return {
        task: task.id,
        output: output?.title ?? '',
        summary: task.submission?.summary ?? '',
        files: task.submission?.files.map((file) => file.name) ?? [],
        openPoints: task.submission?.openPoints ?? [],
        rejections: task.rejections,
        results: task.results,
      };
    });
}

/** Who cares for whom where two Collaborators share the stream. */
export function careOf(project: Project, { stream }: TurnSubject) {
  return stream === null ? null : careIn(project, stream);
}

export function streamsOf(project: Project) {
  return Object.values(project.streams).map((stream) => ({
    id: stream.id,
    title: project.plan?.streams.find((one) => one.id === stream.id)?.title ?? '',
    summary: stream.summary,
  }));
}

export function statusOf(project: Project) {
  return {
    phase: project.phase,
    tasks: Object.keys(project.tasks).map((id) => taskLine(project, id)),
    waitingForDirector: Object.values(project.decisions).map((decision) => decision.title),
    streams: streamsOf(project),
  };
}
