import { describe, expect, test } from 'vitest';
import { faultsText, readConfig } from '../../src/config.ts';
import type { Config } from '../../src/config.ts';

const local = 'http://127.0.0.1:9000/v1';

describe('where a tier’s calls go', () => {
  test('a key alone means OpenAI itself and its Responses API', () => {
    expect(configOf({ OPENAI_API_KEY: 'k' }).models.standard).toEqual({
      kind: 'endpoint',
      baseUrl: 'https://api.openai.com/v1',
      apiKey: 'k',
      model: null,
      api: 'responses',
      prices: null,
      contextTokens: null,
      fallbacks: [],
    });
  });

  test('a URL alone is enough for a server without keys, which is asked by Chat Completions', () => {
    const { models, embedding } = configOf({ OPENAI_BASE_URL: local });
    expect(models.economy).toMatchObject({ baseUrl: local, apiKey: null, api: 'chat' });
    expect(embedding).toEqual({ kind: 'endpoint', baseUrl: local, apiKey: null, model: null });
  });

  test('MODEL_API decides the protocol of every endpoint', () => {
    const env = { OPENAI_BASE_URL: local, MODEL_API: 'responses' };
    expect(configOf(env).models.premium).toMatchObject({ api: 'responses' });
  });

  test('a tier overrides what it names and keeps the rest', () => {
    const { models } = configOf({
      OPENAI_API_KEY: 'shared',
      OPENAI_BASE_URL: local,
      EMBEDDING_MODEL: 'e',
      MODEL_PREMIUM: 'big',
      MODEL_PREMIUM_BASE_URL: 'http://127.0.0.1:9001/v1/',
      MODEL_PREMIUM_PRICE_IN: '0.15',
      MODEL_PREMIUM_PRICE_OUT: '0',
      MODEL_PREMIUM_CONTEXT: '8192',
    });
    expect(models.premium).toEqual({
      kind: 'endpoint',
      baseUrl: 'http://127.0.0.1:9001/v1',
      apiKey: 'shared',
      model: 'big',
      api: 'chat',
      prices: { inMicroUsdPerMTok: 150_000, outMicroUsdPerMTok: 0 },
      contextTokens: 8192,
      fallbacks: [],
    });
    expect(models.economy).toMatchObject({ baseUrl: local, model: null, prices: null });
  });

  test('the shared key never goes to another host', () => {
    const { models } = configOf({
      OPENAI_API_KEY: 'shared',
      MODEL_ECONOMY_BASE_URL: 'https://elsewhere.example/v1',
    });
    expect(models.economy).toMatchObject({ apiKey: null });
    expect(models.standard).toMatchObject({ apiKey: 'shared' });
  });
});

describe('several endpoints of a tier', () => {
  const cloud = 'https://cloud.example/v1';
  const names = ({ models }: Config, tier: 'economy' | 'standard' | 'premium') => {
    const endpoint = models[tier];
    if (endpoint.kind === 'rehearsal') return [];
    return [endpoint, ...endpoint.fallbacks].map(({ baseUrl, model, apiKey }) => [
      baseUrl,
      model,
      apiKey,
    ]);
  };

  test('stand in the order in which they are asked, each with its own model and key', () => {
    const config = configOf({
      OPENAI_BASE_URL: local,
      MODEL_PREMIUM_BASE_URL: `${cloud}, ${local}/`,
      MODEL_PREMIUM_API_KEY: 'sk-a,',
      MODEL_PREMIUM: 'big,small',
      MODEL_PREMIUM_PRICE_IN: '2, 0',
      MODEL_PREMIUM_PRICE_OUT: '8,0',
      MODEL_PREMIUM_CONTEXT: '200000',
    });
    expect(names(config, 'premium')).toEqual([
      [cloud, 'big', 'sk-a'],
      [local, 'small', null],
    ]);
    expect(config.models.premium).toMatchObject({
      prices: { inMicroUsdPerMTok: 2_000_000, outMicroUsdPerMTok: 8_000_000 },
      fallbacks: [{ prices: { inMicroUsdPerMTok: 0 }, contextTokens: 200_000, api: 'chat' }],
    });
    expect(names(config, 'economy')).toEqual([[local, null, null]]);
  });

  test('may serve every tier, and two models of one endpoint may stand in for each other', () => {
    const config = configOf({ OPENAI_BASE_URL: `${cloud},${local}`, MODEL_ECONOMY: 'one' });
    expect(names(config, 'economy')).toEqual([
      [cloud, 'one', null],
      [local, 'one', null],
    ]);
    expect(config.embedding).toMatchObject({ baseUrl: cloud });
    const twice = configOf({ OPENAI_API_KEY: 'k', MODEL_STANDARD: 'one,two' });
    expect(names(twice, 'standard')).toEqual([
      ['https://api.openai.com/v1', 'one', 'k'],
      ['https://api.openai.com/v1', 'two', 'k'],
    ]);
  });

  test('may be two accounts at one host', () => {
    const config = configOf({ OPENAI_API_KEY: 'k1,k2', MODEL_PREMIUM_BASE_URL: local });
    expect(names(config, 'standard').map(([, , key]) => key)).toEqual(['k1', 'k2']);
    expect(names(config, 'premium')).toEqual([[local, null, null]]);
  });

  test('never share a single key with another host than the first', () => {
    const shared = configOf({ OPENAI_BASE_URL: `${cloud},${local}`, OPENAI_API_KEY: 'sk' });
    expect(names(shared, 'economy').map(([, , key]) => key)).toEqual(['sk', null]);
    const own = configOf({
      MODEL_ECONOMY_API_KEY: 'sk',
      MODEL_ECONOMY_BASE_URL: `${cloud},${local},${cloud}`,
      OPENAI_BASE_URL: local,
    });
    expect(names(own, 'economy').map(([, , key]) => key)).toEqual(['sk', null, 'sk']);
  });
});

