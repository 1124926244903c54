// The models we know, with their prices, as dated rows: a price change is a new row here and never
// a number in logic. Money is integer micro-USD per million tokens, so 1 USD per million is
// 1_000_000. A row's prices hold at its vendor's own URL only: the same name behind another URL
// may be a proxy or a local server, and a wrong price is worse than none (an endpoint without
// prices is bounded by token ceilings instead).
import { z } from 'zod';
import type { Tier, Usage } from '../domain/model-port.ts';

/** Which of OpenAI's protocols a server is asked in. */
export const ModelApi = z.enum(['responses', 'chat']);
export type ModelApi = z.infer<typeof ModelApi>;

/** Where one tier's questions go. Prices are `null` where nobody told us any. */
export const EndpointConfig = z.strictObject({
  baseUrl: z.string(),
  apiKey: z.string().nullable(),
  model: z.string(),
  priceIn: z.int().nonnegative().nullable(),
  priceOut: z.int().nonnegative().nullable(),
  /** Of input tokens that the server took from its cache; `priceIn` when absent. */
  priceCached: z.int().nonnegative().nullish(),
  contextTokens: z.int().positive(),
  /** By the base URL when absent. */
  api: ModelApi.optional(),
});
export type EndpointConfig = z.infer<typeof EndpointConfig>;

interface CatalogRow {
  tier: Tier;
  model: string;
  baseUrl: string;
  /** ISO date from which the row holds, and where its numbers were read. */
  since: string;
  source: string;
  priceIn: number;
  priceCached: number;
  priceOut: number;
  contextTokens: number;
}

export const openaiBaseUrl = 'https://api.openai.com/v1';

// The vendor bills input above 272k tokens higher; offering no more than that keeps one price true.
const flatPriceTokens = 272_000;

const rowsOfOpenai = {
  baseUrl: openaiBaseUrl,
  since: '2026-10-01',
  source: 'third-party pages quoting the vendor, read October and November 2026',
  contextTokens: flatPriceTokens,
};

/** Newest first within a tier: the first row of a tier is its default. */
export const catalog: readonly CatalogRow[] = [
  {
    ...rowsOfOpenai,
    tier: 'economy',
    model: 'gpt-6-luna',
    priceIn: 100_000,
    priceCached: 10_000,
    priceOut: 500_000,
  },
  {
    ...rowsOfOpenai,
    tier: 'economy',
    model: 'gpt-5.6-luna',
    since: '2026-03-01',
    priceIn: 200_000,
    priceCached: 200_000,
    priceOut: 1_200_000,
  },
  {
    ...rowsOfOpenai,
    tier: 'standard',
    model: 'gpt-6.1-terra',
    priceIn: 1_000_000,
    priceCached: 50_000,
    priceOut: 5_000_000,
  },
  {
    ...rowsOfOpenai,
    tier: 'standard',
    model: 'gpt-5.6-terra',
    since: '2026-03-01',
    priceIn: 2_000_000,
    priceCached: 2_000_000,
    priceOut: 12_000_000,
  },
  {
    ...rowsOfOpenai,
    tier: 'premium',
    model: 'gpt-6.1-sol',
    priceIn: 2_000_000,
    priceCached: 100_000,
    priceOut: 10_000_000,
  },
  {
    ...rowsOfOpenai,
    tier: 'premium',
    model: 'gpt-6-astra',
    priceIn: 10_000_000,
    priceCached: 1_000_000,
    priceOut: 50_000_000,
  },
  {
    ...rowsOfOpenai,
    tier: 'premium',
    model: 'gpt-5.6-sol',
    since: '2026-03-01',
    priceIn: 4_000_000,
    priceCached: 4_000_000,
    priceOut: 20_000_000,
  },
];

// 32k is enough for a turn's context on most local servers. One that has less drops the prompt's
// front without a word, which `prompt-window.ts` notices.
const unknownModel = { priceIn: null, priceOut: null, priceCached: null, contextTokens: 32_768 };

/** What the operator set for one tier; whatever is absent comes from the catalog. */
export interface EndpointChoice {
  baseUrl?: string | undefined;
  apiKey?: string | null | undefined;
  model?: string | undefined;
  /** Integer micro-USD per million tokens. */
  priceIn?: number | undefined;
  priceOut?: number | undefined;
  contextTokens?: number | undefined;
  api?: ModelApi | undefined;
}

/** Fills what the operator left open for a tier from the catalog. */
export function endpointFor(tier: Tier, choice: EndpointChoice): EndpointConfig {
  const baseUrl = (choice.baseUrl ?? openaiBaseUrl).replace(/\/+$/, '');
  const model = choice.model ?? defaultModel(tier);
  const row = catalog.find((each) => each.model === model && each.baseUrl === baseUrl);
  const known = row ?? unknownModel;
  return {
    baseUrl,
    apiKey: choice.apiKey ?? null,
    model,
    priceIn: choice.priceIn ?? known.priceIn,
    priceOut: choice.priceOut ?? known.priceOut,
    // An own input price says nothing of cached tokens: they count in full.
    priceCached: choice.priceIn === undefined ? known.priceCached : null,
    contextTokens: choice.contextTokens ?? known.contextTokens,
    ...(choice.api === undefined ? {} : { api: choice.api }),
  };
}

/** OpenAI itself refuses tools with reasoning in Chat; nobody else speaks Responses for certain. */
export function apiOf({ api, baseUrl }: EndpointConfig): ModelApi {
  return api ?? (baseUrl === openaiBaseUrl ? 'responses' : 'chat');
}

/** Integer micro-USD, rounded up so that spending is never counted short; 0 without prices. */
export function priceOf(endpoint: EndpointConfig, usage: Usage): number {
  const priceIn = endpoint.priceIn ?? 0;
  const priceCached = endpoint.priceCached ?? priceIn;
  const cached = Math.min(usage.cachedTokens, usage.inputTokens);
  const perMillion =
    (usage.inputTokens - cached) * priceIn +
    cached * priceCached +
    usage.outputTokens * (endpoint.priceOut ?? 0);
  return Math.ceil(perMillion / 1_000_000);
}

function defaultModel(tier: Tier): string {
  const row = catalog.find((candidate) => candidate.tier === tier);
  if (row === undefined) throw new Error(`The catalog has no model for the tier ${tier}.`);
  return row.model;
}
