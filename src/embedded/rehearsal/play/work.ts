// A Specialist at work: says how it will do the task and checks a draft, then submits; after a
// rejection it keeps what was right and mends what the reasons name.
// The surprise: the first version of one task of a project is too general on one point, on purpose
// (`weakTask`), so that a newcomer sees a review find it and a revision mend it.
import { checkOutput } from '../../../domain/check-output.ts';
import type { FileText } from '../../../domain/check-output.ts';
import { createDice } from '../dice.ts';
import { readObjective } from '../objective/read-objective.ts';
import { clip, listed, plainLine } from '../objective/words.ts';
import { sectionOf, textOf } from '../read-request.ts';
import type { Asked } from '../read-request.ts';
import { mendFiles } from '../write/mend-files.ts';
import { factOf } from '../write/scene.ts';
import type { Handed, Scene } from '../write/scene.ts';
import { emptyBrief, TaskBrief } from '../write/task-brief.ts';
import { weaknessFor, writeFiles } from '../write/write-files.ts';
import { colleaguesOf, handoffsOf, heardOf, lessonsOf, reasonsOf } from './materials.ts';
import { marked } from './said.ts';
import type { Played, PlayedCall } from './said.ts';

/** The plan puts a text with a judged point here. */
const weakTask = 'T2';

export function playWork(asked: Asked, seed: number): Played {
  const task = sectionOf(asked, 'task', { schema: TaskBrief, otherwise: emptyBrief });
  const scene = sceneOf(asked, task);
  const question = questionOf(asked, task, seed);
  const start = { name: 'start', args: { task: task.id, approach: approachTo(task, scene) } };
  if (question !== null && !asked.called.includes('start')) {
    const text = marked('One thing has to be settled by a colleague before I compare the parts.');
    return { text, calls: [start, question] };
  }
  const weakness =
    task.id === weakTask
      ? weaknessFor(task, {
          lessons: lessonsOf(asked).map(({ text }) => text),
          habits: asked.learned,
        })
      : null;
  const files = writeFiles(scene, { task, seed, weakness });
  if (!asked.called.includes('start')) {
    return { text: marked(thinking(task, scene)), calls: [start, draftCall(files)] };
  }
  return submission(task, files, {
    text: 'The draft meets what code can check. I submit it.',
    summary: summaryOf(task, files, scene),
    openPoints: openPointsOf(files),
  });
}

export function playRevise(asked: Asked, seed: number): Played {
  const task = sectionOf(asked, 'task', { schema: TaskBrief, otherwise: emptyBrief });
  const scene = sceneOf(asked, task);
  const reasons = reasonsOf(asked).map(plainLine);
  const previous = asked.files.filter(({ name }) => task.files.includes(name));
  const fresh = writeFiles(scene, { task, seed, weakness: null });
  const mended = mendFiles(scene, { task, previous, fresh, reasons });
  const isGood = checkOutput(task.criteria, mended.files).every(({ met }) => met);
  const files = isGood ? mended.files : fresh;
  const changes = isGood
    ? mended.changes
    : ['written anew, because the old version missed a check'];
  const count = changes.length === 1 ? 'One change' : `${changes.length} changes`;
  const said = `${count}: ${changes.join('; ')}`;
  return submission(task, files, {
    text: `I went through the reasons one by one. ${said}`,
    summary: `Revised. ${said} Everything else is as it was.`,
    openPoints: openPointsOf(files),
  });
}

interface Telling {
  text: string;
  summary: string;
  openPoints: string[];
}

function submission(task: TaskBrief, files: readonly FileText[], telling: Telling): Played {
  const args = {
    task: task.id,
    summary: marked(clip(telling.summary, 1400)),
    files: files.map(({ name, text }) => ({ name, content: text })),
    openPoints: telling.openPoints,
  };
  return { text: marked(telling.text), calls: [{ name: 'submit', args }] };
}

function draftCall(files: readonly FileText[]): PlayedCall {
  const drafts = files.map(({ name, text }) => ({ name, content: text }));
  return { name: 'check-draft', args: { files: drafts } };
}

