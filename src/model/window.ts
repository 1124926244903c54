// How much one endpoint's model can read and write, as far as we know: what was configured, until
// the server gives away less. It does so in the words of a refusal, or by reporting that it read
// fewer tokens than we sent. Kept for the life of the process and never raised again.
// The surprise: many servers refuse a prompt that would fit, because prompt and answer together
// would not. So once one has refused, answers are asked for no longer than the window leaves room.
import type { ModelRequest } from '../domain/model-port.ts';
import { messageOf } from '../lib/errors.ts';
import { classify } from './classify.ts';
import { estimateTokens } from './tokens.ts';

export interface Window {
  tokens(): number;
  /** It has read no more than that. */
  learn(tokens: number): void;
  /** The request with no longer an answer than there is room for, where that is known. */
  fit(request: ModelRequest): ModelRequest;
  /** The same after a refusal; null when a shorter answer would not help. */
  fitAfter(error: unknown, request: ModelRequest): ModelRequest | null;
}

/** No model in use reads less; a smaller number in an error means something else. */
const windowTokensMin = 256;
/** An answer that may not even be so long is no answer: the prompt has to be shorter. */
const answerTokensMin = 512;
/** Tokenizers differ from the one that we count with by about this much. */
const estimateMargin = 1.1;

export function createWindow(configured: number): Window {
  let known = configured;
  let answerTokensMax = Number.POSITIVE_INFINITY;
  let isTight = false;

  const learn = (tokens: number) => {
    if (tokens >= windowTokensMin) known = Math.min(known, tokens);
  };

  const fit = (request: ModelRequest): ModelRequest => {
    const room = isTight ? known - Math.ceil(estimateTokens(request) * estimateMargin) : Infinity;
    const most = Math.min(answerTokensMax, Math.max(answerTokensMin, room));
    return request.outputTokensMax <= most ? request : { ...request, outputTokensMax: most };
  };

  return {
    tokens: () => known,
    learn,
    fit,
    fitAfter(error, request) {
      const before = fit(request).outputTokensMax;
      const answerLimit = answerLimitNamedIn(error);
      if (answerLimit !== undefined) answerTokensMax = Math.min(answerTokensMax, answerLimit);
      else if (classify(error).fault === 'context-exceeded') {
        learn(windowNamedIn(error) ?? known);
        isTight = true;
      } else return null;
      const fitted = fit(request);
      const isShorter = fitted.outputTokensMax < before;
      return isShorter && fitted.outputTokensMax > answerTokensMin ? fitted : null;
    },
  };
}

const number = '[`(\\[]*([0-9][0-9,_]*)';

/** How servers name the window of a model. */
const windowSayings = [
  `maximum (?:context|prompt|input) length(?: of this model)?(?: is|:)?(?: of)? ${number}`,
  `context (?:size|window|length|limit)(?: is| of|:)?(?: only)? ${number}`,
  `${number} maximum context length`,
  `tokens > ${number} maximum`,
  `maximum number of (?:input )?tokens(?: allowed)? ${number}`,
  `max_new_tokens.{0,3} must be <= ${number}`,
  `must have less than ${number} tokens`,
  `prompt cannot exceed ${number}`,
];

/** How they name the longest answer that they give. */
const answerSayings = [
  `at most ${number} (?:completion|output) tokens`,
  `max_(?:completion_|output_)?tokens.{0,20}(?:must be )?(?:<=|less than or equal to) ${number}`,
  `range of max_(?:completion_|output_)?tokens is \\[1, ?${number}`,
  `> ${number}, which is the maximum allowed number of output tokens`,
];

/** The window that a refusal names, in tokens; `undefined` when it names none. */
export function windowNamedIn(error: unknown): number | undefined {
  return numberIn(error, windowSayings);
}

/** The longest answer that a refusal allows, in tokens; `undefined` when it is about others. */
export function answerLimitNamedIn(error: unknown): number | undefined {
  const limit = numberIn(error, answerSayings);
  return limit === undefined || limit < answerTokensMin ? undefined : limit;
}

function numberIn(error: unknown, sayings: readonly string[]): number | undefined {
  const words = messageOf(error);
  for (const saying of sayings) {
    const [, digits] = new RegExp(saying, 'i').exec(words) ?? [];
    if (digits !== undefined) return Number(digits.replaceAll(/[,_]/g, ''));
  }
  return undefined;
}
