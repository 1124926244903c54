// What an agent sees in a turn, as named sections. Everything comes from the project's state and
// its files, read anew for each turn; there is no growing transcript that could drift or be
// poisoned.
import type { FileText } from '../domain/check-output.ts';
import type { Criterion } from '../domain/criterion.ts';
import { deliverablesOf } from '../domain/decide/assembling.ts';
import type { FileRef } from '../domain/file.ts';
import { placeOf } from '../domain/place.ts';
import type { Project } from '../domain/project.ts';
import { taskInPlan } from '../domain/task-in-plan.ts';
import type { TaskInPlan } from '../domain/task-in-plan.ts';
import type { TurnOrder } from '../domain/turn.ts';
import { insightsFor } from './study-sections.ts';
import {
  acceptedOf,
  askerOf,
  careOf,
  colleaguesOf,
  handOverOutline,
  handoffsTo,
  lessonsOf,
  planOutline,
  receiversOf,
  remarksIn,
  statusOf,
  streamsOf,
  submissionOf,
  taskBrief,
  taskLine,
  tasksBy,
} from './views.ts';

export interface Section {
  name: string;
  /** Text as it is, or a value shown as JSON. */
  value: unknown;
  /** Attributes of the opening tag, such as a file's name. */
  attributes?: Record<string, string>;
}

export interface TurnContext {
  /** All of the material but the files; how much of it is shown: see context-levels.ts. */
  sections: Section[];
  /** All files that the turn's tools may read, whether the prompt has room for them or not. */
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
  return { sections, files, criteria };
}

function filesFor(project: Project, order: TurnOrder, inPlan: TaskInPlan | null): FileRef[] {
  switch (order.kind) {
    case 'specialist.work':
      return handedFiles(project, inPlan);
    case 'specialist.revise':
      return [...(inPlan?.task.submission?.files ?? []), ...handedFiles(project, inPlan)];
    case 'collaborator.review':
    case 'specialist.review':
    case 'collaborator.hand-over':
      return inPlan?.task.submission?.files ?? [];
    case 'project-manager.assemble':
      return submittedFiles(project);
    case 'specialist.answer': {
      const own = tasksBy(project, order.agentId);
      return own.find((task) => task.submission !== null)?.submission?.files ?? [];
    }
    case 'project-manager.intake':
    case 'project-manager.approaches':
    case 'project-manager.plan':
    case 'project-manager.staffing':
    case 'project-manager.talk':
    case 'collaborator.introduce':
    case 'collaborator.summarise':
    case 'lpm.study':
      return [];
  }
}

/** Deliverables first: what does not fit a prompt is better left out of the working material. */
function submittedFiles(project: Project): FileRef[] {
  const delivered = project.plan === null ? [] : deliverablesOf(project, project.plan);
  const all = Object.values(project.tasks).flatMap((task) => task.submission?.files ?? []);
  return [...delivered, ...all.filter(({ name }) => !delivered.some((one) => one.name === name))];
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
  const lessons = { name: 'lessons', value: lessonsOf(project) };
  const insights = insightsFor(project, 'pm');
  switch (order.kind) {
    case 'project-manager.intake':
      return [
        objective,
        dialogue,
        { name: 'open-projects', value: project.terms.openProjects },
        { name: 'latest', value: order.subject.prompt },
      ];
    case 'project-manager.approaches':
      return [objective, understanding, dialogue, lessons, ...insights, roster, request];
    case 'project-manager.plan': {
      const approach = project.chosen === null ? null : project.approaches[project.chosen - 1];
      return [
        objective,
        understanding,
        dialogue,
        { name: 'approach', value: approach ?? null },
        lessons,
        ...insights,
        roster,
        { name: 'previous-plan', value: order.subject.prompt === null ? null : project.plan },
        request,
      ];
    }
    case 'project-manager.staffing':
      return [objective, { name: 'plan', value: project.plan }, ...insights, roster];
    case 'project-manager.assemble':
      return [
        objective,
        { name: 'outputs', value: project.plan?.outputs ?? [] },
        { name: 'accepted', value: acceptedOf(project, () => true) },
        { name: 'streams', value: streamsOf(project) },
        { name: 'remarks', value: remarksIn(project, [order.conversation]) },
      ];
    case 'project-manager.talk':
      return talkSections(project, order, inPlan);
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
        ...insightsFor(project, 'collaborator'),
        request,
      ];
    case 'specialist.work':
    case 'specialist.revise':
    case 'specialist.review':
    case 'specialist.answer':
      return specialistSections(project, order, inPlan);
    case 'lpm.study':
      // It sees more than its project: see study-sections.ts.
      return [];
  }
}

function introduceSections(project: Project, order: TurnOrder): Section[] {
  const tasks = streamTasks(project, order).map((task) => taskLine(project, task.id));
  return [
    { name: 'objective', value: project.objective },
    { name: 'stream', value: plannedStream(project, order) },
    { name: 'tasks', value: tasks },
    { name: 'care', value: careOf(project, order.subject) },
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
  if (order.kind === 'specialist.answer') return answerSections(project, order);
  return [
    objective,
    { name: 'understanding', value: project.understanding },
    { name: 'task', value: taskBrief(inPlan) },
    { name: 'handoffs', value: handoffsTo(project, [inPlan?.task.id ?? '']) },
    { name: 'colleagues', value: colleaguesOf(project, order.agentId) },
    remarksOn(project, inPlan),
    { name: 'lessons', value: lessonsOf(project) },
    ...insightsFor(project, order.agentId),
    { name: 'reasons', value: order.kind === 'specialist.revise' ? inPlan?.task.reasons : null },
  ];
}

/** The Project Manager is asked about anything, so it sees an outline of everything. */
function talkSections(project: Project, order: TurnOrder, inPlan: TaskInPlan | null): Section[] {
  const { understanding, approaches, plan } = project;
  return [
    { name: 'objective', value: project.objective },
    { name: 'understanding', value: understanding },
    { name: 'approaches', value: plan === null ? approaches : null },
    { name: 'plan', value: planOutline(project) },
    { name: 'status', value: statusOf(project) },
    { name: 'hand-over', value: handOverOutline(project) },
    { name: 'task', value: taskBrief(inPlan) },
    { name: 'remarks', value: remarksIn(project, [order.conversation]) },
    { name: 'asker', value: askerOf(project, order.subject) },
    question(order),
  ];
}

function answerSections(project: Project, order: TurnOrder): Section[] {
  const own = tasksBy(project, order.agentId).flatMap(({ id }) => taskInPlan(project, id) ?? []);
  const newest = own.find(({ task }) => task.submission !== null) ?? null;
  const streams = own.map(({ planned }) => placeOf.stream(project.id, planned.stream));
  const ids = own.map(({ task }) => task.id);
  return [
    { name: 'objective', value: project.objective },
    {
      name: 'tasks',
      value: own.map((one) => ({ ...taskLine(project, one.task.id), brief: one.planned.brief })),
    },
    { name: 'submission', value: submissionOf(project, newest) },
    { name: 'handoffs', value: handoffsTo(project, ids) },
    { name: 'remarks', value: remarksIn(project, [order.conversation, ...streams]) },
    { name: 'asker', value: askerOf(project, order.subject) },
    question(order),
  ];
}

/** What people said in the thread of a task and in the channel of its stream. */
function remarksOn(project: Project, inPlan: TaskInPlan | null): Section {
  if (inPlan === null) return { name: 'remarks', value: [] };
  const { thread, planned } = inPlan;
  const places = [thread, placeOf.stream(project.id, planned.stream)];
  return { name: 'remarks', value: remarksIn(project, places) };
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
