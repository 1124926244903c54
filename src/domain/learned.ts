// Which system message a turn is taken with: the agent with the bullets that its turn's domain is
// in the scope of, and the version of the whole. The Project Manager and all Collaborators have one
// message each, which the agency keeps; a Specialist's goes with it from project to project.
import type { Agent } from './agent.ts';
import { bulletsInScope } from './bullet.ts';
import { plannedMember } from './plan.ts';
import type { OpenTurn, Project } from './project.ts';
import { agentInTurn, seatOfTurn } from './seats.ts';
import { roleOf } from './turn.ts';
import type { TurnKind } from './turn.ts';

type Turn = Pick<OpenTurn, 'kind' | 'agentId' | 'subject'>;

/** Who takes a turn, with what it has learned for turns like this one and nothing else of it. */
export function learnedAgent(project: Project, turn: Turn): Agent {
  const agent = agentInTurn(project, turn);
  const role = roleOf(turn.kind);
  const learner = role === 'project-manager' ? 'pm' : role;
  const own = project.terms.learned.find((one) => one.learner === learner);
  const { bullets, version } = own ?? { bullets: agent.bullets, version: agent.personaVersion };
  const domains = domainsOfTurn(project, turn);
  return { ...agent, bullets: bulletsInScope(bullets, domains), personaVersion: version };
}

/**
 * What scopes are matched with: for a Specialist the skills that the plan asks of the seat it acts
 * in, for everybody else the turn itself, such as `plan`.
 */
export function domainsOfTurn(project: Project, turn: Turn): string[] {
  if (roleOf(turn.kind) !== 'specialist') return [turnName(turn.kind)];
  const seat = seatOfTurn(project, turn);
  const planned = project.plan && plannedMember(project.plan, seat?.key ?? '');
  return [...(planned?.skills ?? seat?.agent.skills ?? [])];
}

export function turnName(kind: TurnKind): string {
  return kind.slice(kind.indexOf('.') + 1);
}
