// Vectors of texts from an endpoint that has `/embeddings`, for memory. Its surprise: a batch is
// all or nothing, because a vector that belongs to another text would be worse than none.
import OpenAI from 'openai';
import type { Embedder } from '../domain/memory.ts';
import { AppError, ModelError, messageOf } from '../lib/errors.ts';
import { modelFetch } from './fetch.ts';

export interface EmbedderOptions {
  baseUrl: string;
  apiKey: string | null;
  model: string;
  answerMsMax?: number;
  /** Tokens of each request, where the server counts them. */
  onUsage?: (tokens: number) => void;
}

/** Its calls throw ModelError, to be tried again later. */
export function createEmbedder(options: EmbedderOptions): Embedder {
  const { baseUrl, apiKey, model, answerMsMax = 30_000, onUsage } = options;
  const client = new OpenAI({
    baseURL: baseUrl,
    apiKey: apiKey ?? 'none',
    organization: null,
    project: null,
    webhookSecret: null,
    ...(apiKey === null ? { defaultHeaders: { authorization: null } } : {}),
    maxRetries: 1,
    timeout: answerMsMax,
    logLevel: 'off',
    fetch: modelFetch,
  });
  return {
    id: `${new URL(baseUrl).host}.${model}`,
    ranks: true,
    embed: async (texts) => {
      if (texts.length === 0) return [];
      try {
        // Without the format the client asks for base64, which some servers do not know.
        const input = [...texts];
        const reply = await client.embeddings.create({ model, input, encoding_format: 'float' });
        onUsage?.(reply.usage?.prompt_tokens ?? 0);
        return vectorsOf(reply.data, texts.length);
      } catch (error) {
        if (error instanceof AppError) throw error;
        throw embeddingError(messageOf(error), error);
      }
    },
  };
}

/** In the order of the texts, whatever order they came in. */
function vectorsOf(data: readonly OpenAI.Embedding[], many: number): number[][] {
  const byPlace = new Map(data.map(({ index, embedding }) => [index, embedding]));
  const vectors = Array.from({ length: many }, (_, at) => byPlace.get(at) ?? []);
  const [first = []] = vectors;
  if (first.length > 0 && vectors.every((vector) => vector.length === first.length)) return vectors;
  throw embeddingError(`${data.length} vectors for ${many} texts, or not all of one length`, null);
}

function embeddingError(message: string, cause: unknown): ModelError {
  return new ModelError(`Embeddings: ${message}`, { code: 'embeddings', retry: 'later', cause });
}
