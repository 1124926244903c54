// Which models an endpoint says it has. Many servers list them and some do not, so no list is an
// answer too; nothing in service depends on it.
import { z } from 'zod';
import { messageOf } from '../lib/errors.ts';
import { parseJson } from '../lib/json.ts';

export interface ListedModel {
  id: string;
  /** The window, where the server tells it (vLLM and OpenRouter do); else null. */
  contextTokens: number | null;
}

export type ModelList =
  | { ok: true; models: ListedModel[] }
  /** `status` is null when nobody answered. */
  | { ok: false; status: number | null; reason: string };

const Listed = z.looseObject({
  data: z
    .array(
      z.looseObject({
        id: z.string(),
        max_model_len: z.number().nullish(),
        context_length: z.number().nullish(),
      }),
    )
    .nullable(),
});

const answerMsMax = 10_000;

/** Never rejects. */
export async function listModels(endpoint: {
  baseUrl: string;
  apiKey: string | null;
}): Promise<ModelList> {
  const { baseUrl, apiKey } = endpoint;
  try {
    const response = await fetch(`${baseUrl}/models`, {
      headers: apiKey === null ? {} : { authorization: `Bearer ${apiKey}` },
      signal: AbortSignal.timeout(answerMsMax),
    });
    const text = await response.text();
    const { status } = response;
    if (!response.ok) return { ok: false, status, reason: text.slice(0, 200) };
    const parsed = parseJson(Listed, text);
    if (!parsed.ok) return { ok: false, status, reason: parsed.reason };
    const models = (parsed.value.data ?? []).map((model) => ({
      id: model.id,
      contextTokens: model.max_model_len ?? model.context_length ?? null,
    }));
    return { ok: true, models };
  } catch (error) {
    const cause: unknown = error instanceof Error ? error.cause : undefined;
    const reason = cause instanceof Error ? messageOf(cause) : messageOf(error);
    return { ok: false, status: null, reason };
  }
}
