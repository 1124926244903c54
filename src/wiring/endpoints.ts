// Which endpoints serve each tier: as configured, in order of preference, or the rehearsal model
// for all of them.
import type { Config, EndpointSettings, ModelEndpoint } from '../config.ts';
import type { Tier } from '../domain/model-port.ts';
import { endpointFor } from '../model/catalog.ts';
import type { EndpointConfig } from '../model/catalog.ts';

/** Enough for every prompt of ours; the rehearsal model has no window of its own. */
const rehearsalContextTokens = 128_000;

/** The first is asked unless it does not answer. */
export type TierEndpoints = readonly [EndpointConfig, ...EndpointConfig[]];

export function endpointsOf(
  config: Config,
  rehearsalUrl: string | null,
): Record<Tier, TierEndpoints> {
  const { economy, standard, premium } = config.models;
  return {
    economy: endpointsOfTier('economy', economy, rehearsalUrl),
    standard: endpointsOfTier('standard', standard, rehearsalUrl),
    premium: endpointsOfTier('premium', premium, rehearsalUrl),
  };
}

/** Of each tier the endpoint that is asked first. */
export function preferredOf(endpoints: Record<Tier, TierEndpoints>): Record<Tier, EndpointConfig> {
  const { economy, standard, premium } = endpoints;
  return { economy: economy[0], standard: standard[0], premium: premium[0] };
}

function endpointsOfTier(
  tier: Tier,
  configured: ModelEndpoint,
  rehearsalUrl: string | null,
): TierEndpoints {
  if (configured.kind === 'endpoint') {
    const { fallbacks } = configured;
    return [endpointOf(tier, configured), ...fallbacks.map((one) => endpointOf(tier, one))];
  }
  if (rehearsalUrl === null) throw new Error(`No endpoint for the tier ${tier}.`);
  const rehearsal = {
    baseUrl: rehearsalUrl,
    apiKey: null,
    model: `rehearsal-${tier}`,
    priceIn: null,
    priceOut: null,
    contextTokens: rehearsalContextTokens,
  };
  return [rehearsal];
}

function endpointOf(tier: Tier, settings: EndpointSettings): EndpointConfig {
  const { baseUrl, apiKey, model, api, prices, contextTokens } = settings;
  return endpointFor(tier, {
    baseUrl,
    apiKey,
    model: model ?? undefined,
    priceIn: prices?.inMicroUsdPerMTok,
    priceOut: prices?.outMicroUsdPerMTok,
    contextTokens: contextTokens ?? undefined,
    api,
  });
}
