// Answers to questions, from what the answering agent sees and nothing else. A question about the
// state, the cost or the time gets that; anything else is answered by what is known, and what is
// not known is said.
import { z } from 'zod';
import { readObjective } from '../objective/read-objective.ts';
import { clip, listed, plainLine, stemsOf } from '../objective/words.ts';
import { sectionOf, textOf } from '../read-request.ts';
import type { Asked } from '../read-request.ts';
import { TaskLine, tasksOf } from './materials.ts';
import { speech } from './said.ts';
import type { Played } from './said.ts';

const Status = z.looseObject({
  phase: z.string().catch('running'),
  tasks: z.array(TaskLine.nullable()).catch([]),
  waitingForDirector: z.array(z.string()).catch([]),
});

/** The Project Manager answers about the project. */
export function playTalk(asked: Asked): Played {
  const question = plainLine(textOf(asked, 'question'));
  const otherwise = { phase: 'running', tasks: [], waitingForDirector: [] };
  const status = sectionOf(asked, 'status', { schema: Status, otherwise });
  const tasks = status.tasks.filter((task) => task !== null);
  if (/\b(?:cost|spent|price|budget|money|kostet|kosten|coûte?|cuesta)\b/i.test(question)) {
    return speech(
      'What it has cost so far stands in the status message, to the cent; `/status` shows it. I cannot see prices myself.',
    );
  }
  if (/\b(?:stop|cancel|pause|abort|abbrechen|annuler|cancelar)\b/i.test(question)) {
    return speech(
      'I cannot stop it by talking: `/cancel` ends the project, and nothing more is posted.',
    );
  }
  const named = tasks.find(({ id }) => new RegExp(`\\b${id}\\b`, 'i').test(question));
  if (named !== undefined) return speech(aboutTask(named));
  return speech(aboutAll(status.phase, tasks, status.waitingForDirector));
}

function aboutTask({ id, title, doer, state, after, approver }: TaskLine): string {
  const waits = after.length > 0 && state === 'waiting' ? ` It waits for ${listed(after)}.` : '';
  return `${id} (${title}) is ${state.replaceAll('-', ' ')}; ${doer ?? 'nobody yet'} does it, and ${approver} approves it.${waits}`;
}

function aboutAll(phase: string, tasks: readonly TaskLine[], waiting: readonly string[]): string {
  const inState = (state: string) =>
    tasks.filter((task) => task.state === state).map(({ id }) => id);
  const done = inState('accepted');
  const running = [...inState('working'), ...inState('in-review')];
  const left = tasks.filter(({ id }) => !done.includes(id) && !running.includes(id));
  const next = left[0];
  return [
    `The project is in the phase “${phase}”: ${done.length} of ${tasks.length} tasks are accepted.`,
    running.length > 0 ? `In progress: ${listed(running)}.` : '',
    next === undefined ? '' : `Next: ${next.id} ${next.title}.`,
    waiting.length > 0
      ? `Waiting for you: ${clip(listed([...waiting]), 300)}.`
      : 'Nothing waits for you.',
    'To change the work, reply in the thread of the task.',
  ]
    .filter((line) => line !== '')
    .join(' ');
}

/** A Specialist answers a colleague or a person. */
export function playAnswer(asked: Asked): Played {
  const question = plainLine(textOf(asked, 'question'));
  const objective = readObjective(textOf(asked, 'objective'));
  const tasks = tasksOf(asked);
  const { activities, measures } = objective.lore;
  const own = tasks.find(({ output, title }) => {
    const words = stemsOf(`${output} ${title}`);
    return [...stemsOf(question)].some((stem) => words.has(stem));
  });
  if (/word for word|repeat|fixed/i.test(question)) {
    return speech(
      `Repeat this one: by the end of week 2 there is ${activities[0] ?? 'a first trial'}. It stands in my part, and the weeks of all other steps follow from it.`,
    );
  }
  if (/\b(?:when|how long|finish|done|ready|wann|quand|cuándo)\b/i.test(question)) {
    const open = tasks.filter(({ state }) => state !== 'accepted');
    return speech(
      open.length === 0
        ? 'My tasks are accepted; there is nothing left for me to finish.'
        : `I am at ${listed(open.map(({ id, title }) => `${id} (${title})`))}. Code checks it first, then the reviewer; I cannot promise an hour.`,
    );
  }
  const task = own ?? tasks[0];
  const base =
    task === undefined ? 'I have no task here yet' : `In ${task.id} (${task.title}) I go by this`;
  return speech(
    `${base}: the readers are ${clip(objective.audience, 140)}, and it has worked when ${measures[0] ?? 'people use it'}. About “${clip(question, 140)}” I know no more than the brief says; a sentence from you in this thread settles it.`,
  );
}
