// What `/status` and the living message show, read from the state.
import type { StatusView } from './post.ts';
import { agentsOf } from './project.ts';
import type { OpenTurn, Project } from './project.ts';
import { learningManager, projectManager } from './agent.ts';

/** @param untilOf until when turns that were put off wait, where it is known: it moves */
export function statusView(
  project: Project,
  untilOf: ReadonlyMap<string, number> = new Map(),
): StatusView {
  const { plan, usage } = project;
  const nameOf = (agentId: string) =>
    [...agentsOf(project), learningManager].find((agent) => agent.id === agentId)?.name ??
    projectManager.name;
  return {
    projectId: project.id,
    title: project.title === '' ? project.id : project.title,
    phase: project.phase,
    tasks: (plan?.tasks ?? []).flatMap((planned) => {
      const task = project.tasks[planned.id];
      if (task === undefined) return [];
      const assignee = task.assignee === null ? null : nameOf(task.assignee);
      return [{ id: task.id, title: planned.title, state: task.state, assignee }];
    }),
    waiting: waitingFor(project),
    working: Object.entries(project.turns).map(([id, turn]) => ({
      agent: nameOf(turn.agentId),
      what: [doing(turn), ...waitWords(turn, untilOf.get(id))].join(', '),
    })),
    paused: project.paused === null ? null : { by: project.paused.by, at: project.paused.at },
    held: project.held.length,
    spentMicroUsd: usage.microUsd,
    ceilingMicroUsd: project.terms.ceilingMicroUsd,
    tokens: usage.inputTokens + usage.outputTokens,
    startedAt: project.openedAt,
    endedAt: project.endedAt,
  };
}

/** Decisions, and questions that were asked before there was anything to decide. */
function waitingFor(project: Project): StatusView['waiting'] {
  const decisions = Object.values(project.decisions);
  if (decisions.length > 0) {
    return decisions.map(({ id, title }) => ({ id, title, where: 'decisions' as const }));
  }
  const isAsking =
    project.phase === 'intake' &&
    project.questions.length > 0 &&
    Object.keys(project.turns).length + project.held.length === 0;
  if (!isAsking) return [];
  const title = project.questions.length === 1 ? 'an answer' : 'answers to my questions';
  return [{ id: project.id, title, where: 'director' }];
}

function waitWords({ wait }: OpenTurn, until: number | undefined): string[] {
  if (wait === undefined) return [];
  const time = until === undefined ? '' : ` until ${clockTime(until)}`;
  return [`waits${time} (${reasonWords[wait.code] ?? 'no answer'})`];
}

const reasonWords: Readonly<Record<string, string>> = {
  'rate-limited': 'rate limit',
  'quota-exhausted': 'no credit at the model endpoint',
  'access-refused': 'the model endpoint refuses us',
  unreachable: 'the model endpoint does not answer',
};

/** Of one place of the world, so that everybody reads the same. */
export function clockTime(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`;
}

/** What an agent does in a turn, for people. */
export function doing({ kind, subject }: OpenTurn): string {
  const task = subject.task === null ? '' : ` ${subject.task}`;
  switch (kind) {
    case 'project-manager.intake':
      return 'reads the objective';
    case 'project-manager.approaches':
      return 'looks for approaches';
    case 'project-manager.plan':
      return 'makes the plan';
    case 'project-manager.staffing':
      return 'puts the team together';
    case 'project-manager.assemble':
      return 'checks the whole';
    case 'project-manager.talk':
    case 'specialist.answer':
      return 'answers a question';
    case 'collaborator.introduce':
      return 'introduces the stream';
    case 'collaborator.review':
    case 'specialist.review':
      return `reviews${task}`;
    case 'collaborator.hand-over':
      return `hands over${task}`;
    case 'collaborator.summarise':
      return 'sums up the stream';
    case 'specialist.work':
      return `works on${task}`;
    case 'specialist.revise':
      return `revises${task}`;
    case 'lpm.study':
      return 'studies how the work went';
  }
}
