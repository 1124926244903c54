// What an agent sees in a turn, as named sections. Everything comes from the project's state and
// its files, read anew for each turn; there is no growing transcript that could drift or be
// poisoned.
import type { FileText } from '../domain/check-output.ts';
import type { FileRef } from '../domain/file.ts';
import { placeOf } from '../domain/place.ts';
import { dependentsOf, plannedOutput } from '../domain/plan.ts';
import type { Criterion } from '../domain/criterion.ts';
import type { Plan } from '../domain/plan.ts';
import { agentsOf } from '../domain/project.ts';
import type { Project } from '../domain/project.ts';
import { limits } from '../domain/limits.ts';
import { taskInPlan } from '../domain/task-in-plan.ts';
import type { TaskInPlan } from '../domain/task-in-plan.ts';
import type { TurnOrder } from '../domain/turn.ts';

export interface Section {
  name: string;
  /** Text as it is, or a value shown as JSON. */
  value: unknown;
  /** Attributes of the opening tag, such as a file's name. */
  attributes?: Record<string, string>;
}

export interface TurnContext {
  sections: Section[];
  /** Files that the turn's tools may read. */
  files: FileText[];
  /** Criteria that a submission of this turn is checked against. */
  criteria: Criterion[];
}

/** @param readText loads a stored file as text */
export async function contextOf(
  project: Project,
  order: TurnOrder,
  readText: (file: FileRef) => Promise<string>,
): Promise<TurnContext> {
  const inPlan = taskInPlan(project, order.subject.task);
  const files = await Promise.all(
    filesFor(project, order, inPlan).map(async (file) => ({
      name: file.name,
      text: await readText(file),
    })),
  );
  const criteria = inPlan?.output.criteria ?? [];
  const sections = sectionsOf(project, order, inPlan).filter(
    ({ value }) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0),
  );
  return { sections: [...sections, ...files.map(fileSection)], files, criteria };
}

function fileSection(file: FileText): Section {
  const shown = file.text.slice(0, limits.fileInPromptCharsMax);
  const left = file.text.length - shown.length;
  const value = left > 0 ? `${shown}\n[${left} characters left out; use read-file]` : shown;
  return { name: 'file', value, attributes: { name: file.name } };
}

function filesFor(project: Project, order: TurnOrder, inPlan: TaskInPlan | null): FileRef[] {
  switch (order.kind) {
    case 'specialist.work':
      return handedFiles(project, inPlan);
    case 'specialist.revise':
      return [...handedFiles(project, inPlan), ...(inPlan?.task.submission?.files ?? [])];
    case 'collaborator.review':
    case 'specialist.review':
    case 'collaborator.hand-over':
      return inPlan?.task.submission?.files ?? [];
    case 'project-manager.assemble':
      return Object.values(project.tasks).flatMap((task) => task.submission?.files ?? []);
    case 'project-manager.intake':
    case 'project-manager.approaches':
    case 'project-manager.plan':
    case 'project-manager.staffing':
    case 'project-manager.talk':
    case 'collaborator.introduce':
    case 'collaborator.summarise':
    case 'specialist.answer':
      return [];
  }
}

function handedFiles(project: Project, inPlan: TaskInPlan | null): FileRef[] {
  const after = inPlan?.planned.after ?? [];
  return after.flatMap((id) => project.tasks[id]?.submission?.files ?? []);
}

function sectionsOf(project: Project, order: TurnOrder, inPlan: TaskInPlan | null): Section[] {
  const objective = { name: 'objective', value: project.objective };
  const understanding = { name: 'understanding', value: project.understanding };
  const dialogue = { name: 'dialogue', value: project.dialogue };
  const request = { name: 'request', value: order.subject.prompt };
  const roster = { name: 'roster', value: project.roster };
  const lessons = { name: 'lessons', value: project.terms.lessons };
  switch (order.kind) {
    case 'project-manager.intake':
      return [
        objective,
        dialogue,
        { name: 'open-projects', value: project.terms.openProjects },
        { name: 'latest', value: order.subject.prompt },
      ];
    case 'project-manager.approaches':
      return [objective, understanding, dialogue, lessons, roster, request];
    case 'project-manager.plan': {
      const approach = project.chosen === null ? null : project.approaches[project.chosen - 1];
      return [
        objective,
        understanding,
        dialogue,
        { name: 'approach', value: approach ?? null },
        lessons,
        roster,
        { name: 'previous-plan', value: order.subject.prompt === null ? null : project.plan },
        request,
      ];
    }
    case 'project-manager.staffing':
      return [objective, { name: 'plan', value: project.plan }, roster];
    case 'project-manager.assemble':
      return [
        objective,
        { name: 'outputs', value: project.plan?.outputs ?? [] },
        { name: 'accepted', value: acceptedOf(project, () => true) },
        { name: 'streams', value: streamsOf(project) },
      ];
    case 'project-manager.talk':
      return [objective, { name: 'status', value: statusOf(project) }, question(order)];
    case 'collaborator.introduce':
      return introduceSections(project, order);
    case 'collaborator.summarise':
      return summariseSections(project, order);
    case 'collaborator.hand-over':
      return handOverSections(project, inPlan);
    case 'collaborator.review':
      return [
        { name: 'objective', value: project.objective },
        ...reviewSections(project, inPlan),
        request,
      ];
    case 'specialist.work':
    case 'specialist.revise':
    case 'specialist.review':
    case 'specialist.answer':
      return specialistSections(project, order, inPlan);
  }
}

function introduceSections(project: Project, order: TurnOrder): Section[] {
  const tasks = streamTasks(project, order).map((task) => taskLine(project, task.id));
  return [
    { name: 'objective', value: project.objective },
    { name: 'stream', value: plannedStream(project, order) },
    { name: 'tasks', value: tasks },
  ];
}

