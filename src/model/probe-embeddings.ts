// Whether an endpoint makes vectors of text, and how long they are.
import { z } from 'zod';
import { ModelError, messageOf } from '../lib/errors.ts';
import { parseJson } from '../lib/json.ts';

const Vectors = z.looseObject({
  data: z.array(z.looseObject({ embedding: z.array(z.number()).min(1) })).min(1),
});

const answerMsMax = 30_000;

/**
 * @returns the number of dimensions
 * @throws ModelError in the endpoint's own words
 */
export async function probeEmbeddings(endpoint: {
  baseUrl: string;
  apiKey: string | null;
  model: string;
}): Promise<number> {
  const { baseUrl, apiKey, model } = endpoint;
  try {
    const response = await fetch(`${baseUrl}/embeddings`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify({ model, input: 'ready' }),
      signal: AbortSignal.timeout(answerMsMax),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${text.slice(0, 200)}`);
    const parsed = parseJson(Vectors, text);
    if (!parsed.ok) throw new Error(parsed.reason);
    return parsed.value.data[0]?.embedding.length ?? 0;
  } catch (error) {
    throw new ModelError(messageOf(error), { code: 'embeddings', retry: 'later', cause: error });
  }
}
