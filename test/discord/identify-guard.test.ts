import { expect, test } from 'vitest';
import { createIdentifyGuard } from '../../src/discord/identify-guard.ts';
import { silentLog } from '../../src/lib/log.ts';

test('a session that is kept waiting counts as held at every moment until it is let through', async () => {
  let now = 1000;
  const asked = Promise.withResolvers<void>();
  const guard = createIdentifyGuard({
    clock: { now: () => now, monotonic: () => now },
    log: silentLog,
    openSession: () => {
      asked.resolve();
      return Promise.resolve({ isAllowed: false, why: 'day', waitMs: 3_600_000 });
    },
  });
  const calledOff = new AbortController();
  const askDiscord = () =>
    Promise.resolve({ total: 1000, remaining: 1000, reset_after: 1, max_concurrency: 1 });
  const passed = guard.pass(askDiscord, calledOff.signal);
  await asked.promise;
  // Whoever looks from time to time never sees the same instant twice, however they keep time.
  now = 60_999;
  expect(guard.heldAt()).toBe(60_999);
  calledOff.abort(new Error('enough'));
  await expect(passed).rejects.toThrow('enough');
  now = 200_000;
  expect(guard.heldAt()).toBe(60_999);
});
