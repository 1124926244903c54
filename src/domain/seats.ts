// In which role an agent takes a turn. The kind of a turn, and not the agent, says whose
// instructions apply, so one LLM can fill several seats: it is the same name and the same id
// everywhere, and in each turn it has the title and the persona of the seat it acts in. Nothing of
// its other seats is in that turn's prompt, because every turn is built anew from the project.
import { coordinatingManager, learningManager, projectManager } from './agent.ts';
import type { Agent } from './agent.ts';
import { sharesIn } from './coordination.ts';
import { holderOf, plannedTask } from './plan.ts';
import type { PlannedTask } from './plan.ts';
import { agentsOf, memberOf } from './project.ts';
import type { Member, OpenTurn, Project } from './project.ts';
import { roleOf } from './turn.ts';

/** Who acts in a turn, with the title and persona of the role it is taken in. */
export function agentInTurn(
  project: Project,
  turn: Pick<OpenTurn, 'kind' | 'agentId' | 'subject'>,
): Agent {
  const { kind, agentId } = turn;
  if (agentId === projectManager.id) {
    return roleOf(kind) === 'collaborator' ? coordinatingManager : projectManager;
  }
  if (agentId === learningManager.id) return learningManager;
  const seat = seatOfTurn(project, turn);
  return seat?.agent ?? agentsOf(project).find(({ id }) => id === agentId) ?? projectManager;
}

/** The seat that a Specialist's turn is taken in; undefined for turns of others. */
export function seatOfTurn(
  project: Project,
  turn: Pick<OpenTurn, 'kind' | 'agentId' | 'subject'>,
): Member | undefined {
  const seats = seatsOf(project, turn.agentId);
  const key = seats.length > 1 ? seatIn(project, turn) : null;
  return seats.find((one) => one.key === key) ?? seats[0];
}

/** The seats that a Specialist fills, in the order of the team. */
export function seatsOf(project: Project, agentId: string): Member[] {
  return project.team.filter(({ agent }) => agent.id === agentId);
}

/** The key of the seat that a Specialist's turn is about; null where it is about none. */
function seatIn(
  project: Project,
  { kind, agentId, subject }: Pick<OpenTurn, 'kind' | 'agentId' | 'subject'>,
): string | null {
  const task = project.tasks[subject.task ?? ''];
  if (kind === 'specialist.review') {
    return (project.plan && plannedTask(project.plan, subject.task ?? '')?.approver) ?? null;
  }
  if (kind !== 'specialist.answer') return task?.doer ?? null;
  // Whoever is asked answers as what it worked as last.
  const newest = Object.values(project.tasks)
    .filter(({ assignee, startedAt }) => assignee === agentId && startedAt !== null)
    .toSorted((one, other) => (other.startedAt ?? 0) - (one.startedAt ?? 0))[0];
  return newest?.doer ?? null;
}

/** The Collaborator who reviews a task's output and hands it over. */
export function collaboratorOf(project: Project, planned: PlannedTask): Agent | null {
  const stream = project.streams[planned.stream];
  if (stream === undefined) return null;
  const { collaborator, second } = stream;
  if (second === null || project.plan === null) return collaborator;
  // A task that was moved goes to whoever cares for the Specialist it is with.
  const doer = holderOf(project.plan, project.tasks[planned.id]?.doer ?? planned.doer);
  return sharesIn(project.plan, planned.stream).second.includes(doer) ? second : collaborator;
}

export interface Care {
  collaborator: string;
  /** Names of the Specialists it cares for. */
  specialists: string[];
}

/** Who cares for whom, by name, where two Collaborators share a stream; null elsewhere. */
export function careIn(project: Project, streamId: string): Care[] | null {
  const stream = project.streams[streamId];
  const { plan } = project;
  if (plan === null || stream === undefined || stream.second === null) return null;
  const { first, second } = sharesIn(plan, streamId);
  const names = (keys: string[]) => keys.flatMap((key) => memberOf(project, key)?.agent.name ?? []);
  return [
    { collaborator: stream.collaborator.name, specialists: names(first) },
    { collaborator: stream.second.name, specialists: names(second) },
  ];
}
