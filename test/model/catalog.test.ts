import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Tier } from '../../src/domain/model-port.ts';
import { apiOf, catalog, endpointFor, openaiBaseUrl, priceOf } from '../../src/model/catalog.ts';

describe('the catalog', () => {
  test('has a default for each tier, dated, priced and rising from tier to tier', () => {
    const defaults = Tier.options.map((tier) => endpointFor(tier, { apiKey: 'sk-x' }));
    expect(defaults.map(({ model }) => model)).toEqual([
      'gpt-6-luna',
      'gpt-6.1-terra',
      'gpt-6.1-sol',
    ]);
    const prices = defaults.map(({ priceOut }) => priceOut ?? 0);
    expect(prices).toEqual([...prices].sort((a, b) => a - b));
  });

  test('holds whole micro-USD and ISO dates only', () => {
    for (const row of catalog) {
      for (const price of [row.priceIn, row.priceCached, row.priceOut]) {
        expect(Number.isSafeInteger(price)).toBe(true);
      }
      expect(row.since).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
  });
});

describe('an endpoint', () => {
  test('without any choice is the vendor’s own, with its prices', () => {
    expect(endpointFor('economy', { apiKey: 'sk-x' })).toEqual({
      baseUrl: openaiBaseUrl,
      apiKey: 'sk-x',
      model: 'gpt-6-luna',
      priceIn: 100_000,
      priceCached: 10_000,
      priceOut: 500_000,
      contextTokens: 272_000,
    });
  });

  test('at another URL has no prices, whatever its model is called', () => {
    expect(endpointFor('economy', { baseUrl: 'http://127.0.0.1:11434/v1/' })).toMatchObject({
      baseUrl: 'http://127.0.0.1:11434/v1',
      apiKey: null,
      model: 'gpt-6-luna',
      priceIn: null,
      priceOut: null,
      contextTokens: 32_768,
    });
  });

  test('takes what the operator says over the catalog', () => {
    const choice = { model: 'gpt-6.1-sol', priceIn: 1, priceOut: 2, contextTokens: 3 };
    expect(endpointFor('economy', choice)).toMatchObject({ ...choice, priceCached: null });
  });
});

describe('the protocol', () => {
  test.each([
    [{}, 'responses'],
    [{ baseUrl: 'http://127.0.0.1:11434/v1' }, 'chat'],
    [{ api: 'chat' }, 'chat'],
    [{ baseUrl: 'http://127.0.0.1:11434/v1', api: 'responses' }, 'responses'],
  ] as const)('of %j is %s', (choice, api) => {
    expect(apiOf(endpointFor('economy', choice))).toBe(api);
  });
});

describe('the price', () => {
  const endpoint = endpointFor('economy', {});
  const usage = { inputTokens: 1_000_000, cachedTokens: 0, outputTokens: 0, estimated: false };

  test('of a million input tokens is the price per million', () => {
    expect(priceOf(endpoint, usage)).toBe(100_000);
  });

  test('is lower for what came from the cache', () => {
    expect(priceOf(endpoint, { ...usage, cachedTokens: 1_000_000 })).toBe(10_000);
  });

  test('of an endpoint without prices is nothing', () => {
    expect(priceOf({ ...endpoint, priceIn: null, priceOut: null, priceCached: null }, usage)).toBe(
      0,
    );
  });

  test('is always whole, never negative, and never less than the exact amount', () => {
    const count = fc.integer({ min: 0, max: 2_000_000 });
    fc.assert(
      fc.property(count, count, count, (inputTokens, cachedTokens, outputTokens) => {
        const price = priceOf(endpoint, { ...usage, inputTokens, cachedTokens, outputTokens });
        const cached = Math.min(cachedTokens, inputTokens);
        const exact = (inputTokens - cached) / 10 + cached / 100 + outputTokens / 2;
        expect(Number.isSafeInteger(price)).toBe(true);
        expect(price).toBeGreaterThanOrEqual(exact - 1e-6);
        expect(price).toBeLessThan(exact + 1);
      }),
    );
  });
});
