// Which endpoints answer each tier. Either every tier has one or none has: a project half answered
// by the rehearsal model would look real and not be. Each variable may list several values, in the
// order in which endpoints are asked; a single one counts for all of them.
// The surprise: a single key goes only to the host of the first URL it stands beside, so neither a
// tier's own URL nor a second one ever sends a key to somebody else's server.
import type { ConfigReader } from './config-reader.ts';
import { modelTiers } from './config-variables.ts';
import type { ModelTier, TierVariableName, VariableName } from './config-variables.ts';

export const modelApis = ['responses', 'chat'] as const;
export type ModelApi = (typeof modelApis)[number];

/** Where one tier's calls go. */
export type ModelEndpoint =
  | { readonly kind: 'rehearsal' }
  | ({
      readonly kind: 'endpoint';
      /** Asked in this order when the first does not answer. */
      readonly fallbacks: readonly EndpointSettings[];
    } & EndpointSettings);

export interface EndpointSettings {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** `null`: a server without keys. */
  readonly apiKey: string | null;
  /** `null`: the catalog's default of the tier. */
  readonly model: string | null;
  readonly api: ModelApi;
  /** `null`: the catalog's prices; without any, tokens alone bound the tier. */
  readonly prices: ModelPrices | null;
  /** `null`: the catalog's. */
  readonly contextTokens: number | null;
}

/** Micro-USD per million tokens. */
export interface ModelPrices {
  readonly inMicroUsdPerMTok: number;
  readonly outMicroUsdPerMTok: number;
}

export type EmbeddingEndpoint =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'endpoint';
      readonly baseUrl: string;
      readonly apiKey: string | null;
      /** `null`: the catalog's default. */
      readonly model: string | null;
    };

export interface ModelConfig {
  readonly models: Readonly<Record<ModelTier, ModelEndpoint>>;
  readonly embedding: EmbeddingEndpoint;
  readonly rehearsal: { readonly seed: number; readonly latencyMs: number };
}

const openAiBaseUrl = 'https://api.openai.com/v1';
const httpProtocols = ['http', 'https'];
const tierVariables: Readonly<Record<ModelTier, TierVariables>> = {
  economy: variablesOf('MODEL_ECONOMY'),
  standard: variablesOf('MODEL_STANDARD'),
  premium: variablesOf('MODEL_PREMIUM'),
};

interface Endpoint {
  readonly baseUrl: string;
  readonly apiKey: string | null;
}

export function readModels(reader: ConfigReader): ModelConfig {
  const shared = readShared(reader);
  const api = reader.choice('MODEL_API', modelApis);
  const tier = (name: ModelTier) =>
    readTier(reader, { variables: tierVariables[name], shared, api });
  const models = {
    economy: tier('economy'),
    standard: tier('standard'),
    premium: tier('premium'),
  };
  refuseMixture(reader, models);
  return {
    models,
    embedding: readEmbedding(reader, shared),
    rehearsal: {
      seed: reader.integer('REHEARSAL_SEED', { min: 0, max: 2_147_483_647 }),
      latencyMs: reader.integer('REHEARSAL_LATENCY_MS', { min: 0, max: 60_000 }),
    },
  };
}

/** The endpoints that serve every tier, in order; never an empty list. */
function readShared(reader: ConfigReader): readonly Endpoint[] | null {
  const apiKeys = reader.wordsOrNone('OPENAI_API_KEY');
  const baseUrls = reader.urls('OPENAI_BASE_URL', httpProtocols);
  if (apiKeys === null && baseUrls === null) return null;
  const count = alignedCount(reader, [
    ['OPENAI_BASE_URL', baseUrls],
    ['OPENAI_API_KEY', apiKeys],
  ]);
  const urls = repeated(baseUrls ?? [openAiBaseUrl], count);
  return urls.map((baseUrl, at) => ({ baseUrl, apiKey: keyAt(apiKeys, urls, at) }));
}

interface TierQuestion {
  readonly variables: TierVariables;
  readonly shared: readonly Endpoint[] | null;
  /** `null`: by base URL. */
  readonly api: ModelApi | null;
}

function readTier(reader: ConfigReader, question: TierQuestion): ModelEndpoint {
  const { variables, shared } = question;
  const own = readOwn(reader, variables);
  const first = own.baseUrls ?? shared ?? (own.apiKeys === null ? null : [openAiBaseUrl]);
  if (first === null) {
    refuseWithoutEndpoint(reader, variables);
    return { kind: 'rehearsal' };
  }
  const inherited = own.baseUrls === null ? shared : null;
  const count = alignedCount(reader, [
    [variables.baseUrl, own.baseUrls],
    [reader.isSet('OPENAI_BASE_URL') ? 'OPENAI_BASE_URL' : 'OPENAI_API_KEY', inherited],
    [variables.model, own.models],
    [variables.apiKey, own.apiKeys],
    [variables.priceIn, own.pricesIn],
    [variables.priceOut, own.pricesOut],
    [variables.context, own.contexts],
  ]);
  const baseUrls = repeated(
    own.baseUrls ?? shared?.map(({ baseUrl }) => baseUrl) ?? [openAiBaseUrl],
    count,
  );
  const [preferred, ...fallbacks] = baseUrls.map((baseUrl, at): EndpointSettings => {
    const inMicroUsdPerMTok = valueAt(own.pricesIn, at);
    const outMicroUsdPerMTok = valueAt(own.pricesOut, at);
    const isPriced = inMicroUsdPerMTok !== null && outMicroUsdPerMTok !== null;
    return {
      baseUrl,
      apiKey:
        own.apiKeys === null
          ? sharedKeyFor(baseUrl, inherited?.length === count ? [inherited[at]] : shared)
          : keyAt(own.apiKeys, baseUrls, at),
      model: valueAt(own.models, at),
      api: question.api ?? (hostOf(baseUrl) === hostOf(openAiBaseUrl) ? 'responses' : 'chat'),
      prices: isPriced ? { inMicroUsdPerMTok, outMicroUsdPerMTok } : null,
      contextTokens: valueAt(own.contexts, at),
    };
  });
  if (preferred === undefined) return { kind: 'rehearsal' };
  return { kind: 'endpoint', ...preferred, fallbacks };
}

