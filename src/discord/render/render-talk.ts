// Speech, commands, questions and notices.
import type { PostBodyOf } from '../../domain/post.ts';
import { renderLimits } from '../discord-limits.ts';
import { commandButton, rows } from './buttons.ts';
import { tone } from './palette.ts';
import { card, paragraphs, sheet } from './sheet.ts';
import type { Sheet } from './sheet.ts';
import { codeLine } from './split-text.ts';

export function renderSpeech({ text }: PostBodyOf<'speech'>): Sheet {
  return sheet({ cards: [card({ text })] });
}

/** The line stands as code, where nothing in it can ping or be formatted. */
export function renderCommand({ line, text }: PostBodyOf<'command'>): Sheet {
  return sheet({ headline: commandHeadline(line), cards: [card({ text: text ?? '' })] });
}

export function commandHeadline(line: string): string {
  return codeLine(line, renderLimits.inlineCodeChars);
}

export function renderQuestions({ questions, text }: PostBodyOf<'questions'>): Sheet {
  const numbered = questions.map((question, at) => `**${at + 1}.** ${question}`);
  return sheet({
    headline: questions.length === 1 ? 'One question for you' : 'A few questions for you',
    cards: [card({ text: paragraphs([text, numbered.join('\n')]) })],
  });
}

export function renderNotice({ tone: mood, title, text }: PostBodyOf<'notice'>): Sheet {
  const mark = { info: '', good: '', warning: '⚠️ ' }[mood];
  const colour = { info: null, good: tone.good, warning: tone.warning }[mood];
  return sheet({ cards: [card({ title: `${mark}${title}`, text, colour })] });
}

export function renderQuestion({ text, buttons }: PostBodyOf<'question'>): Sheet {
  return sheet({ cards: [card({ text })], rows: rows(buttons.map(commandButton)) });
}
