// Two endpoints for one tier: which one is asked, and when.
import { describe, expect, test } from 'vitest';
import { silentLog } from '../../src/lib/log.ts';
import { createModel } from '../../src/model/create-model.ts';
import { startScriptedModel } from '../support/scripted-model.ts';
import type { ScriptedStep } from '../support/scripted-model.ts';
import { endpointAt, errorOf, request, startScene, stillClock } from './arrange.ts';

const one = { reply: { text: 'From the first' } };
const two = { reply: { text: 'From the second' } };

async function startTwo(first: readonly ScriptedStep[], second: readonly ScriptedStep[]) {
  const clock = stillClock();
  const other = await startScriptedModel({ steps: second });
  const others = [{ ...endpointAt(other), model: 'other-model', priceIn: 2_000_000 }];
  const scene = await startScene({
    steps: first,
    others,
    clock,
    endpoint: { priceIn: 1_000_000, contextTokens: 50_000 },
  });
  return {
    ...scene,
    other,
    clock,
    expectDone() {
      scene.server.expectDone();
      other.expectDone();
    },
    async [Symbol.asyncDispose]() {
      await scene[Symbol.asyncDispose]();
      await other[Symbol.asyncDispose]();
    },
  };
}

describe('the second endpoint of a tier', () => {
  test('is not asked while the first answers', async () => {
    await using scene = await startTwo([{ fault: 'server-error' }, one, one], []);
    expect((await scene.model.ask(request())).text).toBe('From the first');
    expect((await scene.model.ask(request())).text).toBe('From the first');
    scene.expectDone();
  });

  test.each([
    ['quota', 1],
    ['bad-key', 1],
    ['server-error', 2],
    ['reset', 2],
    ['cut-body', 2],
  ] as const)('answers where the first fails with %s, after %i requests', async (fault, times) => {
    await using scene = await startTwo([{ fault, times }, one], [two, two]);
    expect((await scene.model.ask(request())).text).toBe('From the second');
    // The first is left alone now, so it costs no more time.
    expect((await scene.model.ask(request())).text).toBe('From the second');
    scene.clock.advance(30_000);
    expect((await scene.model.ask(request())).text).toBe('From the first');
    scene.expectDone();
  });

  test('is named beside its model, and so is the first', async () => {
    await using scene = await startTwo([one, { fault: 'quota' }], [two]);
    const host = (server: { url: string }) => new URL(server.url).host;
    expect((await scene.model.ask(request())).model).toBe(`test-model at ${host(scene.server)}`);
    expect((await scene.model.ask(request())).model).toBe(`other-model at ${host(scene.other)}`);
  });

  test('answers where the first asks for a long pause', async () => {
    const busy = { fault: 'rate-limit', retryAfterMs: 20_000 } as const;
    await using scene = await startTwo([busy], [two]);
    expect((await scene.model.ask(request())).text).toBe('From the second');
    scene.expectDone();
  });

  test.each([
    ['context-length', 'context-exceeded'],
    ['content-policy', 'content-refused'],
    ['bad-request', 'request-rejected'],
  ] as const)('is not asked what is wrong in itself: %s', async (fault, code) => {
    await using scene = await startTwo([{ fault }], []);
    expect((await errorOf(scene.model.ask(request()))).code).toBe(code);
    scene.expectDone();
  });

  test('is tried as long as a single one would be, and the soonest pause is told', async () => {
    await using scene = await startTwo([{ fault: 'quota' }], [{ fault: 'server-error', times: 6 }]);
    expect(await errorOf(scene.model.ask(request()))).toMatchObject({ retry: 'later' });
    scene.clock.advance(10_000);
    const error = await errorOf(scene.model.ask(request()));
    expect(error).toMatchObject({ retry: 'later', retryAfterMs: 22_000 });
    scene.expectDone();
  });

  test('begins anew what the first had begun to say', async () => {
    await using scene = await startTwo([{ fault: 'truncate', times: 2 }], [two]);
    let shown = '';
    const onText = (delta: string) => (shown += delta);
    await scene.model.ask(request({ onText, onTextReset: () => (shown = '') }));
    expect(shown).toBe('From the second');
  });

  test('is not asked for another tier, and tiers share what is known of an endpoint', async () => {
    await using scene = await startTwo([{ fault: 'quota' }], [two]);
    const premium = request({ tier: 'premium' });
    expect((await errorOf(scene.model.ask(premium))).code).toBe('quota-exhausted');
    expect((await scene.model.ask(request())).text).toBe('From the second');
    scene.expectDone();
  });
});

test('a tier costs what its dearest endpoint does and holds what its smallest does', async () => {
  await using scene = await startTwo([], []);
  const usage = { inputTokens: 1_000, cachedTokens: 0, outputTokens: 0, estimated: false };
  expect(scene.model.price('standard', usage)).toBe(2_000);
  expect(scene.model.price('economy', usage)).toBe(1_000);
  expect(scene.model.contextTokens('standard')).toBe(50_000);
  expect(scene.model.modelName('standard')).toBe('test-model');
});

test('a tier without any endpoint is refused before anybody asks', () => {
  const endpoint = endpointAt({ url: 'http://127.0.0.1:1/v1' });
  const endpoints = { economy: endpoint, standard: [], premium: endpoint };
  const create = () => createModel({ endpoints, clock: stillClock(), log: silentLog });
  expect(create).toThrow('A tier has no endpoint.');
});
