// Answers to questions, from what the answering agent sees and nothing else. A question about the
// state, the cost or the time gets that; anything else is answered by what is known, and what is
// not known is said.
import { z } from 'zod';
import { anywhere } from '../objective/patterns.ts';
import { readObjective } from '../objective/read-objective.ts';
import { clip, listed, plainLine, stemsOf } from '../objective/words.ts';
import { sectionOf, textOf } from '../read-request.ts';
import type { Asked } from '../read-request.ts';
import { canonOf } from '../write/canon.ts';
import { TaskLine, tasksOf } from './materials.ts';
import { speech } from './said.ts';
import type { Played } from './said.ts';

const Status = z.looseObject({
  phase: z.string().catch('running'),
  tasks: z.array(TaskLine.nullable()).catch([]),
  waitingForDirector: z.array(z.string()).catch([]),
});

const aboutMoney = anywhere('costs? spent price budget money kostet kosten coûte? cuesta');
const aboutEnding = anywhere('stop cancel pause abort abbrechen annuler cancelar');
const aboutTime = anywhere('when how_long finish(?:ed)? done ready wann quand cuándo');
/** What the task that compares all parts asks its colleagues. */
const aboutFixed = anywhere('repeat word_for_word as_fixed');

/** The Project Manager answers about the project. */
export function playTalk(asked: Asked): Played {
  const question = plainLine(textOf(asked, 'question'));
  const otherwise = { phase: 'running', tasks: [], waitingForDirector: [] };
  const status = sectionOf(asked, 'status', { schema: Status, otherwise });
  const tasks = status.tasks.filter((task) => task !== null);
  if (aboutMoney.test(question)) {
    return speech(
      'What it has cost so far stands in the status message; `/status` shows it to you. ' +
        'I cannot see prices myself.',
    );
  }
  if (aboutEnding.test(question)) {
    return speech(
      'Talking does not stop it: `/cancel` ends the project, and nothing more is done.',
    );
  }
  const named = tasks.find(({ id }) => new RegExp(`\\b${id}\\b`, 'i').test(question));
  if (named !== undefined) return speech(aboutTask(named));
  return speech(aboutAll(status.phase, tasks, status.waitingForDirector));
}

function aboutTask({ id, title, doer, state, after, approver }: TaskLine): string {
  const waits = after.length > 0 && state === 'waiting' ? ` It waits for ${listed(after)}.` : '';
  const now = `${id} (${title}) is ${state.replaceAll('-', ' ')}`;
  return `${now}; ${doer ?? 'nobody yet'} does it, approved by: ${approver}.${waits}`;
}

function aboutAll(phase: string, tasks: readonly TaskLine[], waiting: readonly string[]): string {
  const inState = (state: string) =>
    tasks.filter((task) => task.state === state).map(({ id }) => id);
  const done = inState('accepted');
  const running = [...inState('working'), ...inState('in-review')];
  const next = tasks.find(({ id }) => !done.includes(id) && !running.includes(id));
  const sentences = [
    `The project is in the phase “${phase}”: ${done.length} of ${tasks.length} tasks are accepted.`,
    running.length > 0 ? `In progress: ${listed(running)}.` : '',
    next === undefined ? '' : `Next: ${next.id} ${next.title}.`,
    waiting.length > 0 ? `Waiting for you: ${clip(listed(waiting), 300)}.` : '',
    'To change the work, reply in the thread of the task.',
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

/** A Specialist answers a colleague or a person. */
export function playAnswer(asked: Asked): Played {
  const question = plainLine(textOf(asked, 'question'));
  const objective = readObjective(textOf(asked, 'objective'));
  const canon = canonOf(objective);
  const tasks = tasksOf(asked);
  if (aboutFixed.test(question)) {
    return speech(
      `Keep this one: in week 2 there is ${canon.first}. The weeks of all other steps follow ` +
        'from it, and my part says it in these words.',
    );
  }
  if (aboutTime.test(question)) return speech(aboutOwnTime(tasks));
  const words = stemsOf(question);
  const own = tasks.find(({ output, title }) =>
    [...stemsOf(`${output} ${title}`)].some((stem) => words.has(stem)),
  );
  const task = own ?? tasks[0];
  const base = task === undefined ? 'I have no task here yet' : `In ${task.id} (${task.title})`;
  return speech(
    `${base}, I go by this: the readers are ${clip(objective.audience, 140)}, and what counts is ` +
      `“${canon.measure}”. About “${clip(question, 140)}” I know no more than the brief says; ` +
      'a sentence from you in this thread settles it.',
  );
}

function aboutOwnTime(tasks: readonly TaskLine[]): string {
  const open = tasks.filter(({ state }) => state !== 'accepted');
  if (open.length === 0) return 'My tasks are accepted; nothing is left for me to finish.';
  const names = listed(open.map(({ id, title }) => `${id} (${title})`));
  return `I am at ${names}. Code checks it first, then the reviewer; I cannot promise an hour.`;
}
