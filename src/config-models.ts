// Which endpoint answers each tier. Either every tier has one or none has: a project half answered
// by the rehearsal model would look real and not be. The shared key goes only to the shared
// endpoint's own host, so overriding a tier's URL never sends a key to somebody else's server.
import type { ConfigReader } from './config-reader.ts';
import { modelTiers } from './config-variables.ts';
import type { ModelTier, TierVariableName } from './config-variables.ts';

export const modelApis = ['responses', 'chat'] as const;
export type ModelApi = (typeof modelApis)[number];

/** Where one tier's calls go. */
export type ModelEndpoint =
  | { readonly kind: 'rehearsal' }
  | {
      readonly kind: 'endpoint';
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
    };

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

function readShared(reader: ConfigReader): Endpoint | null {
  const apiKey = reader.word('OPENAI_API_KEY');
  const baseUrl = reader.url('OPENAI_BASE_URL', httpProtocols);
  if (baseUrl !== null) return { baseUrl, apiKey };
  return apiKey === null ? null : { baseUrl: openAiBaseUrl, apiKey };
}

interface TierQuestion {
  readonly variables: TierVariables;
  readonly shared: Endpoint | null;
  /** `null`: by base URL. */
  readonly api: ModelApi | null;
}

function readTier(reader: ConfigReader, question: TierQuestion): ModelEndpoint {
  const { variables, shared } = question;
  const own = {
    baseUrl: reader.url(variables.baseUrl, httpProtocols),
    apiKey: reader.word(variables.apiKey),
    model: reader.word(variables.model),
    contextTokens: reader.integer(variables.context, { min: 1024, max: 100_000_000 }),
    prices: readPrices(reader, variables),
  };
  const baseUrl = own.baseUrl ?? shared?.baseUrl ?? (own.apiKey === null ? null : openAiBaseUrl);
  if (baseUrl === null) {
    refuseWithoutEndpoint(reader, variables);
    return { kind: 'rehearsal' };
  }
  return {
    kind: 'endpoint',
    baseUrl,
    apiKey: own.apiKey ?? sharedKeyFor(baseUrl, shared),
    model: own.model,
    api: question.api ?? (hostOf(baseUrl) === hostOf(openAiBaseUrl) ? 'responses' : 'chat'),
    prices: own.prices,
    contextTokens: own.contextTokens,
  };
}

function readPrices(reader: ConfigReader, variables: TierVariables): ModelPrices | null {
  const inMicroUsdPerMTok = reader.microUsd(variables.priceIn, { min: 0 });
  const outMicroUsdPerMTok = reader.microUsd(variables.priceOut, { min: 0 });
  reader.refuseHalf(variables.priceIn, variables.priceOut);
  if (inMicroUsdPerMTok === null || outMicroUsdPerMTok === null) return null;
  return { inMicroUsdPerMTok, outMicroUsdPerMTok };
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

function readEmbedding(reader: ConfigReader, shared: Endpoint | null): EmbeddingEndpoint {
  const model = reader.word('EMBEDDING_MODEL');
  if (shared !== null) return { kind: 'endpoint', ...shared, model };
  if (model !== null && !claimsSharedEndpoint(reader)) {
    reader.refuse('EMBEDDING_MODEL', 'is set, but there is no shared endpoint to ask');
  }
  return { kind: 'none' };
}

function sharedKeyFor(baseUrl: string, shared: Endpoint | null): string | null {
  if (shared === null) return null;
  return hostOf(baseUrl) === hostOf(shared.baseUrl) ? shared.apiKey : null;
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
