// Several endpoints for one tier: the first that answers does. An endpoint that has another behind
// it is asked with less patience, and not at all while it is left alone (`circuit.ts`); the last
// one gets all the patience there is. The surprise: what is wrong with the question itself (too
// long, refused) is not carried from one endpoint to the next.
import type { ModelAnswer, ModelRequest } from '../domain/model-port.ts';
import { ModelError } from '../lib/errors.ts';
import { ask, type AskDeps } from './ask.ts';
import { classify } from './classify.ts';
import { faultTable } from './fault-table.ts';

/** With somebody else to ask, a second try is enough, and waiting is worth a moment. */
const impatience = {
  attemptsMax: 2,
  waitMaxMs: 2_000,
  rateWaitMaxMs: 2_000,
  retryWindowMs: 10_000,
};

/**
 * @param candidates in order of preference; at least one
 * @throws ModelError the one that says to come back soonest, when none of them answered
 */
export async function askInTurn(
  candidates: readonly AskDeps[],
  request: ModelRequest,
): Promise<{ answer: ModelAnswer; isPreferred: boolean }> {
  const failures: ModelError[] = [];
  for (const deps of candidates) {
    const isLast = failures.length === candidates.length - 1;
    const limits = isLast ? deps.limits : { ...deps.limits, ...impatience };
    try {
      const answer = await ask({ ...deps, limits }, request);
      const isPreferred = failures.length === 0;
      const named = candidates.length === 1 ? answer : namingEndpoint(answer, deps);
      return { answer: named, isPreferred };
    } catch (error) {
      if (!(error instanceof ModelError) || !mayAnswerElsewhere(error)) throw error;
      failures.push(error);
    }
  }
  const [soonest] = failures.toSorted((a, b) => (a.retryAfterMs ?? 0) - (b.retryAfterMs ?? 0));
  throw soonest ?? new Error('A tier without an endpoint cannot be asked.');
}

/** People see under an output which of several endpoints it came from. */
function namingEndpoint(answer: ModelAnswer, { ids }: AskDeps): ModelAnswer {
  return { ...answer, model: `${answer.model} at ${ids['endpoint'] ?? 'an endpoint'}` };
}

function mayAnswerElsewhere(error: ModelError): boolean {
  const { opens, again } = faultTable[classify(error).fault];
  return opens !== 'never' || again === 'wait';
}
