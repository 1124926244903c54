// What a capable LLM answers in each kind of turn, so that a test scripts only the turns it is
// about.
import type { Action } from '../../src/domain/action.ts';
import type { FileRef } from '../../src/domain/file.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { Project } from '../../src/domain/project.ts';
import { taskInPlan } from '../../src/domain/task-in-plan.ts';
import type { TurnKind, TurnOrder, TurnOutput } from '../../src/domain/turn.ts';
import { noUsage } from '../../src/domain/turn.ts';
import { sha256 } from '../../src/lib/json.ts';

/** A turn that failed for good. */
export interface Failure {
  failed: string;
  code: string;
}

export type Player = (order: TurnOrder, project: Project) => TurnOutput | Failure;

/** A turn's output that uses these commands. */
export function uses(actions: readonly Action[], more: Partial<TurnOutput> = {}): TurnOutput {
  return {
    said: '',
    commands: actions.map((action) => ({ action, line: `/${action.type}` })),
    files: [],
    checks: [],
    usage: { ...noUsage, calls: 1, inputTokens: 90, outputTokens: 10, microUsd: 500, model: 'm' },
    ...more,
  };
}

export function says(said: string): TurnOutput {
  return uses([], { said });
}

export function fails(failed = 'the endpoint does not answer', code = 'unreachable'): Failure {
  return { failed, code };
}

/** The PM understood; with `questions` it asks first. */
export function brief(questions: string[] = []): TurnOutput {
  const title = 'A guide to Lisbon';
  const understanding = 'You want a guide for three days.';
  return uses([{ type: 'brief', title, understanding, isObjective: true, questions }]);
}

export function approaches(...titles: string[]): TurnOutput {
  return uses(
    titles.map((title) => ({
      type: 'propose',
      approach: {
        title,
        get: 'A guide',
        leftOut: 'A map',
        streams: ['Text'],
        risk: 'Time',
        tasks: 3,
      },
    })),
  );
}

export function drafts(plan: Plan): TurnOutput {
  return uses([{ type: 'draft-plan', plan }]);
}

/** The task's planned files, with these criteria missed by the checks of code. */
export function submits(order: TurnOrder, project: Project, missed: string[] = []): TurnOutput {
  const inPlan = taskInPlan(project, order.subject.task);
  if (inPlan === null) throw new Error(`${order.id} is about no task.`);
  const { task, output } = inPlan;
  const names = output.files;
  const files = names.map((name) => fileRef(name, `${task.id} ${project.turnCount}`));
  const checks = output.criteria
    .filter((criterion) => criterion.check.kind !== 'judged')
    .map(({ id }) => ({
      criterion: id,
      met: !missed.includes(id),
      evidence: missed.includes(id) ? 'It is empty.' : 'It has 120 words.',
      checkedBy: 'code' as const,
    }));
  const start = { type: 'start' as const, task: task.id, approach: 'First read, then write.' };
  const summary = `What ${task.id} asked for.`;
  const openPoints = ['Prices may change.'];
  const submit = { type: 'submit' as const, task: task.id, summary, files: names, openPoints };
  return uses([start, submit], { files, checks });
}

export function asks(to: string, question = 'Which year?'): TurnOutput {
  return uses([{ type: 'ask', to, question }]);
}

export function accepts(order: TurnOrder, project: Project): TurnOutput {
  const inPlan = taskInPlan(project, order.subject.task);
  if (inPlan === null) throw new Error(`${order.id} is about no task.`);
  const criteria = inPlan.output.criteria
    .filter((criterion) => criterion.check.kind === 'judged')
    .map(({ id }) => ({ criterion: id, met: true, evidence: '“It reads well.”' }));
  const task = inPlan.task.id;
  return uses([{ type: 'accept', task, project: null, criteria, note: null }]);
}

export function sendsBack(order: TurnOrder, ...reasons: string[]): TurnOutput {
  const task = order.subject.task ?? 'T1';
  return uses([{ type: 'request-changes', task, project: null, reasons }]);
}

export function fileRef(name: string, content: string): FileRef {
  return { name, sha256: sha256(content), bytes: content.length };
}

/** @param plan the plan that the PM drafts whenever it is asked for one */
export function capablePlayers(plan: Plan): Record<TurnKind, Player> {
  return {
    'project-manager.intake': () => brief(),
    'project-manager.approaches': () => approaches('Short', 'Thorough'),
    'project-manager.plan': () => drafts(plan),
    'project-manager.staffing': (_order, project) => staffs(project),
    'project-manager.assemble': () =>
      uses([
        {
          type: 'assemble',
          summary: 'The guide is complete.',
          criteria: [],
          openRisks: ['Prices'],
          lessons: ['Ask for the season first.'],
        },
      ]),
    'project-manager.talk': (order) => says(`The PM answers: ${order.subject.prompt ?? ''}`),
    'collaborator.introduce': () => says('Here we write the guide.'),
    'collaborator.review': accepts,
    'collaborator.hand-over': handsOver,
    'collaborator.summarise': () => says('All of it is accepted.'),
    'specialist.work': (order, project) => submits(order, project),
    'specialist.revise': (order, project) => submits(order, project),
    'specialist.review': accepts,
    'specialist.answer': (order) => says(`An answer: ${order.subject.prompt ?? ''}`),
    'lpm.study': () => says('Nothing to change.'),
  };
}

function handsOver(order: TurnOrder, project: Project): TurnOutput {
  const task = order.subject.task ?? 'T1';
  const to = (project.plan?.tasks ?? [])
    .filter((planned) => planned.after.includes(task))
    .map((planned) => planned.id);
  return uses([{ type: 'hand-over', task, to, summary: 'What you need to know.', openPoints: [] }]);
}

function staffs({ plan }: Project): TurnOutput {
  if (plan === null) throw new Error('There is no plan to staff.');
  const persona = {
    role: 'Does it.',
    expertise: 'Knows it.',
    expectations: 'Needs a brief.',
    collaboration: 'Speaks up.',
    adaptability: 'Changes course.',
  };
  return uses([
    ...plan.streams.map(({ id }) => ({
      type: 'create-stream' as const,
      stream: id,
      topic: `Topic of ${id}`,
    })),
    ...plan.team
      .filter((member) => member.reuse === null)
      .map(({ key }) => ({ type: 'create-specialist' as const, member: key, persona })),
    ...plan.tasks.map(({ id, doer }) => ({
      type: 'assign' as const,
      task: id,
      to: doer,
      why: `${doer} knows how.`,
      project: null,
    })),
  ]);
}
