// The first word of the Project Manager: what was understood and what is missing. Greetings and
// thanks are answered and start no project; everything else is an objective, however odd.
import { findDeliverables, formFor } from '../objective/find-deliverables.ts';
import { audienceIn, readObjective, wantedAfter } from '../objective/read-objective.ts';
import type { Objective } from '../objective/read-objective.ts';
import {
  capital,
  cleanText,
  clip,
  listed,
  numberName,
  plainLine,
  wordsOf,
} from '../objective/words.ts';
import { textOf } from '../read-request.ts';
import type { Asked } from '../read-request.ts';
import { titleOf } from './plan-outputs.ts';
import { directorLinesOf } from './materials.ts';
import { marked } from './said.ts';

export interface Brief {
  title: string;
  understanding: string;
  isObjective: boolean;
  questions: string[];
}

export function playIntake(asked: Asked): Brief {
  const text = textOf(asked, 'objective');
  const lines = directorLinesOf(asked);
  const talk = lines.length === 0 ? answerToTalk(text) : null;
  if (talk !== null) {
    return {
      title: 'Conversation',
      understanding: marked(talk),
      isObjective: false,
      questions: [],
    };
  }
  const objective = readObjective(text);
  return {
    title: objective.title,
    understanding: understandingOf(objective, lines),
    isObjective: true,
    questions: lines.length > 0 || wantsNoQuestions(text) ? [] : questionsFor(objective),
  };
}

const greeting =
  /^(?:hi|hello|hey|hallo|moin|servus|bonjour|salut|hola|ciao|good (?:morning|afternoon|evening|day)|guten (?:morgen|tag|abend)|こんにちは|你好|привет|yo|howdy|greetings)$/iu;
const thanks =
  /^(?:thanks?|thank you|thx|ty|cheers|danke|vielen dank|merci|gracias|great|nice|cool|perfect|awesome|well done|super|good job|спасибо|谢谢)$/iu;
const filler =
  /^(?:ok|okay|k|yes|no|yeah|nope|ja|nein|oui|non|sí|si|test|testing|lol|haha|hm+|ping|foo|bar|asdf\w*|bye|goodbye|tschüss|there|all|everybody|team|you|so much|very much|again|paul|friends?|world)$/iu;
const aboutUs =
  /\b(?:who are you|what are you|what can you do|what do you do|how are you|how does this work|what is this|are you (?:there|real|an? \w+)|wer bist du|was kannst du|qui es-tu|que peux-tu|quién eres|qué puedes)\b/iu;

/** @returns null when the text asks for work */
export function answerToTalk(text: string): string | null {
  const plain = plainLine(cleanText(text));
  const words = wordsOf(plain);
  if (aboutUs.test(plain) && words.length <= 9 && findDeliverables(plain).length === 0) {
    return 'I am Paul, the Project Manager. Write an objective in plain words, such as “Write a launch kit for our café: a one-page plan, a budget and three announcements”. I offer approaches, then a plan; Specialists do the work after you approve it.';
  }
  const phrase = words.join(' ');
  if (
    thanks.test(phrase) ||
    (words.every((word) => thanks.test(word) || filler.test(word)) &&
      words.some((word) => thanks.test(word)))
  ) {
    return 'You are welcome. When there is something else to make, write it here in plain words.';
  }
  if (
    greeting.test(phrase) ||
    (words.length > 0 &&
      words.length <= 4 &&
      words.every((word) => greeting.test(word) || filler.test(word) || thanks.test(word)))
  ) {
    return 'Hello. Tell me what you would like to have at the end, and for whom, in one sentence or many.';
  }
  return isTooShort(plain, words)
    ? 'I cannot make work out of that yet. Say in a sentence what should exist at the end, such as “a checklist for moving house”.'
    : null;
}

/** One word that names nothing to make; scripts without spaces are measured in characters. */
function isTooShort(plain: string, words: readonly string[]): boolean {
  if (!/\p{L}{2}/u.test(plain)) return true;
  if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(plain)) {
    return plain.length < 4;
  }
  return words.length < 2 && words.every((word) => formFor(word) === undefined);
}

function wantsNoQuestions(text: string): boolean {
  return /\b(?:no questions|don't ask|do not ask|just (?:start|do it|go)|go ahead|keine (?:fragen|rückfragen)|sans questions?|sin preguntas)\b/iu.test(
    text,
  );
}

function understandingOf(objective: Objective, lines: readonly string[]): string {
  const wanted = wantedAfter(objective, lines);
  const outputs = wanted.map((one) => {
    const title = titleOf({ wanted: one, duty: 'main', deliver: true });
    return `${title.charAt(0).toLowerCase()}${title.slice(1)} (${one.file})`;
  });
  const audience = audienceFrom(lines) ?? objective.audience;
  const said = lines.slice(-2).map((line) => `“${clip(plainLine(line), 240)}”`);
  const isGuess = !objective.hasAudience && audienceFrom(lines) === null;
  return clip(
    [
      marked(`You want work on ${objective.topic}.`),
      outputs.length > 0
        ? `Outputs: ${listed(outputs)}.`
        : 'Outputs: you named none, so I assume a proposal and a checklist for the first weeks.',
      `For: ${audience}.`,
      said.length > 0 ? `You added: ${said.join(' ')}` : '',
      `Assumed: ${isGuess ? 'the readers, since you did not name them; ' : ''}first results count in weeks, and figures are estimates that you check.`,
    ]
      .filter((line) => line !== '')
      .join('\n'),
    2000,
  );
}

/** Whom an answer of the Director names, when the answer is short enough to be just that. */
function audienceFrom(lines: readonly string[]): string | null {
  const line = plainLine(lines.at(-1) ?? '');
  if (line === '') return null;
  const found = audienceIn(line);
  if (found !== null) return found;
  const [, rest] = /^(?:it(?:'s| is) )?(?:for|für|pour|para)\s+([^.;,]{3,80})/iu.exec(line) ?? [];
  return rest === undefined ? null : rest.trim();
}

function questionsFor(objective: Objective): string[] {
  const { wanted, hasAudience, topic } = objective;
  const files = wanted.map(({ phrase, form }) => phrase || form.title.toLowerCase());
  const questions: string[] = [];
  if (!hasAudience) {
    questions.push(`Who will read or use it? I would assume: ${clip(objective.audience, 120)}.`);
  }
  if (wanted.length === 0) {
    questions.push(
      `What should exist at the end of the work on ${clip(topic, 90)}: a plan, a text, figures, or something else?`,
    );
  } else if (wanted.length > 1) {
    questions.push(
      `${capital(numberName(wanted.length))} outputs: which matters most to you – ${clip(listed(files.slice(0, 4)).replace(/ and ([^,]*)$/, ' or $1'), 140)}?`,
    );
  } else {
    questions.push(
      `How long may the ${clip(files[0] ?? 'text', 60)} be, and what must not be missing?`,
    );
  }
  return questions.map((question) => clip(question, 300));
}