function sceneOf(asked: Asked, task: TaskBrief): Scene {
  const understanding = textOf(asked, 'understanding');
  const names = new Set(colleaguesOf(asked).map(({ name }) => name));
  const heard = heardOf(asked);
  const sources = handoffsOf(asked);
  const handed = asked.files
    .filter(({ name }) => !task.files.includes(name))
    .map((file): Handed => {
      const from = sources.find(({ files }) => files.includes(file.name));
      const { name, text } = file;
      return { task: from?.from ?? 'handed over', file: name, text, fact: factOf(file) };
    });
  return {
    objective: readObjective(textOf(asked, 'objective'), understanding),
    outputs: outputsIn(understanding),
    handed,
    remarks: heard.filter(({ by }) => !names.has(by) && by !== 'Paul'),
    answers: heard
      .filter(({ by }) => names.has(by) || by === 'Paul')
      .map(({ by, text }) => ({ by, text: text.replace(/\s*\(rehearsal\)$/, '') })),
  };
}

function outputsIn(understanding: string): string {
  const line = /^Outputs: (.+)$/m.exec(understanding)?.[1] ?? '';
  return line.replace('you named none, so I assume', 'nothing was named; assumed are');
}

/** Only the task that brings all parts together asks, about every second time, and only once. */
function questionOf(asked: Asked, task: TaskBrief, seed: number): PlayedCall | null {
  const handoffs = handoffsOf(asked);
  const colleagues = colleaguesOf(asked);
  const isClosing = task.files.includes('overview.md') && handoffs.length >= 3;
  const names = new Set([...colleagues.map(({ name }) => name), 'Paul']);
  const wasAnswered = heardOf(asked).some(({ by }) => names.has(by));
  if (!isClosing || wasAnswered) return null;
  const dice = createDice(seed, textOf(asked, 'objective'), 'ask');
  const colleague = colleagues.find(({ id }) => id !== 'pm');
  if (colleague === undefined || dice.int(0, 1) === 0) return null;
  const file = handoffs.flatMap(({ files }) => files)[0] ?? 'your part';
  return {
    name: 'ask',
    args: {
      to: colleague.id,
      question: marked(
        `In ${file}, which statement should the other parts repeat? I am comparing all files and ` +
          'would take that one as fixed.',
      ),
    },
  };
}

function approachTo(task: TaskBrief, scene: Scene): string {
  const sources = scene.handed.map(({ file }) => file);
  const judged = task.criteria.filter(({ check }) => check.kind === 'judged').length;
  const steps = [
    sources.length > 0
      ? `read ${listed(sources)}`
      : 'begin from the objective, since nothing was handed over',
    `draft ${listed(task.files)}`,
    'let the draft be checked against the criteria',
    judged > 0
      ? `reread it for the ${judged === 1 ? 'point' : `${judged} points`} that a person judges`
      : 'submit',
  ];
  return marked(
    clip(`Steps: ${steps.join('; ')}. I rely on the brief and invent no sources.`, 780),
  );
}

function thinking(task: TaskBrief, scene: Scene): string {
  const [source] = scene.handed.filter(({ fact }) => fact !== '');
  const remark = scene.remarks.at(-1);
  const sentences = [
    openingThought(task, scene),
    source === undefined ? '' : `From ${source.file} I take: ${clip(source.fact, 200)}`,
    remark === undefined
      ? ''
      : `${plainLine(remark.by)} wrote “${clip(remark.text, 140)}”; I work that in.`,
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

function openingThought({ files }: TaskBrief, { objective, handed }: Scene): string {
  const readers = clip(objective.audience, 120);
  if (files.includes('overview.md')) {
    return 'I open all parts side by side and look for what does not agree.';
  }
  if (files.some((name) => name.endsWith('.csv'))) {
    return 'I build the table row by row and add it up last; every row gets its basis.';
  }
  return handed.length === 0
    ? `I write for ${readers}, so what they ask first comes first.`
    : 'I keep to what was handed over and only add what is missing for its readers.';
}

function summaryOf(task: TaskBrief, files: readonly FileText[], scene: Scene): string {
  const made = files.map(({ name, text }) => `${name} (${describe(name, text)})`);
  const sources = scene.handed.map(({ file }) => file);
  const basis = sources.length > 0 ? ` It builds on ${listed(sources)}.` : '';
  const remarks = scene.remarks.length > 0 ? ' Remarks from the thread are worked in.' : '';
  const about = `${task.output || 'The output'} about ${scene.objective.topic}`;
  return `${about}: ${listed(made)}.${basis}${remarks}`;
}

function describe(name: string, text: string): string {
  if (name.endsWith('.csv')) return factOf({ name, text });
  return `${text.split(/\s+/).length} words`;
}

function openPointsOf(files: readonly FileText[]): string[] {
  const hasTable = files.some(({ name }) => name.endsWith('.csv'));
  return [
    hasTable
      ? 'All prices are estimates of a rehearsal; ask two suppliers before relying on them.'
      : 'Names of persons and exact dates are still to be filled in by people who know them.',
  ];
}
