// Which endpoint serves each tier: as configured, or the rehearsal model for all of them.
import type { Config, ModelEndpoint } from '../config.ts';
import type { Tier } from '../domain/model-port.ts';
import { endpointFor } from '../model/catalog.ts';
import type { EndpointConfig } from '../model/catalog.ts';

/** Enough for every prompt of ours; the rehearsal model has no window of its own. */
const rehearsalContextTokens = 128_000;

export function endpointsOf(
  config: Config,
  rehearsalUrl: string | null,
): Record<Tier, EndpointConfig> {
  const { economy, standard, premium } = config.models;
  return {
    economy: endpointOf('economy', economy, rehearsalUrl),
    standard: endpointOf('standard', standard, rehearsalUrl),
    premium: endpointOf('premium', premium, rehearsalUrl),
  };
}

function endpointOf(
  tier: Tier,
  configured: ModelEndpoint,
  rehearsalUrl: string | null,
): EndpointConfig {
  if (configured.kind === 'endpoint') {
    const { baseUrl, apiKey, model, api, prices, contextTokens } = configured;
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
  if (rehearsalUrl === null) throw new Error(`No endpoint for the tier ${tier}.`);
  return {
    baseUrl: rehearsalUrl,
    apiKey: null,
    model: `rehearsal-${tier}`,
    priceIn: null,
    priceOut: null,
    contextTokens: rehearsalContextTokens,
  };
}
