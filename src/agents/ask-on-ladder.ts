// Asks the model with as much of the turn's material as it can read: all of it first, and a step
// shorter (context-levels.ts) when it does not fit, by our estimate or by the endpoint's word. A
// turn that came down stays down. The journal's key carries the level, so that a turn which is
// taken up again finds the answer that it has, on the level where it was given.
import type { ModelAnswer, ModelMessage } from '../domain/model-port.ts';
import { ModelError } from '../lib/errors.ts';
import { askModel, requestOf } from './ask-model.ts';
import type { Asking } from './ask-model.ts';
import { contextLevels } from './context-levels.ts';
import type { ContextLevel } from './context-levels.ts';

export interface Ladder {
  /** How far the turn has come down. */
  level: ContextLevel;
}

export interface Step {
  /** Counted from 1 within the turn. */
  number: number;
  /** The same step asked in another way. */
  variant?: 'rephrased';
  ladder: Ladder;
  /** The messages with the material as that level shows it. */
  messagesAt: (level: ContextLevel) => ModelMessage[];
}

/** @throws ModelError `context-exceeded` or `prompt-truncated` when nothing shorter is left */
export async function askOnLadder(asking: Asking, step: Step): Promise<ModelAnswer> {
  const { ladder, messagesAt } = step;
  ladder.level = levelToBegin(asking, step);
  for (;;) {
    const key = stepKey(step, ladder.level);
    try {
      return await askModel(asking, key, messagesAt(ladder.level));
    } catch (error) {
      if (!(error instanceof ModelError) || !isTooLong(error)) throw error;
      const next = nextLevel(ladder.level, messagesAt);
      if (next === null) throw stillTooLong(error, asking);
      // What it can really read may be known by now.
      ladder.level = firstFitting(asking, next, messagesAt);
    }
  }
}

/** `model.3`, on a lower level `model.3.compact-1`, in other words `model.3.rephrased`. */
function stepKey({ number, variant }: Step, level: ContextLevel): string {
  const depth = contextLevels.indexOf(level);
  return [
    `model.${number}`,
    ...(variant === undefined ? [] : [variant]),
    ...(depth === 0 ? [] : [`compact-${depth}`]),
  ].join('.');
}

/** Where an earlier attempt at this turn got its answer, else the first that seems to fit. */
function levelToBegin(asking: Asking, step: Step): ContextLevel {
  const { ladder, messagesAt } = step;
  const levels = contextLevels.slice(contextLevels.indexOf(ladder.level));
  const known = levels.findLast((level) => asking.journaled.has(stepKey(step, level)));
  if (known !== undefined) return known;
  return firstFitting(asking, ladder.level, messagesAt);
}

/** From this level down. The estimate may be wrong, so the last is put to the endpoint anyhow. */
function firstFitting(
  asking: Asking,
  from: ContextLevel,
  messagesAt: Step['messagesAt'],
): ContextLevel {
  if (seemsToFit(asking, messagesAt(from))) return from;
  const next = nextLevel(from, messagesAt);
  return next === null ? from : firstFitting(asking, next, messagesAt);
}

/** At most this share of a window is kept free for the answer; it may turn out shorter. */
const answerShare = 0.25;

function seemsToFit(asking: Asking, messages: readonly ModelMessage[]): boolean {
  const { model, order, turn } = asking;
  const window = model.contextTokens(order.tier);
  const room = Math.min(turn.outputTokensMax, Math.floor(window * answerShare));
  // No text has more tokens than bytes; counting them takes time.
  const bytes = messages.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  if (bytes + offersTokensMax + room <= window) return true;
  const request = requestOf(asking, { key: '', messages, outputTokensMax: 0 });
  return model.estimateTokens(request) + room <= window;
}

/** More than the commands and tools of any turn take. */
const offersTokensMax = 10_000;

/** The next level that is shorter than this one. */
function nextLevel(level: ContextLevel, messagesAt: Step['messagesAt']): ContextLevel | null {
  const chars = charsOf(messagesAt(level));
  const below = contextLevels.slice(contextLevels.indexOf(level) + 1);
  return below.find((one) => charsOf(messagesAt(one)) < chars) ?? null;
}

function charsOf(messages: readonly ModelMessage[]): number {
  return messages.reduce((sum, { text }) => sum + text.length, 0);
}

function isTooLong({ code }: ModelError): boolean {
  return code === 'context-exceeded' || code === 'prompt-truncated';
}

function stillTooLong(error: ModelError, { model, order }: Asking): ModelError {
  const window = model.contextTokens(order.tier);
  const { message, code, ids } = error;
  return new ModelError(message, {
    code,
    retry: 'never',
    ids: { ...ids, turn: order.id },
    cause: error,
    forPeople:
      `${error.forPeople} I had shortened the material as far as the turn allows; the ` +
      `${order.tier} tier’s model counts as reading ${window} tokens.`,
  });
}