describe('a model configuration that would not do what it says', () => {
  const cases: [string, Record<string, string>, string[]][] = [
    [
      'a model without an endpoint',
      { MODEL_STANDARD: 'm', EMBEDDING_MODEL: 'e' },
      [
        'MODEL_STANDARD is set, but the tier has no endpoint',
        'EMBEDDING_MODEL is set, but there is no shared endpoint to ask',
      ],
    ],
    [
      'a price in one direction only',
      { OPENAI_BASE_URL: local, MODEL_ECONOMY_PRICE_IN: '1' },
      ['MODEL_ECONOMY_PRICE_OUT is missing while MODEL_ECONOMY_PRICE_IN is set'],
    ],
    [
      'real and rehearsed tiers in one agency',
      { MODEL_PREMIUM_BASE_URL: local, MODEL_STANDARD_API_KEY: 'k' },
      [
        'MODEL_ECONOMY_BASE_URL is missing while another tier has an endpoint and there is no ' +
          'shared one',
      ],
    ],
    [
      'a bad URL is one fault, not one for each that leans on it',
      { OPENAI_BASE_URL: 'nowhere', MODEL_STANDARD: 'm', EMBEDDING_MODEL: 'e' },
      ['OPENAI_BASE_URL is not a URL'],
    ],
    [
      'a bad key is one fault, not one for each that leans on it',
      { OPENAI_API_KEY: 'two words', MODEL_STANDARD: 'm', MODEL_PREMIUM_BASE_URL: local },
      ['OPENAI_API_KEY contains a blank'],
    ],
    [
      'lists that do not belong together, all of them at once',
      {
        OPENAI_BASE_URL: `${local},${local}`,
        OPENAI_API_KEY: 'a,b,c',
        MODEL_PREMIUM: 'big,,small',
        MODEL_ECONOMY_BASE_URL: `${local},nowhere`,
        MODEL_STANDARD: 'x,y',
        MODEL_STANDARD_BASE_URL: `${local},${local},${local}`,
        MODEL_STANDARD_CONTEXT: '8192,12',
      },
      [
        'OPENAI_BASE_URL has 2 entries while OPENAI_API_KEY has 3',
        'MODEL_ECONOMY_BASE_URL has an entry (number 2) that is not a URL',
        'MODEL_STANDARD_CONTEXT has an entry (number 2) that is below 1024',
        'MODEL_STANDARD has 2 entries while MODEL_STANDARD_BASE_URL has 3',
        'MODEL_PREMIUM has an entry (number 2) that is empty',
      ],
    ],
  ];
  test.each(cases)('%s is refused', (_sentence, env, sentences) => {
    const result = readConfig(env);
    const faults = result.ok ? [] : result.faults;
    expect(faults.map((fault) => `${fault.variable} ${fault.problem}`)).toEqual(sentences);
  });
});

function configOf(env: Record<string, string>): Config {
  const result = readConfig(env);
  if (!result.ok) throw new Error(faultsText(result.faults));
  return result.config;
}
