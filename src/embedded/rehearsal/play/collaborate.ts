// The Collaborator's speech: introducing a stream, handing an output over, summing up. Short, and
// about what this stream really has: its tasks, its files, what was sent back.
import { readObjective } from '../objective/read-objective.ts';
import { clip, listed, numberName } from '../objective/words.ts';
import { textOf } from '../read-request.ts';
import type { Asked } from '../read-request.ts';
import { factOf } from '../write/scene.ts';
import {
  acceptedOf,
  receiversOf,
  streamOf,
  submissionOf,
  taskLineOf,
  tasksOf,
} from './materials.ts';
import type { TaskLine } from './materials.ts';
import { marked, speech } from './said.ts';
import type { Played } from './said.ts';

export function playIntroduce(asked: Asked): Played {
  const stream = streamOf(asked);
  const tasks = tasksOf(asked);
  const { topic } = readObjective(textOf(asked, 'objective'));
  const outputs = listed(tasks.map(({ output }) => output.toLowerCase())) || 'its part';
  const lines = tasks.map(
    (task) => `- ${task.id} ${task.title}: ${task.doer ?? 'to be named'}${afterOf(task)}`,
  );
  return speech(
    [
      `“${stream.title}” delivers ${outputs} for ${topic}.`,
      clip(lines.join('\n'), 900),
      'When I review, I look for the sentence that meets each criterion, and quote it.',
      'To change something, reply in the thread of the task; it is read before the next step.',
    ].join('\n'),
  );
}

function afterOf({ after }: TaskLine): string {
  return after.length === 0 ? '' : `, after ${listed(after)}`;
}

export function playHandOver(asked: Asked): Played {
  const task = taskLineOf(asked);
  const submission = submissionOf(asked);
  const receivers = receiversOf(asked);
  const facts = asked.files.map((file) => ({ name: file.name, fact: factOf(file) }));
  const told = facts.filter(({ fact }) => fact !== '').map(({ name, fact }) => `${name}: ${fact}`);
  const names = listed(receivers.map(({ id }) => id)) || 'nobody';
  const purpose = receivers
    .slice(0, 4)
    .map(({ id, output }) => `${id} (${output})`)
    .join(', ');
  const revised = submission.revision > 0 ? ' after a revision' : '';
  const summary = [
    `Accepted${revised}: ${task.output || task.title}. Needed by ${purpose}.`,
    told.length > 0 ? `To carry over: ${clip(told.join('; '), 600)}.` : '',
    'Where your part says something else, yours is the one to change, or ask.',
  ];
  return {
    text: marked(`${task.id} goes to ${names}.`),
    calls: [
      {
        name: 'handoff',
        args: {
          task: task.id,
          to: receivers.map(({ id }) => id),
          summary: marked(clip(summary.filter((line) => line !== '').join(' '), 1150)),
          openPoints: submission.openPoints.slice(0, 10),
        },
      },
    ],
  };
}

export function playSummarise(asked: Asked): Played {
  const stream = streamOf(asked);
  const accepted = acceptedOf(asked);
  const revised = accepted.filter(({ rejections }) => rejections > 0);
  const open = [...new Set(accepted.flatMap(({ openPoints }) => openPoints))];
  const files = listed(accepted.flatMap((line) => line.files));
  const mended = listed(revised.map(({ task, output }) => `${task} ${output}`));
  const outputs = accepted.length === 1 ? 'one output' : `${numberName(accepted.length)} outputs`;
  const evidence = accepted
    .flatMap(({ results }) => results)
    .find((result) => result.met && result.evidence.includes('“'))?.evidence;
  return speech(
    [
      `“${stream.title}” is complete: ${outputs} accepted (${files}).`,
      revised.length > 0 ? `Sent back and mended: ${mended}.` : 'Nothing had to be sent back.',
      evidence === undefined ? '' : `Worth quoting: ${clip(evidence, 220)}`,
      open.length > 0 ? `Open: ${clip(open.slice(0, 2).join(' '), 260)}` : 'Nothing is open.',
    ]
      .filter((line) => line !== '')
      .join(' '),
  );
}
