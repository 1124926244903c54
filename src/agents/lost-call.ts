// A request to a model whose answer came to nothing: it stalled half-way, was cut off, was empty.
// The endpoint wrote it all the same and may bill it, and no server sends numbers for it. So each
// such attempt is on the bill by our estimate: the whole prompt, and of the answer what was seen.
// Where nothing was seen it counts as what was reserved, the most that it can have cost: a model
// may think for long and say nothing.
import type { ModelPort, Tier, Usage } from '../domain/model-port.ts';

export interface LostCall {
  model: string;
  usage: Usage;
  microUsd: number;
}

interface Seen {
  /** What was reserved. */
  most: Usage;
  /** Characters of the answer that came. */
  chars: number;
}

/** Rather too few than too many for the languages we meet: a ceiling shall hold. */
const charsPerToken = 3;

export function lostCall(model: ModelPort, tier: Tier, { most, chars }: Seen): LostCall {
  const written = chars === 0 ? most.outputTokens : Math.ceil(chars / charsPerToken);
  const usage = { ...most, outputTokens: Math.min(written, most.outputTokens) };
  return { model: model.modelName(tier), usage, microUsd: model.price(tier, usage) };
}
