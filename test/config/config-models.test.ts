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
