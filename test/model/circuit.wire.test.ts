// What those who ask see of an endpoint that is down, out of credit, or refuses us.
import { describe, expect, test } from 'vitest';
import { errorOf, request, startScene, stillClock } from './arrange.ts';

const hi = { reply: { text: 'Hi' } };

describe.each([
  ['quota', 'quota-exhausted', 1],
  ['bad-key', 'access-refused', 1],
  ['model-missing', 'access-refused', 1],
  ['server-error', 'unreachable', 6],
] as const)('an endpoint with %s', (fault, code, requests) => {
  test('is asked no more until half a minute has gone, and then goes on', async () => {
    const clock = stillClock();
    await using scene = await startScene({ clock, steps: [{ fault, times: requests }, hi, hi] });
    const first = await errorOf(scene.model.ask(request()));
    expect(first).toMatchObject({ code, retry: 'later', retryAfterMs: 33_000 });
    clock.advance(20_000);
    const second = await errorOf(scene.model.ask(request({ tier: 'premium' })));
    expect(second).toMatchObject({ code, retry: 'later', retryAfterMs: 11_000 });
    expect(second.forPeople).toBe(first.forPeople);
    expect(scene.server.requests).toHaveLength(requests);
    clock.advance(10_000);
    expect((await scene.model.ask(request())).text).toBe('Hi');
    expect((await scene.model.ask(request())).text).toBe('Hi');
    scene.server.expectDone();
  });
});

test('questions that wait for a place are turned away with the one that found out', async () => {
  await using scene = await startScene({
    clock: stillClock(),
    steps: [{ fault: 'quota' }],
    limits: { concurrencyFirst: 1 },
  });
  const asking = [1, 2, 3].map(() => errorOf(scene.model.ask(request())));
  const errors = await Promise.all(asking);
  expect(errors.map(({ code }) => code)).toEqual(Array(3).fill('quota-exhausted'));
  scene.server.expectDone();
});

test('of many that ask again at once, one is the probe and the rest come back later', async () => {
  const clock = stillClock();
  const answered = Promise.withResolvers<void>();
  await using scene = await startScene({
    clock,
    steps: [{ fault: 'quota' }, { respond: () => answered.promise.then(() => hi) }],
  });
  await errorOf(scene.model.ask(request()));
  clock.advance(30_000);
  const probe = scene.model.ask(request());
  await scene.server.received(2);
  expect((await errorOf(scene.model.ask(request()))).retryAfterMs).toBe(5_500);
  answered.resolve();
  expect((await probe).text).toBe('Hi');
  scene.server.expectDone();
});

test('another model at the same URL is asked all the same', async () => {
  await using scene = await startScene({ steps: [{ fault: 'model-missing' }] });
  await using other = await startScene({ steps: [hi] });
  await errorOf(scene.model.ask(request()));
  expect((await other.model.ask(request())).text).toBe('Hi');
});