function readOwn(reader: ConfigReader, variables: TierVariables) {
  reader.refuseHalf(variables.priceIn, variables.priceOut);
  return {
    baseUrls: reader.urls(variables.baseUrl, httpProtocols),
    apiKeys: reader.wordsOrNone(variables.apiKey),
    models: reader.words(variables.model),
    contexts: reader.integers(variables.context, { min: 1024, max: 100_000_000 }),
    pricesIn: reader.microUsds(variables.priceIn, { min: 0 }),
    pricesOut: reader.microUsds(variables.priceOut, { min: 0 }),
  };
}

type Entries = readonly [VariableName, readonly unknown[] | null];

/** How many endpoints these variables speak of; each names one value, or as many as there are. */
function alignedCount(reader: ConfigReader, lists: readonly Entries[]): number {
  const lengths = lists.map(([name, values]) => ({ name, length: values?.length ?? 1 }));
  const longest = lengths.reduce((most, one) => (one.length > most.length ? one : most));
  for (const { name, length } of lengths) {
    if (length === 1 || length === longest.length) continue;
    reader.refuse(name, `has ${length} entries while ${longest.name} has ${longest.length}`);
  }
  return longest.length;
}

function valueAt<T>(values: readonly T[] | null, at: number): T | null {
  return (values?.length === 1 ? values[0] : values?.[at]) ?? null;
}

function repeated(urls: readonly string[], count: number): string[] {
  return Array.from({ length: count }, (_, at) => valueAt(urls, at) ?? openAiBaseUrl);
}

function keyAt(
  apiKeys: readonly (string | null)[] | null,
  baseUrls: readonly string[],
  at: number,
): string | null {
  const [first = ''] = baseUrls;
  const isElsewhere = hostOf(baseUrls[at] ?? first) !== hostOf(first);
  return apiKeys?.length === 1 && isElsewhere ? null : valueAt(apiKeys, at);
}

/** A model, price or window that would be ignored is an error in what the operator believes. */
function refuseWithoutEndpoint(reader: ConfigReader, variables: TierVariables): void {
  if (claimsEndpoint(reader, variables) || claimsSharedEndpoint(reader)) return;
  for (const name of [variables.model, variables.priceIn, variables.priceOut, variables.context]) {
    if (reader.isSet(name)) reader.refuse(name, 'is set, but the tier has no endpoint');
  }
}

function refuseMixture(reader: ConfigReader, models: ModelConfig['models']): void {
  const without = modelTiers.filter((tier) => models[tier].kind === 'rehearsal');
  if (without.length === modelTiers.length) return;
  for (const tier of without) {
    const variables = tierVariables[tier];
    if (claimsEndpoint(reader, variables) || claimsSharedEndpoint(reader)) continue;
    reader.refuse(
      variables.baseUrl,
      'is missing while another tier has an endpoint and there is no shared one',
    );
  }
}

/** Whether the operator meant an endpoint: a refused value must not cause a second fault. */
function claimsEndpoint(reader: ConfigReader, variables: TierVariables): boolean {
  return reader.isSet(variables.baseUrl) || reader.isSet(variables.apiKey);
}

function claimsSharedEndpoint(reader: ConfigReader): boolean {
  return reader.isSet('OPENAI_BASE_URL') || reader.isSet('OPENAI_API_KEY');
}

/** The first of the shared endpoints: vectors of different models cannot be compared. */
function readEmbedding(
  reader: ConfigReader,
  shared: readonly Endpoint[] | null,
): EmbeddingEndpoint {
  const model = reader.word('EMBEDDING_MODEL');
  const [first] = shared ?? [];
  if (first !== undefined) return { kind: 'endpoint', ...first, model };
  if (model !== null && !claimsSharedEndpoint(reader)) {
    reader.refuse('EMBEDDING_MODEL', 'is set, but there is no shared endpoint to ask');
  }
  return { kind: 'none' };
}

function sharedKeyFor(
  baseUrl: string,
  shared: readonly (Endpoint | undefined)[] | null,
): string | null {
  const sameHost = shared?.find((one) => one && hostOf(one.baseUrl) === hostOf(baseUrl));
  return sameHost?.apiKey ?? null;
}

/** Without the port: several local servers behind different ports share a key. */
function hostOf(url: string): string {
  return new URL(url).hostname;
}

interface TierVariables {
  readonly model: TierVariableName;
  readonly baseUrl: TierVariableName;
  readonly apiKey: TierVariableName;
  readonly priceIn: TierVariableName;
  readonly priceOut: TierVariableName;
  readonly context: TierVariableName;
}

function variablesOf(model: `MODEL_${Uppercase<ModelTier>}`): TierVariables {
  return {
    model,
    baseUrl: `${model}_BASE_URL`,
    apiKey: `${model}_API_KEY`,
    priceIn: `${model}_PRICE_IN`,
    priceOut: `${model}_PRICE_OUT`,
    context: `${model}_CONTEXT`,
  };
}
