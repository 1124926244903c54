// The first word of the Project Manager: what was understood and what is missing. Questions are put
// once; after any answer of the Director the work goes on with what was said.
// The surprise: later turns read the lines "Outputs:" and "For:" of the understanding again, since
// the dialogue itself does not reach the Specialists.
import { audienceNamed, readObjective, wantedAfter } from '../objective/read-objective.ts';
import type { Objective } from '../objective/read-objective.ts';
import { anywhere } from '../objective/patterns.ts';
import { capital, clip, listed, numberName, plainLine } from '../objective/words.ts';
import { textOf } from '../read-request.ts';
import type { Asked } from '../read-request.ts';
import { directorLinesOf, wishesOf } from './materials.ts';
import { titleOf } from './plan-outputs.ts';
import { marked } from './said.ts';
import { answerToTalk } from './small-talk.ts';

export interface Brief {
  title: string;
  understanding: string;
  isOnlyTalk?: true;
  questions: string[];
}

const noQuestions = anywhere(`
  no_questions don't_ask do_not_ask just_(?:start|do_it|go) go_ahead keine_(?:fragen|rückfragen)
  sans_questions? sin_preguntas
`);

export function playIntake(asked: Asked): Brief {
  const text = textOf(asked, 'objective');
  const lines = directorLinesOf(asked);
  const talk = lines.length === 0 ? answerToTalk(text) : null;
  if (talk !== null) {
    const understanding = marked(talk);
    return { title: 'Conversation', understanding, isOnlyTalk: true, questions: [] };
  }
  const objective = readObjective(text);
  const mayAsk = lines.length === 0 && !noQuestions.test(text);
  return {
    title: objective.title,
    understanding: understandingOf(objective, lines),
    questions: mayAsk ? questionsFor(objective) : [],
  };
}

function understandingOf(objective: Objective, lines: readonly string[]): string {
  const outputs = wantedAfter(objective, lines).map((wanted) => {
    const title = titleOf({ wanted, duty: 'main', deliver: true });
    return `${title.charAt(0).toLowerCase()}${title.slice(1)} (${wanted.file})`;
  });
  const named = audienceNamed(lines.at(-1) ?? '');
  const said = wishesOf(lines)
    .slice(-2)
    .map((line) => `“${clip(plainLine(line), 240)}”`);
  const isGuess = !objective.hasAudience && named === null;
  const paragraphs = [
    marked(`You want work on ${objective.topic}.`),
    outputs.length > 0
      ? `Outputs: ${listed(outputs)}.`
      : 'Outputs: you named none, so I assume a proposal and a checklist for the first weeks.',
    `For: ${named ?? objective.audience}.`,
    said.length > 0 ? `You added: ${said.join(' ')}` : '',
    isGuess
      ? 'Assumed: the readers, since you did not name them; figures are estimates to check.'
      : 'Assumed: figures are estimates that you check.',
  ];
  return clip(paragraphs.filter((line) => line !== '').join('\n'), 2000);
}

function questionsFor({ wanted, hasAudience, topic, audience }: Objective): string[] {
  const names = wanted.map(({ phrase, form }) => phrase || form.title.toLowerCase());
  const readers = `Who will read or use it? I would assume: ${clip(audience, 120)}.`;
  return [...(hasAudience ? [] : [readers]), questionOn(names, topic)].map((question) =>
    clip(question, 300),
  );
}

function questionOn(names: readonly string[], topic: string): string {
  const [only = ''] = names;
  if (names.length === 0) {
    const subject = clip(topic, 90);
    return `What should exist at the end of the work on ${subject}: a plan, a text, figures?`;
  }
  if (names.length === 1) {
    return `How long may the ${clip(only, 60)} be, and what must not be missing?`;
  }
  const choice = listed(names.slice(0, 4)).replace(/ and ([^,]*)$/, ' or $1');
  const count = capital(numberName(names.length));
  return `${count} outputs: which matters most to you – ${clip(choice, 140)}?`;
}
