import { APIError } from 'openai';
import { describe, expect, test } from 'vitest';
import { openaiBaseUrl } from '../../src/model/catalog.ts';
import { features, featuresOf, refusedFeature } from '../../src/model/server-features.ts';

const everything = new Set(features);
const anyServer = featuresOf('http://127.0.0.1:8080/v1');

function refusal(status: number, message: string) {
  return APIError.generate(status, { error: { message } }, undefined, new Headers());
}

describe('what a server is believed to take', () => {
  test('is everything, until it refuses', () => {
    expect(Object.values(anyServer)).not.toContain(false);
  });

  test('of OpenAI itself is no metadata and the newer name of the output limit', () => {
    expect(featuresOf(openaiBaseUrl)).toMatchObject({ metadata: false, maxTokens: false });
  });
});

describe('a refusal', () => {
  test.each([
    [400, "The 'metadata' parameter is only allowed when 'store' is enabled.", 'metadata'],
    [422, 'body.stream_options: Extra inputs are not permitted', 'streamOptions'],
    [400, "'response_format' of type 'json_schema' is not supported", 'jsonSchema'],
    [501, 'streaming is not supported', 'streaming'],
  ])('%i “%s” is of %s', (status, message, feature) => {
    const state = { features: anyServer, used: everything };
    expect(refusedFeature(refusal(status, message), state)).toBe(feature);
  });

  test.each([
    [500, 'metadata is not supported'],
    [429, 'metadata is not supported'],
    [400, 'metadata is too long'],
    [400, 'max_tokens is too large: 9000'],
    [400, 'something else is not supported'],
  ])('%i “%s” is of no feature', (status, message) => {
    const state = { features: anyServer, used: everything };
    expect(refusedFeature(refusal(status, message), state)).toBeUndefined();
  });

  test('of what was left out already is no reason to ask again', () => {
    const error = refusal(400, 'metadata is not supported');
    const without = { features: { ...anyServer, metadata: false }, used: everything };
    expect(refusedFeature(error, without)).toBeUndefined();
    expect(refusedFeature(new Error('metadata is not supported'), without)).toBeUndefined();
  });
});
