// Who coordinates each stream, and which seats of the team one LLM may fill. The plan says both
// with a reason; what it leaves open is chosen here, by counting. The invariant: whoever makes an
// output never approves it, also where two seats are one LLM.
import { limits } from './limits.ts';
import { holderOf, plannedMember } from './plan.ts';
import type { Coordination, Plan, PlannedStream } from './plan.ts';

/** Fills in who coordinates the streams of which the plan does not say it. */
export function withCoordination(plan: Plan): Plan {
  const streams = plan.streams.map((stream) =>
    stream.coordination === null
      ? { ...stream, coordination: coordinationFor(plan, stream) }
      : stream,
  );
  return { ...plan, streams };
}

/** What counting says: the PM where all is small, two where there is much to keep in step. */
export function coordinationFor(plan: Plan, { id }: PlannedStream): Coordination {
  const count = specialistsIn(plan, id).length;
  const specialists = counted(count, 'Specialist');
  if (isSmall(plan)) {
    const size = `${counted(plan.tasks.length, 'task')} in one stream`;
    const why = `${size}: a Collaborator would cost more turns than it saves, so I do it myself.`;
    return { by: 'project-manager', why };
  }
  if (count >= limits.secondCollaboratorSpecialistsMin) {
    const why = `${specialists} work here: two share the reviews, so that nobody waits for one.`;
    return { by: 'two-collaborators', why };
  }
  const works = count === 1 ? 'works' : 'work';
  return { by: 'collaborator', why: `${specialists} ${works} here: one keeps the stream in step.` };
}

/** So small that the PM can coordinate the work itself. */
export function isSmall({ tasks, streams }: Plan): boolean {
  return streams.length === 1 && tasks.length <= limits.smallProjectTasksMax;
}

/** The LLMs that work in a stream, by the keys of their first seats, in order of their tasks. */
export function specialistsIn(plan: Plan, streamId: string): string[] {
  const tasks = plan.tasks.filter((task) => task.stream === streamId);
  return [...new Set(tasks.map((task) => holderOf(plan, task.doer)))];
}

/**
 * For whom the first and for whom the second Collaborator of a stream cares. Whoever has most tasks
 * comes first and goes to the side with fewer, so that both have about the same to review.
 */
export function sharesIn(plan: Plan, streamId: string): { first: string[]; second: string[] } {
  const tasksOf = (holder: string) =>
    plan.tasks.filter((task) => task.stream === streamId && holderOf(plan, task.doer) === holder)
      .length;
  const shares: { first: string[]; second: string[] } = { first: [], second: [] };
  const load = { first: 0, second: 0 };
  for (const holder of specialistsIn(plan, streamId).sort((a, b) => tasksOf(b) - tasksOf(a))) {
    const side = load.second < load.first ? 'second' : 'first';
    shares[side].push(holder);
    load[side] += tasksOf(holder);
  }
  return shares;
}

/** @returns what is wrong with who coordinates, as sentences */
export function coordinationFaults(plan: Plan): string[] {
  return plan.streams
    .map((stream) => coordinationFault(plan, stream))
    .filter((fault) => fault !== null);
}

function coordinationFault(plan: Plan, stream: PlannedStream): string | null {
  const count = specialistsIn(plan, stream.id).length;
  switch (stream.coordination?.by) {
    case undefined:
    case 'collaborator':
      return null;
    case 'project-manager':
      return isSmall(plan) ? null : tooLarge(plan, stream);
    case 'two-collaborators':
      return count >= limits.secondCollaboratorSpecialistsMin ? null : tooFew(stream, count);
  }
}

function tooLarge({ tasks, streams }: Plan, { id }: PlannedStream): string {
  const size = `${counted(tasks.length, 'task')} in ${counted(streams.length, 'stream')}`;
  return (
    `Stream ${id} is coordinated by the Project Manager, which only a small project may be: ` +
    `at most ${limits.smallProjectTasksMax} tasks in one stream, and this has ${size}.`
  );
}

function tooFew({ id }: PlannedStream, count: number): string {
  return (
    `Stream ${id} has two Collaborators for ${counted(count, 'Specialist')}; ` +
    `a second one needs at least ${limits.secondCollaboratorSpecialistsMin}.`
  );
}

/** @returns what is wrong with who fills which seats, as sentences */
export function seatFaults(plan: Plan): string[] {
  return [...sharing(plan), ...crowding(plan), ...selfApproval(plan)];
}

function sharing(plan: Plan): string[] {
  return plan.team.flatMap(({ key, sameAs, reuse }) => {
    if (sameAs === null) return [];
    const holder = plannedMember(plan, sameAs);
    const who = `Team member ${key} is the same LLM as ${sameAs}`;
    if (holder === undefined) return [`${who}, who is not in the team.`];
    if (sameAs === key) return [`${who}, which is itself; leave sameAs out.`];
    if (holder.sameAs !== null) return [`${who}, who is ${holder.sameAs}; name that one.`];
    return reuse === null ? [] : [`${who} and reuses ${reuse}; only ${sameAs} may say whom.`];
  });
}

function crowding(plan: Plan): string[] {
  return plan.team.flatMap(({ key }) => {
    const seats = plan.team.filter((member) => holderOf(plan, member.key) === key);
    if (seats.length <= limits.seatsPerSpecialistMax) return [];
    const keys = seats.map((seat) => seat.key).join(', ');
    return [
      `One LLM fills ${seats.length} seats (${keys}); at most ${limits.seatsPerSpecialistMax}.`,
    ];
  });
}

/** Two seats of one LLM are not two opinions; the same key twice is another fault. */
function selfApproval(plan: Plan): string[] {
  return plan.tasks.flatMap(({ id, doer, approver }) => {
    if (doer === approver || holderOf(plan, doer) !== holderOf(plan, approver)) return [];
    return [
      `Task ${id} is done by ${doer} and approved by ${approver}, and one LLM fills both seats; ` +
        'whoever makes an output never approves it.',
    ];
  });
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
