// Whether the model can have read the whole prompt. Some local servers drop the front of a prompt
// that is too long for them and answer with HTTP 200 as if nothing had happened; the front is where
// the rules stand. So an answer whose reported input is far below what we sent is refused.
// The surprise: both checks use a number of tokens the prompt has *at least*; an exact count would
// accuse servers whose tokenizer is better than ours.
import type { ModelRequest } from '../domain/model-port.ts';
import { countTokens, tokensAtLeast } from './tokens.ts';

/** Below this size a short report means a server that counts oddly, not one that dropped text. */
const suspectTokensMin = 1_000;
/** RELIABILITY §1.7: fail closed below 0.7 of our own count. */
const suspectRatio = 0.7;

/** Whether the prompt is certain not to fit, so that asking would only cost money. */
export function exceedsWindow(request: ModelRequest, contextTokens: number): boolean {
  if (tokensAtLeast(request.messages) <= contextTokens) return false;
  return leastTokens(request) > contextTokens;
}

/** @param inputTokens what the server says it read; cached tokens included. */
export function isTruncated(request: ModelRequest, inputTokens: number): boolean {
  const least = tokensAtLeast(request.messages);
  if (least < suspectTokensMin || inputTokens >= least * suspectRatio) return false;
  return inputTokens < leastTokens(request) * suspectRatio;
}

/** The smaller of two counts: long runs of one character have few tokens but many bytes. */
function leastTokens(request: ModelRequest): number {
  const counted = request.messages.reduce((sum, { text }) => sum + countTokens(text), 0);
  return Math.min(counted, tokensAtLeast(request.messages));
}
