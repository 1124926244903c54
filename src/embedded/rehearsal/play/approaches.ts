// Offers approaches: the usual three, or what a request asks for. Each is counted out beforehand,
// so that the number of tasks on the card is the number in the plan.
import { readObjective, wantedAfter } from '../objective/read-objective.ts';
import { clip, listed, numberName, plainLine } from '../objective/words.ts';
import { textOf } from '../read-request.ts';
import type { Asked } from '../read-request.ts';
import { flavoursFor } from './flavours.ts';
import type { Flavour } from './flavours.ts';
import { jobsFor } from './jobs.ts';
import type { Lesson } from './materials.ts';
import { directorLinesOf, lessonsOf } from './materials.ts';
import { makePlan } from './plan.ts';
import { marked } from './said.ts';
import type { Played } from './said.ts';

export function playApproaches(asked: Asked): Played {
  const objective = readObjective(textOf(asked, 'objective'), textOf(asked, 'understanding'));
  const request = plainLine(textOf(asked, 'request'));
  const directorLines = directorLinesOf(asked);
  const wanted = wantedAfter(objective, directorLines);
  const lessons = lessonsOf(asked);
  const offered = flavoursFor(request);
  const calls = offered.map((flavour) => {
    const jobs = jobsFor(wanted, flavour);
    const plan = makePlan({ objective, directorLines, flavour, roster: [], lessons });
    const files = jobs.filter(({ deliver }) => deliver).map((job) => job.wanted.file);
    return {
      name: 'propose',
      args: {
        title: clip(`${flavour.label}: ${objective.title}`, 80),
        get: clip(`You get ${listed(files)}: ${flavour.gets}.`, 600),
        leftOut: flavour.leftOut,
        streams: plan.streams.map(({ title }) => title),
        risk: flavour.risk,
        tasks: jobs.length,
      },
    };
  });
  return { text: marked(introduction(offered, request, lessons)), calls };
}

function introduction(
  offered: readonly Flavour[],
  request: string,
  lessons: readonly Lesson[],
): string {
  const names = listed(offered.map(({ label }) => label.toLowerCase()));
  const sentences = [
    `There are ${numberName(offered.length)} ways: ${names}.`,
    request === '' ? '' : `You asked: “${clip(request, 160)}”.`,
    'They differ in what is prepared beforehand and who reviews; the cards say what you get.',
    lessons.length > 0 ? `I take into account what ${lessons[0]?.cited ?? ''}` : '',
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}
