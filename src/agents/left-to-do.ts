// What a turn that goes on over many answers has still to do, so that it ends by itself and the
// model is told what is missing. Pure.
import type { Project } from '../domain/project.ts';
import type { TurnKind } from '../domain/turn.ts';
import type { Used } from './step.ts';

export interface LeftToDo {
  /** Every command that would complete the turn, such as `assign T3`; empty when it is complete. */
  all: string[];
  /** Those that nobody else can make up for: the rest is taken from the plan as it stands. */
  needed: string[];
}

/** @returns null for turns that end in another way */
export function leftToDo(
  kind: TurnKind,
  { plan }: Project,
  used: readonly Used[],
): LeftToDo | null {
  if (kind !== 'project-manager.staffing' || plan === null) return null;
  const done = new Set(used.flatMap(({ read: { cause } }) => namesOf(cause)));
  const left = (names: string[]) => names.filter((name) => !done.has(name));
  const members = plan.team.filter((member) => member.reuse === null);
  const needed = left(members.map(({ key }) => `create-specialist ${key}`));
  return {
    all: [
      ...left(plan.streams.map(({ id }) => `create-stream ${id}`)),
      ...needed,
      ...left(plan.tasks.map(({ id }) => `assign ${id}`)),
    ],
    needed,
  };
}

function namesOf(cause: Used['read']['cause']): string[] {
  if (!('action' in cause)) return [];
  const { action } = cause;
  if (action.type === 'create-stream') return [`create-stream ${action.stream}`];
  if (action.type === 'create-specialist') return [`create-specialist ${action.member}`];
  if (action.type === 'assign') return [`assign ${action.task}`];
  return [];
}