function summariseSections(project: Project, order: TurnOrder): Section[] {
  const ids = new Set(streamTasks(project, order).map((task) => task.id));
  return [
    { name: 'stream', value: plannedStream(project, order) },
    { name: 'accepted', value: acceptedOf(project, (task) => ids.has(task)) },
  ];
}

function handOverSections(project: Project, inPlan: TaskInPlan | null): Section[] {
  return [
    { name: 'task', value: inPlan === null ? null : taskLine(project, inPlan.task.id) },
    { name: 'submission', value: submissionOf(project, inPlan) },
    { name: 'receivers', value: receiversOf(project, project.plan, inPlan) },
  ];
}

function plannedStream({ plan }: Project, order: TurnOrder) {
  return plan?.streams.find((stream) => stream.id === order.subject.stream) ?? null;
}

function streamTasks({ plan }: Project, order: TurnOrder) {
  return plan?.tasks.filter((task) => task.stream === order.subject.stream) ?? [];
}

function specialistSections(
  project: Project,
  order: TurnOrder,
  inPlan: TaskInPlan | null,
): Section[] {
  const objective = { name: 'objective', value: project.objective };
  if (order.kind === 'specialist.review') {
    const request = { name: 'request', value: order.subject.prompt };
    return [objective, ...reviewSections(project, inPlan), request];
  }
  const own = Object.values(project.tasks).filter((task) => task.assignee === order.agentId);
  if (order.kind === 'specialist.answer') {
    const tasks = own.map((task) => taskLine(project, task.id));
    return [objective, { name: 'tasks', value: tasks }, question(order)];
  }
  const colleagues = agentsOf(project)
    .filter((agent) => agent.id !== order.agentId && agent.role === 'specialist')
    .map(({ id, name, title }) => ({ id, name, title }));
  return [
    objective,
    { name: 'understanding', value: project.understanding },
    { name: 'task', value: taskBrief(inPlan) },
    { name: 'handoffs', value: handoffsOf(project, inPlan) },
    { name: 'colleagues', value: colleagues },
    remarksOn(project, inPlan),
    { name: 'lessons', value: project.terms.lessons },
    { name: 'reasons', value: order.kind === 'specialist.revise' ? inPlan?.task.reasons : null },
  ];
}

/** What people said in the thread of a task and in the channel of its stream. */
function remarksOn(project: Project, inPlan: TaskInPlan | null): Section {
  const stream = placeOf.stream(project.id, inPlan?.planned.stream ?? '');
  const remarks = project.remarks
    .filter(({ place }) => place === inPlan?.thread || place === stream)
    .map(({ by, text }) => ({ by, text }));
  return { name: 'remarks', value: remarks };
}

function reviewSections(project: Project, inPlan: TaskInPlan | null): Section[] {
  return [
    { name: 'task', value: taskBrief(inPlan) },
    { name: 'criteria', value: inPlan?.output.criteria ?? [] },
    { name: 'submission', value: submissionOf(project, inPlan) },
    { name: 'checks', value: inPlan?.task.submission?.checks ?? [] },
    remarksOn(project, inPlan),
  ];
}

function question(order: TurnOrder): Section {
  return { name: 'question', value: order.subject.prompt };
}

function taskBrief(inPlan: TaskInPlan | null) {
  if (inPlan === null) return null;
  const { id, title, brief } = inPlan.planned;
  const { title: output, files, criteria } = inPlan.output;
  return { id, title, brief, output, files, criteria };
}

function taskLine(project: Project, taskId: string) {
  const inPlan = taskInPlan(project, taskId);
  if (inPlan === null) return null;
  const { id, title, after, approver } = inPlan.planned;
  const doer = agentsOf(project).find((agent) => agent.id === inPlan.task.assignee)?.name ?? null;
  const { state } = inPlan.task;
  return { id, title, output: inPlan.output.title, after, doer, approver, state };
}

function submissionOf(project: Project, inPlan: TaskInPlan | null) {
  const submission = inPlan?.task.submission;
  if (inPlan === null || submission === undefined || submission === null) return null;
  const author = agentsOf(project).find((agent) => agent.id === inPlan.task.assignee)?.name;
  const { summary, openPoints, revision } = submission;
  const files = submission.files.map((file) => file.name);
  return { author: author ?? null, summary, openPoints, revision, files };
}

function receiversOf(project: Project, plan: Plan | null, inPlan: TaskInPlan | null) {
  if (plan === null || inPlan === null) return [];
  return dependentsOf(plan, inPlan.task.id).map((task) => taskLine(project, task.id));
}

function handoffsOf(project: Project, inPlan: TaskInPlan | null) {
  const id = inPlan?.task.id ?? '';
  return project.handoffs
    .filter((handoff) => handoff.to.includes(id))
    .map(({ from, summary, openPoints }) => ({
      from,
      title: project.plan?.tasks.find((task) => task.id === from)?.title ?? '',
      summary,
      openPoints,
      files: project.tasks[from]?.submission?.files.map((file) => file.name) ?? [],
    }));
}

function acceptedOf(project: Project, isWanted: (taskId: string) => boolean) {
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

function streamsOf(project: Project) {
  return Object.values(project.streams).map((stream) => ({
    id: stream.id,
    title: project.plan?.streams.find((one) => one.id === stream.id)?.title ?? '',
    summary: stream.summary,
  }));
}

function statusOf(project: Project) {
  return {
    phase: project.phase,
    tasks: Object.keys(project.tasks).map((id) => taskLine(project, id)),
    waitingForDirector: Object.values(project.decisions).map((decision) => decision.title),
    streams: streamsOf(project),
  };
}
