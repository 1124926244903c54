// Processes played by promises: each "process" ends when the test says so.
import { expect, test } from 'vitest';
import { pauseBeforeLaunch, supervise } from '../../src/embedded/supervise.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';

interface PlayedProcess {
  pid: number;
  exited: Promise<string>;
  stop(): Promise<void>;
  end(how: string): void;
}

function playedProcess(pid: number): PlayedProcess {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { pid, exited: promise, stop: async () => resolve('stopped'), end: resolve };
}

function superviseLaunches(launch: (count: number) => Promise<PlayedProcess>) {
  let launches = 0;
  return supervise({
    part: 'part',
    launch: () => launch((launches += 1)),
    log: silentLog,
    clock: systemClock,
  });
}

test('a process that ends by itself is launched again', async () => {
  const server = await superviseLaunches(async (count) => playedProcess(count));
  server.current().end('SIGKILL');
  await expect.poll(() => server.current().pid).toBe(2);
  await server.close();
  expect(await server.current().exited).toBe('stopped');
});

test('a first launch that fails is the failure of whoever asked for it', async () => {
  const launching = superviseLaunches(() => Promise.reject(new Error('no such library')));
  await expect(launching).rejects.toThrow('no such library');
});

test('a process that keeps ending is launched ever more slowly, and never given up', async () => {
  const pauses = [0, 1, 2, 3, 4, 5, 8, 9, 100].map(pauseBeforeLaunch);
  expect(pauses).toEqual([0, 0, 0, 250, 500, 1000, 8000, 10_000, 10_000]);
  const all: PlayedProcess[] = [];
  const server = await superviseLaunches(async (count) => {
    if (count === 3) throw new Error('no room');
    const launched = playedProcess(count);
    all.push(launched);
    if (count > 1 && count < 5) launched.end('exit code 1');
    return launched;
  });
  server.current().end('exit code 1');
  await expect.poll(() => server.current().pid).toBe(5);
  await server.close();
  expect(all.map(({ pid }) => pid)).toEqual([1, 2, 4, 5]);
});

test('closing does not wait for the next launch', async () => {
  const server = await superviseLaunches(async (count) => {
    const launched = playedProcess(count);
    if (count < 8) launched.end('exit code 1');
    return launched;
  });
  await expect.poll(() => server.current().pid).toBe(5);
  const begun = systemClock.monotonic();
  await server.close();
  expect(systemClock.monotonic() - begun).toBeLessThan(400);
});

test('closing while it is launched again leaves no process running', async () => {
  const second = Promise.withResolvers<PlayedProcess>();
  const relaunching = Promise.withResolvers<void>();
  const server = await superviseLaunches((count) => {
    if (count === 1) return Promise.resolve(playedProcess(1));
    relaunching.resolve();
    return second.promise;
  });
  server.current().end('SIGKILL');
  await relaunching.promise;
  const closing = server.close();
  const late = playedProcess(2);
  second.resolve(late);
  await closing;
  expect(await late.exited).toBe('stopped');
});
