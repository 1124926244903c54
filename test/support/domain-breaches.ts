// What must hold after every decision, whatever the event: the promises of the domain as code. The
// driver in domain.ts asks after each one, so that every test of a life also tests all of these.
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { Agency } from '../../src/domain/agency.ts';
import type { Decision } from '../../src/domain/decision.ts';
import { Event } from '../../src/domain/event.ts';
import { AgencyFact, ProjectFact } from '../../src/domain/fact.ts';
import type { Fact } from '../../src/domain/fact.ts';
import { limits } from '../../src/domain/limits.ts';
import { PlaceOrder } from '../../src/domain/place.ts';
import { plannedTask } from '../../src/domain/plan.ts';
import { Post } from '../../src/domain/post.ts';
import { Project, hasEnded, isAnswer, turnsAhead } from '../../src/domain/project.ts';
import type { OpenTurn } from '../../src/domain/project.ts';
import { TurnOrder } from '../../src/domain/turn.ts';

export interface Decided {
  event: Event;
  before: Agency | Project | null;
  after: Agency | Project | null;
  decision: Decision;
}

/** @returns sentences that say what is wrong; empty when every promise holds */
export function breachesOf({ before, after, decision }: Decided): string[] {
  return [
    ...misfits(decision),
    ...(after === null ? [] : [misfit('phase' in after ? Project : Agency, after, 'the state')]),
    ...(isProject(after) ? breachesOfWork(after, decision.facts) : []),
    ...(isProject(after) ? breachesOfBudget(after) : []),
    ...(isProject(after) ? breachesOfPlan(after) : []),
    ...(isProject(before) ? breachesAfterTheEnd(before, decision) : []),
    ...(isProject(after) ? breachesOfPause(after, decision) : []),
    ...(isProject(after) ? breachesOfTurns(after, decision) : []),
    ...(isProject(after) && isProject(before) ? dropped(before, after, decision) : []),
  ].filter((breach) => breach !== null);
}

function isProject(state: Agency | Project | null): state is Project {
  return state !== null && 'phase' in state;
}

/** Everything decided fits its schema, and reading it back from the store changes nothing. */
function misfits(decision: Decision): (string | null)[] {
  const known = new Set(AgencyFact.options.map((option): string => option.shape.type.value));
  return [
    ...decision.facts.map((fact) =>
      misfit(known.has(fact.type) ? AgencyFact : ProjectFact, fact, fact.type),
    ),
    ...decision.posts.map((post) => misfit(Post, post, post.id)),
    ...decision.edits.map((edit) => misfit(Post, edit.post, edit.id)),
    ...decision.turns.map((turn) => misfit(TurnOrder, turn, turn.id)),
    ...decision.places.map((place) => misfit(PlaceOrder, place, place.key)),
    ...decision.events.map((event) => misfit(Event, event, event.id)),
    ...decision.posts
      .filter(({ body }) => body.type === 'speech' && body.text.trim() === '')
      .map((post) => `${post.id} says nothing.`),
  ];
}

function misfit(schema: z.ZodType, value: unknown, name: string): string | null {
  const parsed = schema.safeParse(value);
  if (!parsed.success) return `${name} does not fit: ${parsed.error.message}`;
  return isDeepStrictEqual(parsed.data, value) ? null : `${name} changes when it is read back.`;
}

function breachesOfWork(project: Project, facts: readonly Fact[]): string[] {
  return facts.flatMap((fact) => {
    if (fact.type === 'task-started') return breachesOfStart(project, fact.task);
    if (fact.type !== 'output-accepted' && fact.type !== 'output-passed') return [];
    return project.tasks[fact.task]?.assignee === fact.by
      ? [`${fact.task} was approved by its own doer.`]
      : [];
  });
}

function breachesOfStart(project: Project, taskId: string): string[] {
  const after = project.plan === null ? [] : (plannedTask(project.plan, taskId)?.after ?? []);
  const early = after.filter(
    (earlier) =>
      project.tasks[earlier]?.state !== 'accepted' ||
      !project.handoffs.some((one) => one.from === earlier && one.to.includes(taskId)),
  );
  const doer = project.tasks[taskId]?.assignee;
  const desk = Object.values(project.tasks).filter(
    (task) => task.assignee === doer && ['working', 'in-review'].includes(task.state),
  );
  return [
    ...early.map((earlier) => `${taskId} started before ${earlier} was handed over.`),
    ...(desk.length > limits.tasksPerSpecialist
      ? [`${taskId} started while its Specialist was busy.`]
      : []),
  ];
}

/** The plan that is worked on is the one that was approved. */
function breachesOfPlan({ id, plan, tasks }: Project): string[] {
  const worked = Object.keys(tasks).toSorted().join();
  const planned = (plan?.tasks ?? []).map((task) => task.id).toSorted();
  return worked === '' || worked === planned.join() ? [] : [`${id} works on another plan.`];
}

