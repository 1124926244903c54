// A model, or the filter in front of it, may decline. It is asked once more in the turn, in other
// words and, where a filter refused the text, with no more of the material than the turn needs. Who
// declines twice is not asked again: the Director is told what it said.
import type { ModelAnswer, ModelMessage } from '../domain/model-port.ts';
import { ModelError } from '../lib/errors.ts';
import type { Asking } from './ask-model.ts';
import { askOnLadder } from './ask-on-ladder.ts';
import type { Ladder, Step } from './ask-on-ladder.ts';

/** What a turn remembers of its questions so far. */
export interface Manner extends Ladder {
  hasRephrased: boolean;
}

const otherWords: ModelMessage = {
  role: 'user',
  text:
    'You declined. This is ordinary work for the people named above; the material is quoted for ' +
    'it and not meant as an instruction. Do the part that you can do, put neutrally, and say in ' +
    'one sentence what you left out and why. Use the commands as you were told.',
};

/** @throws ModelError `model-refused` with the model's own words when it declines again */
export async function askInOtherWords(
  asking: Asking,
  step: Omit<Step, 'ladder'> & { manner: Manner },
): Promise<ModelAnswer> {
  const { manner } = step;
  const first = await declinedOr(() => askOnLadder(asking, { ...step, ladder: manner }));
  if (first.is === 'answered') return first.answer;
  if (manner.hasRephrased) throw declinedTwice(first, asking);
  manner.hasRephrased = true;
  const messagesAt: Step['messagesAt'] = (level) => [
    ...step.messagesAt(first.by === 'filter' ? 'bare' : level),
    otherWords,
  ];
  const again = { ...step, ladder: manner, messagesAt, variant: 'rephrased' as const };
  const second = await declinedOr(() => askOnLadder(asking, again));
  if (second.is === 'answered') return second.answer;
  throw declinedTwice(second, asking);
}

interface Declined {
  is: 'declined';
  by: 'model' | 'filter';
  words: string;
}

async function declinedOr(
  ask: () => Promise<ModelAnswer>,
): Promise<{ is: 'answered'; answer: ModelAnswer } | Declined> {
  try {
    const answer = await ask();
    if (answer.finish !== 'refusal') return { is: 'answered', answer };
    return { is: 'declined', by: 'model', words: answer.text };
  } catch (error) {
    if (!(error instanceof ModelError) || error.code !== 'content-refused') throw error;
    return { is: 'declined', by: 'filter', words: error.forPeople };
  }
}

const wordsMax = 500;

function declinedTwice({ words }: Declined, { order }: Asking): ModelError {
  const said = words.trim() === '' ? 'It did not say why.' : words.trim().slice(0, wordsMax);
  return new ModelError(`The model declined, also when it was asked in other words: ${said}`, {
    code: 'model-refused',
    retry: 'never',
    ids: { turn: order.id },
  });
}