/** Where a ceiling is reached, no turn is ahead. */
function breachesOfBudget({ id, turns, usage, terms }: Project): string[] {
  const tokens = usage.inputTokens + usage.outputTokens;
  const isSpent =
    (usage.microUsd > 0 && usage.microUsd >= terms.ceilingMicroUsd) ||
    (terms.ceilingTokens !== undefined && tokens >= terms.ceilingTokens);
  if (!isSpent) return [];
  return Object.keys(turns).map((turn) => `${turn} is ahead though the budget of ${id} is spent.`);
}

/** While a project is paused no turn is ahead, no task starts, and only notices are said. */
function breachesOfPause({ id, paused, turns }: Project, decision: Decision): string[] {
  if (paused === null) return [];
  const spoken = decision.posts.filter(
    (post) => post.body.type !== 'notice' && !decision.waiting.includes(post.id),
  );
  const effects = [
    ...decision.turns,
    ...Object.keys(turns).map((turn) => ({ id: turn })),
    ...spoken,
    ...decision.bundles.filter((bundle) => !decision.waiting.includes(bundle.id)),
    ...decision.facts.flatMap((fact) =>
      fact.type === 'task-started' || fact.type === 'turn-resumed' ? [{ id: fact.type }] : [],
    ),
  ];
  return effects.map((effect) => `${effect.id} was decided while ${id} was paused.`);
}

/** Whoever takes turns is told of exactly those that are open, and to leave those that are not. */
function breachesOfTurns({ id, turns, held }: Project, decision: Decision): string[] {
  const given = decision.turns.map((turn) => turn.id);
  const stopped = [...decision.cancelledTurns, ...decision.heldTurns];
  return [
    ...given.filter((turn) => turns[turn] === undefined).map((turn) => `${turn} is not open.`),
    ...held
      .filter(({ turnId }) => turnId !== null && turns[turnId] !== undefined)
      .map(({ turnId }) => `${turnId} of ${id} is open and held.`),
    ...stopped
      .filter((turn) => turns[turn] !== undefined && !given.includes(turn))
      .map((turn) => `${turn} was stopped and stays open.`),
  ];
}

/** A question of a person that is not ahead any more was answered, or went with its project. */
function dropped(before: Project, after: Project, { facts, posts }: Decision): string[] {
  if (hasEnded(after.phase) && after.phase !== 'done') return [];
  const known = new Map([
    ...turnsAhead(before),
    ...facts.flatMap((fact): [string, OpenTurn][] =>
      fact.type === 'turn-ordered' ? [[fact.turnId, fact.turn]] : [],
    ),
  ]);
  const ahead = turnsAhead(after).map(([, turn]) => turn.subject.prompt ?? '');
  return facts.flatMap((fact) => {
    const turn = fact.type === 'turn-closed' ? known.get(fact.turnId) : undefined;
    if (turn === undefined || !isAnswer(turn) || turn.subject.asker !== null) return [];
    // Of very long questions the newest words are kept.
    const words = (turn.subject.prompt ?? '').slice(-100);
    const isAhead = ahead.some((prompt) => prompt.includes(words));
    const isSaid = posts.some(
      ({ place, body }) => place === turn.conversation && body.type === 'speech',
    );
    return isAhead || isSaid ? [] : [`“${words}” was dropped without a word.`];
  });
}

/**
 * After the end nothing is ordered or said; only a finished project still answers questions, and
 * any other tells whoever writes there, once in each place, that nobody answers. What was learned
 * from it goes to the agency, also when somebody asks to study it once more.
 */
function breachesAfterTheEnd(before: Project, decision: Decision): string[] {
  if (!hasEnded(before.phase)) return [];
  const answers = ['project-manager.talk', 'specialist.answer'];
  const turns = decision.turns.filter(
    ({ kind }) => kind !== 'lpm.study' && (before.phase !== 'done' || !answers.includes(kind)),
  );
  const effects = [
    ...turns,
    ...decision.places.map(({ key }) => ({ id: key })),
    ...decision.timers,
    ...decision.bundles,
    ...decision.edits,
    // A word to an ended project goes back to the agency; nothing else leaves one.
    ...decision.events.filter(({ type }) => !['action-taken', 'study-finished'].includes(type)),
    ...(before.phase === 'done'
      ? []
      : decision.posts.filter((post) => !isEndTold(post) && post.speaker.role !== 'lpm')),
  ];
  return effects.map((effect) => `${effect.id} was decided after the end of ${before.id}.`);

  function isEndTold({ place, body }: Post): boolean {
    return body.type === 'notice' && !before.endTold.includes(place);
  }
}

/**
 * Why nothing would ever happen again in a project that has no turn ahead; null when it is fine.
 */
export function stallOf(project: Project): string | null {
  const waits =
    hasEnded(project.phase) ||
    Object.keys(project.turns).length > 0 ||
    Object.keys(project.decisions).length > 0 ||
    project.paused !== null ||
    (project.phase === 'intake' && project.questions.length > 0);
  return waits ? null : `${project.id} hangs in ${project.phase}.`;
}
